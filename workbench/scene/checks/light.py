"""Pictures that flash, and pictures with nothing in them.

Flashing: W3C, WCAG 2.2, criterion 2.3.1 "Three Flashes or Below Threshold" and its definition of *general
flash*: a pair of opposing changes of relative luminance by 10 % of the maximum or more, where the darker
state is below 0.80. More than three in a second over a quarter of the picture is too much. Saturated red
flashes are judged by their luminance only.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from workbench.scene.checks.backdrop import has_fill
from workbench.scene.checks.luminance import luminance
from workbench.scene.checks.rule import Explanation, Rule
from workbench.scene.checks.view import Flags, Subject, View
from workbench.scene.finding import Finding
from workbench.scene.graph import Gradient
from workbench.scene.staged import Floats

MAX_FLASHES = 3
FLASH_CHANGE = 0.1
FLASH_DARK = 0.8
FLASH_AREA = 0.25
_COLUMNS, _ROWS = 8, 6
_LARGE = 0.04
"""Share of the picture below which an item is left out; a swarm of small lights is not judged."""


def _flashing(view: View) -> Iterator[Finding]:
    light = _light(view)
    if light is None:
        return
    turns = _turns(light)
    window = max(1, view.staged.fps)
    totals = np.pad(np.cumsum(turns, axis=1), ((0, 0), (1, 0)))
    ends = np.minimum(np.arange(turns.shape[1]) + window, turns.shape[1])
    flashes: Floats = np.floor((totals[:, ends] - totals[:, :-1]) / 2)
    area = np.mean(flashes > MAX_FLASHES, axis=0)
    if area.max() <= FLASH_AREA:
        return
    frame = int(area.argmax())
    worst = int(flashes[:, frame].max())
    yield Finding(
        "flashing",
        "error",
        f"{area[frame]:.0%} of the picture flashes {worst} times within a second; more than {MAX_FLASHES} "
        "can cause seizures.",
        "Slow it to 3 changes there and back a second, make it cover less than a quarter of the picture, "
        "or keep the change of brightness small.",
        frame=frame,
        box=view.picture,
        node=_flasher(view),
    )


def _light(view: View) -> Floats | None:
    """Return the luminance at a grid of points, shape (points, frames); None when nothing large changes."""
    frames, width, height = view.staged.frames, view.staged.width, view.staged.height
    large = [subject for subject in view.subjects if _is_large(subject, width * height)]
    if not any(_flickers(subject) for subject in large) and not _colors(view.staged.background, frames)[1]:
        return None
    x, y = np.meshgrid(
        (np.arange(_COLUMNS) + 0.5) / _COLUMNS * width, (np.arange(_ROWS) + 0.5) / _ROWS * height
    )
    points = np.stack([x.ravel(), y.ravel()])
    colors = np.repeat(_colors(view.staged.background, frames)[0][:3, None], points.shape[1], axis=1)
    for subject in large:
        colors = _laid_over(subject, points, colors, frames)
    return luminance(colors)


def _laid_over(subject: Subject, points: Floats, below: Floats, frames: int) -> Floats:
    left, top, right, bottom = (side[None, :] for side in subject.item.world)
    x, y = points[0][:, None], points[1][:, None]
    on = (x >= left) & (x <= right) & (y >= top) & (y <= bottom)
    for mask in subject.masks:
        if not mask.values["invert"]:
            left, top, right, bottom = (side[None, :] for side in mask.drawn)
            on &= (x >= left) & (x <= right) & (y >= top) & (y <= bottom)
    fill = _colors(subject.item.values["fill"], frames)[0]
    strength = on * (fill[3] * subject.opacity)[None, :]
    result: Floats = below * (1 - strength) + fill[:3, None] * strength
    return result


def _is_large(subject: Subject, picture: float) -> bool:
    if not has_fill(subject) or subject.in_mask:
        return False
    if subject.node.kind in ("image", "path") or "flashing" in subject.node.allow:
        return False
    left, top, right, bottom = subject.item.world
    return bool(((right - left) * (bottom - top)).max() > _LARGE * picture)


def _flickers(subject: Subject) -> bool:
    item = subject.item
    changing = _colors(item.values["fill"], len(subject.opacity))[1]
    places = (item.world, *(mask.drawn for mask in subject.masks))
    moving = any(bool((place != place[:, :1]).any()) for place in places)
    return changing or moving or bool((subject.opacity != subject.opacity[0]).any())


def _colors(paint: Any, frames: int) -> tuple[Floats, bool]:
    """Return a paint's mean colour per frame, shape (4, frames), and whether it changes."""
    if isinstance(paint, Gradient):
        parts = [_colors(color, frames) for _, color in paint.stops]
        mean = np.mean([color for color, _ in parts], axis=0)
        return mean, any(changes for _, changes in parts)
    array = np.asarray(paint, dtype=float)
    if array.ndim == 1:
        return np.repeat(array[:, None], frames, axis=1), False
    return array, True


