"""Which shape of picture a brief asks for."""

from __future__ import annotations

from workbench.brain.spoken import shape_in
from workbench.scene.format import Format


def new_shape(text: str, current: Format) -> str | None:
    """Return the shape the text asks for; None when it is the current one."""
    shape = shape_in(text)
    if not shape or Format.parse(shape, current.fps) == current:
        return None
    wanted = Format.parse(shape, current.fps)
    same = wanted.width * current.height == wanted.height * current.width
    return None if same and "x" not in shape and wanted.fps == current.fps else shape


def ratio(shape: str | None, current: Format) -> str:
    """Return the ratio of width to height, as templates name theirs."""
    picture = Format.parse(shape, current.fps) if shape else current
    return {"wide": "16:9", "tall": "9:16", "square": "1:1"}[picture.aspect]
