"""A brief becomes scenes: each part is read, cast with a template, filled, named and given a length."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, cast

from workbench.brain.beyond import wants_only_beyond
from workbench.brain.brief import Brief, Part, split_brief, subject
from workbench.brain.casting import Casting, Role
from workbench.brain.context import Context, context_of, sentence_case
from workbench.brain.facts import Facts, facts_of
from workbench.brain.filling import fill, shortened
from workbench.brain.headlines import (
    BEYOND_WORDS,
    COUNTED,
    NAME_WANTED,
    SHAPE_WORDS,
    TRANSITION,
    headline,
)
from workbench.brain.heard import told, unheard
from workbench.brain.introductions import described
from workbench.brain.lengths import spread
from workbench.brain.lexical import terms_of, words_of
from workbench.brain.packet import Packet
from workbench.brain.plan import AddScene, Plan, SetFormat, SetTransition, Step
from workbench.brain.quoting import Quoted, set_aside
from workbench.brain.retrieval import Retrieval
from workbench.brain.shaping import new_shape, ratio
from workbench.brain.spoken import number
from workbench.brain.vocabulary import (
    ADJECTIVES,
    BEYOND,
    MAKERS,
    MARKERS,
    PRESSES,
    PRODUCTS,
    SCENE_NOUNS,
    STARTERS,
    STYLE_FILLER,
    STYLES,
    VIDEOS,
    compiled,
)

MOST_SCENES = 24
_NEAR_THE_END = 60
_NEUTRAL_ITEMS = (
    "Simple to start",
    "Made for every day",
    "Yours to keep",
    "Quick to learn",
    "Kind on the eyes",
    "Open to all",
)
_CTA = r"(?P<cta>(?!action)[a-z][\w\s]{2,22}?)\s*(?:[.,;!]|$)"
_CALL = compiled(r"\bcall(?:s|ing)?(?:\s+(?:people|them|viewers))?\s+to\s+", _CTA)
_INVITE = compiled(
    r"\b(?:inviting|invite|ask|asking|tell|telling)\s+(?:people|them|viewers|users|everyone)\s+to\s+", _CTA
)
_ROUND = compiled(r"\b(?:pie|donut|doughnut|ring)\s*(?:chart|graph|diagram)?\b")
_PRESSED = compiled(rf"(?<=\S)(?:\s*[.,;!]|\s+[-–—])\s*(?P<cta>{PRESSES})\W*$")
_CALL_PLAIN = compiled(r"\b(?:call\s+to\s+action|cta|button)\b")
_TITLE_WANTED = compiled(r"^\W*(?:\w+\s+){0,3}?(?:title|headline|heading)\b")
_ONLY_WORDS = compiled(
    r"\W*(?:(?:please|add|insert|put|make|create|a|an|another|one|new|scene|slide|screen|card|headline|title|heading|that|which|says?|saying|reads?|with|the|words?|text)\W+)*\W*"
    r"(?:scene|slide|screen|card|headline|title|heading|that|says?|saying|reads?|words?|text)?\W*"
)
_STYLE = compiled(rf"\b(?:{STYLES})\b")
_IN_SCENES = compiled(r"\s*\b(?:in|with|of)\s+\w+\s+scenes?\b")
_STRUCTURE = (
    *(
        compiled(rf"\b(?:{words})\b")
        for words in (SCENE_NOUNS, STARTERS, MARKERS, MAKERS, ADJECTIVES, VIDEOS, STYLE_FILLER, *BEYOND)
    ),
    SHAPE_WORDS,
    TRANSITION,
    _STYLE,
    _CALL_PLAIN,
    NAME_WANTED,
    COUNTED,
    _IN_SCENES,
    compiled(r"\b(?:launch|product|promo|titled|entitled|headed|sub\s*titles?|runs?|running)\b"),
    compiled(rf"\b(?:our|my|the|an?)\s+(?:{PRODUCTS})\b"),
)
_FILLER = compiled(rf"\b(?:{STYLE_FILLER})\b|[\W_]")


@dataclass(slots=True)
class _Shot:
    part: Part
    facts: Facts
    title: str = ""
    role: Role | None = None


@dataclass(slots=True)
class _Board:
    """What is collected while a brief is read."""

    quoted: Quoted
    context: Context
    style: Facts
    shots: list[_Shot] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


def storyboard(packet: Packet, retrieval: Retrieval) -> Plan:
    """Return the plan that makes the scenes the packet's prompt describes."""
    quoted = set_aside(packet.prompt)
    brief = split_brief(quoted)
    board = _read(quoted, brief, packet)
    shape = new_shape(quoted.text, packet.project.format)
    casting = Casting(retrieval, ratio(shape, packet.project.format))
    for shot in board.shots:
        shot.role = casting.cast(_query(shot), shot.facts, shot.part.cue, shot.title)
    steps: list[Step] = [SetFormat(shape, because=f"The prompt asks for {shape}.")] if shape else []
    steps += _scenes(board, packet)
    steps += _transitions(quoted.text, steps)
    confidences = [shot.role.confidence for shot in board.shots if shot.role]
    return Plan(
        "steps",
        tuple(steps),
        assumed=tuple(dict.fromkeys(board.assumed)),
        ignored=tuple(
            dict.fromkeys([*board.ignored, *_unused(quoted, brief, board, steps), *_beyond(quoted.text)])
        ),
        confidence=round(sum(confidences) / max(1, len(confidences)), 2),
        reasoning=f"{len(board.shots)} scenes, chosen by {retrieval.engine}.",
    )


