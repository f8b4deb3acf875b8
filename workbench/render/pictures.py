"""One frame as a picture file. Pillow, because its JPEG is three times as fast as Skia's."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from PIL import Image

from workbench.render.frames import Buffer
from workbench.render.quality import PictureKind

_OPTIONS: dict[str, dict[str, Any]] = {
    "jpeg": {"quality": 85, "subsampling": 0},
    "png": {"compress_level": 3},
    "webp": {"quality": 85, "method": 2},
}


def picture_bytes(buffer: Buffer, kind: PictureKind = "jpeg") -> bytes:
    """Return an opaque BGRA frame as a JPEG (quality 85), PNG or WebP file."""
    height, width = buffer.shape[:2]
    picture = Image.frombuffer("RGB", (width, height), buffer, "raw", "BGRX", 0, 1)
    target = BytesIO()
    picture.save(target, kind.upper(), **_OPTIONS[kind])
    return target.getvalue()
