"""A canvas that makes pixels with skia, straight into an array."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log2
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.render.assets import Assets
from workbench.render.backdrop import fill_backdrop, fits
from workbench.render.canvas import Affine, Box, Brush, GlyphRun, Pen, Rgba, Segment
from workbench.render.fonts import EMOJI
from workbench.render.skia_paint import (
    BLENDS,
    color_int,
    fill_paint,
    pen_paint,
    skia_path,
    text_blob,
    text_outline,
    text_shape,
)
from workbench.render.skia_pictures import picture
from workbench.render.skialib import skia

Pixels = NDArray[np.uint8]

FINE_SIGMA = 3.0
"""Painted pixels: softer blurs are computed on a smaller picture, where they still have this sigma."""

_PROPS = skia.SurfaceProps(0, skia.PixelGeometry.kUnknown_PixelGeometry)


@dataclass(slots=True)
class _Aside:
    """A picture drawn aside, to be blurred and put onto `canvas` at `left`, `top`, `shrink` times bigger."""

    canvas: Any
    surface: Any
    left: int
    top: int
    shrink: int
    sigma: float
    paint: Any
    color: Any


class SkiaCanvas:
    """Draws into `pixels`: uint8, shape (height, width, 4), BGRA premultiplied, rows contiguous.

    `scale` is painted pixels per design pixel.
    """

    def __init__(self, pixels: Pixels, scale: float, assets: Assets | None = None) -> None:
        height, width, _ = pixels.shape
        info = skia.ImageInfo.Make(width, height, skia.kBGRA_8888_ColorType, skia.kPremul_AlphaType)
        self._surface = skia.Surface.MakeRasterDirect(info, pixels, width * 4, _PROPS)
        self._pixels = pixels
        self._canvas: Any = self._surface.getCanvas()
        self._canvas.scale(scale, scale)
        self._scale = scale
        self._assets = assets or Assets()
        self._saves: list[_Aside | None] = []

    def save(self) -> None:
        self._canvas.save()
        self._saves.append(None)

    def restore(self) -> None:
        aside = self._saves.pop()
        if aside is None:
            self._canvas.restore()
        else:
            self._canvas = aside.canvas
            _put_back(aside)

    def transform(self, matrix: Affine) -> None:
        a, b, c, d, e, f = matrix
        self._canvas.concat(skia.Matrix.MakeAll(a, c, e, b, d, f, 0, 0, 1))

    def clip(self, box: Box, radius: float = 0.0, *, outside: bool = False) -> None:
        operation = skia.ClipOp.kDifference if outside else skia.ClipOp.kIntersect
        if radius > 0:
            self._canvas.clipRRect(_rrect(box, radius), operation, True)
        else:
            self._canvas.clipRect(skia.Rect(*box), operation, True)

    def layer(
        self, bounds: Box | None, opacity: float, blend: str, blur: float, tint: Rgba | None = None
    ) -> None:
        paint = skia.Paint(Alphaf=opacity, BlendMode=BLENDS[blend])
        color = None if tint is None else skia.ColorFilters.Blend(color_int(tint), skia.BlendMode.kSrcIn)
        sigma = blur * self._canvas.getTotalMatrix().mapRadius(1.0)
        if sigma > 0.05:
            self._draw_aside(bounds, sigma, paint, color)
            return
        if color is not None:
            paint.setColorFilter(color)
        area = None
        if bounds is not None:
            area = _inverse(self._canvas).mapRect(self._device_box(bounds))
        self._canvas.saveLayer(area, paint)
        self._saves.append(None)

    def fill(self, brush: Brush) -> None:
        if not self._saves and fits(brush):
            fill_backdrop(self._pixels, self._scale, brush)
        else:
            self._canvas.drawPaint(fill_paint(brush))

    def rect(self, box: Box, radius: float, brush: Brush | None, pen: Pen | None, blur: float) -> None:
        shape = _rrect(box, radius)
        for paint in _paints(brush, pen, blur):
            self._canvas.drawRRect(shape, paint)

    def oval(self, box: Box, brush: Brush | None, pen: Pen | None, blur: float) -> None:
        shape = skia.Rect(*box)
        for paint in _paints(brush, pen, blur):
            self._canvas.drawOval(shape, paint)

    def path(
        self, segments: Sequence[Segment], brush: Brush | None, pen: Pen | None, trim: float, blur: float
    ) -> None:
        path = skia_path(tuple(segments))
        if brush is not None and trim >= 1:
            self._canvas.drawPath(path, fill_paint(brush, blur))
        if pen is not None and trim > 0:
            self._canvas.drawPath(path, pen_paint(pen, blur, trim))

    def glyphs(self, run: GlyphRun, brush: Brush, pen: Pen | None, blur: float) -> None:
        if run.font == EMOJI and blur > 0:
            self.layer(None, 1.0, "normal", blur, brush.color)
            self._canvas.drawTextBlob(text_blob(run), 0, 0, skia.Paint(AntiAlias=True))
            self.restore()
            return
        if pen is not None:
            self._canvas.drawPath(text_outline(run), pen_paint(pen, blur))
        if run.font == EMOJI:
            self._canvas.drawTextBlob(text_blob(run), 0, 0, fill_paint(brush))
        else:
            self._canvas.drawPath(text_shape(run), fill_paint(brush, blur))

    def image(self, asset: str, source: Box, target: Box, opacity: float) -> None:
        encoded = self._assets.encoded(asset)
        found = picture(encoded) if encoded is not None else None
        if found is None:
            return
        paint = skia.Paint(Alphaf=opacity, AntiAlias=True)
        sampling = skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear)
        constraint = skia.Canvas.kFast_SrcRectConstraint
        self._canvas.drawImageRect(found, skia.Rect(*source), skia.Rect(*target), sampling, paint, constraint)

    def _device_box(self, bounds: Box) -> Any:
        """Return picture bounds in painted pixels of the current surface."""
        scale = self._scale
        box = skia.Rect(*(side * scale for side in bounds))
        for aside in self._saves:
            if aside is not None:
                box.offset(-aside.left, -aside.top)
                box = skia.Rect(
                    *(side / aside.shrink for side in (box.left(), box.top(), box.right(), box.bottom()))
                )
        return box

    def _draw_aside(self, bounds: Box | None, sigma: float, paint: Any, color: Any) -> None:
        clip = self._canvas.getDeviceClipBounds()
        reach = ceil(3 * sigma)
        area = skia.Rect.Make(clip).makeOutset(reach, reach)
        if bounds is not None and not area.intersect(self._device_box(bounds).makeOutset(reach, reach)):
            area = skia.Rect(0, 0, 1, 1)
        shrink = 2 ** max(0, floor(log2(sigma / FINE_SIGMA))) if sigma > FINE_SIGMA else 1
        left, top = floor(area.left()), floor(area.top())
        width = max(1, ceil((area.right() - left) / shrink))
        height = max(1, ceil((area.bottom() - top) / shrink))
        surface = skia.Surface.MakeRaster(skia.ImageInfo.MakeN32Premul(width, height), 0, _PROPS)
        canvas = surface.getCanvas()
        canvas.scale(1 / shrink, 1 / shrink)
        canvas.translate(-left, -top)
        canvas.concat(self._canvas.getTotalMatrix())
        self._saves.append(_Aside(self._canvas, surface, left, top, shrink, sigma / shrink, paint, color))
        self._canvas = canvas


def _put_back(aside: _Aside) -> None:
    image = aside.surface.makeImageSnapshot()
    width, height = image.width(), image.height()
    soft = skia.Surface.MakeRaster(skia.ImageInfo.MakeN32Premul(width, height), 0, _PROPS)
    blur = skia.Paint(ImageFilter=skia.ImageFilters.Blur(aside.sigma, aside.sigma))
    if aside.color is not None:
        blur.setColorFilter(aside.color)
    soft.getCanvas().drawImage(image, 0, 0, skia.SamplingOptions(), blur)
    canvas = aside.canvas
    canvas.save()
    canvas.resetMatrix()
    target = skia.Rect.MakeXYWH(aside.left, aside.top, width * aside.shrink, height * aside.shrink)
    sampling = skia.SamplingOptions(skia.FilterMode.kLinear)
    canvas.drawImageRect(
        soft.makeImageSnapshot(), skia.Rect.MakeWH(width, height), target, sampling, aside.paint
    )
    canvas.restore()


def _inverse(canvas: Any) -> Any:
    inverse = skia.Matrix()
    return inverse if canvas.getTotalMatrix().invert(inverse) else skia.Matrix()


def _paints(brush: Brush | None, pen: Pen | None, blur: float) -> list[Any]:
    paints = [fill_paint(brush, blur)] if brush is not None else []
    return [*paints, pen_paint(pen, blur)] if pen is not None else paints


def _rrect(box: Box, radius: float) -> Any:
    left, top, right, bottom = box
    radius = max(0.0, min(radius, (right - left) / 2, (bottom - top) / 2))
    return skia.RRect.MakeRectXY(skia.Rect(*box), radius, radius)