def _read(quoted: Quoted, brief: Brief, packet: Packet) -> _Board:
    fps = packet.project.format.fps
    board = _Board(quoted, context_of(quoted, brief.about), facts_of(quoted, brief.about, fps))
    parts: list[tuple[Part, Facts]] = []
    for part in brief.parts:
        if wants_only_beyond(part.text):
            continue
        facts = described(quoted, part.text, fps)
        if _is_style(part, facts):
            _merge_style(board.style, facts)
        else:
            parts.append((part, facts))
    if len(parts) > MOST_SCENES:
        board.ignored.append(f"Only the first {MOST_SCENES} of {len(parts)} scenes were planned.")
        parts = parts[:MOST_SCENES]
    if not parts:
        _outline(board, quoted, brief)
    for place, (part, facts) in enumerate(parts):
        board.shots.append(_shot(board, quoted, _recued(part, place, len(parts)), facts))
    return board


def _is_style(part: Part, facts: Facts) -> bool:
    if facts.texts or facts.items or facts.values:
        return False
    rest = facts.rest
    patterns = (BEYOND_WORDS, SHAPE_WORDS, TRANSITION, _STYLE)
    for pattern in patterns:
        rest = pattern.sub("", rest)
    said = facts.colors or facts.moods or facts.seconds
    return not _FILLER.sub("", rest) and bool(said or any(pattern.search(part.text) for pattern in patterns))


def _merge_style(style: Facts, more: Facts) -> None:
    style.colors |= more.colors
    style.moods += more.moods
    if more.seconds:
        style.seconds = more.seconds
        style.seconds_of = "total" if more.seconds_of == "scene" else more.seconds_of


def _recued(part: Part, place: int, count: int) -> Part:
    last = part.cue == "middle" and place == count - 1 and count > 1
    return replace(part, cue="end") if last else part


def _shot(board: _Board, quoted: Quoted, part: Part, facts: Facts) -> _Shot:
    if not board.context.name:
        name = facts.texts.get("name") or context_of(quoted, facts.rest).name
        board.context = replace(board.context, name=name)
    if "cta" not in facts.texts:
        _call_to_action(board, facts, quoted, part)
    _counted_items(board, facts)
    facts.colors = board.style.colors | facts.colors
    facts.moods = facts.moods or board.style.moods
    return _Shot(part, facts, headline(board.context, quoted, part, facts))


