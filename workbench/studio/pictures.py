"""Bringing a picture into a project, so that scene source can show it by name."""

from __future__ import annotations

import re
import warnings
from io import BytesIO
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from workbench.errors import InputError
from workbench.events import Event
from workbench.render.assets import picture_size
from workbench.store.values import Asset
from workbench.studio.workspace import Workspace

MOST_BYTES = 50 * 2**20
MOST_PIXELS = 40_000_000
_FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "GIF": "image/gif"}


def add_picture(workspace: Workspace, project_id: str, content: bytes | str | Path, name: str = "") -> Asset:
    """Keep a PNG, JPEG, WebP or GIF, given as bytes or a path, under a name free in the project.

    Raises InputError for anything else, for files over 50 MB and for pictures over 40 megapixels; nothing
    is kept then. Without a name it gets the file's, or `picture`.
    """
    data = content if isinstance(content, bytes) else _read(Path(content))
    label = name or (_named(Path(content).stem) if not isinstance(content, bytes) else "picture")
    media_type, width, height = _looked_at(data, label)
    asset = workspace.assets.add(
        project_id,
        label,
        workspace.blobs.put(data),
        media_type,
        bytes=len(data),
        width=width,
        height=height,
        who=workspace.settings.user,
    )
    sequence = workspace.projects.get(project_id).sequence
    told = (f"Added the picture {label!r}, {width}x{height}.",)
    workspace.bus.emit(
        Event(
            "project_changed",
            project_id,
            None,
            {"action": "add_picture", "sequence": sequence, "told": told},
        )
    )
    return asset


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise InputError(f"{path.name} is over {MOST_BYTES // 2**20} MB.", remedy="Make it smaller.")
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.", remedy="Check the path.") from None


def _named(stem: str) -> str:
    return re.sub(r"[^\w .-]+", "-", stem).strip() or "picture"


def _looked_at(data: bytes, label: str) -> tuple[str, int, int]:
    if len(data) > MOST_BYTES:
        raise InputError(f"{label!r} is over {MOST_BYTES // 2**20} MB.", remedy="Make it smaller.")
    try:
        with warnings.catch_warnings(), Image.open(BytesIO(data), formats=list(_FORMATS)) as picture:
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            kind = str(picture.format)
            if picture.width * picture.height > MOST_PIXELS:
                raise InputError(
                    f"{label!r} has {picture.width}x{picture.height} pixels.",
                    remedy="Use at most 40 megapixels.",
                )
            picture.load()
    except (
        UnidentifiedImageError,
        Image.DecompressionBombWarning,
        Image.DecompressionBombError,
        OSError,
        ValueError,
        SyntaxError,
    ) as error:
        raise InputError(
            f"{label!r} is no picture that can be read: {error}.", remedy="Use PNG, JPEG, WebP or GIF."
        ) from None
    size = picture_size(data)
    assert size is not None
    return _FORMATS[kind], *size
