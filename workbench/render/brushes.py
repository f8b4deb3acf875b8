"""From a scene's resolved paint to a brush or a pen at one frame."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from math import cos, pi, sin
from typing import Any

import numpy as np

from workbench.render.canvas import Box, Brush, Pen, Rgba
from workbench.scene.graph import Gradient, Stroke
from workbench.scene.staged import at

CLEAR: Rgba = (0.0, 0.0, 0.0, 0.0)


def brush_at(paint: Any, frame: int, box: Box, opacity: float = 1.0) -> Brush | None:
    """Return the brush for a resolved paint over `box`, or None when nothing would be seen."""
    if paint is None:
        return None
    if isinstance(paint, Gradient):
        return _gradient_brush(paint, frame, box, opacity)
    color = faded(at(paint, frame), opacity)
    return Brush(color) if color[3] > 0 else None


def pen_at(stroke: Stroke | None, frame: int, box: Box, opacity: float = 1.0) -> Pen | None:
    """Return the pen for a resolved stroke, or None when nothing would be seen."""
    if stroke is None:
        return None
    width = float(at(stroke.width, frame))
    brush = brush_at(stroke.paint, frame, box, opacity)
    return Pen(brush, width, tuple(stroke.dash), stroke.cap) if brush and width > 0 else None


def faded(color: Rgba, opacity: float) -> Rgba:
    """Return the colour at that share of its own opacity."""
    return (color[0], color[1], color[2], color[3] * opacity)


def is_opaque(brush: Brush | None) -> bool:
    """Tell whether nothing shows through the brush."""
    if brush is None:
        return False
    return (
        all(color[3] >= 0.999 for color in (stop for _, stop in brush.stops))
        if brush.gradient
        else (brush.color[3] >= 0.999)
    )


def tinted(brush: Brush, color: str | None) -> Brush:
    """Return the brush in a span's own colour, at the brush's opacity."""
    if color is None or brush.gradient:
        return brush
    return replace(brush, color=faded(hex_color(color), brush.color[3]))


def gradient_line(brush: Brush) -> tuple[float, float, float, float]:
    """Return start and end of a linear gradient: through the box's centre, long enough for its corners."""
    left, top, right, bottom = brush.box
    across, down = cos(brush.angle * pi / 180), sin(brush.angle * pi / 180)
    reach = (abs((right - left) * across) + abs((bottom - top) * down)) / 2
    x, y = (left + right) / 2, (top + bottom) / 2
    return x - across * reach, y - down * reach, x + across * reach, y + down * reach


def gradient_center(brush: Brush) -> tuple[float, float, float]:
    """Return centre and radius of a radial gradient; the radius is a share of the box's longer side."""
    left, top, right, bottom = brush.box
    width, height = right - left, bottom - top
    return left + width * brush.x, top + height * brush.y, max(brush.radius * max(width, height), 1e-3)


@lru_cache(maxsize=512)
def hex_color(text: str) -> Rgba:
    """Return `#rrggbb` or `#rrggbbaa` as a colour."""
    digits = text.removeprefix("#")
    red, green, blue, alpha = (int(digits[index : index + 2] or "ff", 16) / 255 for index in (0, 2, 4, 6))
    return (red, green, blue, alpha)


def _gradient_brush(paint: Gradient, frame: int, box: Box, opacity: float) -> Brush | None:
    stops = [(offset, faded(at(color, frame), opacity)) for offset, color in paint.stops]
    if all(color[3] <= 0 for _, color in stops):
        return None
    place = (paint.angle, paint.x, paint.y, paint.radius)
    return Brush(
        gradient=paint.kind,
        stops=_seamless(stops),
        box=box,
        angle=float(at(paint.angle, frame)),
        x=float(at(paint.x, frame)),
        y=float(at(paint.y, frame)),
        radius=float(at(paint.radius, frame)),
        steady=not any(isinstance(part, np.ndarray) for part in place),
    )


def _seamless(stops: list[tuple[float, Rgba]]) -> tuple[tuple[float, Rgba], ...]:
    """Give fully clear stops their neighbours' colour, so that fading out does not turn grey."""
    smooth: list[tuple[float, Rgba]] = []
    for index, (offset, color) in enumerate(stops):
        if color[3] > 0:
            smooth.append((offset, color))
            continue
        near = [stops[other][1] for other in (index - 1, index + 1) if 0 <= other < len(stops)]
        smooth.extend((offset, (*hue[:3], 0.0)) for hue in near)
    return tuple(smooth)
