"""Which parts of a scene an instruction is about."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from workbench.brain.colors import ColorSaid, colors_in
from workbench.brain.edits.draft import CHARTS, CONTAINERS, Draft, Element
from workbench.brain.heard import Span, without
from workbench.brain.quoting import MARK, Quoted, set_aside

_TITLES = "title headline heading header"
_MEANT_BY = {
    _TITLES: _TITLES,
    "subtitle tagline": "subtitle tagline caption",
    "caption": "caption subtitle",
    "button cta": "button cta pill",
    "bars bar chart graph": " ".join(CHARTS),
    "line rule underline": "rule line underline",
    "circle": "circle",
    "rectangle box square": "rect",
    "particles": "particles",
    "code": "code",
    "number counter": "counter",
    "image picture photo": "image",
    "logo mark": "logo mark",
    "list": "list items",
}
MEANT_BY = {word: frozenset(names.split()) for words, names in _MEANT_BY.items() for word in words.split()}
"""What a word for a part of a scene may be called in the source: names and kinds of nodes."""

_THE_PART = re.compile(
    r"\bthe\s+(?P<part>logo|button|cta|chart|graph|image|picture|photo|particles|circle|subtitle|caption|"
    r"moon|sun|sky|clouds?|mountains?|planet|rocket|car|house|tree|flower|dog|cat|bird|horse|fish|man|woman|"
    r"person|face)\b",
    re.IGNORECASE,
)
_MAIN_NAMES = ("name", "quote")
_WORD = re.compile(r"[A-Za-z][\w-]*")
_ANCHOR = re.compile(
    r"\b(?:under(?:neath)?|below|above|behind|beneath|beside|next\s+to|on\s+top\s+of|in\s+front\s+of)\s+(?:the|its|my|this|that)\s+"
    r"(?:(?:[\w-]+\s+){1,2}(?:title|headline|heading|subtitle|button|text|quote|chart|list|logo)\b|\w+)",
    re.IGNORECASE,
)
_ANCHORS_ARE_MEANT = re.compile(r"\b(?:shadow|glow|border|outline)\b", re.IGNORECASE)
_ITEMS = re.compile(
    r"\b(?:all|every|each|the)\s+(?:of\s+)?(?:the\s+|my\s+)?(?:(?:two|three|four|five|six|\d+)\s+)?"
    r"(?:(?:list|bullet)\s+(?:items?|points?|entries)|items?|bullets?|bullet\s+points?|features|benefits|steps|points|reasons|entries|list\s+entries)\b(?!\s+(?:scene|slide))",
    re.IGNORECASE,
)
_TEXT_OF = re.compile(
    r"\b(?:texts?|words?|labels?|letters|lettering|font|caption)\s+(?:of|on|in|inside)\s+(?:the\s+|my\s+|this\s+)?(?P<box>\w+)",
    re.IGNORECASE,
)
_ALL_TEXT = re.compile(r"\b(?:texts?|words|letters|lettering|fonts?|typography)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Ask:
    """One instruction with its quotes set aside; `noticed` collects where rules found their words."""

    quoted: Quoted
    text: str
    noticed: list[Span] = field(default_factory=list, compare=False)
    subjects: list[Span] = field(default_factory=list, compare=False)

    @classmethod
    def of(cls, instruction: str) -> Ask:
        """Read an instruction."""
        quoted = set_aside(instruction)
        return cls(quoted, quoted.text)

    def says(self, words: re.Pattern[str]) -> re.Match[str] | None:
        """Return where the instruction says the words, and notice them."""
        match = words.search(self.text)
        if match:
            self.noticed.append(match.span())
        return match

    def notice(self, start: int, end: int) -> None:
        """Count a stretch of the instruction as heard when the rule at work does something."""
        self.noticed.append((start, end))

    def marks(self) -> list[str]:
        """Return the quoted texts in order, and notice them."""
        found = list(re.finditer(MARK, self.text))
        self.noticed.extend(mark.span() for mark in found)
        return [self.quoted.piece(mark[0]).text for mark in found]

    def colors(self) -> list[ColorSaid]:
        """Return the colours the instruction names; the rule notices those it takes."""
        return colors_in(self.text)

    def take(self, color: ColorSaid) -> str:
        """Notice a colour and return it as hex."""
        self.noticed.append((color.start, color.end))
        return color.hex

    def named(self, draft: Draft, *, outright: bool = False) -> list[Element]:
        """Return the elements the instruction names: by name, by kind, by what they say, or by role.

        Words for text as such mean every text, unless only what is named `outright` counts.
        """
        anchored = list(_ANCHOR.finditer(self.text))
        if anchored and not outright and not _ANCHORS_ARE_MEANT.search(self.text):
            spans = [match.span() for match in anchored]
            own = Ask(self.quoted, without(self.text, spans), self.noticed, self.subjects)
            if found := own.named(draft):
                self.noticed.extend(spans)
                return found
        elements = draft.elements()
        if inside := self._inside(elements):
            return inside
        found = self._every_item(draft)
        for word, span in _that_may_name(elements, _candidates(self.quoted, self.text)):
            if any(_is_named(one, word) for one in found):
                self._meant(span)
            rest = [one for one in elements if one not in found]
            meant = next((one for one in rest if _is_named(one, word)), None)
            meant = meant or (None if found else _by_role(elements, word))
            if meant is not None:
                found.append(meant)
                self._meant(span)
        if not found and not outright and (match := _ALL_TEXT.search(self.text)):
            found = [element for element in elements if element.kind == "text"]
            self._meant(match.span())
        return found

    def nearness(self, draft: Draft) -> int:
        """Return how well the scene's parts are named: 2 for each by its own name, 1 for each by its role."""
        named = self.named(draft, outright=True)
        words = [word for word, _ in _that_may_name(named, _candidates(self.quoted, self.text))]
        return sum(_nearness(one, words) for one in named)

    def _every_item(self, draft: Draft) -> list[Element]:
        """Return the items of the scene's list when all of them are meant."""
        match = _ITEMS.search(self.text)
        runs = lists(draft) if match else []
        if match and runs:
            self._meant(match.span())
            return runs[0]
        return []

    def _inside(self, elements: Sequence[Element]) -> list[Element]:
        """Return the texts inside a box when "the text of the button" is meant."""
        match = _TEXT_OF.search(self.text)
        box = find(elements, match["box"]) if match else None
        if match is None or box is None or box.kind not in CONTAINERS:
            return []
        here = (box.call.lineno, box.call.col_offset)
        holders = ((one, one.container) for one in elements if one.kind == "text")
        found = [one for one, holder in holders if holder and (holder.lineno, holder.col_offset) == here]
        if found:
            self._meant(match.span())
        return found

    def _meant(self, span: Span) -> None:
        self.noticed.append(span)
        self.subjects.append(span)


