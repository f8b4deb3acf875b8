"""One frame as pixels or as a PNG."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from workbench.errors import InputError, RenderFailed
from workbench.render.assets import Assets
from workbench.render.brushes import brush_at, is_opaque
from workbench.render.painter import paint
from workbench.render.skia_canvas import Pixels, SkiaCanvas
from workbench.scene.format import Format
from workbench.scene.staged import Staged


def render_frame(
    staged: Staged, frame: int, picture: Format, assets: Assets | None = None, out: Pixels | None = None
) -> Pixels:
    """Return one frame as uint8 of shape (height, width, 4), BGRA, opaque where the background is.

    `out`, when given, is painted into and returned; it needs that shape and contiguous rows.
    """
    shape = (picture.height, picture.width, 4)
    if not 0 <= frame < staged.frames:
        raise InputError(
            f"There is no frame {frame} in a scene of {staged.frames}.",
            remedy=f"Ask for 0 to {staged.frames - 1}.",
        )
    if out is None:
        out = np.empty(shape, np.uint8)
    elif out.shape != shape or out.dtype != np.uint8 or not out.flags.c_contiguous:
        raise RenderFailed(
            f"A buffer of {out.shape} {out.dtype} cannot hold a frame of {shape} uint8.",
            remedy="Give a contiguous one of that shape, or none.",
        )
    if not is_opaque(brush_at(staged.background, frame, (0.0, 0.0, staged.width, staged.height))):
        out.fill(0)
    paint(staged, frame, SkiaCanvas(out, picture.scale, assets))
    return out


def png(pixels: Pixels) -> bytes:
    """Return BGRA pixels as a PNG file."""
    file = io.BytesIO()
    Image.fromarray(pixels[..., [2, 1, 0]]).save(file, "PNG")
    return file.getvalue()
