"""Requests to make two scenes of one."""

from __future__ import annotations

from workbench.brain.plan import SplitScene
from workbench.brain.situation import Clause, Situation, Verdict
from workbench.brain.spoken import spans
from workbench.brain.targets import selected_scene
from workbench.brain.vocabulary import compiled

_SPLIT = compiled(
    r"\b(?:split|divide)\s+(?:up\s+)?(?:@|(?:(?:the|this|that|first|second|third|last)\s+)*(?:scene|intro|opening|it|this|that|one)\b)"
    r"|\b(?:split|divide|cut)\b.*\binto\s+(?:two|2)\s+scenes\b"
)
_HALVES = compiled(r"\bin(?:to)?\s+(?:two|2|half|halves)\b|\b(?:in\s+)?the\s+middle\b")


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
