"""Small pictures for cards and lists, kept in memory for a while and made once for all who ask."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

from workbench.images.opening import open_picture
from workbench.store.values import Asset
from workbench.studio.workspace import Workspace

SIDE = 160


def thumbnail(workspace: Workspace, asset: Asset) -> bytes:
    """Return a PNG of at most 160 pixels of the picture's content."""
    return workspace.thumbnails.get(asset.sha256, lambda: _made(workspace.blobs.get(asset.sha256)))


def _made(content: bytes) -> bytes:
    pixels = open_picture(content, longest_side=SIDE).pixels
    target = BytesIO()
    Image.fromarray(pixels).save(target, "PNG")
    return target.getvalue()
