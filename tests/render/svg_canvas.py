"""A canvas that writes an SVG document, so that another rasteriser can be asked for its opinion.

Texts are written as outlines: no font is needed to read the document. `add` and sweep gradients, which SVG
does not have, are written as `plus-lighter` and as narrow wedges.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from tests.render.outlines import color_layers, run_outline, trimmed
from tests.render.svg_ink import (
    box_attributes,
    filter_element,
    gradient_element,
    matrix,
    number,
    path_data,
    rgb,
    stroke_attributes,
    sweep_wedges,
)
from workbench.render.assets import Assets
from workbench.render.brushes import faded
from workbench.render.canvas import Affine, Box, Brush, GlyphRun, Pen, Rgba, Segment
from workbench.render.moment import grown
from workbench.render.paint_shapes import oval_outline, rounded_outline
from workbench.render.painter import paint
from workbench.scene.format import Format
from workbench.scene.staged import Staged

_BLENDS = {"add": "plus-lighter"}
_FAR: Box = (-1e4, -1e4, 1e4, 1e4)
_BLACK: Rgba = (0.0, 0.0, 0.0, 1.0)
_SEEN_THROUGH: dict[str, Rgba] = {"inside": (1.0, 1.0, 1.0, 1.0), "outside": _BLACK}


def svg_frame(staged: Staged, frame: int, picture: Format, assets: Assets | None = None) -> str:
    """Return one frame as an SVG document that looks like the painted frame."""
    canvas = SvgCanvas(staged.width, staged.height, assets)
    paint(staged, frame, canvas)
    return canvas.document(picture.width, picture.height)


class SvgCanvas:
    """Writes what is drawn into a document of `width` by `height` design pixels."""

    def __init__(self, width: float, height: float, assets: Assets | None = None) -> None:
        self._picture: Box = (0.0, 0.0, width, height)
        self._assets = assets or Assets()
        self._body: list[str] = []
        self._definitions: list[str] = []
        self._open = [0]
        self._begun = [0]
        self._matrices = [np.eye(3)]

    def document(self, width: int, height: int) -> str:
        """Return the whole document, to be shown at that many pixels."""
        _, _, right, bottom = self._picture
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {number(right)} {number(bottom)}">'
            f"<defs>{''.join(self._definitions)}</defs>{''.join(self._body)}</svg>"
        )

    def save(self) -> None:
        self._open.append(0)
        self._begun.append(len(self._body))
        self._matrices.append(self._matrices[-1])

    def restore(self) -> None:
        self._body.append("</g>" * self._open.pop())
        self._begun.pop()
        self._matrices.pop()

    def transform(self, matrix_: Affine) -> None:
        a, b, c, d, e, f = matrix_
        self._matrices[-1] = self._matrices[-1] @ np.array([[a, c, e], [b, d, f], [0, 0, 1]])
        self._group(f'transform="{matrix(matrix_)}"')

    def clip(self, box: Box, radius: float = 0.0, *, outside: bool = False) -> None:
        if outside:
            data = path_data((*rounded_outline(_FAR, 0.0), *rounded_outline(box, radius)))
            shape = f'<path clip-rule="evenodd" d="{data}"/>'
        else:
            shape = f"<rect {box_attributes(box, radius)}/>"
        name = self._define("clip", lambda name: f'<clipPath id="{name}">{shape}</clipPath>')
        self._group(f'clip-path="url(#{name})"')

    def layer(
        self, bounds: Box | None, opacity: float, blend: str, blur: float, tint: Rgba | None = None
    ) -> None:
        if blend in _SEEN_THROUGH:
            self._see_through(_SEEN_THROUGH[blend])
            return
        self.save()
        attributes = f'opacity="{number(opacity)}" style="mix-blend-mode:{_BLENDS.get(blend, blend)}"'
        if blur > 0 or tint is not None:
            region = grown(self._local(bounds or self._picture), 3 * blur + 2)
            attributes += f' filter="{self._filter(region, blur, tint)}"'
        self._group(attributes)
        self._begun[-1] = len(self._body)

    def _see_through(self, shade: Rgba) -> None:
        """Open a group that is seen through what the layer around it holds so far, or beside it.

        What was written since that layer began becomes an SVG mask, whose light is what lets through: in
        white on nothing, or in black on white.
        """
        begun = self._begun[-1]
        written = "".join(self._body[begun:])
        del self._body[begun:]
        region = self._local(self._picture)
        shape = f'<g filter="{self._filter(region, 0.0, shade)}">{written}</g>'
        if shade == _BLACK:
            shape = f'<rect {box_attributes(region)} fill="#fff"/>{shape}'
        name = self._define("mask", lambda name: _mask_element(name, region, shape))
        self.save()
        self._group(f'mask="url(#{name})"')
        self._begun[-1] = len(self._body)

    def fill(self, brush: Brush) -> None:
        everything = self._local(self._picture)
        self._draw(f"<rect {box_attributes(everything)} PAINT/>", brush, None, 0.0, everything)

    def rect(self, box: Box, radius: float, brush: Brush | None, pen: Pen | None, blur: float) -> None:
        self._draw(f"<rect {box_attributes(box, radius)} PAINT/>", brush, pen, blur, box)

    def oval(self, box: Box, brush: Brush | None, pen: Pen | None, blur: float) -> None:
        self._draw(f'<path d="{path_data(oval_outline(box))}" PAINT/>', brush, pen, blur, box)

    def path(
        self, segments: Sequence[Segment], brush: Brush | None, pen: Pen | None, trim: float, blur: float
    ) -> None:
        if trim < 1:
            segments, brush = trimmed(segments, trim), None
        if segments:
            self._draw(f'<path d="{path_data(segments)}" PAINT/>', brush, pen, blur, _box_of(segments))

    def glyphs(self, run: GlyphRun, brush: Brush, pen: Pen | None, blur: float) -> None:
        if any(color_layers(run.font, glyph) for glyph in run.glyphs[:1]):
            self._color_glyphs(run, brush, blur)
            return
        segments = run_outline(run)
        if not segments:
            return
        element = f'<path d="{path_data(segments)}" PAINT/>'
        if pen is not None:
            self._draw(element, None, pen, blur, _box_of(segments))
        self._draw(element, brush, None, blur, _box_of(segments))

    def image(self, asset: str, source: Box, target: Box, opacity: float) -> None:
        encoded, size = self._assets.encoded(asset), self._assets.size(asset)
        if encoded is None or size is None:
            return
        across = (target[2] - target[0]) / (source[2] - source[0])
        down = (target[3] - target[1]) / (source[3] - source[1])
        left, top = target[0] - source[0] * across, target[1] - source[1] * down
        whole = (left, top, left + size[0] * across, top + size[1] * down)
        self.save()
        self.clip(target)
        data = base64.b64encode(encoded).decode("ascii")
        self._body.append(
            f'<image {box_attributes(whole)} opacity="{number(opacity)}" preserveAspectRatio="none" '
            f'href="data:{_media_type(encoded)};base64,{data}"/>'
        )
        self.restore()

    def _color_glyphs(self, run: GlyphRun, brush: Brush, blur: float) -> None:
        tint = brush.color if blur > 0 else None
        self.layer(None, 1.0 if tint or brush.gradient else brush.color[3], "normal", blur, tint)
        for glyph, place in zip(run.glyphs, run.positions, strict=True):
            for layer, color in color_layers(run.font, glyph):
                segments = run_outline(replace(run, glyphs=(layer,), positions=(place,)))
                if segments:
                    self._draw(f'<path d="{path_data(segments)}" PAINT/>', Brush(color), None, 0.0, _FAR)
        self.restore()

    def _draw(self, element: str, brush: Brush | None, pen: Pen | None, blur: float, box: Box) -> None:
        """Write one shape; a sweep gradient becomes wedges seen through the shape."""
        if brush is not None and brush.gradient == "sweep":
            self._draw_through(element.replace("PAINT", 'fill="#fff"'), brush, blur, box)
            brush = None
        if pen is not None and pen.brush.gradient == "sweep":
            outline = f'fill="none" stroke="#fff" {stroke_attributes(pen)}'
            self._draw_through(element.replace("PAINT", outline), pen.brush, blur, grown(box, pen.width))
            pen = None
        if brush is None and pen is None:
            return
        ink = self._ink("fill", brush) if brush is not None else 'fill="none"'
        if pen is not None:
            ink += f" {self._ink('stroke', pen.brush)} {stroke_attributes(pen)}"
        if blur > 0:
            reach = 3 * blur + 2 + (pen.width * 2 if pen else 0)
            ink += f' filter="{self._filter(grown(box, reach), blur, None)}"'
        self._body.append(element.replace("PAINT", ink))

    def _draw_through(self, shape: str, brush: Brush, blur: float, box: Box) -> None:
        reach = grown(box, 3 * blur + 2)
        soft = f'<g filter="{self._filter(reach, blur, None)}">{shape}</g>' if blur else shape
        name = self._define("mask", lambda name: _mask_element(name, reach, soft))
        strongest = max(color[3] for _, color in brush.stops)
        whole = replace(brush, stops=tuple((at, faded(color, 1 / strongest)) for at, color in brush.stops))
        wedges = sweep_wedges(whole, reach)
        self._body.append(f'<g mask="url(#{name})" opacity="{number(strongest)}">{wedges}</g>')

    def _ink(self, role: str, brush: Brush) -> str:
        if brush.gradient is None:
            return f'{role}="{rgb(brush.color)}" {role}-opacity="{number(brush.color[3])}"'
        name = self._define("gradient", lambda name: gradient_element(brush, name))
        return f'{role}="url(#{name})"'

    def _filter(self, region: Box, blur: float, tint: Rgba | None) -> str:
        name = self._define("filter", lambda name: filter_element(name, region, blur, tint))
        return f"url(#{name})"

    def _define(self, kind: str, build: Callable[[str], str]) -> str:
        name = f"{kind}{len(self._definitions)}"
        self._definitions.append(build(name))
        return name

    def _group(self, attributes: str) -> None:
        self._body.append(f"<g {attributes}>")
        self._open[-1] += 1

    def _local(self, box: Box) -> Box:
        """Return the box, in the current space, that holds a box of the picture."""
        inverse = np.linalg.pinv(self._matrices[-1])
        left, top, right, bottom = box
        corners = inverse @ np.array([[left, right, right, left], [top, top, bottom, bottom], [1, 1, 1, 1]])
        (x1, y1), (x2, y2) = corners[:2].min(axis=1).tolist(), corners[:2].max(axis=1).tolist()
        return (x1, y1, x2, y2)


def _box_of(segments: Sequence[Segment]) -> Box:
    numbers = [float(value) for segment in segments for value in segment[1:]]
    return (min(numbers[::2]), min(numbers[1::2]), max(numbers[::2]), max(numbers[1::2]))


def _mask_element(name: str, region: Box, content: str) -> str:
    return f'<mask id="{name}" maskUnits="userSpaceOnUse" {box_attributes(region)}>{content}</mask>'


def _media_type(encoded: bytes) -> str:
    if encoded.startswith(b"\x89PNG"):
        return "image/png"
    return "image/webp" if encoded[8:12] == b"WEBP" else "image/jpeg"
