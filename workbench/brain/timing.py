"""Requests about how long scenes and the whole video last."""

from __future__ import annotations

import re

from workbench.brain.edits import Draft
from workbench.brain.edits.parts import Ask
from workbench.brain.edits.stretch import stretches
from workbench.brain.lengths import spread
from workbench.brain.packet import SceneView
from workbench.brain.plan import SetDuration, Step
from workbench.brain.quoting import MARK
from workbench.brain.situation import Clause, Situation, Verdict
from workbench.brain.spoken import Span, number, spans
from workbench.brain.targets import Mentions, names_all, selected_scene
from workbench.brain.vocabulary import compiled
from workbench.scene.format import MAX_SECONDS

_LENGTH = compiled(
    r"\b(?:long|longer|short|shorter|shorten|lengthen|extend|trim|cut|lasts?|lasting|duration|length|more|less|add|make|set|take|shave|knock|stays?|remains?|keep|hold|on\s+screen|give|gets?|needs?|should|be|only|just|run|down|scenes?|every|each|whole|stretch)\b"
)
_MOTION = compiled(
    r"\b(?:fade|slide|appear|enter|delay|start|animate|animation|rise|pop|wipe|reveal|type|transition|over|in\s+from)s?\b"
)
_MORE = compiled(r"\b(?:more|longer|extend|lengthen|add|stretch)\b")
_LESS = compiled(r"\b(?:less|shorter|trim|off|shorten|cut)\b")
_BY = compiled(r"\bby\s+(?:another\s+)?$|\b(?:add|trim|cut|shave|take|knock)\s+(?:another\s+)?$")
_MORE_AFTER = compiled(r"^\s*(?:more|longer|less|shorter|off)\b")
_MORE_BEFORE = compiled(r"\b(?:another|extra)\s+$")
_MAKES = compiled(
    r"^\W*(?:(?:please|can\s+you|i\s+want|now|then)\s+)*(?:add|insert|create|append|include|new)\s+(?:me\s+)?(?:an?|another|one|the)\s+"
    r"(?!half\b|few\b|couple\b|seconds?\b|minute\b|extra\b)",
    r"|^\W*(?:please\s+)?(?:(?:an?|one)\s+)?(?:new|another)\s+(?:scene|slide)\b(?!\s*\d)"
    rf"|^\W*(?:please\s+)?(?:add|insert|create|append|include)\s+[^\d{MARK[1:-1]}]*{MARK}",
)
_FOR = compiled(r"\s*(?:for|in|on)\s*(?:the\s+)?")
_AS_LONG = compiled(r"\bas\s+long\s+as\b|\bsame\s+(?:length|duration)\s+as\b")
_FACTORS = {
    r"twice\s+(?:as\s+)?long(?:er)?|double\s+(?:the\s+)?(?:length|duration)"
    r"|two\s+times\s+(?:as\s+long|longer)|lasts?\s+(?:for\s+)?(?:the\s+)?(?:double|twice)": 2.0,
    r"three\s+times\s+as\s+long|triple\s+(?:the\s+)?(?:length|duration)": 3.0,
    r"half\s+as\s+long|half\s+(?:the\s+)?(?:length|duration)|cut\b.*\bin\s+half|halve": 0.5,
    r"much\s+longer|a\s+lot\s+longer": 1.6, r"much\s+shorter|a\s+lot\s+shorter": 0.6,
    r"(?<!no )longer|too\s+short|lengthen|extend": 1.25, r"shorter|too\s+long|shorten": 0.75,
}  # fmt: skip
_FACTOR = {compiled(rf"\b(?:{words})\b"): factor for words, factor in _FACTORS.items()}
_TEXTS = compiled(
    r"\b(?:sub)?(?:titles?|headlines?|headings?)\b(?!\s+(?:scene|slide|card))|\b(?:taglines?|captions?|labels?|texts?|sentences?)\b"
)
_TIMES = compiled(r"\b(?P<times>\d+(?:\.\d+)?|three|four|five)\s*(?:x|×|times)\s*(?:as\s+long|longer)\b")
_WHOLE = compiled(
    r"\b(?:whole|entire|complete|full|total|overall)\b|\b(?:the|this|my)\s+(?:video|film|movie|project)\b|\ball\s+together\b"
)


