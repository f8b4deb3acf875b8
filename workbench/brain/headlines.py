"""The headline of a scene: words it was given, else what it is about, else the name of what is shown."""

from __future__ import annotations

import re

from workbench.brain.brief import Part, asks, scene_like, screen_named, subject
from workbench.brain.context import Context, sentence_case
from workbench.brain.facts import Facts
from workbench.brain.quoting import Quoted
from workbench.brain.vocabulary import BEYOND, PRODUCTS, SHAPES, TRANSITIONS, compiled

COUNTED = compiled(r"\b(?P<count>\w+)\s+(?P<what>features?|benefits?|reasons?|steps?|points?|words?)\b")
NAME_WANTED = compiled(
    r"\b(?:the|our|its|my|brand|product|company|app)\s+(?:\w+\s+)?(?:name|brand|logo)\b|\blogo\b"
)
SHAPE_WORDS = compiled(rf"\b(?:{SHAPES})(?!\w)")
TRANSITION = compiled(rf"\b(?:{TRANSITIONS})\b")
BEYOND_WORDS = compiled(rf"\b(?:with\s+|and\s+)?(?:an?\s+|some\s+)?(?:{'|'.join(BEYOND)})\b(?:\s+an?\s+\w+)?")
_LISTED = compiled(r"\b(?:features|benefits|reasons|steps|points)\b")
_LIST_OF = compiled(r"\b(?!an?\b|the\b|our\b|list\b)[\w-]+\s+list\b")
_ANY_PRODUCT = compiled(PRODUCTS)
"""What a screen is of says nothing that it could show: "a log in screen for our app"."""


def headline(context: Context, quoted: Quoted, part: Part, facts: Facts) -> str:
    """Return the main words of one scene, empty when it needs none."""
    given = facts.texts.get("title")
    if given:
        return given
    if facts.texts.get("prompt") or facts.texts.get("code"):
        return ""
    about = quoted.plain(_about(part, facts))
    if facts.items and re.fullmatch(
        r"(?:\w+\s+)?(?:features?|benefits?|reasons?|points?|steps?|words?|)", about, re.IGNORECASE
    ):
        kind = sentence_case(about or _kind_of_list(facts)) or _of_what_is_listed(part, facts)
        return f"Why {context.name}" if context.name else kind
    if (facts.items or facts.labels) and not about:
        return _of_what_is_listed(part, facts)
    if about and not (NAME_WANTED.search(part.text) and context.name) and "cta" not in facts.texts:
        return sentence_case(about)
    return context.headline or (sentence_case(about) if re.search(r"\w{3}", about) else "")


def _of_what_is_listed(part: Part, facts: Facts) -> str:
    """Return a headline for a list or a chart that was given none, so that no sample words are shown."""
    if facts.items:
        match = COUNTED.search(part.text) or _LISTED.search(part.text)
        return sentence_case(match[0]) if match else ""
    return sentence_case(" and ".join(facts.labels)) if len(facts.labels) <= 3 else ""


def _kind_of_list(facts: Facts) -> str:
    match = _LIST_OF.search(facts.rest)
    return match[0] if match else ""


def _about(part: Part, facts: Facts) -> str:
    words = facts.rest
    for pattern in (SHAPE_WORDS, TRANSITION, BEYOND_WORDS):
        words = pattern.sub("", words)
    if not (scene_like(part.text) or asks(part.text)):
        return words.strip(" .,;:!")
    about = subject(words)
    if _ANY_PRODUCT.fullmatch(about):
        about = screen_named(words) or about
    return "" if NAME_WANTED.fullmatch(about) or about.lower() in ("name", "brand") else about
