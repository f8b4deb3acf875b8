"""The form a model fills in to say what it decided: one small, flat JSON object.

Servers enforce enums, lengths and whole numbers but not bounds of fractions, so lengths are tenths of
seconds, colours are words, and scenes, templates and formats are chosen from lists. Everything has a limit:
an open list or text is written until the output ends.
"""

from __future__ import annotations

from typing import Any, get_args

from workbench.brain.packet import Packet
from workbench.brain.plan import EditKind, Outcome, PicturePlace, PictureUse
from workbench.scene.format import SHAPES

MOST_STEPS = 8
MOST_TEXTS = 10
MOST_PICTURES = 4
NONE = ""
"""Stands for "not given" wherever a word is expected; 0 does where a number is."""
WRITTEN = "(write)"
"""Chosen as a template: none fits, write the scene."""
ACTIONS = (
    "add_scene", "edit_scene", "apply_template", "set_duration", "rename_scene", "duplicate_scene",
    "split_scene", "move_scene", "delete_scene", "set_transition", "set_format", "rename_project",
    "undo", "redo",
)  # fmt: skip
ADD_IMAGE = "add_image"
"""The action about pictures; there is none of it in a project without pictures."""
TRANSITIONS = (NONE, "cut", "fade", "slide", "wipe")
_LISTED_SCENES = 60
_LISTED_PICTURES = 40

Schema = dict[str, Any]


def plan_schema(packet: Packet) -> Schema:
    """Return the JSON schema of a plan for this packet's project and templates."""
    return _object(
        outcome=_choice(*get_args(Outcome)),
        reasoning=_words(300),
        steps=_list(_step(packet), MOST_STEPS),
        message=_words(500),
        assumed=_list(_words(160), 4),
        ignored=_list(_words(160), 4),
    )


def layout_schema() -> Schema:
    """Return the JSON schema of a scene's layout: what is in it, where, and when it comes."""
    element = _object(
        name=_words(32),
        kind=_choice("text", "shape", "chart", "counter", "code", "picture", "particles", "card"),
        content=_words(160),
        place=_choice("top", "upper", "center", "lower", "bottom", "left", "right", "background"),
        starts_tenths={"type": "integer", "minimum": 0, "maximum": 600},
        comes_by=_choice("fade", "rise", "slide", "grow", "pop", "wipe", "typewriter", "draw", "at once"),
    )
    return _object(
        look=_words(200),
        container=_choice("column", "row", "grid", "stack", "free"),
        elements=_list(element, 12),
    )


def scene_references(packet: Packet) -> tuple[str, ...]:
    """Return how a plan may name scenes: by number now, or by the step that makes them."""
    numbers = range(1, min(len(packet.project.scenes), _LISTED_SCENES) + 1)
    return (*map(str, numbers), *(f"step:{number}" for number in range(1, MOST_STEPS)))


def actions(packet: Packet) -> tuple[str, ...]:
    """Return what a step may do in this packet's project."""
    return (*ACTIONS, ADD_IMAGE) if packet.pictures else ACTIONS


def _step(packet: Packet) -> Schema:
    scenes = _choice(NONE, *scene_references(packet))
    return _object(
        action=_choice(*actions(packet)),
        scene=scenes,
        template=_choice(NONE, WRITTEN, *(card.id for card in packet.templates)),
        instruction=_words(500),
        edit_kind=_choice(*get_args(EditKind)),
        targets=_list(_words(48), 6),
        like=scenes,
        name=_words(80),
        texts=_list(_object(name=_words(32), value=_words(200)), MOST_TEXTS),
        duration_tenths={"type": "integer", "minimum": 0, "maximum": 1200},
        position={"type": "integer", "minimum": 0, "maximum": 99},
        transition=_choice(*TRANSITIONS),
        format=_choice(NONE, *SHAPES),
        **_about_pictures(packet),
        because=_words(160),
    )


def _about_pictures(packet: Packet) -> dict[str, Schema]:
    names = [each.name for each in packet.pictures[:_LISTED_PICTURES]]
    if not names:
        return {}
    return {
        "pictures": _list(_choice(*names), MOST_PICTURES),
        "use": _choice(*get_args(PictureUse)),
        "place": _choice(*get_args(PicturePlace)),
    }


def _object(**fields: Schema) -> Schema:
    return {
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }


def _choice(*words: str) -> Schema:
    return {"type": "string", "enum": list(dict.fromkeys(words))}


def _words(letters: int) -> Schema:
    return {"type": "string", "maxLength": letters}


def _list(item: Schema, most: int) -> Schema:
    return {"type": "array", "items": item, "maxItems": most}
