"""Requests for one scene more that is like one that is there."""

from __future__ import annotations

from workbench.brain.plan import DuplicateScene, MoveScene, Step
from workbench.brain.situation import Clause, Situation, Verdict
from workbench.brain.targets import position_of
from workbench.brain.vocabulary import compiled

_ANOTHER = compiled(
    r"^\W*(?:(?:please|can\s+you|could\s+you|i\s+(?:want|need)|we\s+(?:want|need)|and|then|now)\s+)*"
    r"(?:(?:add|make|insert|create|give\s+me|put)\s+)?(?:an?\s+)?(?:another|new|one\s+more)\s+(?:one|scene|slide)\b"
)
_LIKE = compiled(r"\b(?:(?:just|exactly)\s+)?(?:like|similar\s+to|same\s+as|as\s+in)\s+(?:the\s+)?$")
_PLACE = compiled(r"\b(?:at|to)\s+the\s+(?:very\s+)?(?P<side>end|beginning|start|front)\b")


def another_like(clause: Clause, situation: Situation) -> Verdict | None:
    """Decide "a new one at the end like scene 2": a copy, put where it was asked for."""
    if not clause.begins(_ANOTHER):
        return None
    found = [one for one in situation.named(clause).found if not one.weak]
    model = next((one for one in found if _LIKE.search(clause.text[: one.start])), None)
    if model is None:
        return None
    before = _LIKE.search(clause.text[: model.start])
    assert before is not None
    clause.noticed.append(before.span())
    steps: list[Step] = [DuplicateScene(model.scene.id, because=clause.original)]
    place = clause.says(_PLACE)
    last = len(situation.project.scenes) + 1
    wanted = None if place is None else last if place["side"].lower() == "end" else 1
    if wanted is not None and wanted != position_of(situation.project, model.scene) + 1:
        steps.append(MoveScene(f"step:{len(situation.steps) + 1}", wanted, because=clause.original))
    return Verdict(steps, assumed=[f"The new scene is a copy of {model.scene.name}."])
