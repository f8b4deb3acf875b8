"""What every part of the painter works with: the canvas, the frame, and a node's own geometry at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from workbench.render.brushes import brush_at, pen_at
from workbench.render.canvas import Affine, Box, Brush, Canvas, Pen, Rgba
from workbench.scene.graph import Shadow
from workbench.scene.staged import Item, at


@dataclass(frozen=True, slots=True)
class Cast:
    """A shadow at one frame: its colour, sigma and offset."""

    color: Rgba
    sigma: float
    x: float
    y: float

    @property
    def shift(self) -> Affine:
        return (1.0, 0.0, 0.0, 1.0, self.x, self.y)


@dataclass(frozen=True, slots=True)
class Moment:
    """One frame being painted on one canvas."""

    canvas: Canvas
    frame: int
    seconds: float

    def number(self, value: Any) -> float:
        """Return a resolved number at this frame."""
        return float(at(value, self.frame))

    def color(self, value: Any) -> Rgba:
        """Return a resolved colour at this frame."""
        return cast(Rgba, at(value, self.frame))

    def matrix(self, item: Item) -> Affine:
        """Return the map from the item's own space to its parent's."""
        return cast(Affine, at(item.matrix, self.frame))

    def box(self, item: Item) -> Box:
        """Return the item's box in its own space."""
        half_width, half_height = self.number(item.width) / 2, self.number(item.height) / 2
        return (-half_width, -half_height, half_width, half_height)

    def brush(self, item: Item, name: str, opacity: float) -> Brush | None:
        """Return the brush for one of the item's paints over its box."""
        return brush_at(item.values.get(name), self.frame, self.box(item), opacity)

    def pen(self, item: Item, name: str, opacity: float) -> Pen | None:
        """Return the pen for one of the item's strokes."""
        return pen_at(item.values.get(name), self.frame, self.box(item), opacity)

    def shadow(self, item: Item, opacity: float) -> Cast | None:
        """Return the shadow the item casts, or None when nothing of it would be seen."""
        shadow: Shadow | None = item.values.get("shadow")
        if shadow is None:
            return None
        red, green, blue, alpha = self.color(shadow.color)
        if alpha * opacity <= 0:
            return None
        sigma = max(self.number(shadow.blur) / 2, 0.0)
        return Cast((red, green, blue, alpha * opacity), sigma, self.number(shadow.x), self.number(shadow.y))


def grown(box: Box, by: float) -> Box:
    """Return the box with `by` more on every side."""
    left, top, right, bottom = box
    return (left - by, top - by, right + by, bottom + by)


def moved(box: Box, x: float, y: float) -> Box:
    """Return the box somewhere else."""
    left, top, right, bottom = box
    return (left + x, top + y, right + x, bottom + y)
