"""What a render process paints with: a seam, and a fake without fonts or Skia."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import numpy as np

from workbench.render.frames import Buffer, PaintFrame
from workbench.scene.format import Format


class Easel(Protocol):
    """Opens scenes for painting at one size."""

    def scene(self, graph_json: bytes, assets: Mapping[str, bytes | Path], picture: Format) -> PaintFrame:
        """Return what paints the scene's frames."""
        ...


class GradientEasel:
    """The fake: every scene is a moving gradient of a hue of its own."""

    def scene(
        self,
        graph_json: bytes,
        assets: Mapping[str, bytes | Path],  # noqa: ARG002 - it shows none
        picture: Format,  # noqa: ARG002 - the buffer says it
    ) -> PaintFrame:
        hue = np.frombuffer(hashlib.sha256(graph_json).digest()[:3], np.uint8)

        def paint(number: int, out: Buffer) -> None:
            height, width = out.shape[:2]
            across = (np.arange(width, dtype=np.uint32) * 255 // width + 3 * number).astype(np.uint8)
            down = (np.arange(height, dtype=np.uint32) * 255 // height).astype(np.uint8)
            out[..., 0] = across ^ hue[0]
            out[..., 1] = down[:, None] ^ hue[1]
            out[..., 2] = hue[2]
            out[..., 3] = 255

        return paint
