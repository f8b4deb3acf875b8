"""A prompt read as requests, one after another, each seeing what the ones before will have done."""

from __future__ import annotations

import re
from dataclasses import replace

from workbench.brain import alike, answers, content, cutting, order, pictures, timing
from workbench.brain.brief import scene_like, split_brief
from workbench.brain.correcting import followed_up
from workbench.brain.everyday import said_plainly
from workbench.brain.exchanging import exchanged
from workbench.brain.heard import told, unheard, without
from workbench.brain.ordering import in_order
from workbench.brain.packet import Packet
from workbench.brain.plan import AddScene, DuplicateScene, Plan
from workbench.brain.quoting import MARK, Quoted, set_aside
from workbench.brain.rephrasing import rephrased
from workbench.brain.retrieval import Retrieval
from workbench.brain.situation import Clause, Situation, Verdict
from workbench.brain.spelling import corrected
from workbench.brain.storyboard import storyboard
from workbench.brain.targets import Mentions, mentions
from workbench.brain.vocabulary import MAKERS, SOUNDS, VIDEOS, compiled
from workbench.errors import InputError

RULES = (
    answers.undo,
    answers.leave,
    answers.denial,
    answers.idiom,
    pictures.pictured,
    answers.answer,
    answers.beyond,
    answers.set_format,
    order.rename,
    order.duplicate,
    cutting.split,
    cutting.keep,
    order.delete,
    order.transition,
    alike.another_like,
    content.like,
    content.apply_template,
    timing.set_length,
    order.arrange,
    order.reverse,
    order.move,
    content.add,
    content.edit,
    answers.generates,
    answers.vague,
)
"""The first rule that has a verdict decides a request."""

RULES_FOR_THE_REST = (timing.set_length, content.edit)
"""Rules for what a request asks beside what the first rule did."""

MOST_REQUESTS = 60
"""How many things one prompt may ask for; each takes a good tenth of a second to understand."""

_VERBS = (
    r"delete|remove|rename|call|name|make|move|add|duplicate|copy|clone|change|set|put|undo|redo|swap|shorten|extend|use|turn|apply|replace"
    r"|insert|create|cut|give|play|let|keep\s+(?:it|them|this|that)\s+(?:on\s+screen|up|there|visible)|cent(?:er|re)|rotate|switch|drop|bring|lengthen|trim|split|convert|get\s+rid"
    r"|(?:fade|slide|wipe|cut)s?\s+between"
)
_BREAK = compiled(
    rf"\s*[;\n]\s*|(?<=[.!?{MARK[1:-1]}])\s+(?=(?-i:[A-Z]))|\s*,?\s*\b(?:and\s+)?(?:then|after\s+that|afterwards)\b\s*,?\s*(?:also\s+)?"
    rf"|\s*,\s*(?:and\s+)?also\b\s*|\s*,\s*(?:and\s+)?(?:also\s+)?(?=(?:please\s+)?(?:{_VERBS})\b)|\s+(?:and|&)\s+(?:also\s+)?(?=(?:please\s+)?(?:{_VERBS})\b)"
    rf"|\s*,?\s*\band\s+(?=(?:for|in|on)\s+(?:the\s+)?[\w\s]{{2,30}}?,?\s+(?:{_VERBS})\b)"
)
_PLACE_FIRST = compiled(
    r"^\W*(?P<place>at\s+the\s+(?:very\s+)?(?:end|beginning|start))(?:\s*[:,]\s*|\s+(?=(?:an?|another|one)\s))(?P<what>(?!add|put|insert|move|remove|delete)[^.;\n]+)$"
)
_BESIDE_FIRST = compiled(
    r"^\W*(?P<place>(?:right\s+|directly\s+)?(?:before|after)\s+(?:the\s+)?[\w\s@#]{1,30}?)\s*,?\s+"
    r"(?:i|we)(?:'d|\s+would)?\s+(?:want|need|like|love)\s+(?:to\s+have\s+)?(?P<what>an?(?:other)?\s+(?:\w+\s+){0,3}?(?:scene|slide|screen)\b[^.;\n]*)"
)
_COURTESY = compiled(
    r"(?<=[.,;!?)\n])\s*(?:many\s+)?(?:thanks|thank\s+you|thx|ty|cheers|tia)(?:\s+(?:a\s+lot|a\s+ton|a\s+million|so\s+much|in\s+advance|very\s+much|again|you))*\s*[.!:)]*\s*$"
)
_PLACE_ALONE = compiled(
    r"^\W*(?:right\s+|directly\s+)?(?:after|before|in|at|on|for)\s+(?:the\s+)?[\w\s@#]{1,40}$"
)
_MOMENT = compiled(r"^\W*(?:when|whenever|once|while|as|every\s+time|each\s+time)\b")
_COMPLAINT = compiled(r"\btoo\s+(?:long|short)\W*$")
_WHOLE_VIDEO = compiled(
    rf"\s*(?:please\s+)?(?:(?:{MAKERS}|i\s+(?:want|need))\s+)?(?:me\s+|us\s+)?(?:an?|the|our|my)\s+(?:[\w-]+\s+){{0,5}}?(?:{VIDEOS})\b"
)
_ABOUT_WHAT_IS = compiled(
    r"^\W*(?:(?:please|can\s+you|could\s+you|ok|so|now)\W+)*(?:(?:in|on|for)\s+)?(?:the|this|that|its?|scene\s+\d+|make\s+(?:it|the|them|this)|let\s+the|remove|delete|change|move|set)\b"
)
_OPENING = compiled(r"^\W*(?:an?\s+)?opening\b")
_INSIDE = compiled(r"\b(?:in|into|inside|on|onto|from|of)\s+(?:the\s+)?$")
_NUMBERED = re.compile(r"^\s*(?:\(?\d{1,2}[.)]|[-*•])\s+", re.MULTILINE)