def _call_to_action(board: _Board, facts: Facts, quoted: Quoted, part: Part) -> None:
    match = _CALL.search(part.text) or _INVITE.search(part.text)
    if match:
        facts.texts["cta"] = sentence_case(quoted.plain(match["cta"]).strip())
        facts.rest = facts.rest.replace(match[0].strip(" .,;!"), "")
    elif pressed := _PRESSED.search(facts.rest, max(0, len(facts.rest) - _NEAR_THE_END)):
        facts.rest = facts.rest[: pressed.start()]
        if title := headline(board.context, quoted, part, facts):
            facts.texts["title"] = title
        facts.texts["cta"] = sentence_case(pressed["cta"])
    elif _CALL_PLAIN.search(part.text) and not facts.texts.get("title"):
        facts.texts["cta"] = "Get started"
        board.assumed.append('The call to action had no words: "Get started" is used.')


def _counted_items(board: _Board, facts: Facts) -> None:
    match = COUNTED.search(facts.rest)
    count = int(number(match["count"]) or 0) if match else 0
    if match and not facts.items and 2 <= count <= len(_NEUTRAL_ITEMS):
        facts.items = list(_NEUTRAL_ITEMS[:count])
        board.assumed.append(
            f"The {match[0]} were not named: {', '.join(facts.items)} stand in; name them to replace these."
        )


def _outline(board: _Board, quoted: Quoted, brief: Brief) -> None:
    """Make a video of four scenes when the brief names a subject and no scene."""
    about = _IN_SCENES.sub("", quoted.plain(brief.about))
    board.context = replace(board.context, topic=_IN_SCENES.sub("", board.context.topic))
    subject_words = board.context.headline or sentence_case(subject(about)) or "Hello"
    what = board.context.what
    statement = sentence_case(what) or _statement(board.context, subject_words)
    texts: list[tuple[Part, dict[str, str]]] = [
        (Part("opening title hero", "open"), {"title": subject_words, "subtitle": sentence_case(what)}),
        (Part("big statement words with a gradient", "middle"), {"title": statement}),
        (Part("logo reveal with particles", "middle"), {"title": subject_words, "name": subject_words}),
        (Part("button call to action sign up", "end"), {"cta": "Get started", "title": subject_words}),
    ]  # fmt: skip
    board.assumed.append(
        "No scenes were described: an opening, a statement, a logo and a call to action were planned."
    )
    for part, given in texts:
        facts = Facts(
            texts=given, rest=part.text, colors=dict(board.style.colors), moods=list(board.style.moods)
        )
        board.shots.append(_Shot(part, facts, given["title"]))


def _statement(context: Context, subject_words: str) -> str:
    """Return the line a video says about its subject when the brief gives none."""
    if context.name:
        return f"This is {context.name}"
    if re.match(r"(?:how|why|what|when|where)\b", subject_words, re.IGNORECASE):
        return f"Here is {subject_words[:1].lower()}{subject_words[1:]}"
    return f"All about {subject_words[:1].lower()}{subject_words[1:]}"


def _query(shot: _Shot) -> str:
    plain = not unheard(shot.facts.rest, ()) and _TITLE_WANTED.match(shot.part.text)
    if plain or _ONLY_WORDS.fullmatch(shot.facts.rest):
        return "title card with a headline"
    return re.sub(r"[\d.,%$€£]+", " ", SHAPE_WORDS.sub("", shot.facts.rest)).strip() or shot.title


def _scenes(board: _Board, packet: Packet) -> list[AddScene]:
    lengths = _lengths(board)
    taken = {scene.name.casefold() for scene in packet.project.scenes}
    steps = []
    for shot, seconds in zip(board.shots, lengths, strict=True):
        role = cast(Role, shot.role)
        context = board.context
        if shot.part.cue == "open" and context.what:
            shot.facts.texts.setdefault("subtitle", sentence_case(context.what))
        if shot.part.cue == "open" and context.name.casefold() not in shot.title.casefold():
            shot.facts.texts.setdefault("kicker", context.name)
        filled = fill(role.card, shot.facts, shot.title, context)
        borrowed = "quote" in filled.params and shot.title == context.headline
        name = _name("" if borrowed else shot.title, role.card.title, taken)
        said = board.quoted.original(shot.part.text)
        if not role.meant:
            board.assumed.append(f"No template matches {said!r}: {role.card.title} is used.")
        if "values" in filled.params and _ROUND.search(shot.part.text):
            board.assumed.append(f"{name}: no template has a round chart; bars show the same numbers.")
        board.assumed += [f"{name}: {line}" for line in filled.assumed]
        board.ignored += [f"{name}: {line}" for line in filled.ignored]
        because = f"{said!r} is nearest to {role.card.title}."
        steps.append(
            AddScene(
                role.card.id, filled.params, name, seconds, alternatives=role.alternatives, because=because
            )
        )
    return steps


