"""Paints set texts: whole, letter by letter as they come and go, typed with a caret, or as program text."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import ceil, cos, pi, sin

from workbench.render.brushes import brush_at, faded, tinted
from workbench.render.canvas import Affine, Brush, GlyphRun, Pen
from workbench.render.moment import Moment, moved
from workbench.scene.measure import Glyph, TextBlock
from workbench.scene.staged import Item

BLOCKS_KEPT = 1024
BLINK_SECONDS = 1.06
_DIMMED = 0.28


@dataclass(frozen=True, slots=True)
class Part:
    """Glyphs that are drawn in one go: of one font, one colour and one row of `Units`."""

    run: GlyphRun
    color: str | None
    row: int
    dimmed: bool
    center: tuple[float, float]


def paint_text(now: Moment, item: Item, opacity: float) -> None:
    """Paint a text node."""
    block, left, top = item.block(now.frame)
    box = (left, top, left + block.width, top + block.height)
    brush = brush_at(item.values.get("color"), now.frame, box, opacity)
    pen = now.pen(item, "outline", opacity)
    now.canvas.save()
    now.canvas.transform((1.0, 0.0, 0.0, 1.0, left, top))
    if brush is not None and brush.gradient:
        brush = replace(brush, box=(0.0, 0.0, block.width, block.height))
    _paint_block(now, item, block, brush, pen)
    now.canvas.restore()


def paint_code(now: Moment, item: Item, opacity: float) -> None:
    """Paint program text on its panel."""
    panel = now.brush(item, "panel", opacity)
    box, radius = now.box(item), now.number(item.values["radius"])
    cast = now.shadow(item, opacity)
    if cast is not None:
        now.canvas.rect(moved(box, cast.x, cast.y), radius, Brush(cast.color), None, cast.sigma)
    now.canvas.rect(box, radius, panel, None, 0.0)
    for x, y, radius, color in item.values["dots"]:
        dot = Brush(faded(now.color(color), opacity))
        now.canvas.oval((x - radius, y - radius, x + radius, y + radius), dot, None, 0.0)
    block, left, top = item.block(now.frame)
    gutter: TextBlock | None = item.values.get("gutter")
    if gutter is not None:
        _paint_gutter(now, item, gutter, top, opacity)
    now.canvas.save()
    now.canvas.transform((1.0, 0.0, 0.0, 1.0, left, top))
    _paint_block(now, item, block, now.brush(item, "color", opacity), None)
    now.canvas.restore()


def caret_place(block: TextBlock, shown: int) -> tuple[float, float, float]:
    """Return x, top and bottom of the caret after the first `shown` letters, in the block's space."""
    past = [glyph for glyph in block.glyphs if glyph.letter < shown]
    if past:
        last = max(past, key=lambda glyph: glyph.letter)
        x, line = last.x + last.advance, block.lines[last.line]
    elif block.lines:
        line = block.lines[0]
        x = line.left
    else:
        return 0.0, 0.0, block.spec.size
    middle = line.baseline - block.spec.size * 0.36
    return x, middle - block.spec.size * 0.5, middle + block.spec.size * 0.5


def parts_of(block: TextBlock, unit: str | None, dimmed: frozenset[int] = frozenset()) -> tuple[Part, ...]:
    """Return what a block is drawn in: few big parts, or one per letter, word or line."""
    return _parts.get(block, unit, dimmed)


def _paint_block(now: Moment, item: Item, block: TextBlock, brush: Brush | None, pen: Pen | None) -> None:
    dimmed = frozenset(item.values.get("dimmed") or ())
    if item.reveal is None:
        parts = parts_of(block, item.units.unit if item.units else None, dimmed)
        _paint_parts(now, item, parts, brush, pen)
        return
    shown = ceil(float(item.reveal[now.frame]) - 1e-9)
    glyphs = tuple(glyph for glyph in block.glyphs if glyph.letter < shown)
    _paint_parts(now, item, _split(block, glyphs, None, dimmed), brush, pen)
    if item.values.get("cursor") and brush is not None:
        _paint_caret(now, block, shown, brush)


def _paint_parts(
    now: Moment, item: Item, parts: Iterable[Part], brush: Brush | None, pen: Pen | None
) -> None:
    cast = now.shadow(item, 1.0) if item.node.kind == "text" else None
    if cast is not None and brush is not None:
        shade = Brush(faded(cast.color, brush.color[3] if not brush.gradient else brush.stops[0][1][3]))
        for part in parts:
            _paint_part(now, item, part, shade, None, cast.sigma, (cast.x, cast.y))
    for part in parts:
        _paint_part(now, item, part, tinted(brush, part.color) if brush else None, pen, 0.0, (0.0, 0.0))