Candidate = tuple[str, Span, str, str]
"""Words that may name a part, where they stand, and their plain forms; see `_forms`."""


@lru_cache(maxsize=16)
def _candidates(quoted: Quoted, text: str) -> tuple[Candidate, ...]:
    """Return the words of an instruction, six for each of its own; each of its scenes and rules asks."""
    marks = [(quoted.piece(m[0]).text, m.span()) for m in re.finditer(MARK, text)]
    words = [word for word in _WORD.finditer(text) if not _describes(text, word)]
    pairs = [
        (f"{a[0]} {b[0]}".lower(), (a.start(), b.end()))
        for a, b in pairwise(words)
        if not text[a.end() : b.start()].strip()
    ]
    alone = [(word[0].lower(), word.span()) for word in words]
    found = [*marks, *_phrases(text, words), *pairs, *alone]
    return tuple((said, span, *_forms(said)) for said, span in found)


def _that_may_name(elements: Sequence[Element], candidates: Sequence[Candidate]) -> list[tuple[str, Span]]:
    """Leave out the words that none of the elements is called, nearly all in a long instruction."""
    known = {name for one in elements for name in _names(one)} | {_plain(one.text) for one in elements}
    known |= MEANT_BY.keys()
    return [(word, span) for word, span, plain, single in candidates if plain in known or single in known]


def _phrases(text: str, words: Sequence[re.Match[str]]) -> list[tuple[str, Span]]:
    """Return the runs of three to six neighbouring words, the longest first: texts as they are shown."""
    runs = [words[at : at + count] for count in range(6, 2, -1) for at in range(len(words) - count + 1)]
    return [
        (text[run[0].start() : run[-1].end()].lower(), (run[0].start(), run[-1].end()))
        for run in runs
        if all(text[a.end() : b.start()].isspace() for a, b in pairwise(run))
    ]


