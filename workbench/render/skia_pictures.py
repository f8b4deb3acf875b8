"""Decoded pictures in the one pixel order that skia draws fast: BGRA, premultiplied."""

from __future__ import annotations

from typing import Any

from workbench.kept import Kept
from workbench.render.assets import picture_pixels
from workbench.render.skialib import skia

PIXEL_BYTES_KEPT = 256 * 2**20
"""Of decoded pictures, with the files they came from; the latest eight stay whatever they take."""


def picture(encoded: bytes) -> Any:
    """Return the picture as a skia image, or None when it cannot be read."""
    return (_PICTURES.get(encoded) or _PICTURES.put(encoded, (_picture(encoded),)))[0]


def _weight(encoded: bytes, found: tuple[Any]) -> int:
    return len(encoded) + (found[0].imageInfo().computeMinByteSize() if found[0] is not None else 0)


def _picture(encoded: bytes) -> Any:
    pixels = picture_pixels(encoded)
    if pixels is None:
        return None
    # Not Image.MakeRasterData: it does not keep its Data alive, and the picture becomes another's memory.
    return skia.Image.fromarray(pixels, skia.kBGRA_8888_ColorType, skia.kPremul_AlphaType, copy=True)


_PICTURES: Kept[bytes, tuple[Any]] = Kept(PIXEL_BYTES_KEPT, weigh=_weight, least=8)