def _paint_part(
    now: Moment,
    item: Item,
    part: Part,
    brush: Brush | None,
    pen: Pen | None,
    blur: float,
    shift: tuple[float, float],
) -> None:
    share = _DIMMED if part.dimmed else 1.0
    units, frame = item.units, now.frame
    if units is not None:
        share *= float(units.opacity[part.row, frame])
    if share <= 0 or (brush is None and pen is None):
        return
    brush = Brush(CLEAR_TEXT) if brush is None else fade_brush(brush, share)
    pen = pen and replace(pen, brush=fade_brush(pen.brush, share))
    soft = float(units.blur[part.row, frame]) if units is not None else 0.0
    now.canvas.save()
    now.canvas.transform((1.0, 0.0, 0.0, 1.0, *shift))
    if units is not None:
        now.canvas.transform(_unit_matrix(item, part, frame))
    now.canvas.glyphs(part.run, brush, pen, blur + soft)
    now.canvas.restore()


CLEAR_TEXT = (0.0, 0.0, 0.0, 0.0)


def fade_brush(brush: Brush, share: float) -> Brush:
    """Return the brush at a share of its opacity."""
    if share >= 1:
        return brush
    stops = tuple((offset, faded(color, share)) for offset, color in brush.stops)
    return replace(brush, color=faded(brush.color, share), stops=stops)


def _unit_matrix(item: Item, part: Part, frame: int) -> Affine:
    units = item.units
    assert units is not None
    scale = float(units.scale[part.row, frame])
    angle = float(units.rotation[part.row, frame]) * pi / 180
    x, y = part.center
    a, b = scale * cos(angle), scale * sin(angle)
    e = x - a * x + b * y + float(units.dx[part.row, frame])
    f = y - b * x - a * y + float(units.dy[part.row, frame])
    return (a, b, -b, a, e, f)


def _paint_caret(now: Moment, block: TextBlock, shown: int, brush: Brush) -> None:
    seconds = now.seconds
    if shown >= block.letters and seconds % BLINK_SECONDS > BLINK_SECONDS / 2:
        return
    x, top, bottom = caret_place(block, shown)
    width = max(2.0, block.spec.size * 0.055)
    gap = block.spec.size * 0.06
    now.canvas.rect((x + gap, top, x + gap + width, bottom), width / 2, brush, None, 0.0)


def _paint_gutter(now: Moment, item: Item, gutter: TextBlock, top: float, opacity: float) -> None:
    brush = now.brush(item, "gutter_color", opacity)
    if brush is None:
        return
    now.canvas.save()
    now.canvas.transform((1.0, 0.0, 0.0, 1.0, float(item.values["gutter_left"]), top))
    for part in parts_of(gutter, None):
        now.canvas.glyphs(part.run, brush, None, 0.0)
    now.canvas.restore()


class _Parts:
    """Remembers the parts of the blocks painted last, by the blocks' identity."""

    def __init__(self) -> None:
        self._kept: OrderedDict[
            tuple[int, str | None, frozenset[int]], tuple[TextBlock, tuple[Part, ...]]
        ] = OrderedDict()

    def get(self, block: TextBlock, unit: str | None, dimmed: frozenset[int]) -> tuple[Part, ...]:
        key = (id(block), unit, dimmed)
        if key not in self._kept:
            self._kept[key] = (block, _split(block, block.glyphs, unit, dimmed))
            if len(self._kept) > BLOCKS_KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key][1]


_parts = _Parts()


def _split(
    block: TextBlock, glyphs: tuple[Glyph, ...], unit: str | None, dimmed: frozenset[int]
) -> tuple[Part, ...]:
    groups: dict[tuple[int, str, str | None, bool], list[Glyph]] = defaultdict(list)
    for glyph in glyphs:
        row = getattr(glyph, unit) if unit else 0
        groups[row, glyph.font, glyph.color, glyph.line in dimmed].append(glyph)
    centers = _centers(block, unit) if unit else {}
    return tuple(
        Part(_run(block, font, members), color, row, dim, centers.get(row, (0.0, 0.0)))
        for (row, font, color, dim), members in groups.items()
    )


def _run(block: TextBlock, font: str, glyphs: list[Glyph]) -> GlyphRun:
    spec = block.spec
    return GlyphRun(
        font,
        spec.size,
        spec.weight,
        tuple(glyph.glyph for glyph in glyphs),
        tuple((glyph.x, glyph.y) for glyph in glyphs),
    )


def _centers(block: TextBlock, unit: str) -> dict[int, tuple[float, float]]:
    members: dict[int, list[Glyph]] = defaultdict(list)
    for glyph in block.glyphs:
        members[getattr(glyph, unit)].append(glyph)
    centers = {}
    for row, glyphs in members.items():
        left = min(glyph.x for glyph in glyphs)
        right = max(glyph.x + glyph.advance for glyph in glyphs)
        lines = [block.lines[glyph.line] for glyph in glyphs]
        middle = (lines[0].top + lines[-1].top + lines[-1].height) / 2
        centers[row] = ((left + right) / 2, middle)
    return centers
