"""Text that does not stand out from what is behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from workbench.scene.checks.backdrop import colors_behind, local_points, paint_at
from workbench.scene.checks.luminance import contrast_ratio, luminance, readable_color
from workbench.scene.checks.rule import Explanation, Rule, found, graded
from workbench.scene.checks.view import Flags, Painted, Subject, View, drawn_box
from workbench.scene.color import hex_color
from workbench.scene.finding import Box, Finding, Severity
from workbench.scene.staged import Floats, at

LARGE_SIZE = 24.0
LARGE_BOLD_SIZE = 18.66
"""WCAG's large text: 18 points, or 14 points bold, which are 24 and 18.66 pixels."""
BOLD = 700
_LOOKS = 3
_LOST = 2.0
_SHARE = 0.2
_SLICES = 8


@dataclass(frozen=True, slots=True)
class _Look:
    """One text at one frame: colours of the text and behind it at matching points, shape (3, n)."""

    frame: int
    text: Floats
    behind: Floats

    @property
    def ratios(self) -> Floats:
        return contrast_ratio(luminance(self.text), luminance(self.behind))


def _faint_texts(view: View) -> Iterator[Finding]:
    for subject in view.readings:
        if _is_plain(subject):
            yield from _judged(view, subject)


def _is_plain(subject: Subject) -> bool:
    values = subject.item.values
    own = subject.node.kind == "text" and not subject.in_mask and values.get("outline") is None
    return own and values.get("blend", "normal") == "normal"


def lowest_contrast(view: View, subject: Subject) -> float | None:
    """Return the contrast that nearly all of a text has where it is at rest; None when that is not known.

    A fifth of its area may be below, as for the rule.
    """
    if not _is_plain(subject):
        return None
    looks = [look for look in _looks(view, subject, _readable(view, subject)) if look.text.shape[1]]
    return min((float(np.quantile(look.ratios, _SHARE)) for look in looks), default=None)


def _readable(view: View, subject: Subject) -> Flags:
    flags: Flags = subject.calm & (subject.opacity[view.samples] > 0.3)
    return flags


def _looks(view: View, subject: Subject, calm: Flags) -> list[_Look]:
    frames = view.samples[calm]
    return [_look(view, subject, int(frame)) for frame in _spread(frames)] if len(frames) else []


def _judged(view: View, subject: Subject) -> Iterator[Finding]:
    calm = _readable(view, subject)
    looks = _looks(view, subject, calm)
    known = [look for look in looks if look.text.shape[1]]
    needed = needed_ratio(subject)
    bad = [look for look in known if (look.ratios < needed).mean() >= _SHARE]
    if bad:
        held = view.held(calm) * len(bad) / len(looks)
        yield _finding(subject, min(bad, key=lambda look: float(look.ratios.min())), needed, held)


def needed_ratio(subject: Subject) -> float:
    """Return 3.0 for large text and 4.5 for other text, WCAG 2.2 level AA."""
    spec = subject.item.blocks[-1].spec
    size = spec.size * float(subject.magnification.max())
    large = size >= LARGE_SIZE or (spec.weight >= BOLD and size >= LARGE_BOLD_SIZE)
    return 3.0 if large else 4.5


def _finding(subject: Subject, look: _Look, needed: float, held: float) -> Finding:
    worst = int(look.ratios.argmin())
    ratio = float(look.ratios[worst])
    severity: Severity = "error" if ratio < _LOST else "warning"
    text, behind = (_named(colors[:, worst]) for colors in (look.text, look.behind))
    message = f"{subject.words} in {text} on {behind} has a contrast of {ratio:.2f}; it needs {needed:g}."
    box = _box(subject, look.frame)
    return found(
        "contrast",
        graded(severity, held),
        subject,
        message,
        _fix(look, worst, needed),
        frame=look.frame,
        box=box,
    )


def _fix(look: _Look, worst: int, needed: float) -> str:
    red, green, blue = look.text[:, worst].tolist()
    better = readable_color((red, green, blue, 1.0), look.behind, needed)
    if better is None:
        return 'No single colour stands out everywhere here: put a card behind it, such as fill="#0b1020cc".'
    return (
        f'Use color="{hex_color(better)}", the nearest colour with enough contrast, or change what is '
        "behind it."
    )