def decide(packet: Packet, retrieval: Retrieval) -> Plan:
    """Return the plan for a packet's prompt."""
    plain = said_plainly(set_aside(_COURTESY.sub("", packet.prompt) or packet.prompt))
    raw = rephrased(exchanged(followed_up(plain, packet), packet.project))
    quoted = Quoted(corrected(raw.text), raw.pieces)
    situation = Situation(packet, retrieval, packet.project)
    ordered = in_order(quoted, situation) if packet.project.scenes else None
    if ordered is not None:
        situation.take(ordered.steps)
        return _plan([Clause(quoted, quoted.text)], [ordered], situation)
    clauses = _clauses(quoted)
    if (not packet.project.scenes and not _small(clauses, situation)) or _is_brief(raw):
        brief = storyboard(packet, retrieval)
        return pictures.decided(packet, clauses, situation, brief) or brief
    _refuse_too_many(clauses)
    verdicts = [_decided(clause, situation) for clause in clauses]
    if all(verdict is None for verdict in verdicts):
        return _as_brief(quoted, packet, retrieval)
    return _plan(clauses, verdicts, situation)


def _clauses(quoted: Quoted) -> list[Clause]:
    text = _NUMBERED.sub("", quoted.text)
    text = _PLACE_FIRST.sub(lambda said: f"add {said['what']} {said['place']}", text)
    text = _BESIDE_FIRST.sub(lambda said: f"add {said['what']} {said['place'].strip()}", text)
    parts = _rejoined([part.strip(" ,") for part in _BREAK.split(text)])
    return [Clause(quoted, part) for part in parts if re.search(rf"\w|{MARK}", part)]


def _refuse_too_many(clauses: list[Clause]) -> None:
    if len(clauses) > MOST_REQUESTS:
        raise InputError(
            f"The prompt asks for {len(clauses)} things at once.",
            remedy=f"Send at most {MOST_REQUESTS} at a time; put a text that is to be shown in quotes.",
        )


def _rejoined(parts: list[str]) -> list[str]:
    """Put back together what a comma split: a place or moment with its request, a complaint with its cure."""
    joined: list[str] = []
    for part in parts:
        if joined and (
            _PLACE_ALONE.match(joined[-1]) or (_COMPLAINT.search(joined[-1]) and re.search(r"\d", part))
        ):
            later = re.match(r"\W*(?:right\s+|directly\s+)?(?:after|before)\b", joined[-1], re.IGNORECASE)
            joined[-1] = f"{part} {joined[-1]}" if later else f"{joined[-1]}, {part}"
        elif joined and _MOMENT.match(joined[-1]) and SOUNDS.search(part):
            joined[-1] = f"{part} {joined[-1]}"
        else:
            joined.append(part)
    return joined


def _decided(clause: Clause, situation: Situation) -> Verdict | None:
    named = situation.named(clause)
    for rule in RULES:
        clause.noticed.clear()
        verdict = rule(clause, situation)
        if verdict is not None:
            situation.take(verdict.steps)
            if verdict.steps:
                return _with_rest(clause, situation, named, verdict)
            _turn_to(named, situation)
            return verdict
    _turn_to(named, situation)
    return None


