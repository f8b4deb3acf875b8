"""Decoded pictures in the one pixel order that skia draws fast: BGRA, premultiplied."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from workbench.render.assets import picture_pixels
from workbench.render.skialib import skia


@lru_cache(maxsize=64)
def picture(encoded: bytes) -> Any:
    """Return the picture as a skia image, or None when it cannot be read."""
    pixels = picture_pixels(encoded)
    if pixels is None:
        return None
    height, width, _ = pixels.shape
    info = skia.ImageInfo.Make(width, height, skia.kBGRA_8888_ColorType, skia.kPremul_AlphaType)
    return skia.Image.MakeRasterData(info, skia.Data.MakeWithCopy(pixels), width * 4)
