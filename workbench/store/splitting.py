"""One scene as two: where the cut falls, and what each side keeps.

A scene plays an excerpt of a performance: usually all of it. A split changes no source. The performance stays
as long as its author made it, so that the language's `duration` and every moment in it mean what they meant;
each side plays its own frames of it. Frames are counted from the performance's beginning, so that two sides
of a cut have exactly the frames of the whole, at any frame rate.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import Any

from workbench.errors import InputError
from workbench.store.limits import MAX_NAME_LETTERS, MAX_SECONDS

Content = dict[str, Any]


def halves(
    content: Mapping[str, Any], fps: int, at_seconds: float, *, alone: bool = False
) -> tuple[Content, Content]:
    """Return what is left of a scene and what comes after it, cut at the frame nearest to `at_seconds`.

    `alone` says that no scene comes before, so that its transition is not seen.
    """
    begin, whole = _performance(content)
    end = begin + float(content["duration_seconds"])
    first, last = _frame(begin, fps), _frame(end, fps)
    cut = first + round(at_seconds * fps)
    if not first < cut < last:
        raise InputError(
            f"There is nothing to cut at {at_seconds:g} seconds: {content['name']!r} lasts {end - begin:g}.",
            remedy=f"Give a time from {1 / fps:.3g} to {(last - first - 1) / fps:.3g} seconds.",
        )
    leading = 0 if alone else _transition_frames(content["transition"], fps)
    if cut - first < leading:
        raise InputError(
            f"{content['name']!r} is still coming in at {at_seconds:g} seconds.",
            remedy=f"Split it at {leading / fps:g} seconds or later, or make its transition a cut first.",
        )
    middle = cut / fps
    name = f"{str(content['name'])[: MAX_NAME_LETTERS - 2]} 2"
    before = {**content, "duration_seconds": middle - begin, "excerpt": _excerpt(begin, whole)}
    after = {
        **content,
        "name": name,
        "duration_seconds": end - middle,
        "transition": {},
        "excerpt": _excerpt(middle, whole),
    }
    return before, after


def within_a_performance(content: Mapping[str, Any]) -> None:
    """Refuse an excerpt that would end after the longest performance there may be."""
    begin, _ = _performance(content)
    if begin + float(content["duration_seconds"]) > MAX_SECONDS:
        raise InputError(
            f"{content['name']!r} begins {begin:g} seconds into its play, which may last {MAX_SECONDS:g}.",
            remedy=f"Make it at most {MAX_SECONDS - begin:g} seconds long.",
        )


def _performance(content: Mapping[str, Any]) -> tuple[float, float]:
    begin = float(content["excerpt"].get("begin_seconds", 0.0))
    played = begin + float(content["duration_seconds"])
    return begin, max(played, float(content["excerpt"].get("of_seconds", 0.0)))


def _excerpt(begin: float, whole: float) -> dict[str, float]:
    return {"begin_seconds": begin, "of_seconds": whole}


def _frame(seconds: float, fps: int) -> int:
    return ceil(seconds * fps - 1e-6)


def _transition_frames(transition: Mapping[str, Any], fps: int) -> int:
    if transition.get("kind", "cut") == "cut":
        return 0
    return round(float(transition.get("seconds", 0.5)) * fps)
