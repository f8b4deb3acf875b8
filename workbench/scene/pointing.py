"""Which node is at a point of the picture."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.scene.staged import Item, Staged, at

_SLACK = 6.0
"""Design pixels around a node that still count as it, so that a thin line can be hit."""
_MASK_SLACK = 60.0
"""The same for a mask, whose wide strokes and soft edges let show what lies beside its box."""


def item_at(staged: Staged, frame: int, x: float, y: float) -> Item | None:
    """Return the topmost visible leaf whose box holds the point at that frame, in design pixels.

    A container is returned when the point lies on its own panel and on none of its children. Something
    as large as the picture gives way to a smaller thing below it. What a mask hides there is not found, and
    of a mask only its texts are: they are the words that are read.
    """
    found = [item for item in _within_reach(staged.items, frame, x, y) if _holds(item, frame, x, y)]
    found = [item for item in found if _visible(item, frame)]
    if not found:
        return None
    small = [item for item in found if not _covers(staged, item, frame)]
    return (small or found)[-1]


def box_at(item: Item, frame: int) -> tuple[float, float, float, float]:
    """Return what the item covers at a frame: left, top, right, bottom in design pixels."""
    left, top, right, bottom = at(item.drawn, frame)
    return left, top, right, bottom


def _within_reach(items: tuple[Item, ...], frame: int, x: float, y: float) -> Iterator[Item]:
    """Yield the items that may be what is seen at the point, parents before children, in paint order."""
    for item in items:
        mask = item.mask
        if mask is not None and not mask.values["invert"] and not _shows(mask, frame, x, y):
            continue
        yield item
        yield from _within_reach(tuple(each for each in item.children if each is not mask), frame, x, y)
        if mask is not None:
            shapes = _within_reach(mask.children, frame, x, y)
            yield from (shape for shape in shapes if shape.node.kind == "text")


def _shows(mask: Item, frame: int, x: float, y: float) -> bool:
    return bool(mask.visible[frame]) and _holds(mask, frame, x, y, _MASK_SLACK)


def _visible(item: Item, frame: int) -> bool:
    if not item.visible[frame] or at(item.opacity, frame) <= 0.01:
        return False
    painted = any(item.values.get(name) is not None for name in ("fill", "stroke"))
    return not item.children or painted


def _holds(item: Item, frame: int, x: float, y: float, slack: float = _SLACK) -> bool:
    left, top, right, bottom = box_at(item, frame)
    return left - slack <= x <= right + slack and top - slack <= y <= bottom + slack


def _covers(staged: Staged, item: Item, frame: int) -> bool:
    left, top, right, bottom = box_at(item, frame)
    return left <= 0 and top <= 0 and right >= staged.width and bottom >= staged.height