def _look(view: View, subject: Subject, frame: int) -> _Look:
    box = _box(subject, frame)
    points = _grid(box)
    local = local_points(subject, frame, points)
    assert local is not None
    item = subject.item
    color = paint_at(
        item.values["color"], frame, local, float(at(item.width, frame)), float(at(item.height, frame))
    )
    behind = _measured(view.seen, frame, box, color) if view.seen else _reckoned(view, subject, frame, points)
    strength = color[3] * float(subject.opacity[frame])
    seen = color[:3] * strength + behind * (1 - strength)
    known = ~np.isnan(behind).any(axis=0) & ~np.isnan(seen).any(axis=0)
    return _Look(frame, seen[:, known], behind[:, known])


def _reckoned(view: View, subject: Subject, frame: int, points: Floats) -> Floats:
    sample = int(np.searchsorted(view.samples, frame))
    touching = (view.subjects[order] for order in np.flatnonzero(_touching(view, subject, sample)))
    below = [other for other in touching if not other.in_mask]
    size = np.array([view.staged.width, view.staged.height])
    return colors_behind(subject, below, view.staged.background, frame, points, size)


def _touching(view: View, subject: Subject, sample: int) -> Flags:
    boxes = view.boxes[: subject.order, :, sample]
    left, top, right, bottom = subject.box[:, sample]
    meets = (boxes[:, 0] < right) & (boxes[:, 2] > left) & (boxes[:, 1] < bottom) & (boxes[:, 3] > top)
    result: Flags = meets & (view.sampled_opacity[: subject.order, sample] > 0.01)
    return result


def _measured(seen: Painted, frame: int, box: Box, color: Floats) -> Floats:
    """Return a background colour per point, from pixels that also show the text.

    Most pixels of a text's box are not letters, so in each slice across it the pixel at seven tenths of
    the way from the most to the least text-like is one of the background.
    """
    pixels = np.asarray(seen.pixels(frame, box), dtype=float)[..., :3] / 255
    slices = [part for part in np.array_split(pixels, _SLICES, axis=1) if part.size]
    if not slices:
        return np.full((3, color.shape[1]), np.nan)
    reference = luminance(color[:3].mean(axis=1)[:, None])[0]
    typical = np.stack([_typical(part.reshape(-1, 3), float(reference)) for part in slices])
    across = np.linspace(0, len(slices) - 1, color.shape[1] // _ROWS).round().astype(int)
    return np.repeat(typical[across].T, _ROWS, axis=1)


def _typical(pixels: Floats, reference: float) -> Floats:
    ratios = contrast_ratio(luminance(pixels.T), np.array(reference))
    chosen: Floats = pixels[np.argsort(ratios)[int(0.7 * (len(ratios) - 1))]]
    return chosen


_ROWS = 3
_COLUMNS = 9


def _grid(box: Box) -> Floats:
    """Return points (2, n) spread over the box, column by column, a little inside its edges."""
    left, top, right, bottom = box
    x = left + (right - left) * np.linspace(0.04, 0.96, _COLUMNS)
    y = top + (bottom - top) * np.linspace(0.25, 0.75, _ROWS)
    return np.stack([np.repeat(x, _ROWS), np.tile(y, _COLUMNS)])


def _box(subject: Subject, frame: int) -> Box:
    left, top, right, bottom = drawn_box(subject.item)[:, frame].tolist()
    return (left, top, right, bottom)


def _spread(frames: np.ndarray[tuple[int], np.dtype[np.int64]]) -> list[int]:
    chosen = frames[np.linspace(0, len(frames) - 1, min(_LOOKS, len(frames))).astype(int)]
    return sorted(set(chosen.tolist()))


def _named(color: Floats) -> str:
    red, green, blue = color.tolist()
    return hex_color((red, green, blue, 1.0))


RULES = (
    Rule(
        Explanation(
            code="contrast",
            severity="error",
            summary="The text does not stand out from what is behind it.",
            why="WCAG 2.2 (1.4.3) asks for a contrast ratio of 4.5, or 3 for large text (24 pixels, or "
            "18.66 bold). Below 2 most people cannot read it, which is an error.",
            fix="Use the colour the finding names, or put a card or a darker background behind the text.",
            failing='background("#0b1020")\ntext("Quarterly results", size=72, color="#1e293b", '
            "enter=fade())\n",
            passing='background("#0b1020")\ntext("Quarterly results", size=72, color="#f8fafc", '
            "enter=fade())\n",
        ),
        _faint_texts,
    ),
)
