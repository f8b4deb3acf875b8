"""Which node is at a point of the picture."""

from __future__ import annotations

from workbench.scene.staged import Item, Staged, at

_SLACK = 6.0
"""Design pixels around a node that still count as it, so that a thin line can be hit."""


def item_at(staged: Staged, frame: int, x: float, y: float) -> Item | None:
    """Return the topmost visible leaf whose box holds the point at that frame, in design pixels.

    A container is returned when the point lies on its own panel and on none of its children. Something
    as large as the picture gives way to a smaller thing below it.
    """
    found = [item for item in staged.walk() if _visible(item, frame) and _holds(item, frame, x, y)]
    if not found:
        return None
    small = [item for item in found if not _covers(staged, item, frame)]
    return (small or found)[-1]


def box_at(item: Item, frame: int) -> tuple[float, float, float, float]:
    """Return what the item covers at a frame: left, top, right, bottom in design pixels."""
    left, top, right, bottom = at(item.world if item.ink is None else item.ink, frame)
    return left, top, right, bottom


def _visible(item: Item, frame: int) -> bool:
    if not item.visible[frame] or at(item.opacity, frame) <= 0.01:
        return False
    painted = any(item.values.get(name) is not None for name in ("fill", "stroke"))
    return not item.children or painted


def _holds(item: Item, frame: int, x: float, y: float) -> bool:
    left, top, right, bottom = box_at(item, frame)
    return left - _SLACK <= x <= right + _SLACK and top - _SLACK <= y <= bottom + _SLACK


def _covers(staged: Staged, item: Item, frame: int) -> bool:
    left, top, right, bottom = box_at(item, frame)
    return left <= 0 and top <= 0 and right >= staged.width and bottom >= staged.height
