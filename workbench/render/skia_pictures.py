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
    # Not Image.MakeRasterData: it does not keep its Data alive, and the picture becomes another's memory.
    return skia.Image.fromarray(pixels, skia.kBGRA_8888_ColorType, skia.kPremul_AlphaType, copy=True)