def _unused(quoted: Quoted, brief: Brief, board: _Board, steps: Sequence[Step]) -> list[str]:
    """Return sentences about the words of a brief that neither chose a template nor are shown by it."""
    made = [step for step in steps if isinstance(step, AddScene)]
    shown = " ".join(str(value) for step in made for value in step.params.values())
    found = []
    for shot in board.shots:
        card = cast(Role, shot.role).card
        known = f"{card.title} {card.about} {' '.join(card.keywords)} {card.category} {shown}"
        found += _unheard(shot.facts.rest, known)
    found += _unheard(facts_of(quoted, brief.about).rest, f"{shown} {board.context.what}")
    words = " ".join(words_of(shown))
    lost = [piece.text for piece in quoted.pieces if not _says(words, piece.text)]
    return told([*found, *lost])


def _unheard(rest: str, known: str) -> list[str]:
    stems = {*terms_of(known)}
    heard = [match.span() for words in _STRUCTURE for match in words.finditer(rest)]
    heard += [word.span() for word in re.finditer(r"[^\W_]+", rest) if stems & {*terms_of(word[0])}]
    return [rest[start:end] for start, end in unheard(rest, heard)]


def _says(words: str, text: str) -> bool:
    """Say whether shown words are the first of a quoted text too; one that was cut has its own remark."""
    return " ".join(words_of(text)[:3]) in words


def _lengths(board: _Board) -> list[float]:
    style = board.style
    if len(board.shots) == 1 and style.seconds and not board.shots[0].facts.seconds:
        board.shots[0].facts.seconds = style.seconds
        return [style.seconds]
    each = next(
        (s.facts.seconds for s in board.shots if s.facts.seconds_of == "each" and s.facts.seconds), None
    )
    total = style.seconds if style.seconds and style.seconds_of != "each" else None
    if style.seconds and style.seconds_of == "each":
        each = style.seconds
    wanted = [shot.facts.seconds or each for shot in board.shots]
    natural = [cast(Role, shot.role).card.seconds for shot in board.shots]
    lengths, remark = spread(wanted, natural, total)
    if remark:
        board.assumed.append(remark)
    return lengths


def _name(title: str, template: str, taken: set[str]) -> str:
    base = shortened(title.strip(), 40)
    if not base or base.casefold() in taken:
        base = template
    name, count = base, 2
    while name.casefold() in taken:
        name, count = f"{base} {count}", count + 1
    taken.add(name.casefold())
    return name


def _transitions(text: str, steps: list[Step]) -> list[Step]:
    match = TRANSITION.search(text)
    if not match:
        return []
    said = (match["before"] or match["after"] or "fade").lower()
    kind = cast(Literal["cut", "fade", "slide", "wipe"], said)
    made = [place for place, step in enumerate(steps, start=1) if isinstance(step, AddScene)]
    return [
        SetTransition(f"step:{place}", kind, because=f"The prompt asks for {match[0]!r}.")
        for place in made[1:]
    ]


def _beyond(text: str) -> list[str]:
    found = [remark for words, remark in BEYOND.items() if compiled(rf"\b(?:{words})\b").search(text)]
    styles = list(dict.fromkeys(word.lower() for word in _STYLE.findall(text)))
    if styles:
        said = ", ".join(styles)
        found.append(
            f"{said}: offline, style follows colours and moods (dark, light, warm, cool, pastel, neon)."
        )
    return found
