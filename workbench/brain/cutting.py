"""Requests to make two scenes of one, and to keep only some."""

from __future__ import annotations

from workbench.brain.heard import unheard
from workbench.brain.plan import DeleteScene, SplitScene, Step
from workbench.brain.situation import Clause, Situation, Verdict
from workbench.brain.spoken import spans
from workbench.brain.targets import selected_scene
from workbench.brain.vocabulary import compiled

_SPLIT = compiled(
    r"\b(?:split|divide)\s+(?:up\s+)?(?:@|(?:(?:the|this|that|first|second|third|last)\s+)*(?:scene|intro|opening|it|this|that|one)\b)"
    r"|\b(?:split|divide|cut)\b.*\binto\s+(?:two|2)\s+scenes\b"
)
_HALVES = compiled(r"\bin(?:to)?\s+(?:two|2|half|halves)\b|\b(?:in\s+)?the\s+middle\b")


_KEEP = compiled(r"^\W*(?:please\s+|just\s+|only\s+)*(?:keep|leave|retain)\s+(?:only|just|nothing\s+but)?\b")
_ONLY = compiled(r"\b(?:only|just|nothing\s+but)\b")


def keep(clause: Clause, situation: Situation) -> Verdict | None:
    """Decide a request to delete every scene but those it names."""
    if not clause.begins(_KEEP) or not clause.says(_ONLY):
        return None
    named = situation.named(clause)
    heard = [*clause.noticed, *((one.start, one.end) for one in named.found)]
    if not named.scenes or named.unknown or unheard(clause.text, heard):
        return None
    kept = {one.id for one in named.scenes}
    steps: list[Step] = [
        DeleteScene(one.id, because=clause.original) for one in situation.project.scenes if one.id not in kept
    ]
    return Verdict(steps) if steps else Verdict(answer="There are no other scenes.")


def split(clause: Clause, situation: Situation) -> Verdict | None:
    """Decide a request to split a scene at a time, or in half."""
    if not clause.says(_SPLIT):
        return None
    named = situation.named(clause)
    scene = next(iter(named.scenes), None) or selected_scene(situation.project)
    if scene is None:
        return Verdict(question="Which scene should be split?")
    said = spans(clause.text, situation.project.format.fps, moments=True)
    clause.notice_all()
    if not said and not clause.says(_HALVES):
        return Verdict(question=f"At which second should {scene.name!r} be split?")
    seconds = said[0].seconds if said else scene.duration_seconds / 2
    if seconds >= scene.duration_seconds:
        return Verdict(cannot=f"{scene.name!r} lasts {scene.duration_seconds:g} s; it cannot be split there.")
    assumed = [] if said else [f"In half is at {seconds:g} s."]
    return Verdict([SplitScene(scene.id, seconds, because=clause.original)], assumed=assumed)
