"""The benchmark scene's pictures, drawn once with Pillow, for peers that paste pictures."""

from __future__ import annotations

from math import ceil
from typing import Any

import numpy as np
from picture import CARD, DOT_OPACITY, SHADOW_OPACITY, Dot, Order, Rgb
from PIL import Image, ImageDraw, ImageFilter, ImageFont

FINER = 4


def dot_sprite(dot: Dot) -> Image.Image:
    """Return a circle, soft when it has a sigma, in the middle of its picture."""
    reach = ceil(dot.radius + 3 * dot.sigma) + 2
    mask = Image.new("L", (2 * reach * FINER, 2 * reach * FINER))
    box = [(reach - dot.radius) * FINER] * 2 + [(reach + dot.radius) * FINER] * 2
    ImageDraw.Draw(mask).ellipse(box, fill=round(255 * DOT_OPACITY))
    mask = mask.resize((2 * reach, 2 * reach), Image.Resampling.BOX)
    return _tinted(mask.filter(ImageFilter.GaussianBlur(dot.sigma)) if dot.sigma else mask, dot.color)


def card_sprite(order: Order) -> tuple[Image.Image, int]:
    """Return the card with its shadow, and how far the card's corner is from the picture's."""
    margin = ceil(order.px(90))
    size = (round(order.px(780)) + 2 * margin, round(order.px(300)) + 2 * margin)
    dark = rounded(size, margin, margin + round(order.px(18)), order, round(255 * SHADOW_OPACITY))
    shadow = _tinted(dark.filter(ImageFilter.GaussianBlur(order.px(24))), (0, 0, 0))
    shadow.alpha_composite(_tinted(rounded(size, margin, margin, order, 255), CARD))
    return shadow, margin


def rounded(size: tuple[int, int], left: int, top: int, order: Order, value: int) -> Image.Image:
    """Return a mask of the card's shape at left, top."""
    mask = Image.new("L", (size[0] * FINER, size[1] * FINER))
    box = [edge * FINER for edge in (left, top, left + order.px(780), top + order.px(300))]
    ImageDraw.Draw(mask).rounded_rectangle(box, order.px(36) * FINER, fill=value)
    return mask.resize(size, Image.Resampling.BOX)


def bar_sprite(order: Order, width: float, opacity: float) -> Image.Image:
    """Return a white pill of that width."""
    size = (max(1, round(width)), max(1, round(order.px(18))))
    mask = Image.new("L", (size[0] * FINER, size[1] * FINER))
    box = (0, 0, size[0] * FINER - 1, size[1] * FINER - 1)
    ImageDraw.Draw(mask).rounded_rectangle(box, size[1] * FINER / 2, fill=round(255 * opacity))
    return _tinted(mask.resize(size, Image.Resampling.BOX), (255, 255, 255))


def font(order: Order, size: float, weight: int) -> ImageFont.FreeTypeFont:
    """Return Inter in a size of design pixels."""
    cut = ImageFont.truetype(order.font, order.px(size))
    cut.set_variation_by_axes([32, weight])
    return cut


def words(text: str, cut: ImageFont.FreeTypeFont, opacity: float) -> Image.Image:
    """Return white text in a picture as high as the line, with a pixel's margin left and right."""
    ascent, descent = cut.getmetrics()
    mask = Image.new("L", (ceil(cut.getlength(text)) + 2, ascent + descent))
    ImageDraw.Draw(mask).text((1, ascent), text, round(255 * opacity), cut, anchor="ls")
    return _tinted(mask, (255, 255, 255))


class Ground:
    """The gradient from corner to corner, in any two colours."""

    def __init__(self, order: Order) -> None:
        x = (np.arange(order.width, dtype=np.float32) + 0.5) * order.width
        y = (np.arange(order.height, dtype=np.float32)[:, None] + 0.5) * order.height
        self._share = ((x + y) / (order.width**2 + order.height**2) * 255).astype(np.uint8)

    def at(self, colors: tuple[Rgb, Rgb]) -> Any:
        """Return RGB pixels."""
        near, far = (np.array(color, np.float32) for color in colors)
        table = near + (far - near) * (np.arange(256, dtype=np.float32)[:, None] / 255)
        return np.rint(table).astype(np.uint8)[self._share]


def _tinted(mask: Image.Image, color: Rgb) -> Image.Image:
    picture = Image.new("RGBA", mask.size, (*color, 0))
    picture.putalpha(mask)
    return picture
