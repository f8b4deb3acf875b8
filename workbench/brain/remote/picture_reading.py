"""The part of a filled-in form that is about pictures: names found, words mapped, the step as it is done.

The step is the one that the director without a network plans for the same request.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, get_args

from workbench.brain.packet import Packet
from workbench.brain.plan import EditKind, EditScene, PicturePlace, PictureUse, Step, WriteScene
from workbench.brain.remote.plan_schema import MOST_PICTURES

_INSTRUCTIONS = {"embed": "show it", "recreate": "recreate it", "colors": "use its colours"}
_ENDING = re.compile(r"\.(?:png|jpe?g|webp|gif|svg|avif)$", re.IGNORECASE)
_MOST_NAMES_TOLD = 12


def pictures_named(packet: Packet, wanted: Any) -> tuple[tuple[str, ...], list[str]]:
    """Return the pictures an answer names, each once, and what is wrong with the others in words."""
    known = {each.name: each.name for each in packet.pictures}
    loose = {_plain(name): name for name in reversed(known)}
    said = [wanted] if isinstance(wanted, str) else wanted if isinstance(wanted, list) else []
    names: list[str] = []
    faults: list[str] = []
    for each in said[:MOST_PICTURES]:
        name = known.get(str(each)) or loose.get(_plain(str(each)))
        if name is None:
            faults.append(_unknown(str(each)[:80], list(known)))
        else:
            names.append(name)
    if not said:
        faults.append(f"`pictures` is empty. {_there(list(known))}")
    return tuple(dict.fromkeys(names)), faults


def picture_step(
    names: tuple[str, ...],
    fields: Mapping[str, Any],
    scene: str | None,
    instruction: str,
    name: str | None,
    seconds: float | None,
    position: int | None,
    because: str,
) -> Step:
    """Return the step that shows, rebuilds or takes the colours of pictures, in a scene or in a new one."""
    use: PictureUse = fields.get("use", "")
    use = use if use and use in get_args(PictureUse) else "embed"
    place: PicturePlace = fields.get("place", "")
    place = place if use == "embed" and place in get_args(PicturePlace) else ""
    said = instruction or _INSTRUCTIONS[use]
    if scene is None:
        called = name or (names[0][:80] if use != "embed" else None)
        return WriteScene(
            said, called, seconds, position, because=because, pictures=names, use=use, place=place
        )
    kind: EditKind = "structural" if use == "embed" else "creative"
    return EditScene(scene, said, kind, because=because, pictures=names, use=use, place=place)


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", _ENDING.sub("", name.strip().removeprefix("@")).casefold()) or name


def _unknown(name: str, known: list[str]) -> str:
    close = get_close_matches(name, known, n=1)
    near = f" Did you mean {close[0]!r}?" if close else ""
    return f"there is no picture {name!r}.{near} {_there(known)}"


def _there(known: list[str]) -> str:
    told = ", ".join(map(repr, known[:_MOST_NAMES_TOLD])) + (", …" if len(known) > _MOST_NAMES_TOLD else "")
    return f"Pictures: {told or 'none'}."
