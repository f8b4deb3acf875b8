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
_NUMBERED = compiled(
    r"\b(?:number\s+(?:the|each|every|all)\b.*|numbers?\s+(?:before|in\s+front\s+of|to|on|for|at)\s+(?:the|each|every|all)\b.*)"
    r"\b(?:items?|points?|bullets?|features?|benefits?|steps?|reasons?|lines?|entry|entries|list)\b"
)
_COUNTS = re.compile(r"text\(\s*str\(\w+ \+ 1\)")
_BEGINS_WITH_NUMBER = re.compile(r"\d+[.)]\s")
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


def number_items(draft: Draft, ask: Ask) -> bool:
    """Put 1., 2., 3. before the items of a list; one that shows numbers already keeps them."""
    if not ask.says(_NUMBERED):
        return False
    param = draft.params().get("items")
    if param is not None:
        items = [one.strip() for one in str(draft.values.get("items", param.default)).split("|")]
        if _COUNTS.search(draft.source) or any(map(_BEGINS_WITH_NUMBER.match, items)):
            draft.refused.append("The items show their numbers already.")
            return False
        draft.set_param("items", " | ".join(f"{place}. {one}" for place, one in enumerate(items, 1)))
        return True
    runs = lists(draft)
    if not runs or any(_BEGINS_WITH_NUMBER.match(one.text) for one in runs[0]):
        return False
    shown = [(one.call.args[0], literal(f"{place}. {one.text}")) for place, one in enumerate(runs[0], 1)]
    return draft.replace_all(shown)
