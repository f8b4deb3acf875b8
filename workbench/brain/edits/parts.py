"""Which parts of a scene an instruction is about."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from workbench.brain.edits.draft import CHARTS, CONTAINERS, Draft, Element
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
    """One instruction with its quotes set aside."""

    quoted: Quoted
    text: str

    @classmethod
    def of(cls, instruction: str) -> Ask:
        """Read an instruction."""
        quoted = set_aside(instruction)
        return cls(quoted, quoted.text)

    def marks(self) -> list[str]:
        """Return the quoted texts in order."""
        return [self.quoted.piece(mark).text for mark in re.findall(MARK, self.text)]

    def named(self, draft: Draft, *, outright: bool = False) -> list[Element]:
        """Return the elements the instruction names: by name, by kind, by what they say, or by role.

        Words for text as such mean every text, unless only what is named `outright` counts.
        """
        elements = draft.elements()
        found: list[Element] = []
        for word in self._candidates():
            rest = [one for one in elements if one not in found]
            meant = next((one for one in rest if _is_named(one, word)), None)
            meant = meant or (None if found else _by_role(elements, word))
            if meant is not None:
                found.append(meant)
        if not found and not outright and _ALL_TEXT.search(self.text):
            found = [element for element in elements if element.kind == "text"]
        return found

    def _candidates(self) -> list[str]:
        words = [word.lower() for word in _WORD.findall(self.text)]
        return [*self.marks(), *(f"{a} {b}" for a, b in pairwise(words)), *words]


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
