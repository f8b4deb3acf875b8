"""Words of the video that a request exchanges without quotes: "change Only $99 to Only $129".

What scenes show is known, so the old words are found in it, spelled as they are shown, and both texts are
set aside as if they had been quoted. Where the old words are shown nowhere, nothing is read into them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

from workbench.brain.colors import colors_in
from workbench.brain.edits import Draft
from workbench.brain.packet import ProjectView, SceneView
from workbench.brain.quoting import MARK, Piece, Quoted
from workbench.brain.vocabulary import SCENE_NOUNS, compiled

_END = (
    r"(?=\s*(?:[.!?]\s*$|[,;\n]|$)|\s+(?:in|on|of)\s+(?:the\s+)?(?:[\w-]+\s+){0,2}(?:scene|slide)\b"
    r"|\s+(?:and|please|everywhere)\b|[.!?]\s)"
)
_NEW = rf"(?P<new>[^,;\n{MARK[1:-1]}]{{1,60}}?){_END}"
_OLD = rf"(?P<old>[^,;\n{MARK[1:-1]}]{{2,60}}?)"
_WORDS = r"(?:the\s+(?:words?|texts?|lines?|items?|points?|labels?|headlines?|titles?)\s+)?"
_EXCHANGES = (
    compiled(
        rf"\b(?:change|replace|swap|switch|turn|correct|exchange|update)\s+{_WORDS}{_OLD}\s+(?:to|with|into|by|for)\s+(?:say\s+|read\s+)?{_NEW}"
    ),
    compiled(rf"(?:^|(?<=[.;\n]))\s*{_OLD}\s*(?:->|=>|→)\s*{_NEW}"),
    compiled(
        r"\b(?:spell|write|say|call|label|name|use|put|make)\s+(?:(?:it|them|this|that|the\s+(?:\w+\s+){0,2}?one)\s+)?"
        rf"(?P<new>[^,;\n{MARK[1:-1]}]{{1,60}}?)\s+(?:instead|in\s+place)\s+of\s+{_OLD}{_END}"
    ),
)
_AMOUNT = r"(?:[$€£¥]\s?\d[\d.,]*|\d[\d.,]*\s?(?:[$€£¥]|USD|EUR|GBP|CHF|dollars|euros))"
_PRICE = compiled(
    r"\b(?:raise|lower|change|set|drop|reduce|increase|cut|make|update|bump|put)\s+(?:the\s+|our\s+|its\s+)?(?:price|cost|fee)\s+(?:up\s+|down\s+)?(?:to|at|be)?\s*"
    rf"(?P<new>{_AMOUNT}(?<![.,]))"
)
_SHOWN_AMOUNT = re.compile(_AMOUNT, re.IGNORECASE)
_A_SCENE = compiled(rf"\s*(?:an?|the|another)\s+(?:[\w-]+\s+){{0,2}}(?:{SCENE_NOUNS})\b")
_A_LOOK = compiled(
    r"\s*(?:the\s+)?(?:top|bottom|left|right|cent(?:er|re)|middle|upper\s*case|lower\s*case|capitals|bold|bigger|smaller|\d+\s*(?:px|%|s\b|seconds?))"
)

Texts = Callable[[], tuple[str, ...]]
"""Gives what the scenes show."""


def exchanged(quoted: Quoted, project: ProjectView) -> Quoted:
    """Return the request with the shown words it exchanges, and the new ones, set aside as quotes."""
    texts = cache(lambda: tuple(_texts(project)))  # read from the scenes when the first is looked for
    said = _price(quoted, texts)
    for pattern in _EXCHANGES:
        for match in reversed(list(pattern.finditer(said.text))):
            old, new = match["old"].strip(" .\"'"), match["new"].strip(" \"'")
            shown = _as_shown(old, texts)
            if shown and new and not (_A_SCENE.match(new) or _A_LOOK.match(new) or _color(new, old)):
                said = _aside(said, match, shown, said.plain(new))
    return said


def _price(quoted: Quoted, texts: Texts) -> Quoted:
    match = _PRICE.search(quoted.text)
    if match is None:
        return quoted
    found = {one[0] for text in texts() for one in _SHOWN_AMOUNT.finditer(text)}
    amounts = {one.rstrip(".,") for one in found}
    if len(amounts) != 1:
        return quoted
    return _aside(quoted, match, amounts.pop(), match["new"])


def _aside(quoted: Quoted, match: re.Match[str], old: str, new: str) -> Quoted:
    pieces = (*quoted.pieces, Piece(old, "words"), Piece(new, "words"))
    first, second = (chr(0xE000 + len(pieces) - back) for back in (2, 1))
    lead = " " if match.start() and quoted.text[match.start()].isspace() else ""
    text = f"{quoted.text[: match.start()]}{lead}change {first} to {second}{quoted.text[match.end() :]}"
    return replace(quoted, text=text, pieces=pieces)


def _as_shown(old: str, texts: Texts) -> str:
    """Return the words as a scene shows them; empty when none does, or when they only name a part."""
    if len(old) < 2 or re.fullmatch(MARK, old):
        return ""
    words = re.compile(rf"(?<!\w){re.escape(old)}(?!\w)", re.IGNORECASE)
    found = (match[0] for text in texts() if (match := words.search(text)))
    return next(found, "")


def _color(new: str, old: str) -> bool:
    """Say whether a colour, not a text, is exchanged."""
    return bool(colors_in(new) and colors_in(old))


def _texts(project: ProjectView) -> Iterator[str]:
    for scene in project.scenes:
        yield from texts_of(scene)


def texts_of(scene: SceneView) -> Iterator[str]:
    """Give every text that a scene shows: of its nodes, and of its parameters as they are now."""
    draft = Draft(scene.source, dict(scene.params))
    for name, param in draft.params().items():
        value = draft.values.get(name, param.default)
        if param.kind == "text" and isinstance(value, str) and value:
            yield value
    yield from (one.text for one in draft.elements() if one.text)
