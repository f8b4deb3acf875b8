"""Which parts of a scene an instruction is about."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from workbench.brain.colors import ColorSaid, colors_in
from workbench.brain.edits.draft import CHARTS, CONTAINERS, Draft, Element
from workbench.brain.heard import Span
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

_WORD = re.compile(r"[A-Za-z][\w-]*")
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
        elements = draft.elements()
        found: list[Element] = []
        for word, span in self._candidates():
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

    def _meant(self, span: Span) -> None:
        self.noticed.append(span)
        self.subjects.append(span)

    def _candidates(self) -> list[tuple[str, Span]]:
        marks = [(self.quoted.piece(m[0]).text, m.span()) for m in re.finditer(MARK, self.text)]
        words = list(_WORD.finditer(self.text))
        pairs = [
            (f"{a[0]} {b[0]}".lower(), (a.start(), b.end()))
            for a, b in pairwise(words)
            if not self.text[a.end() : b.start()].strip()
        ]
        return [*marks, *pairs, *((word[0].lower(), word.span()) for word in words)]


def find(elements: Sequence[Element], word: str) -> Element | None:
    """Return the element that `word` names, or that plays the role it names."""
    named = next((one for one in elements if _is_named(one, word)), None)
    return named or _by_role(elements, word.lower())


def main_text(elements: Sequence[Element]) -> Element | None:
    """Return the headline among `elements`: the text with that role, else the first text."""
    texts = [element for element in elements if element.kind == "text"]
    return next((one for one in texts if one.name in MEANT_BY["title"]), texts[0] if texts else None)


def each(draft: Draft, chosen: Sequence[Element], change: Callable[[Element], bool]) -> bool:
    """Apply `change` to each chosen element, reading it anew from the source as it is then."""
    places = [place for place, element in enumerate(draft.elements()) if _same(element, chosen)]
    done = [change(draft.elements()[place]) for place in places]
    return any(done)


def again(draft: Draft, element: Element) -> Element:
    """Return the element as it stands after an edit inside its own call."""
    here = (element.call.lineno, element.call.col_offset)
    return next(one for one in draft.elements() if (one.call.lineno, one.call.col_offset) == here)


def _same(element: Element, chosen: Sequence[Element]) -> bool:
    here = (element.call.lineno, element.call.col_offset)
    return any(here == (one.call.lineno, one.call.col_offset) for one in chosen)


def _is_named(element: Element, word: str) -> bool:
    plain = word.lower().strip(".!?")
    names = {element.name.lower(), element.name.lower().replace("-", " ")} - {""}
    if plain in names or plain.removesuffix("s") in names:
        return True
    if element.kind not in CONTAINERS and element.text and element.text.lower().strip(".!?") == plain:
        return True
    meant = MEANT_BY.get(plain) or MEANT_BY.get(plain.removesuffix("s")) or frozenset()
    return bool(meant & {*names, element.kind})


def _by_role(elements: Sequence[Element], word: str) -> Element | None:
    if word in MEANT_BY["title"]:
        return main_text(elements)
    texts = [element for element in elements if element.kind == "text"]
    return texts[1] if word in ("subtitle", "tagline", "caption") and len(texts) > 1 else None
