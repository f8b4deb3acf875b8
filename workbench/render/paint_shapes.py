"""Paints rectangles, ovals, lines, paths, pictures and particles in their own space."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi, sin

from workbench.render.brushes import is_opaque
from workbench.render.canvas import Box, Brush, Pen, Segment
from workbench.render.moment import Cast, Moment, moved
from workbench.scene.staged import Item

Draw = Callable[[Box, Brush | None, Pen | None, float], None]

_ROUND = 0.5522847498307936
"""Length of a cubic's handles on a quarter of a unit circle, 4/3 (sqrt 2 - 1)."""


def paint_rect(now: Moment, item: Item, opacity: float, blur: float = 0.0) -> None:
    """Paint a rounded rectangle, its shadow below it."""
    radius = now.number(item.values.get("radius", 0.0))

    def draw(box: Box, brush: Brush | None, pen: Pen | None, blur: float) -> None:
        trim = now.number(item.trim)
        if trim >= 1:
            now.canvas.rect(box, radius, brush, pen, blur)
        else:
            now.canvas.path(rounded_outline(box, radius), None, pen, trim, blur)

    _paint_closed(now, item, opacity, blur, radius, draw)


def paint_oval(now: Moment, item: Item, opacity: float, blur: float = 0.0) -> None:
    """Paint a circle or an ellipse; a trimmed outline begins at the top and runs clockwise."""
    left, _, right, _ = now.box(item)

    def draw(box: Box, brush: Brush | None, pen: Pen | None, blur: float) -> None:
        trim = now.number(item.trim)
        if trim >= 1:
            now.canvas.oval(box, brush, pen, blur)
        else:
            now.canvas.path(oval_outline(box), None, pen, trim, blur)

    _paint_closed(now, item, opacity, blur, (right - left) / 2, draw)


def paint_path(now: Moment, item: Item, opacity: float, blur: float = 0.0) -> None:
    """Paint a line or a path."""
    segments, trim = item.values["segments"], now.number(item.trim)
    brush, pen = now.brush(item, "fill", opacity), now.pen(item, "stroke", opacity)
    cast = now.shadow(item, opacity)
    if cast is not None:
        fill = Brush(cast.color) if brush is not None and trim >= 1 else None
        outline = Pen(Brush(cast.color), pen.width, pen.dash, pen.cap) if pen is not None else None
        now.canvas.save()
        now.canvas.transform(cast.shift)
        now.canvas.path(segments, fill, outline, trim, cast.sigma)
        now.canvas.restore()
    now.canvas.path(segments, brush, pen, trim, blur)


def paint_image(now: Moment, item: Item, opacity: float) -> None:
    """Paint a picture into the item's box; a missing one is shown as a marked box."""
    box, source = now.box(item), item.values.get("source")
    if source is None:
        _paint_missing(now, box, opacity)
        return
    radius = now.number(item.values.get("radius", 0.0))
    if radius > 0:
        now.canvas.save()
        now.canvas.clip(box, radius)
    now.canvas.image(str(item.values["asset"]), source, box, opacity)
    if radius > 0:
        now.canvas.restore()


def oval_outline(box: Box) -> tuple[Segment, ...]:
    """Return an oval as curves, from the top clockwise."""
    left, top, right, bottom = box
    x, y = (left + right) / 2, (top + bottom) / 2
    handle_x, handle_y = (right - left) / 2 * _ROUND, (bottom - top) / 2 * _ROUND
    return (
        ("M", x, top),
        ("C", x + handle_x, top, right, y - handle_y, right, y),
        ("C", right, y + handle_y, x + handle_x, bottom, x, bottom),
        ("C", x - handle_x, bottom, left, y + handle_y, left, y),
        ("C", left, y - handle_y, x - handle_x, top, x, top),
        ("Z",),
    )


def rounded_outline(box: Box, radius: float) -> tuple[Segment, ...]:
    """Return a rounded rectangle as lines and curves, from the top left clockwise."""
    left, top, right, bottom = box
    r = max(0.0, min(radius, (right - left) / 2, (bottom - top) / 2))
    h = r * (1 - _ROUND)
    return (
        ("M", left + r, top),
        ("L", right - r, top),
        ("C", right - h, top, right, top + h, right, top + r),
        ("L", right, bottom - r),
        ("C", right, bottom - h, right - h, bottom, right - r, bottom),
        ("L", left + r, bottom),
        ("C", left + h, bottom, left, bottom - h, left, bottom - r),
        ("L", left, top + r),
        ("C", left, top + h, left + h, top, left + r, top),
        ("Z",),
    )


def star(x: float, y: float, radius: float, turn: float = 0.0) -> tuple[Segment, ...]:
    """Return a five-pointed star around a point."""
    points = []
    for index in range(10):
        reach = radius if index % 2 == 0 else radius * 0.45
        angle = turn + index * pi / 5 - pi / 2
        points.append((x + reach * cos(angle), y + reach * sin(angle)))
    return (("M", *points[0]), *(("L", *point) for point in points[1:]), ("Z",))


def _paint_closed(now: Moment, item: Item, opacity: float, blur: float, radius: float, draw: Draw) -> None:
    box = now.box(item)
    brush, pen = now.brush(item, "fill", opacity), now.pen(item, "stroke", opacity)
    cast = now.shadow(item, opacity)
    if cast is not None and (brush is not None or pen is not None):
        _paint_shadow(now, cast, box, radius, brush, pen, draw)
    if blur > 0 and brush is not None and pen is not None:
        now.canvas.layer(None, 1.0, "normal", blur)
        draw(box, brush, pen, 0.0)
        now.canvas.restore()
    elif brush is not None or pen is not None:
        draw(box, brush, pen, blur)


def _paint_shadow(
    now: Moment, cast: Cast, box: Box, radius: float, brush: Brush | None, pen: Pen | None, draw: Draw
) -> None:
    """Paint a shadow; it does not show through what casts it."""
    see_through = brush is not None and not is_opaque(brush)
    if see_through:
        now.canvas.save()
        now.canvas.clip(box, radius, outside=True)
    shade = Brush(cast.color)
    outline = None
    if brush is None and pen is not None:
        outline = Pen(shade, pen.width, pen.dash, pen.cap)
    draw(moved(box, cast.x, cast.y), shade if brush is not None else None, outline, cast.sigma)
    if see_through:
        now.canvas.restore()


def _paint_missing(now: Moment, box: Box, opacity: float) -> None:
    left, top, right, bottom = box
    edge = Pen(Brush((0.97, 0.44, 0.44, 0.9 * opacity)), 3.0, (14.0, 10.0), "butt")
    now.canvas.rect(box, 12.0, Brush((0.97, 0.44, 0.44, 0.12 * opacity)), edge, 0.0)
    cross = (("M", left, top), ("L", right, bottom), ("M", right, top), ("L", left, bottom))
    now.canvas.path(cross, None, edge, 1.0, 0.0)