def set_length(clause: Clause, situation: Situation) -> Verdict | None:
    """Decide a request for the length of a scene, of all scenes, or of the whole video."""
    fps = situation.project.format.fps
    if _MAKES.match(clause.text):
        return None
    said = spans(clause.text, fps)
    factor = next((value for words, value in _FACTOR.items() if clause.says(words)), None)
    if times := clause.says(_TIMES):
        factor = number(times["times"]) or 1.0
    named = situation.named(clause)
    if alike := _alike(clause, named):
        return alike
    if not said and factor is None:
        return None
    clause.noticed.extend((span.start, span.end) for span in said)
    clause.noticed.extend(match.span() for match in _LENGTH.finditer(clause.text))
    if said and (not (clause.says(_LENGTH) or _terse(clause.text, named, said)) or clause.says(_MOTION)):
        return None
    if not said and (re.search(MARK, clause.text) or _of_a_part(clause, situation, named)):
        return None
    if clause.says(_WHOLE) and said and not named.scenes:
        return _whole(clause, situation, said[0].seconds)
    if names_all(clause.text):
        return _several(clause, list(situation.project.scenes), said[0] if said else None, factor)
    if len(said) > 1 and len(said) == len(named.scenes):
        pairs = zip(named.scenes, said, strict=True)
        steps: list[Step] = [
            SetDuration(one.id, span.seconds, because=clause.original) for one, span in pairs
        ]
        return Verdict(steps)
    selected = selected_scene(situation.project)
    scenes = named.scenes or ([selected] if selected and (named.found or said) else [])
    if not scenes and selected and factor is not None:
        scenes = [selected]
    return _several(clause, scenes, said[0] if said else None, factor) if scenes else None


def _of_a_part(clause: Clause, situation: Situation, named: Mentions) -> bool:
    """Say whether it is a shape of a scene, not a scene, that should be longer or shorter."""
    ask = Ask(clause.quoted, clause.text)
    scenes = named.scenes or situation.project.scenes
    if any(
        re.search(r"scene|slide|@", clause.text[one.start : one.end], re.IGNORECASE) for one in named.found
    ):
        scenes = named.scenes
    firm = [one for one in named.found if not one.weak]
    if any("scene" not in clause.text[one.start : one.end].lower() for one in firm) and len(firm) == 1:
        bare = clause.text[: firm[0].start] + " " * (firm[0].end - firm[0].start) + clause.text[firm[0].end :]
        ask = Ask(clause.quoted, bare)
    if _TEXTS.search(ask.text):
        return True
    return any(stretches(Draft(one.source, dict(one.params)), ask) for one in scenes)


def _terse(text: str, named: Mentions, said: list[Span]) -> bool:
    """Say whether a length stands right beside a scene: "quote 5s", "150 frames for the quote"."""
    firm = [mention for mention in named.found if not mention.weak]
    behind = any(0 <= said[0].start - mention.end <= 3 for mention in firm)
    return behind or any(_FOR.fullmatch(text[said[0].end : mention.start]) for mention in firm)


def _alike(clause: Clause, named: Mentions) -> Verdict | None:
    """Decide "make the features as long as the chart"."""
    if len(named.scenes) != 2 or not clause.says(_AS_LONG):
        return None
    first, second = named.scenes
    return Verdict([SetDuration(first.id, second.duration_seconds, because=clause.original)])


def _several(clause: Clause, scenes: list[SceneView], span: Span | None, factor: float | None) -> Verdict:
    steps: list[Step] = []
    assumed = []
    for scene in scenes:
        wanted = _seconds(clause.text, scene.duration_seconds, span, factor)
        seconds = round(min(max(wanted, 0.1), MAX_SECONDS), 3)
        if seconds == scene.duration_seconds and len(scenes) > 1:
            continue
        if seconds != wanted:
            assumed.append(f"{scene.name}: a scene lasts 0.1 to {MAX_SECONDS:g} s, so it gets {seconds:g} s.")
        steps.append(SetDuration(scene.id, seconds, because=clause.original))
    if span is None and factor in (1.25, 0.75):
        assumed.append("No length was said: a quarter more or less was taken.")
    return Verdict(steps, assumed=assumed)


def _seconds(text: str, now: float, span: Span | None, factor: float | None) -> float:
    if span is None:
        return round(now * (factor or 1.0), 2)
    before, after = text[: span.start], text[span.end :]
    relative = _BY.search(before) or _MORE_AFTER.match(after) or _MORE_BEFORE.search(before)
    if not relative and "more" in text[span.start : span.end]:
        relative = _MORE.search(text)
    if relative:
        return now - span.seconds if _LESS.search(text) and not _MORE.search(after) else now + span.seconds
    return span.seconds


def _whole(clause: Clause, situation: Situation, total: float) -> Verdict:
    scenes = situation.project.scenes
    lengths, remark = spread([None] * len(scenes), [scene.duration_seconds for scene in scenes], total)
    if remark:
        return Verdict(cannot=f"{len(scenes)} scenes cannot last {total:g} s in all: each needs a second.")
    steps: list[Step] = [
        SetDuration(scene.id, seconds, because=clause.original)
        for scene, seconds in zip(scenes, lengths, strict=True)
        if seconds != scene.duration_seconds
    ]
    return Verdict(steps, assumed=["The scenes keep their share of the whole."])
