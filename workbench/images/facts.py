"""The facts of a picture, from its bytes alone: same bytes, same facts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from workbench.images.areas import areas
from workbench.images.colors import background, palette, sampled
from workbench.images.kinds import kind_of, signs
from workbench.images.light import brightness_and_contrast, edges, sharpness, transparent_share
from workbench.images.opening import Picture, open_picture
from workbench.images.patches import blocks, colored_areas, colored_lines
from workbench.images.reading import Reader
from workbench.images.values import NOT_READ, ImageFacts, TextLine
from workbench.spans import traced

SMALL_SIDE = 384
NO_READER = f"{NOT_READ}: no reader is installed (pip install onnxruntime)"


@traced("images.facts")
def facts(content: bytes, *, label: str = "the picture", reader: Reader | None = None) -> ImageFacts:
    """Measure a PNG, JPEG, WebP, GIF, AVIF or SVG; text is read when a `reader` is given.

    Raises InputError with the reason when the bytes cannot or must not be unpacked. Colours, layout and
    text are what can be known here; what the picture shows is not.
    """
    picture = open_picture(content, label)
    pixels, header = picture.pixels, picture.header
    rgb, small = sampled(pixels), _small(pixels)
    level, upright = edges(small)
    colors, places, ground = palette(rgb), areas(level, upright), background(pixels)
    kind, evidence = kind_of(signs(small, rgb, level, upright, colors, places))
    brightness, contrast = brightness_and_contrast(rgb)
    text, note = _read(picture, reader)
    return ImageFacts(
        media_type=header.media_type, width=header.width, height=header.height, frames=header.frames,
        turned=header.turned, transparent_share=transparent_share(pixels), palette=colors,
        dominant=colors[0].color if colors else None, background=ground,
        brightness=brightness, contrast=contrast, sharpness=sharpness(pixels),
        areas=colored_areas(pixels, places), kind=kind, kind_evidence=evidence, text=text, text_note=note,
        blocks=blocks(small, colors, ground),
    )  # fmt: skip


def _small(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    picture = Image.fromarray(pixels)
    picture.thumbnail((SMALL_SIDE, SMALL_SIDE), Image.Resampling.BOX, reducing_gap=None)
    return np.asarray(picture)


def _read(picture: Picture, reader: Reader | None) -> tuple[tuple[TextLine, ...] | None, str]:
    if reader is None:
        return None, NO_READER
    lines = reader.read(_on_white(picture.pixels))
    return colored_lines(picture.pixels, lines), f"read by {reader.name}"


def _on_white(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    opacity = pixels[..., 3:].astype(np.uint16)
    return ((pixels[..., :3] * opacity + 255 * (255 - opacity)) // 255).astype(np.uint8)