def _nearness(element: Element, words: Sequence[str]) -> int:
    """Return 4 for an element named by several words that it shows, 2 by its own name, 1 by its role."""
    shown = _plain(element.text)
    if " " in shown and shown in words:
        return 4
    return 2 if any(_is_named(element, word) for word in words) else 1


def _describes(text: str, word: re.Match[str]) -> bool:
    """Say whether a word that may name a part only says how one looks: "square corners"."""
    said = word[0].lower()
    if said == "label":
        return bool(re.match(r"\s+(?:the|it|them|that|this)\b", text[word.end() :], re.IGNORECASE))
    if said != "square":
        return False
    return not re.search(
        r"(?:^|\b(?:the|that|this|an?|blue|red|big|small)\s+)$", text[: word.start()], re.IGNORECASE
    )


def find(elements: Sequence[Element], word: str) -> Element | None:
    """Return the element that `word` names, or that plays the role it names."""
    named = next((one for one in elements if _is_named(one, word)), None)
    return named or _by_role(elements, word.lower())


def main_text(elements: Sequence[Element]) -> Element | None:
    """Return the headline: the text with that role, else the first that says more than a letter."""
    texts = [element for element in elements if element.kind == "text"]
    named = next((one for one in texts if one.name in MEANT_BY["title"]), None)
    named = named or next((one for one in texts if one.name in _MAIN_NAMES), None)
    worded = next((one for one in texts if len(one.text) > 1), texts[0] if texts else None)
    return named or worded


def absent(draft: Draft, ask: Ask) -> bool:
    """Say, and tell, whether a kind of part is meant that the scene does not have: "the logo"."""
    match = _THE_PART.search(ask.text)
    if match is None or ask.named(draft, outright=True):
        return False
    ask.notice(*match.span())
    draft.refused.append(f"There is no {match['part'].lower()} in this scene.")
    return True


def each(draft: Draft, chosen: Sequence[Element], change: Callable[[Element], bool]) -> bool:
    """Apply `change` to each chosen element, reading it anew from the source as it is then."""
    places = [place for place, element in enumerate(draft.elements()) if _same(element, chosen)]
    done = [change(draft.elements()[place]) for place in places]
    return any(done)


def lists(draft: Draft) -> list[list[Element]]:
    """Return runs of two or more sibling texts of one size inside a container, the longest first."""
    runs: dict[tuple[int, str], list[Element]] = {}
    for element in draft.elements():
        if (
            element.kind == "text"
            and element.container is not None
            and isinstance(element.statement, ast.Expr)
        ):
            size = element.argument("size")
            key = (element.container.lineno, draft.code_of(size) if size is not None else "")
            runs.setdefault(key, []).append(element)
    return sorted((run for run in runs.values() if len(run) > 1), key=len, reverse=True)


def again(draft: Draft, element: Element) -> Element:
    """Return the element as it stands after an edit inside its own call."""
    here = (element.call.lineno, element.call.col_offset)
    return next(one for one in draft.elements() if (one.call.lineno, one.call.col_offset) == here)


def _same(element: Element, chosen: Sequence[Element]) -> bool:
    here = (element.call.lineno, element.call.col_offset)
    return any(here == (one.call.lineno, one.call.col_offset) for one in chosen)


def _is_named(element: Element, word: str) -> bool:
    names = _names(element)
    plain, single = _forms(word)
    if plain in names or single in names:
        return True
    if element.kind not in CONTAINERS and element.text and _plain(element.text) == plain:
        return True
    meant = MEANT_BY.get(plain) or MEANT_BY.get(single) or frozenset()
    return bool(meant & {*names, element.kind})


def _names(element: Element) -> set[str]:
    return {element.name.lower(), element.name.lower().replace("-", " ")} - {""}


def _plain(word: str) -> str:
    return word.lower().strip(".!?")


def _forms(word: str) -> tuple[str, str]:
    """Return the plain form of a word, and that without the ending of several."""
    plain = _plain(word)
    return plain, plain.removesuffix("s")


def _by_role(elements: Sequence[Element], word: str) -> Element | None:
    if word in MEANT_BY["title"]:
        return main_text(elements)
    texts = [element for element in elements if element.kind == "text"]
    return texts[1] if word in ("subtitle", "tagline", "caption") and len(texts) > 1 else None
