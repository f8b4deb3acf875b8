"""One request about parts that no single scene has, shared out to the scenes that have them."""

from __future__ import annotations

import re
from dataclasses import replace

from workbench.brain.edits import Draft
from workbench.brain.edits.parts import Ask
from workbench.brain.packet import SceneView
from workbench.brain.situation import Clause, Situation
from workbench.brain.targets import Mention, selected_scene
from workbench.brain.vocabulary import compiled

_NOUN = r"(?:the|my|our|its)\s+[a-z][\w-]*(?:\s+[a-z][\w-]*)?"
_SEVERAL = compiled(rf"\b{_NOUN}(?:\s*,\s*(?:and\s+)?{_NOUN})*\s*,?\s+(?:and|&)\s+{_NOUN}")
_JOINT = compiled(r"\s*(?:,\s*(?:and\s+)?|\band\b|&)\s*")


def shared(clause: Clause, situation: Situation) -> list[tuple[Clause, SceneView]]:
    """Return the request once for each part with the scene that has it; nothing when one scene has all."""
    match = _SEVERAL.search(clause.text)
    elsewhere = [one for one in situation.named(clause).found if not _lies_in(one, match)]
    if match is None or elsewhere:
        return []
    nouns = [_part_in(clause, situation, noun) for noun in _JOINT.split(match[0])]
    having = [_having(clause, situation, noun) for noun in nouns]
    ids = [{one.id for one in scenes} for scenes in having]
    if not all(ids) or set.intersection(*ids):
        return []
    last = match[0].rindex(nouns[-1]) + len(nouns[-1])
    rest = match[0][last:] + clause.text[match.end() :]
    told = []
    for noun, scenes in zip(nouns, having, strict=True):
        scene = _chosen(scenes, situation)
        if scene is None:
            return []
        own = replace(clause, text=clause.text[: match.start()] + noun + rest, noticed=[])
        told.append((own, scene))
    return told


def _lies_in(mention: Mention, match: re.Match[str] | None) -> bool:
    """Say whether words for a scene are the words for one of the parts: "the chart"."""
    return match is not None and match.start() <= mention.start and mention.end <= match.end()


def _part_in(clause: Clause, situation: Situation, noun: str) -> str:
    """Return the noun without what follows it: "the button" of "the button red"."""
    ends = []
    for scene in situation.project.scenes:
        ask = Ask(clause.quoted, noun)
        ask.named(Draft(scene.source, dict(scene.params)), outright=True)
        ends += [end for _, end in ask.subjects]
    return noun[: max(ends, default=len(noun))]


def _having(clause: Clause, situation: Situation, noun: str) -> list[SceneView]:
    ask = Ask(clause.quoted, noun)
    scenes = situation.project.scenes
    return [one for one in scenes if ask.named(Draft(one.source, dict(one.params)), outright=True)]


def _chosen(scenes: list[SceneView], situation: Situation) -> SceneView | None:
    selected = selected_scene(situation.project)
    if selected is not None and any(one.id == selected.id for one in scenes):
        return selected
    return scenes[0] if len(scenes) == 1 else None
