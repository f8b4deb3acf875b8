"""Edits that add words: a told line under another, a mark after a text, a star."""

from __future__ import annotations

import re

from workbench.brain.edits.draft import Draft, Element
from workbench.brain.edits.parts import Ask, main_text
from workbench.brain.quoting import MARK
from workbench.brain.vocabulary import compiled

MARKS = r"question\s+marks?|exclamation\s+(?:marks?|points?)|full\s+stops?|periods?|ellips[ie]s|colons?"
_ADD_MARK = compiled(
    rf"\b(?:add|put|append|place|insert|write)\s+(?:an?|the|some|three|two)\s+(?P<mark>{MARKS})\b"
    r"(?P<where>\s+(?:after|to|behind|at\s+the\s+end\s+of|on|in)\b)?"
)
_ADD_WORDS = compiled(
    r"\b(?:add|put|append|prepend|place|insert|write|set)\s+(?P<cue>(?:the|a|one)\s+(?:words?|text|phrase|letters?)\s+)?",
    rf"(?P<new>{MARK}|(?-i:[A-Z][\w'!&+-]*(?:\s+[A-Z0-9][\w'!&+-]*){{0,4}})|(?<=word\s)[\w'!-]+)\s+(?:right\s+|directly\s+)?",
    r"(?P<side>in\s+front\s+of|before|ahead\s+of|after|behind|(?:at|to)\s+the\s+(?:very\s+)?(?:beginning|start|front|end)\s+of)"
    r"\s+(?=(?:the|my|our|its|his|her|their|this)\b)",
)
_BEFORE = compiled(r"in\s+front|before|ahead|.*\b(?:beginning|start|front)\b")
_BESIDES = compiled(r"behind|after")
_SIGNS = {"question": "?", "exclamation": "!", "full": ".", "period": ".", "ellip": "…", "colon": ":"}
_TOLD = compiled(
    r"\b(?:add|put|insert|write|place)\s+(?:(?:in|the|a|an|her|his|their|our|its|my|this|another|one|more|small|short|second|new)\s+)+"
    r"(?:[\w-]+\s*){1,3}:\s*(?P<text>[^\n;:]{2,90})\s*$"
)


def add_mark(draft: Draft, ask: Ask) -> bool:
    """Put a question mark or another sign behind a text."""
    match = ask.says(_ADD_MARK)
    if match is None:
        return False
    sign = next(sign for words, sign in _SIGNS.items() if match["mark"].lower().startswith(words))
    headline = main_text(draft.elements())
    named = [one for one in ask.named(draft) if one.text]
    named = named or ([headline] if headline and not match["where"] else [])
    return bool(named) and _ended(draft, named[0], sign)


def _ended(draft: Draft, element: Element, sign: str) -> bool:
    if element.text.endswith(sign):
        draft.refused.append(f"{element.text!r} ends with {sign} already.")
        return False
    return draft.set_value(element.call.args[0], element.text.rstrip(".!?:") + sign)


def add_words(draft: Draft, ask: Ask) -> bool:
    """Put a word before or after what a text says."""
    match = ask.says(_ADD_WORDS)
    if match is None or (_BESIDES.fullmatch(match["side"]) and not match["cue"]):
        return False
    part = Ask(ask.quoted, ask.text[match.end() :])
    element = next((one for one in part.named(draft, outright=True) if one.text and one.call.args), None)
    if element is None:
        return False
    ask.notice(match.end(), len(ask.text))
    words = ask.quoted.plain(match["new"]).strip()
    before = bool(_BEFORE.match(match["side"]))
    joined = f"{words} {element.text}" if before else f"{element.text} {words}"
    return draft.set_value(element.call.args[0], joined)


def told_text(ask: Ask) -> re.Match[str] | None:
    """Return the words of a line to be added that are told after a colon: "add her job: Designer"."""
    return None if ask.marks() else ask.says(_TOLD)
