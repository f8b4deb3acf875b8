"""Bringing a picture into a project, so that scene source can show it by name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from workbench.errors import InputError
from workbench.events import Event
from workbench.images.opening import MOST_BYTES, SVG, checked_header
from workbench.images.svg import opened_svg, painted
from workbench.store.assets import add_within, checked_asset
from workbench.store.draft import changing
from workbench.store.values import Asset
from workbench.studio.analysing import IMAGE_FACTS
from workbench.studio.workspace import Workspace

DRAWN_SIDE = 2048


@dataclass(frozen=True, slots=True)
class Prepared:
    """A picture that was looked at and may be kept: its bytes, its name and its upright size."""

    content: bytes
    name: str
    media_type: str
    width: int
    height: int


def add_picture(workspace: Workspace, project_id: str, content: bytes | str | Path, name: str = "") -> Asset:
    """Keep a PNG, JPEG, WebP, GIF, AVIF or SVG, given as bytes or a path, under a name free in the project.

    The job that measures it is enqueued in the same transaction; nobody waits for it. An SVG is kept as
    a PNG of at most 2048 pixels. Raises InputError with the reason for anything else, for files over 50 MB
    and for pictures over 40 megapixels, and EnvironmentFault when the disk would have no more left than
    `WORKBENCH_DISK_RESERVE_BYTES`; nothing is kept then. Without a name it is the file's, or `picture`.
    """
    data = content if isinstance(content, bytes) else read_file(Path(content))
    label = name or (named(Path(content).stem) if not isinstance(content, bytes) else "picture")
    return keep_picture(workspace, project_id, prepared(data, label))


def prepared(content: bytes, name: str) -> Prepared:
    """Look at a picture; raises InputError with the reason when it cannot or must not be kept."""
    header = checked_header(content, name)
    if header.media_type == SVG:
        content = painted(opened_svg(content, name), DRAWN_SIDE, name)
        header = checked_header(content, name)
    return Prepared(content, name, header.media_type, header.width, header.height)


def keep_picture(workspace: Workspace, project_id: str, ready: Prepared) -> Asset:
    """Keep a picture and enqueue the job that measures it, in one transaction.

    Raises EnvironmentFault when the disk would have no more than its reserve left; nothing is kept then.
    """
    check_room(workspace, (ready,))
    digest = workspace.blobs.put(ready.content)
    size = len(ready.content)
    fields = checked_asset(ready.name, digest, ready.media_type, size, ready.width, ready.height)
    with changing(workspace.database, project_id, "add_asset", who=workspace.settings.user) as draft:
        key = add_within(workspace.database, draft, fields)
        workspace.analysing.ask(draft.connection, key, digest, project_id)
        sequence = draft.record()
    told = (f"Added the picture {ready.name!r}, {ready.width}x{ready.height}.",)
    data_of_event = {"action": "add_picture", "sequence": sequence, "told": told}
    workspace.bus.emit(Event("project_changed", project_id, None, data_of_event))
    workspace.background.work(IMAGE_FACTS)
    return workspace.assets.get(project_id, key)


def check_room(workspace: Workspace, pictures: Iterable[Prepared]) -> None:
    """Raise EnvironmentFault when these pictures together would leave less of the disk than its reserve."""
    workspace.reserve.check(workspace.blobs.folder, sum(len(each.content) for each in pictures))


def read_file(path: Path) -> bytes:
    """Return a file's bytes, or raise InputError with what is wrong with it."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise InputError(f"{path.name} is over {MOST_BYTES // 2**20} MB.", remedy="Make it smaller.")
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.", remedy="Check the path.") from None


def named(stem: str) -> str:
    """Return the name a picture gets from its file's name."""
    return re.sub(r"[^\w .-]+", "-", stem).strip() or "picture"