def _turns(light: Floats) -> Flags:
    """Mark the frames at which a change of at least `FLASH_CHANGE` against the one before is complete."""
    low, high = light[:, 0].copy(), light[:, 0].copy()
    direction = np.zeros(len(light))
    turns = np.zeros(light.shape, dtype=bool)
    for frame in range(1, light.shape[1]):
        now = light[:, frame]
        low, high = np.minimum(low, now), np.maximum(high, now)
        up = (now - low >= FLASH_CHANGE) & (low < FLASH_DARK) & (direction <= 0)
        down = (high - now >= FLASH_CHANGE) & (now < FLASH_DARK) & (direction >= 0)
        turns[:, frame] = up | down
        direction = np.where(up, 1.0, np.where(down, -1.0, direction))
        low, high = np.where(up | down, now, low), np.where(up | down, now, high)
    return turns


def _flasher(view: View) -> str | None:
    picture = view.staged.width * view.staged.height
    changes = {
        subject.node.id: int((np.abs(np.diff(subject.opacity)) > FLASH_CHANGE).sum())
        + int(
            (
                np.abs(np.diff(_colors(subject.item.values["fill"], view.staged.frames)[0])).max(axis=0)
                > FLASH_CHANGE
            ).sum()
        )
        for subject in view.subjects
        if _is_large(subject, picture)
    }
    worst = max(changes, key=lambda node: changes[node], default=None)
    return worst if worst is not None and changes[worst] > MAX_FLASHES else None


def _empty(view: View) -> Iterator[Finding]:
    ink = _inked(view)
    frames = view.staged.frames
    if not ink.any():
        if _backdrop_moves(view):
            return
        yield Finding(
            "nothing-visible",
            "error",
            "Nothing but the background can be seen in any frame.",
            "Add a node, or check that the nodes have an opacity, a fill or a stroke, and lie inside the "
            "picture.",
            frame=0,
        )
    elif ink.mean() < 0.5 and not _backdrop_moves(view):
        frame = int((~ink).argmax())
        yield Finding(
            "nothing-visible",
            "warning",
            f"Only the background can be seen in {frames - int(ink.sum())} of {frames} frames, first at "
            f"frame {frame}.",
            "Start the nodes earlier, let them end later, or make the scene shorter.",
            frame=frame,
        )


def _inked(view: View) -> Flags:
    """Say for every frame whether anything but a background can be seen."""
    ink = np.zeros(view.staged.frames, dtype=bool)
    for subject in view.subjects:
        if _draws(subject) and not _is_backdrop(view, subject):
            ink |= _seen(view, subject)
    return ink


def _draws(subject: Subject) -> bool:
    if subject.in_mask:
        return False
    values = subject.item.values
    if subject.node.kind in ("text", "code", "particles", "image"):
        return True
    return values.get("fill") is not None or values.get("stroke") is not None


def _is_backdrop(view: View, subject: Subject) -> bool:
    if subject.masks or subject.in_mask:
        return False
    left, top, right, bottom = subject.item.world
    width, height = view.staged.width, view.staged.height
    full = (left <= 1) & (top <= 1) & (right >= width - 1) & (bottom >= height - 1)
    return subject.node.kind not in ("text", "code", "particles", "image", "line", "path") and bool(
        full.all()
    )


def _backdrop_moves(view: View) -> bool:
    if _colors(view.staged.background, view.staged.frames)[1] or _turning(view.staged.background):
        return True
    return any(_flickers(subject) or _turning(subject.item.values["fill"]) for subject in _backdrops(view))


def _backdrops(view: View) -> list[Subject]:
    return [subject for subject in view.subjects if has_fill(subject) and _is_backdrop(view, subject)]


def _turning(paint: Any) -> bool:
    members = (paint.angle, paint.x, paint.y, paint.radius) if isinstance(paint, Gradient) else ()
    return any(isinstance(member, np.ndarray) for member in members)


def _seen(view: View, subject: Subject) -> Flags:
    left, top, right, bottom = subject.item.world
    inside = (right > 0) & (bottom > 0) & (left < view.staged.width) & (top < view.staged.height)
    result: Flags = inside & (subject.shown > 0.03)
    return result


RULES = (
    Rule(
        Explanation(
            code="flashing",
            severity="error",
            summary="A large part of the picture flashes more than three times within a second.",
            why="WCAG 2.2 (2.3.1): it can cause seizures. A flash is a change of relative luminance by a "
            "tenth or more there and back; a quarter of the picture is a large part.",
            fix="Slow it down, make it smaller, or make the change of brightness smaller.",
            failing="rect(width, height, fill=lambda t: 'white' if int(t * 12) % 2 else 'black')\n"
            "text('Live', size=160, color='#38bdf8', enter=fade(), allow=['contrast'])\n",
            passing="rect(width, height, fill=lambda t: 'white' if int(t * 2) % 2 else 'black')\n"
            "text('Live', size=160, color='#38bdf8', enter=fade(), allow=['contrast'])\n",
        ),
        _flashing,
    ),
    Rule(
        Explanation(
            code="nothing-visible",
            severity="error",
            summary="Nothing but the background can be seen in any frame, or in most frames.",
            why="An empty video is never what was asked for. A moving background alone is a picture and "
            "does not count.",
            fix="Add a node, give it a fill or an opacity, bring it into the picture, or start it earlier.",
            failing="circle(120, fill='#38bdf8', opacity=0)\n",
            passing="circle(120, fill='#38bdf8', enter=pop())\n",
        ),
        _empty,
    ),
)
