"""What colour the picture has at a point, told from the graph without painting it.

Only what can be known is told: under an image, a filled path, a blend mode, a blurred or a masked node the
answer is NaN, and the rules stay silent there unless real pixels are at hand.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from workbench.scene.checks.view import Flags, Subject
from workbench.scene.graph import Gradient
from workbench.scene.staged import Floats, at

_ROUND = ("circle", "ellipse")
_FILLED = ("rect", "circle", "ellipse", "row", "column", "stack", "grid")
_UNKNOWN = ("image", "path")
_SOFT_BLUR = 4.0


def local_points(subject: Subject, frame: int, points: Floats) -> Floats | None:
    """Return picture points (2, n) in the subject's own space, or None where it is squashed to nothing."""
    chain = [subject, *subject.ancestors()]
    for part in reversed(chain):
        a, b, c, d, e, f = (float(entry) for entry in part.item.matrix[:, frame])
        area = a * d - b * c
        if abs(area) < 1e-9:
            return None
        x, y = points[0] - e, points[1] - f
        points = np.stack([(d * x - c * y) / area, (a * y - b * x) / area])
    return points


def covered(subject: Subject, frame: int, points: Floats) -> Flags:
    """Say which of the points lie on the subject's shape, within every container that clips it."""
    return _within(subject, frame, points) & _unclipped(subject, frame, points)


def has_fill(subject: Subject) -> bool:
    """Say whether the subject paints an area: a filled shape, a card or an image."""
    kind = subject.node.kind
    return kind == "image" or (kind in (*_FILLED, "path") and subject.item.values.get("fill") is not None)


def colors_behind(
    text: Subject, painted: Iterable[Subject], background: Any, frame: int, points: Floats, size: Floats
) -> Floats:
    """Return the colours (3, n) at picture points after `background` and the subjects, in paint order.

    `size` is the picture's (width, height). Unknown colours are NaN, such as those of what a mask may hide
    where it does not hide the text.
    """
    middle = points - size[:, None] / 2
    colors = paint_at(background, frame, middle, float(size[0]), float(size[1]))[:3]
    for subject in painted:
        colors = _over(subject, text, frame, points, colors)
    return colors


def paint_at(paint: Any, frame: int, points: Floats, width: float, height: float) -> Floats:
    """Return the colours (4, n) of a resolved paint at points of a box's own space."""
    if not isinstance(paint, Gradient):
        color = np.array(at(paint, frame), dtype=float)
        return np.repeat(color[:, None], points.shape[1], axis=1)
    offsets = np.array([offset for offset, _ in paint.stops])
    stops = np.array([at(color, frame) for _, color in paint.stops], dtype=float)
    where = _offset(paint, frame, points, max(width, 1e-6), max(height, 1e-6))
    return np.stack([np.interp(where, offsets, channel) for channel in stops.T])


def _over(subject: Subject, text: Subject, frame: int, points: Floats, below: Floats) -> Floats:
    opacity = float(subject.opacity[frame])
    if opacity <= 0.01 or not has_fill(subject):
        return below
    local = local_points(subject, frame, points)
    if local is None:
        return below
    on = _inside(subject, frame, local) & _unclipped(subject, frame, points)
    if not on.any():
        return below
    item = subject.item
    if (
        subject.node.kind in _UNKNOWN
        or item.values.get("blend", "normal") != "normal"
        or _is_soft(subject, frame)
        or not subject.shows_where(text)
    ):
        return np.where(on, np.nan, below)
    width, height = float(at(item.width, frame)), float(at(item.height, frame))
    color = paint_at(item.values["fill"], frame, local, width, height)
    strength = color[3] * opacity * on
    solid = strength > 0.999
    mixed: Floats = np.where(solid, color[:3], below * (1 - strength) + color[:3] * strength)
    return np.where(on, mixed, below)


def _is_soft(subject: Subject, frame: int) -> bool:
    return any(at(part.item.blur, frame) > _SOFT_BLUR for part in (subject, *subject.ancestors()))


def _unclipped(subject: Subject, frame: int, points: Floats) -> Flags:
    on = np.ones(points.shape[1], dtype=bool)
    for container in subject.ancestors():
        if container.item.values.get("clip"):
            on &= _within(container, frame, points)
    return on


def _within(subject: Subject, frame: int, points: Floats) -> Flags:
    local = local_points(subject, frame, points)
    return np.zeros(points.shape[1], dtype=bool) if local is None else _inside(subject, frame, local)


def _inside(subject: Subject, frame: int, local: Floats) -> Flags:
    item = subject.item
    half = np.array([[at(item.width, frame)], [at(item.height, frame)]], dtype=float) / 2
    if subject.node.kind in _ROUND:
        return np.asarray(((local / np.maximum(half, 1e-6)) ** 2).sum(axis=0) <= 1.0)
    return np.asarray((np.abs(local) <= half).all(axis=0))


def _offset(paint: Gradient, frame: int, points: Floats, width: float, height: float) -> Floats:
    if paint.kind == "linear":
        angle = np.radians(at(paint.angle, frame))
        length = abs(width * np.cos(angle)) + abs(height * np.sin(angle))
        along: Floats = (points[0] * np.cos(angle) + points[1] * np.sin(angle)) / length + 0.5
        return along
    x = points[0] + (0.5 - at(paint.x, frame)) * width
    y = points[1] + (0.5 - at(paint.y, frame)) * height
    if paint.kind == "radial":
        away: Floats = np.hypot(x, y) / max(at(paint.radius, frame) * max(width, height), 1e-6)
        return away
    around: Floats = (np.degrees(np.arctan2(y, x)) - at(paint.angle, frame)) / 360 % 1.0
    return around
