"""A brief in words, cut into scenes: lists, sentences and clauses that each describe one scene."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from workbench.brain.quoting import MARK, Quoted
from workbench.brain.vocabulary import (
    ADJECTIVES,
    ARTICLES,
    GREETINGS,
    MAKERS,
    MARKERS,
    SCENE_NOUNS,
    STARTERS,
    STYLES,
    VIDEOS,
    compiled,
    either,
)

_SHOWN = compiled(r":|\b(?:titled?|headlined?|called|named|say(?:s|ing)|read(?:s|ing))\s")
Cue = Literal["open", "end", "middle"]

_SCENE = compiled(
    rf"^\s*(?:and\s+)?(?:(?P<marker>(?:{MARKERS})\b)",
    rf"|(?P<starter>(?:please\s+)?(?:we\s+|i\s+want\s+(?:to\s+)?)?(?:{STARTERS})\b)",
    rf"|(?:{ARTICLES})\s+(?:[\w'{MARK[1:-1]}-]+\s+){{0,4}}?(?:{SCENE_NOUNS}|{GREETINGS})\b",
    rf"|(?:(?:{ADJECTIVES})\s+){{0,3}}(?:{SCENE_NOUNS}|{GREETINGS})\b)",
)
_BOUNDARY = re.compile(
    r"(?P<strong>\s*[,;.]?\s*\b(?:and\s+)?(?:then|followed\s+by|after\s+that|afterwards)\b\s*,?\s*(?!\d)|\s*;\s*)"
    r"|(?P<weak>\s*,\s*(?:and\s+(?:finally\s+|lastly\s+)?)?(?!\d)|\s+and\s+(?!\d))",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[.!?" + MARK[1:-1] + r"])\s+(?=[A-Z0-9" + MARK[1:-1] + r"])|\n+")
_BULLET = re.compile(r"^\s*(?:[-*•–]|\d{1,2}[.):]|scene\s+\d+\s*[.):-]|\(\d{1,2}\))\s+", re.IGNORECASE)
_INLINE_NUMBER = compiled(
    r"(?:^|(?<=[\s:,;.]))(?:\(?\d{1,2}[.)]|scene\s+\d+\s*:)\s+(?=[A-Za-z" + MARK[1:-1] + "])"
)
_VIDEO = compiled(rf"\b(?:{VIDEOS})\b")
_NOUN = compiled(rf"\b(?:{SCENE_NOUNS})\b")
_OPENS = compiled(
    rf"\b(?:{either('open opens opening opener start starts begin begins first intro hero')})\b"
)
_ENDS = compiled(
    rf"\b(?:{either('ends? ending clos(?:e|es|ing) finish finally lastly last outro conclude wrap')})\b"
)
_LEAD = compiled(
    rf"^\s*(?:and\s+)?(?:(?:{MARKERS})\b\s*[,:]?\s*)*",
    r"(?:please\s+|we\s+|it\s+|i\s+(?:want|need|would\s+like)\s+(?:to\s+)?|can\s+you\s+)*",
    rf"(?:(?:{STARTERS}|{MAKERS})\b\s*(?:that\s+(?!(?:says?|reads?|shows?|lists?)\b))?)?(?:me\s+|us\s+)?(?:with\b|by\b|on\b|to\b|off\b|up\b|it\b)?\s*",
)
_ASKS = compiled(rf"\s*(?:please\b|can\s+you|could\s+you|i\s+(?:want|need|would\s+like)|(?:{MAKERS})\b)")
_LINKS = either("of about with showing shows for that_shows? to on in from where which by and")
_NOUN_LEAD = compiled(
    rf"^(?:(?:{ARTICLES}|\d|{ADJECTIVES})\s+)*(?:[\w-]+\s+)?(?:{SCENE_NOUNS})(?:\s+(?:{SCENE_NOUNS}))?\b",
    rf"\s*(?P<link>(?:(?:{_LINKS})\b|[:–-])\s*)?(?:the\s+|our\s+|an?\s+)?",
)

_SCREEN = compiled(
    rf"^(?:(?:{ARTICLES}|{ADJECTIVES}|{STYLES})\s+)*",
    r"(?P<kind>(?!(?:phone|mobile|app|web|title|end|start|black|full|blank|terminal|code|browser)\b)[\w'-]+(?:\s+[\w'-]+){0,2}?)",
    r"\s+(?:screen|page|form|view|window)s?\b",
)
_OPEN_LIST = compiled(
    r"\b(?:features?|benefits?|items?|points?|reasons?|steps?|stages?|phases?|bullets?|words?|verbs?|lists?|things|tips|rules|values)\b",
    r"[^:.;\n]{0,24}:[^:]*$",
)
"""A list that was begun with a colon; its next item may look like a scene: "three steps: sign up, invite"."""
_LEADS_ON = compiled(
    rf"^\s*(?:and\s+)?(?:{STARTERS})\s+(?:with|by|on)\b",
    rf"|^\s*(?:and\s+)?(?:shows?|showing|displays?|ends?|clos(?:e|es)|finish(?:es)?)\s+[^,;]{{0,40}}?\b(?:{SCENE_NOUNS}|{GREETINGS})\b",
)
_LONE_VERB = compiled(
    r"^\s*(?:invites?|asks?|adds?|tells?|says?|counts?|types?|wraps?|follows?|cuts?|announces?|explains?|introduces?|presents?"
    r"|reveals?|displays?|shows?)\s*(?:$|[,.;!?]|\band\b)"
)
"""A verb without an object tells of no scene: "plan, invite, launch"."""
_CHOICE = compiled(r"^[^.,;:!?\n]{1,30}(?:,[^.,;:!?\n]{1,30}){1,4},?\s+or\s+[^.,;:!?\n]{1,30}[.?]?$")
"""The answers of a question, which stand in a sentence of their own."""
_NEAR = 400

_TELLS = compiled(
    r"^\s*(?:that|which|where\s+we)\s+(?:lists?|shows?|tells?|explains?|displays?|says?)(?:\s+|$)"
)


@dataclass(frozen=True, slots=True)
class Part:
    """The words for one scene, and whether they open or end the video."""

    text: str
    cue: Cue


@dataclass(frozen=True, slots=True)
class Brief:
    """What the video is about, and its scenes; `about` may be empty, `parts` too."""

    about: str
    parts: tuple[Part, ...]


def split_brief(quoted: Quoted) -> Brief:
    """Cut the text of `quoted` into scenes."""
    text = quoted.text.strip()
    about, chunks = _listed(text) or _told(text)
    parts = [Part(chunk, _cue(chunk, place, len(chunks))) for place, chunk in enumerate(chunks)]
    return Brief(about.strip(" :,.-\n"), tuple(parts))


def scene_like(clause: str) -> bool:
    """Say whether a clause begins like the description of a scene."""
    return bool(_SCENE.match(clause))


def asks(text: str) -> bool:
    """Say whether the words begin by asking for something to be made."""
    return bool(_ASKS.match(text))


def subject(rest: str) -> str:
    """Return what a description is about: its words without "show a chart of" and the like."""
    bare = _LEAD.sub("", rest, count=1)
    stripped = _TELLS.sub("", _NOUN_LEAD.sub("", bare, count=1))
    stripped = re.sub(
        r"\s+(?:with|and|in|on|of|for|to|the|an?|as|at|by|then|using)\s*$", "", f" {stripped} ".rstrip()
    )
    return re.sub(r"\s{2,}", " ", stripped).strip(" .,;:!-–")


def screen_named(rest: str) -> str:
    """Return what kind of screen a description is of, such as "log in" or "settings", or nothing."""
    match = _SCREEN.match(_LEAD.sub("", rest, count=1))
    return match["kind"] if match else ""


def _listed(text: str) -> tuple[str, list[str]] | None:
    lines = text.splitlines()
    marked = [bool(_BULLET.match(line)) for line in lines]
    if sum(marked) >= 2:
        first = marked.index(True)
        chunks: list[str] = []
        for line, starts in zip(lines[first:], marked[first:], strict=True):
            if starts:
                chunks.append(_BULLET.sub("", line).strip())
            elif line.startswith((" ", "\t")):
                chunks[-1] += " " + line.strip()
            elif line.strip():
                chunks.append(line.strip())
        return " ".join(lines[:first]), chunks
    numbers = list(_INLINE_NUMBER.finditer(text))
    if len(numbers) < 2:
        return None
    ends = [*(number.start() for number in numbers[1:]), len(text)]
    chunks = [text[number.end() : end].strip(" ,;") for number, end in zip(numbers, ends, strict=True)]
    return text[: numbers[0].start()], chunks


def _told(text: str) -> tuple[str, list[str]]:
    about, text = _preamble(text)
    chunks: list[str] = []
    for sentence in _sentences(text):
        chunks += _clauses(sentence)
    if not about and chunks and _is_about(chunks[0]):
        about = chunks.pop(0)
    return about, chunks


def _sentences(text: str) -> list[str]:
    """Return the sentences of a text; the answers that follow a question belong to it."""
    found: list[str] = []
    for sentence in filter(None, map(str.strip, _SENTENCE_END.split(text))):
        if found and found[-1].endswith("?") and _CHOICE.match(sentence):
            found[-1] += f" {sentence}"
        else:
            found.append(sentence)
    return found


def _preamble(text: str) -> tuple[str, str]:
    head, colon, tail = text.partition(":")
    sentences = _SENTENCE_END.split(head)
    if not colon or not _VIDEO.search(sentences[-1]) or len(sentences) > 2:
        return "", text
    return (head, tail) if len(_clauses(tail)) > 1 or scene_like(tail) else ("", text)


def _is_about(chunk: str) -> bool:
    found = _VIDEO.search(chunk)
    scene = _NOUN.search(chunk[: found.start()] if found else chunk)
    return bool(found) and not scene


def _clauses(sentence: str) -> list[str]:
    chunks, begin, here = [], 0, 0
    for boundary in _BOUNDARY.finditer(sentence):
        if boundary.start() < here:
            continue
        head, tail = sentence[begin : boundary.start()], sentence[boundary.end() :]
        if head.strip() and tail.strip() and _splits(head, tail, boundary["strong"]):
            chunks.append(head.strip(" ,"))
            begin = boundary.end()
        here = boundary.end()
    return [*chunks, sentence[begin:].strip(" ,")]


def _splits(head: str, tail: str, strong: str | None) -> bool:
    match = _SCENE.match(tail)
    verb = match and match["starter"]
    if strong:
        return ";" in strong or not _lists(head) or bool(match and not (verb and _is_item(head, tail)))
    if not match or re.match(r"(?:text|words|name|numbers?)\b", tail, re.IGNORECASE):
        return False
    if verb and _is_item(head, tail):
        return False
    words = re.search(r"\b(?:with|titled|called|says?|saying)\b[^,]*$", head, re.IGNORECASE)
    own_article = re.match(rf"(?:{ARTICLES})\s", tail, re.IGNORECASE)
    return bool(verb or match["marker"]) or not (":" in head or (words and not own_article))


def _is_item(head: str, tail: str) -> bool:
    """Say whether what begins like a scene goes on with a list."""
    return bool(_LONE_VERB.match(tail)) or (_lists(head) and not _LEADS_ON.match(tail))


def _lists(head: str) -> bool:
    return _OPEN_LIST.search(head, max(0, len(head) - _NEAR)) is not None


def _cue(chunk: str, place: int, count: int) -> Cue:
    chunk = _SHOWN.split(chunk, maxsplit=1)[0]  # what a scene says tells nothing about its place
    if _ENDS.search(chunk[:24]) or (place == count - 1 and count > 1 and not _OPENS.search(chunk[:16])):
        return "end"
    return "open" if place == 0 and (count > 1 or _OPENS.search(chunk[:24])) else "middle"
