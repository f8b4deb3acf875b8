"""The card that stands in for a scene that cannot be painted: unmistakable, and readable in a thumbnail."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.render.canvas import Brush, Canvas, Pen, Rgba
from workbench.render.paint_text import parts_of
from workbench.render.shaping import set_text
from workbench.scene.measure import TextSpec

PAPER: Rgba = (0.102, 0.055, 0.067, 1.0)
STRIPE: Rgba = (0.137, 0.067, 0.082, 1.0)
RED: Rgba = (0.973, 0.443, 0.443, 1.0)
INK: Rgba = (0.996, 0.886, 0.886, 1.0)
MOST_LINES = 8
STRIPE_WIDTH = 56.0


def paint_card(canvas: Canvas, width: float, height: float, title: str, lines: Sequence[str]) -> None:
    """Paint a marked card of that size in design pixels, with a title and the first lines of the reasons."""
    canvas.fill(Brush(PAPER))
    _paint_stripes(canvas, width, height)
    canvas.rect((12, 12, width - 12, height - 12), 0.0, None, Pen(Brush(RED), 8.0, (40.0, 28.0), "butt"), 0.0)
    margin = min(width, height) * 0.1
    room = width - 2 * margin
    top = _paint_words(canvas, "This scene cannot be painted", margin, margin, room, RED, 34.0, 600)
    top = _paint_words(canvas, title, margin, top + 14, room, INK, 72.0, 800) + 28
    for line in _shortened(lines):
        if top > height - margin - 40:
            break
        top = _paint_words(canvas, line, margin, top, room, INK, 34.0, 450) + 16


def _shortened(lines: Sequence[str]) -> list[str]:
    more = len(lines) - MOST_LINES
    return list(lines) if more <= 0 else [*lines[:MOST_LINES], f"… and {more} more"]


def _paint_words(
    canvas: Canvas, words: str, left: float, top: float, room: float, color: Rgba, size: float, weight: int
) -> float:
    """Paint words and return where the next ones may begin."""
    block = set_text(TextSpec(words, size=size, weight=weight, align="left", max_width=room))
    canvas.save()
    canvas.transform((1.0, 0.0, 0.0, 1.0, left, top))
    for part in parts_of(block, None):
        canvas.glyphs(part.run, Brush(color), None, 0.0)
    canvas.restore()
    return top + block.height


def _paint_stripes(canvas: Canvas, width: float, height: float) -> None:
    x = -height
    while x < width:
        right = x + STRIPE_WIDTH
        path = (
            ("M", x, height),
            ("L", x + height, 0.0),
            ("L", right + height, 0.0),
            ("L", right, height),
            ("Z",),
        )
        canvas.path(path, Brush(STRIPE), None, 1.0, 0.0)
        x += 2 * STRIPE_WIDTH
