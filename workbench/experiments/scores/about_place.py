"""Assertions about where things are and what colour they have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import numpy as np

from workbench.experiments.scores.finding_things import none_called, things
from workbench.experiments.scores.registry import Seen, kind
from workbench.scene.checks.contrast import lowest_contrast
from workbench.scene.checks.view import View, drawn_box
from workbench.scene.color import hex_color, to_oklab
from workbench.scene.finding import Box
from workbench.scene.graph import Gradient, Stroke
from workbench.scene.staged import Floats

Area = Literal["picture", "safe", "left", "right", "top", "bottom", "middle"]
_SLACK = 1.0
_SAME_COLOR = 0.02
"""Distance in Oklab below which two colours count as one; about the least that is seen side by side."""
_MOST_FRAMES = 24


@kind("every", "what")
def stays_inside(view: View, what: str = "", area: Area = "picture") -> Seen:
    """Something (else all words) lies inside the picture, the safe area, a half or the middle."""
    found = things(view, what) if what else view.readings
    if not found:
        return Seen(False, none_called(view, what))
    inside = _areas(view).get(area)
    if inside is None:
        return Seen(False, f"{area!r} is no area; use {', '.join(_areas(view))}")
    left, top, right, bottom = inside
    worst, whose = 0.0, ""
    for subject in found:
        there = subject.opacity > 0.02
        if not there.any():
            continue
        box = drawn_box(subject.item)[:, there]
        out = float(np.max(np.stack([left - box[0], top - box[1], box[2] - right, box[3] - bottom])))
        if out > worst:
            worst, whose = out, subject.node.id
    told = (
        f"{whose} reaches {worst:.0f} pixels beyond {area}" if worst > _SLACK else f"all lies inside {area}"
    )
    return Seen(worst <= _SLACK, told)


@kind("every")
def never_overlap(view: View, a: str, b: str) -> Seen:
    """Two things never cover each other while both are seen."""
    first, second = things(view, a), things(view, b)
    if not first or not second:
        return Seen(False, none_called(view, b if first else a))
    deepest, when = 0.0, 0
    for one in first:
        for other in second:
            if one is other:
                continue
            p, q = drawn_box(one.item), drawn_box(other.item)
            across = np.minimum(p[2], q[2]) - np.maximum(p[0], q[0])
            down = np.minimum(p[3], q[3]) - np.maximum(p[1], q[1])
            both = (one.opacity > 0.02) & (other.opacity > 0.02)
            depth = np.where(both, np.minimum(across, down), 0.0)
            if depth.max() > deepest:
                deepest, when = float(depth.max()), int(depth.argmax())
    if deepest <= _SLACK:
        return Seen(True, f"{a!r} and {b!r} stay apart")
    return Seen(False, f"{a!r} and {b!r} overlap by {deepest:.0f} pixels at {when / view.staged.fps:.2f} s")


@kind("every", "ratio")
def contrast_at_least(view: View, ratio: float, what: str = "") -> Seen:
    """Text has at least this contrast (WCAG) with what is behind it, where it is at rest."""
    found = [each for each in things(view, what) if each.is_reading]
    if not found:
        return Seen(False, none_called(view, what) if what else "there is no text")
    known = [(value, each.words) for each in found if (value := lowest_contrast(view, each)) is not None]
    if not known:
        return Seen(False, "no text is at rest long enough to be measured")
    lowest, whose = min(known)
    return Seen(lowest >= ratio, f"the lowest contrast is {lowest:.2f}, of {whose}")


@kind("every", "count")
def colors_at_most(view: View, count: int) -> Seen:
    """No more than some different colours are used, the background's among them."""
    used = _different(_colors(view))
    names = ", ".join(hex_color((*color, 1.0)) for color in used[:8])
    return Seen(len(used) <= count, f"{len(used)} colours: {names}")


def _areas(view: View) -> dict[str, Box]:
    width, height = view.staged.width, view.staged.height
    return {
        "picture": view.picture,
        "safe": view.safe,
        "left": (0.0, 0.0, width / 2, height),
        "right": (width / 2, 0.0, width, height),
        "top": (0.0, 0.0, width, height / 2),
        "bottom": (0.0, height / 2, width, height),
        "middle": (width / 6, height / 6, width * 5 / 6, height * 5 / 6),
    }


def _colors(view: View) -> Iterator[tuple[float, float, float]]:
    yield from _paint(view.staged.background)
    for subject in view.subjects:
        if subject.opacity.max() <= 0.1:
            continue
        for name in ("fill", "color", "panel", "stroke", "outline"):
            yield from _paint(subject.item.values.get(name))


def _paint(paint: Any) -> Iterator[tuple[float, float, float]]:
    if isinstance(paint, Stroke):
        yield from _paint(paint.paint)
    elif isinstance(paint, Gradient):
        for _, color in paint.stops:
            yield from _paint(color)
    elif isinstance(paint, np.ndarray):
        frames = np.linspace(0, paint.shape[1] - 1, min(_MOST_FRAMES, paint.shape[1])).astype(int)
        for color in np.unique(paint[:, frames].round(3), axis=1).T:
            yield from _paint(tuple(color.tolist()))
    elif isinstance(paint, tuple) and len(paint) == 4 and paint[3] > 0.1:
        yield (float(paint[0]), float(paint[1]), float(paint[2]))


def _different(colors: Iterator[tuple[float, float, float]]) -> list[tuple[float, float, float]]:
    kept: list[tuple[float, float, float]] = []
    labs: list[Floats] = []
    for color in dict.fromkeys(colors):
        lab = to_oklab(np.array(color)[:, None])[:, 0]
        if all(float(np.linalg.norm(lab - other)) > _SAME_COLOR for other in labs):
            kept.append(color)
            labs.append(lab)
    return kept
