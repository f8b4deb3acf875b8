"""What a film job is asked to make: the scenes as they were when somebody asked, and how the film is to be.

An order names revisions and the content of pictures, not scenes and names, so that a film that is painted an
hour later, by another process or after a crash, is the one that was asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from workbench.errors import InputError
from workbench.render.film import Broken
from workbench.render.quality import quality_named
from workbench.scene.format import Format
from workbench.store.values import Asset, Project, Scene

FilmFile = Literal["mp4", "gif", "zip"]
MEDIA_TYPES: Mapping[str, str] = {"mp4": "video/mp4", "gif": "image/gif", "zip": "application/zip"}
"""The files a film job makes; a `zip` holds every frame as a numbered PNG."""


class FilmOrder(BaseModel):
    """The payload of a film job; `scenes` are pairs of a scene's id and its revision."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    width: int
    height: int
    fps: int
    scenes: tuple[tuple[str, int], ...]
    pictures: dict[str, str] = Field(default_factory=dict)
    file: FilmFile = "mp4"
    quality: str = "good"
    broken: Broken = "refuse"
    path: str | None = None

    @property
    def picture(self) -> Format:
        """The film's size and frame rate before its quality has a say."""
        return Format(self.width, self.height, self.fps)


def film_order(
    project: Project,
    scenes: Sequence[Scene],
    assets: Sequence[Asset],
    *,
    path: Path | None,
    file: FilmFile | None,
    quality: str,
    broken: Broken,
) -> FilmOrder:
    """Return the order for a film of these scenes; raises InputError when it could not be made at all."""
    quality_named(quality)
    if broken not in ("refuse", "skip", "card"):
        raise InputError(f"{broken!r} says nothing about broken scenes.", remedy="Use refuse, skip or card.")
    if not scenes:
        raise InputError("There is no scene to render.", remedy="Add a scene first.")
    ending = path.suffix.lower().removeprefix(".") if path else ""
    if ending and ending not in MEDIA_TYPES:
        raise InputError(
            f"{path} has an ending that no film is written to.", remedy="Use .mp4, .gif or .zip (PNG files)."
        )
    if file and ending and file != ending:
        raise InputError(f"{path} is no {file}.", remedy=f"Give a name that ends with .{file}.")
    try:
        return FilmOrder(
            name=project.name,
            width=project.width,
            height=project.height,
            fps=project.fps,
            scenes=tuple((scene.id, scene.revision) for scene in scenes),
            pictures={asset.name: asset.sha256 for asset in assets},
            file=file or ending or "mp4",
            quality=quality,
            broken=broken,
            path=str(path.absolute()) if path else None,
        )
    except ValidationError as invalid:
        raise InputError(
            f"A film cannot be a {file!r}.", remedy=f"Use one of {', '.join(MEDIA_TYPES)}."
        ) from invalid
