"""One instruction carried out on one scene: each rule that understands it does its part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from workbench.brain.edits.draft import Draft
from workbench.brain.edits.movement import (
    remove_motion,
    set_emphasis,
    set_entrance,
    set_speed,
    set_stagger,
    set_start,
)
from workbench.brain.edits.paint import set_background, set_color, set_mood, shift_colors, take_colors
from workbench.brain.edits.parts import Ask
from workbench.brain.edits.shape import fade_parts, move, resize, reweigh, rotate
from workbench.brain.edits.structure import add_light, add_parts, remove_parts
from workbench.brain.edits.words import change_case, replace_words, set_numbers, set_plain_text, set_text
from workbench.brain.plan import EditKind, ParamValue

Rule = Callable[[Draft, Ask], bool]

ALONE: tuple[tuple[Rule, EditKind], ...] = (
    (replace_words, "surgical"),
    (remove_motion, "surgical"),
    (set_speed, "creative"),
    (add_light, "surgical"),
    (remove_parts, "structural"),
    (add_parts, "structural"),
    (set_text, "surgical"),
    (set_numbers, "surgical"),
    (change_case, "surgical"),
)
"""Rules of which the first that does something ends the work."""

TOGETHER: tuple[tuple[Rule, EditKind], ...] = (
    (set_background, "surgical"),
    (set_mood, "creative"),
    (set_color, "surgical"),
    (shift_colors, "creative"),
    (resize, "surgical"),
    (reweigh, "surgical"),
    (rotate, "surgical"),
    (fade_parts, "surgical"),
    (set_stagger, "surgical"),
    (set_start, "surgical"),
    (set_entrance, "surgical"),
    (set_emphasis, "surgical"),
    (move, "surgical"),
)
"""Rules that may all apply to one instruction: "bigger and blue"."""


@dataclass(frozen=True, slots=True)
class Performed:
    """The new source and parameters, the kind of edit, remarks; `done` is False when no rule fits."""

    done: bool
    source: str
    params: Mapping[str, ParamValue]
    edit_kind: EditKind = "surgical"
    assumed: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


def perform(source: str, params: Mapping[str, ParamValue], instruction: str) -> Performed:
    """Carry out `instruction` on a scene; nothing outside what it names changes."""
    draft, ask = Draft(source, dict(params)), Ask.of(instruction)
    for rule, kind in ALONE:
        if rule(draft, ask):
            return _performed(draft, kind)
    kinds = [kind for rule, kind in TOGETHER if rule(draft, ask)]
    if kinds:
        return _performed(draft, "creative" if "creative" in kinds else "surgical")
    done = set_plain_text(draft, ask)
    return (
        _performed(draft, "surgical") if done else Performed(False, source, {}, refused=tuple(draft.refused))
    )


def perform_like(
    source: str, params: Mapping[str, ParamValue], other_source: str, other_params: Mapping[str, ParamValue]
) -> Performed:
    """Give a scene the colours of another; its words and motion stay."""
    draft, other = Draft(source, dict(params)), Draft(other_source, dict(other_params))
    if not take_colors(draft, other):
        return Performed(False, source, {})
    draft.assumed.append("Looking alike means the background and the accent colour; words and motion stay.")
    return _performed(draft, "creative")


def _performed(draft: Draft, kind: EditKind) -> Performed:
    assumed = tuple(dict.fromkeys(draft.assumed))
    return Performed(True, draft.source, dict(draft.changed_params), kind, assumed, tuple(draft.refused))
