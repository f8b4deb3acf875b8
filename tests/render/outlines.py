"""Outlines as segments: of glyphs, and of a part of a path's length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from math import hypot
from struct import unpack_from

import uharfbuzz as hb

from workbench.render import fonts
from workbench.render.canvas import GlyphRun, Rgba, Segment

CURVE_STEPS = 48
Point = tuple[float, float]
Contour = list[Point]


def run_outline(run: GlyphRun) -> tuple[Segment, ...]:
    """Return the outlines of all glyphs of a run, at their places."""
    cut = fonts.instance(run.font, run.weight, run.size)
    unit = run.size / fonts.face(run.font).upem
    return tuple(
        _placed(segment, unit, x, y)
        for glyph, (x, y) in zip(run.glyphs, run.positions, strict=True)
        for segment in glyph_outline(cut, glyph)
    )


def color_layers(font: str, glyph: int) -> tuple[tuple[int, Rgba], ...]:
    """Return the glyphs and colours a colour glyph is made of, lowest first; none for a plain glyph."""
    layers, palette = _color_tables(font)
    return tuple((part, palette[color]) for part, color in layers.get(glyph, ()))


@lru_cache(maxsize=8192)
def glyph_outline(cut: fonts.Instance, glyph: int) -> tuple[Segment, ...]:
    """Return one glyph's outline in font units, y growing upwards."""
    segments: list[Segment] = []
    fonts.shaper(cut).draw_glyph(glyph, _PEN, segments)
    return tuple(segments)


def trimmed(segments: Sequence[Segment], share: float) -> tuple[Segment, ...]:
    """Return the first `share` (0..1) of a path's whole length, as straight pieces."""
    contours = list(_flattened(segments))
    left = share * sum(_length(contour) for contour in contours)
    cut: list[Segment] = []
    for contour in contours:
        if left <= 0:
            break
        cut.append(("M", *contour[0]))
        for (x1, y1), (x2, y2) in pairwise(contour):
            step = hypot(x2 - x1, y2 - y1)
            part = 1.0 if step <= left else left / step if step else 0.0
            cut.append(("L", x1 + (x2 - x1) * part, y1 + (y2 - y1) * part))
            left -= step
            if left <= 0:
                break
    return tuple(cut)


def _flattened(segments: Sequence[Segment]) -> Iterator[Contour]:
    contour: Contour = []
    for verb, *numbers in segments:
        if verb == "M":
            if len(contour) > 1:
                yield contour
            contour = [(numbers[0], numbers[1])]
        elif verb == "L":
            contour.append((numbers[0], numbers[1]))
        elif verb == "C":
            contour.extend(_curve(contour[-1], numbers))
        elif contour:
            contour.append(contour[0])
    if len(contour) > 1:
        yield contour


def _curve(start: Point, numbers: Sequence[float]) -> Iterator[Point]:
    x1, y1, x2, y2, x3, y3 = numbers
    for step in range(1, CURVE_STEPS + 1):
        t = step / CURVE_STEPS
        a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
        yield a * start[0] + b * x1 + c * x2 + d * x3, a * start[1] + b * y1 + c * y2 + d * y3


def _length(contour: Contour) -> float:
    return sum(hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(contour))


def _placed(segment: Segment, unit: float, x: float, y: float) -> Segment:
    verb, *numbers = segment
    pairs = zip(numbers[::2], numbers[1::2], strict=True)
    return (verb, *(value for px, py in pairs for value in (x + px * unit, y - py * unit)))


@lru_cache(maxsize=8)
def _color_tables(font: str) -> tuple[dict[int, list[tuple[int, int]]], list[Rgba]]:
    """Return a font's colour layers by glyph, and its first palette.

    Read from COLR version 0 and CPAL here, because uharfbuzz 0.57 does not come back from
    `ot_color_palette_get_colors` for a palette of this size.
    """
    colr = fonts.face(font).reference_table("COLR").data
    cpal = fonts.face(font).reference_table("CPAL").data
    if not colr or not cpal:
        return {}, []
    _, bases, bases_at, layers_at, _ = unpack_from(">HHIIH", colr)
    layers: dict[int, list[tuple[int, int]]] = {}
    for index in range(bases):
        glyph, first, count = unpack_from(">HHH", colr, bases_at + 6 * index)
        layers[glyph] = [unpack_from(">HH", colr, layers_at + 4 * (first + part)) for part in range(count)]
    entries, _, _, colors_at = unpack_from(">HHHI", cpal, 2)
    records = (unpack_from(">BBBB", cpal, colors_at + 4 * index) for index in range(entries))
    return layers, [(red / 255, green / 255, blue / 255, alpha / 255) for blue, green, red, alpha in records]


def _glyph_pen() -> hb.DrawFuncs:
    pen = hb.DrawFuncs()
    pen.set_move_to_func(lambda x, y, to: to.append(("M", x, y)))
    pen.set_line_to_func(lambda x, y, to: to.append(("L", x, y)))
    pen.set_cubic_to_func(lambda a, b, c, d, x, y, to: to.append(("C", a, b, c, d, x, y)))
    pen.set_quadratic_to_func(_add_quadratic)
    pen.set_close_path_func(lambda to: to.append(("Z",)))
    return pen


def _add_quadratic(x1: float, y1: float, x: float, y: float, to: list[Segment]) -> None:
    x0, y0 = to[-1][-2:]
    first = (x0 + 2 / 3 * (x1 - x0), y0 + 2 / 3 * (y1 - y0))
    second = (x + 2 / 3 * (x1 - x), y + 2 / 3 * (y1 - y))
    to.append(("C", *first, *second, x, y))


_PEN = _glyph_pen()
