"""Pictures from the browser: they come in parts, because a large message would break the connection."""

from __future__ import annotations

from workbench.errors import InputError, WorkbenchError
from workbench.widgets.desk import Desk, Said
from workbench.widgets.view_state import picture_names

MOST_UPLOAD_BYTES = 50 * 2**20


def upload(desk: Desk, said: Said) -> None:
    """Take one part of a picture; with the last, bring it into the project and tell its name."""
    key, parts = str(said["key"]), int(said["parts"])
    if key in desk.refused_uploads:
        return
    held = desk.uploads.setdefault(key, [])
    held.extend(bytes(each) for each in said.get("buffers", ()))
    if sum(map(len, held)) > MOST_UPLOAD_BYTES:
        del desk.uploads[key]
        desk.refused_uploads.add(key)
        desk.tell("upload_failed", key=key, view=said.get("view"), message="It is over 50 MB.")
        raise InputError(
            f"{said.get('name')} is over {MOST_UPLOAD_BYTES // 2**20} MB.", remedy="Make it smaller."
        )
    if len(held) < parts:
        return
    content = b"".join(desk.uploads.pop(key))
    desk.quick.queue(lambda _: _bring_in(desk, content, str(said.get("name") or ""), said))


def _bring_in(desk: Desk, content: bytes, name: str, said: Said) -> None:
    try:
        kept = desk.studio.add_picture(content, _free(desk, name))
    except WorkbenchError as refusal:
        desk.tell("upload_failed", key=said["key"], view=said.get("view"), message=refusal.message)
        raise
    desk.show()
    desk.tell("uploaded", name=kept.name, key=said["key"], view=said.get("view"))


def _free(desk: Desk, name: str) -> str:
    """Return the file's name without its ending, with a number when the project has one of that name."""
    stem = name.rsplit(".", 1)[0].strip() or "picture"
    taken = set(picture_names(desk.studio))
    number = 1
    while (free := stem if number == 1 else f"{stem} {number}") in taken:
        number += 1
    return free
