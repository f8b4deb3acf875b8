"""Brushes, pens, paths and fonts in skia's terms; what is costly to build is kept."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any, TypeVar

from workbench.kept import Kept
from workbench.render import fonts
from workbench.render.brushes import gradient_center, gradient_line
from workbench.render.canvas import Brush, GlyphRun, Pen, Rgba, Segment
from workbench.render.lettering import IDLE_SECONDS
from workbench.render.skialib import skia

BLENDS = {
    "normal": skia.BlendMode.kSrcOver,
    "screen": skia.BlendMode.kScreen,
    "multiply": skia.BlendMode.kMultiply,
    "overlay": skia.BlendMode.kOverlay,
    "lighten": skia.BlendMode.kLighten,
    "darken": skia.BlendMode.kDarken,
    "add": skia.BlendMode.kPlus,
    "difference": skia.BlendMode.kDifference,
    "inside": skia.BlendMode.kSrcIn,
    "outside": skia.BlendMode.kSrcOut,
}
_FONTS = skia.FontMgr.New_Custom_Empty()
GLYPHS_KEPT = 16_000
"""Of each kind of shape, and as many pieces of a path: about 1 KB each."""
_BESIDES = 2
Key = TypeVar("Key", bound=Hashable)
_CAPS = {"butt": skia.Paint.kButt_Cap, "round": skia.Paint.kRound_Cap, "square": skia.Paint.kSquare_Cap}


def fill_paint(brush: Brush, blur: float = 0.0) -> Any:
    """Return a paint that fills; `blur` is the sigma of a soft edge in the current space."""
    paint = skia.Paint(AntiAlias=True)
    if brush.gradient:
        paint.setShader(_shader(brush))
        paint.setDither(True)
    else:
        paint.setColor4f(skia.Color4f(*brush.color))
    if blur > 0:
        paint.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, blur))
    return paint


def pen_paint(pen: Pen, blur: float = 0.0, trim: float = 1.0) -> Any:
    """Return a paint that draws outlines, of `trim` (0..1) of their length."""
    paint = fill_paint(pen.brush, blur)
    paint.setStyle(skia.Paint.kStroke_Style)
    paint.setStrokeWidth(pen.width)
    paint.setStrokeCap(_CAPS[pen.cap])
    paint.setStrokeJoin(skia.Paint.kRound_Join if pen.cap == "round" else skia.Paint.kMiter_Join)
    effect = _pen_effect(pen.dash, trim)
    if effect is not None:
        paint.setPathEffect(effect)
    return paint


def color_int(color: Rgba) -> int:
    """Return a colour as skia's 32 bits: alpha, red, green, blue."""
    red, green, blue, alpha = (min(255, max(0, round(channel * 255))) for channel in color)
    return alpha << 24 | red << 16 | green << 8 | blue


def skia_path(segments: tuple[Segment, ...]) -> Any:
    """Return the path of those segments."""
    return _known(_PATHS, segments, _path)


def _path(segments: tuple[Segment, ...]) -> Any:
    path = skia.Path()
    draw = {"M": path.moveTo, "L": path.lineTo, "C": path.cubicTo, "Z": path.close}
    for verb, *numbers in segments:
        draw[verb](*numbers)
    return path


@lru_cache(maxsize=256)
def skia_font(key: str, weight: int, size: float) -> Any:
    """Return a font whose letters are neither hinted nor snapped, so that they move smoothly."""
    font = skia.Font(_typeface(fonts.instance(key, weight, size)), size)
    font.setHinting(skia.FontHinting.kNone)
    font.setSubpixel(True)
    font.setLinearMetrics(True)
    font.setBaselineSnap(False)
    font.setEdging(skia.Font.Edging.kAntiAlias)
    return font


def text_blob(run: GlyphRun) -> Any:
    """Return the glyphs as one blob."""
    return _known(_BLOBS, run, _blob)


def _blob(run: GlyphRun) -> Any:
    builder = skia.TextBlobBuilder()
    font = skia_font(run.font, run.weight, run.size)
    builder.allocRunPos(font, list(run.glyphs), [skia.Point(x, y) for x, y in run.positions])
    return builder.make()


def text_outline(run: GlyphRun) -> Any:
    """Return the outline of all glyphs for a pen: without the overlaps that variable fonts have."""
    return _known(_OUTLINES, run, _outline)


def _outline(run: GlyphRun) -> Any:
    shape = text_shape(run)
    return skia.Simplify(shape) or shape


def text_shape(run: GlyphRun) -> Any:
    """Return all glyphs as one shape to fill: exact at every place and size, where masks snap to quarters."""
    return _known(_SHAPES, run, _shape)


def _shape(run: GlyphRun) -> Any:
    font = skia_font(run.font, run.weight, run.size)
    whole = skia.Path()
    for glyph, (x, y) in zip(run.glyphs, run.positions, strict=True):
        outline = font.getPath(glyph)
        if outline is not None:
            whole.addPath(outline, x, y)
    return whole


def _kept() -> Kept[Any, Any]:
    return Kept(GLYPHS_KEPT, weigh=_weight, least=16, idle_seconds=IDLE_SECONDS)


def _weight(key: GlyphRun | tuple[Segment, ...], _: Any) -> int:
    return _BESIDES + len(key.glyphs if isinstance(key, GlyphRun) else key)


_PATHS, _BLOBS, _OUTLINES, _SHAPES = _kept(), _kept(), _kept(), _kept()


def _known(kept: Kept[Any, Any], key: Key, make: Callable[[Key], Any]) -> Any:
    found = kept.get(key)
    return kept.put(key, make(key)) if found is None else found


@lru_cache(maxsize=64)
def _typeface(cut: fonts.Instance) -> Any:
    typeface = _FONTS.makeFromFile(str(fonts.font_file(cut.key).path))
    if not cut.axes:
        return typeface
    coordinates = skia.FontArguments.VariationPosition.Coordinates()
    for tag, value in cut.axes:
        number = int.from_bytes(tag.encode("ascii"), "big")
        coordinates.append(skia.FontArguments.VariationPosition.Coordinate(number, value))
    position = skia.FontArguments.VariationPosition(coordinates)
    arguments = skia.FontArguments()
    arguments.setVariationDesignPosition(position)
    return typeface.makeClone(arguments)


def _shader(brush: Brush) -> Any:
    colors = [color_int(color) for _, color in brush.stops]
    offsets = [offset for offset, _ in brush.stops]
    if brush.gradient == "linear":
        x1, y1, x2, y2 = gradient_line(brush)
        return skia.GradientShader.MakeLinear([skia.Point(x1, y1), skia.Point(x2, y2)], colors, offsets)
    x, y, radius = gradient_center(brush)
    if brush.gradient == "radial":
        return skia.GradientShader.MakeRadial(skia.Point(x, y), radius, colors, offsets)
    turned = skia.Matrix.RotateDeg(brush.angle, skia.Point(x, y))
    return skia.GradientShader.MakeSweep(x, y, colors, offsets, localMatrix=turned)


def _pen_effect(dash: tuple[float, ...], trim: float) -> Any:
    cut = skia.TrimPathEffect.Make(0.0, max(trim, 0.0)) if trim < 1 else None
    if not dash:
        return cut
    dashes = skia.DashPathEffect.Make(list(dash) * (1 + len(dash) % 2), 0.0)
    return skia.PathEffect.MakeCompose(dashes, cut) if cut is not None else dashes
