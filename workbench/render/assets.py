"""The pictures a scene uses, by asset name."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from workbench.kept import Kept

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Assets:
    """Pictures as encoded bytes or files; what cannot be read counts as missing."""

    sources: Mapping[str, bytes | Path] = field(default_factory=dict)

    def size(self, name: str) -> tuple[int, int] | None:
        """Return width and height in the picture's own pixels, upright, or None when there is none."""
        data = self.encoded(name)
        return picture_size(data) if data is not None else None

    def encoded(self, name: str) -> bytes | None:
        """Return the picture's file, or None when there is none."""
        source = self.sources.get(name)
        if isinstance(source, Path):
            return source.read_bytes() if source.is_file() else None
        return source


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Return the upright width and height of an encoded picture, or None when it cannot be read.

    Sizes are remembered by the picture's digest: the picture itself is not held for them.
    """
    digest = hashlib.blake2b(data, digest_size=16).digest()
    known = _SIZES.get(digest)
    return (known or _SIZES.put(digest, (_size(data),)))[0]


def _size(data: bytes) -> tuple[int, int] | None:
    try:
        with Image.open(io.BytesIO(data)) as picture:
            turned = picture.getexif().get(0x0112, 1) in {5, 6, 7, 8}
            width, height = picture.size
    except (UnidentifiedImageError, OSError, ValueError):
        return None
    return (height, width) if turned else (width, height)


_SIZES: Kept[bytes, tuple[tuple[int, int] | None]] = Kept(entries=4096)


def picture_pixels(data: bytes) -> Pixels | None:
    """Return an encoded picture as upright premultiplied BGRA, shape (height, width, 4), or None."""
    try:
        with Image.open(io.BytesIO(data)) as picture:
            rgba = np.asarray(ImageOps.exif_transpose(picture).convert("RGBA"))
    except (UnidentifiedImageError, OSError, ValueError):
        return None
    alpha = rgba[..., 3:].astype(np.uint16)
    bgr = (rgba[..., 2::-1] * alpha + 127) // 255
    return np.ascontiguousarray(np.concatenate([bgr.astype(np.uint8), rgba[..., 3:]], axis=2))
