"""How far an item's paint reaches in the picture, so that layers can be small."""

from __future__ import annotations

from math import sqrt

import numpy as np

from workbench.render.canvas import Box
from workbench.render.moment import Moment, grown
from workbench.scene.graph import Stroke
from workbench.scene.staged import Item

CONTAINERS = {"row", "column", "stack", "grid"}
MOST_PAIRS = 24
"""Groups with more children than this are taken to overlap."""


def extent(now: Moment, item: Item) -> Box | None:
    """Return what holds everything the item paints, in the picture's design pixels; None: unknown."""
    held = _around(_boxes(now, item))
    mask = item.mask
    if held is None or mask is None or mask.values["invert"]:
        return held
    shape = _around([box for child in mask.children for box in _boxes(now, child, _margin(now, mask))])
    return held if shape is None else _common(held, shape)


def overlaps_itself(now: Moment, item: Item) -> bool:
    """Tell whether parts of the item lie on one another, so that fading them singly would show."""
    kind = item.node.kind
    if kind == "code":
        return True
    if not item.children:
        return _fill_meets_stroke(item) or (item.values.get("shadow") is not None and kind == "text")
    if kind in CONTAINERS and (item.values.get("fill") is not None or item.values.get("stroke") is not None):
        return True
    boxes = [extent(now, child) for child in item.children if child.visible[now.frame]]
    if len(boxes) > MOST_PAIRS:
        return True
    return any(_meet(a, b) for index, a in enumerate(boxes) for b in boxes[index + 1 :])


def _around(boxes: list[Box]) -> Box | None:
    sides = np.array(boxes)
    if not boxes or not np.isfinite(sides).all():
        return None
    left, top = sides[:, :2].min(axis=0).tolist()
    right, bottom = sides[:, 2:].max(axis=0).tolist()
    return (left, top, right, bottom)


def _common(a: Box, b: Box) -> Box:
    left, top = max(a[0], b[0]), max(a[1], b[1])
    return (left, top, max(left, min(a[2], b[2])), max(top, min(a[3], b[3])))


def _boxes(now: Moment, item: Item, more: float = 0.0) -> list[Box]:
    """Return what holds the paint of an item and of all in it, `more` wider on each side."""
    frame = now.frame
    if not item.visible[frame]:
        return []
    own = [box for box in (item.world, item.ink) if box is not None]
    margin = _margin(now, item) + more
    left, top, right, bottom = (float(side) for side in own[0][:, frame])
    for other in own[1:]:
        left, top = min(left, float(other[0, frame])), min(top, float(other[1, frame]))
        right, bottom = max(right, float(other[2, frame])), max(bottom, float(other[3, frame]))
    boxes = [grown((left, top, right, bottom), margin)]
    for child in item.children:
        if child.node.kind != "mask":
            boxes.extend(_boxes(now, child, more))
    return boxes


def _margin(now: Moment, item: Item) -> float:
    """Return how far paint reaches over the box, in the picture's design pixels."""
    values, reach = item.values, 2.0
    for stroke in (values.get("stroke"), values.get("outline")):
        if isinstance(stroke, Stroke):
            reach += now.number(stroke.width)
    cast = now.shadow(item, 1.0)
    if cast is not None:
        reach += 3 * cast.sigma + max(abs(cast.x), abs(cast.y))
    reach += 3 * now.number(item.blur)
    if item.node.kind in {"text", "code"} and item.blocks:
        reach += 0.4 * item.blocks[0].spec.size
    if item.units is not None:
        column = (slice(None), now.frame)
        moves = np.abs(item.units.dx[column]).max() + np.abs(item.units.dy[column]).max()
        reach += float(moves + 3 * item.units.blur[column].max()) + item.blocks[0].spec.size
    return reach * _scale(now, item)


def _scale(now: Moment, item: Item) -> float:
    """Return how much bigger the item is in the picture than in its own space."""
    left, _, right, _ = (float(side) for side in item.world[:, now.frame])
    width = now.number(item.width)
    a, b, c, d, _, _ = (float(number) for number in item.matrix[:, now.frame])
    own = sqrt(max(a * a + b * b, c * c + d * d))
    return max(own, (right - left) / width if width > 0 else 0.0)


def _fill_meets_stroke(item: Item) -> bool:
    return item.values.get("fill") is not None and item.values.get("stroke") is not None


def _meet(a: Box | None, b: Box | None) -> bool:
    if a is None or b is None:
        return True
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
