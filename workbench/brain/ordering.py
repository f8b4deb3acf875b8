"""A prompt that is nothing but the order of the scenes: "first features, then intro"."""

from __future__ import annotations

import re

from workbench.brain.heard import without
from workbench.brain.packet import SceneView
from workbench.brain.plan import MoveScene, Step
from workbench.brain.quoting import Quoted
from workbench.brain.situation import Clause, Situation, Verdict
from workbench.brain.vocabulary import compiled

_FIRST = compiled(r"^\W*(?:please\s+)?(?:(?:put|show|let's\s+(?:have|start\s+with))\s+)?first\s+")
_NEXT = compiled(r"\s*,?\s*\b(?:and\s+)?(?:then|second|after\s+that|next)\b\s*,?\s*")
_SMALL = compiled(r"\b(?:the|comes?|scene|slide|please)\b")


def in_order(quoted: Quoted, situation: Situation) -> Verdict | None:
    """Decide a prompt that names scenes alone, in the order they should begin with."""
    text = _FIRST.sub("", quoted.text)
    if text == quoted.text or not _NEXT.search(text):
        return None
    scenes = [_only_scene(Clause(quoted, part.strip(" ,.!")), situation) for part in _NEXT.split(text)]
    now = [one.id for one in situation.project.scenes]
    steps: list[Step] = []
    for place, scene in enumerate(scenes):
        if scene is None:
            return None
        if now.index(scene.id) != place:
            now.insert(place, now.pop(now.index(scene.id)))
            steps.append(MoveScene(scene.id, place + 1, because=quoted.original(quoted.text)))
    return Verdict(steps) if steps else Verdict(answer="The scenes have that order already.")


def _only_scene(clause: Clause, situation: Situation) -> SceneView | None:
    """Return the scene when the words name one and say nothing else."""
    found = [one for one in situation.named(clause).found if not one.weak]
    rest = without(clause.text, [(one.start, one.end) for one in found])
    return found[0].scene if len(found) == 1 and not re.search(r"\w", _SMALL.sub("", rest)) else None
