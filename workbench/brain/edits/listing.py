"""Edits of a list as a whole: all of its items said anew."""

from __future__ import annotations

import re

from workbench.brain.colors import colors_in
from workbench.brain.edits.draft import Draft, literal
from workbench.brain.edits.parts import Ask, lists
from workbench.brain.vocabulary import compiled

_ITEMS = r"(?P<items>[^\n.:;]+?)\s*[.!]?\s*$"
_SAID = (
    compiled(
        r"\b(?:features|items|points|bullets|benefits|list|reasons|steps)\s*(?:should\s+(?:be|say|read)|are|to|now\s+are|=|:)\s*:?\s*",
        _ITEMS,
    ),
    compiled(r"^\W*(?:but|only|just)\s+with\s+", _ITEMS),
)
_SPLIT = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+")
_LOOKS = compiled(
    r"\b(?:bigger|smaller|larger|left|right|top|bottom|cent(?:er|re)|bold|aligned|faster|slower|scene|slide|fade|appear|pop|\d+\s*(?:px|s|%))\b"
)


def set_items(draft: Draft, ask: Ask) -> bool:
    """Give a list other items: "the features should be Free, Open, Yours"."""
    match = next((found for words in _SAID if (found := ask.says(words))), None)
    items = [item.strip() for item in _SPLIT.split(match["items"])] if match else []
    if match is None or len(items) < 2 or not all(items):
        return False
    if _LOOKS.search(match["items"]) or colors_in(match["items"]):
        return False
    items = [ask.quoted.plain(item) for item in items]
    if "items" in draft.params():
        draft.set_param("items", " | ".join(items))
        return True
    runs = lists(draft)
    if not runs:
        return False
    run = runs[0]
    for item in reversed(items[len(run) :]):
        code = draft.code_of(run[-1].call)
        draft.insert(
            code.replace(draft.code_of(run[-1].call.args[0]), literal(item), 1), after=run[-1].statement
        )
    for element in reversed(run[len(items) :]):
        draft.remove(element.statement)
    shown = [(one.call.args[0], literal(item)) for one, item in zip(run, items, strict=False)]
    return draft.replace_all(shown)