def _turn_to(named: Mentions, situation: Situation) -> None:
    """Let "it" mean the scene that was named, also when nothing was done about it."""
    if named.scenes:
        situation.select(named.scenes[0].id)


def _with_rest(clause: Clause, situation: Situation, named: Mentions, verdict: Verdict) -> Verdict:
    """Do what else a request asks for beside what its verdict does, and tell what nothing was done about."""
    heard = [*clause.noticed, *((mention.start, mention.end) for mention in named.found)]
    left = unheard(clause.text, heard)
    if not left:
        return verdict
    rest = Clause(clause.quoted, re.sub(r"\s{2,}", " ", without(clause.text, heard)).strip(" ,;:.-"))
    copied = any(isinstance(step, DuplicateScene) for step in verdict.steps)
    if named.scenes and len(named.scenes) == 1 and not copied:
        situation.select(named.scenes[0].id)
    for rule in RULES_FOR_THE_REST:
        more = rule(rest, situation)
        if more is not None and more.steps:
            situation.take(more.steps)
            more = _with_rest(rest, situation, situation.named(rest), more)
            return verdict.joined(more)
    verdict.ignored += told([clause.quoted.original(clause.text[start:end]) for start, end in left])
    return verdict


def _small(clauses: list[Clause], situation: Situation) -> bool:
    """Say whether a first prompt, with no scene yet, is no brief: undo, a format, a question, music."""
    if all(answers.only_beyond(clause, situation) for clause in clauses):
        return bool(clauses)
    rules = (answers.undo, answers.answer, answers.set_format, answers.vague)
    return len(clauses) == 1 and any(rule(clauses[0], situation) for rule in rules)


def _is_brief(quoted: Quoted) -> bool:
    """Say whether the prompt describes a whole video of several scenes."""
    brief = split_brief(quoted)
    return bool(_WHOLE_VIDEO.match(brief.about)) and len(brief.parts) > 1


def _as_brief(quoted: Quoted, packet: Packet, retrieval: Retrieval) -> Plan:
    matches = retrieval.rank(quoted.text)
    if packet.project.scenes and (_ABOUT_WHAT_IS.match(quoted.text) or _within(quoted, packet)):
        matches = []
    if scene_like(quoted.text) and retrieval.means_something(matches):
        brief = storyboard(packet, retrieval)
        first = brief.steps[0] if len(brief.steps) == 1 else None
        if _OPENING.match(quoted.text) and packet.project.scenes and isinstance(first, AddScene):
            return replace(brief, steps=(replace(first, position=1),))
        return brief
    said = packet.prompt.strip()[:120]
    return Plan(
        "cannot",
        message=f"I can't do that offline: I did not understand {said!r}. {answers.ABILITIES}",
        confidence=0.2,
    )


def _within(quoted: Quoted, packet: Packet) -> bool:
    """Say whether the words place something in a scene that is there."""
    if content.on_a_part(Clause(quoted, quoted.text), packet.project):
        return True
    found = mentions(quoted.text, quoted, packet.project).found
    return any(_INSIDE.search(quoted.text[: one.start]) for one in found if not one.weak)


def _plan(clauses: list[Clause], verdicts: list[Verdict | None], situation: Situation) -> Plan:
    told = [verdict for verdict in verdicts if verdict is not None]
    ignored = [line for verdict in told for line in verdict.ignored]
    ignored += [
        f"Not understood: {clause.original!r}."
        for clause, verdict in zip(clauses, verdicts, strict=True)
        if verdict is None and unheard(clause.text, ())
    ]
    assumed = tuple(dict.fromkeys(line for verdict in told for line in verdict.assumed))
    if situation.steps:
        ignored += [
            verdict.cannot or verdict.question for verdict in told if verdict.cannot or verdict.question
        ]
        confidence = min(verdict.confidence for verdict in told)
        reasoning = "; ".join(step.kind for step in situation.steps)
        return Plan("steps", tuple(situation.steps), "", assumed, tuple(ignored), confidence, reasoning)
    for outcome in ("question", "cannot", "answer"):
        message = next((text for verdict in told if (text := getattr(verdict, outcome))), "")
        if message:
            return Plan(outcome, message=message, ignored=tuple(ignored))
    return Plan("answer", message="There is nothing to change.", ignored=tuple(ignored))
