"""What a product promises in words, cut where a description goes on to how it looks or to another part.

"faster dashboards, in teal on black" promises faster dashboards and asks for teal; "plan, track, share"
promises nothing, it is a list.
"""

from __future__ import annotations

import re

from workbench.brain.colors import colors_in, moods_in
from workbench.brain.heard import unheard
from workbench.brain.spoken import spans
from workbench.brain.vocabulary import BEYOND, PRESSES, SHAPES, STYLES, TRANSITIONS, compiled

MOST_LETTERS = 140
_SENTENCE = re.compile(r"[.!?](?=\s|$)|[;\n]")
_TURN = re.compile(
    r"\s*,|\s+(?:and\s+)?(?:in|on|with|using|over|as|for|against|plus|lasting)\b", re.IGNORECASE
)
_IN = re.compile(r"\s+in\b", re.IGNORECASE)
_LINKS = re.compile(r"^[\s,]*(?:(?:and|with|plus|as|in|for|on|using)\s+)*", re.IGNORECASE)
_LOOKS = (
    compiled(rf"\b(?:{STYLES}|{TRANSITIONS}|{'|'.join(BEYOND)})\b"),
    compiled(rf"\b(?:{SHAPES})(?!\w)"),
    compiled(
        r"\b(?:backgrounds?|texts?|letters?|accents?|themes?|looks?|moods?|palettes?|tones?|format|long|in\s+total)\b"
    ),
)
_PART = compiled(
    rf"(?:{PRESSES})\W*$"
    r"|(?:an?|the|our|its|one)\s+(?:[\w-]+\s+){0,2}?(?:buttons?|cta|charts?|graphs?|logo|headline|title|subtitle|tagline"
    r"|slogan|caption|call\s+to\s+action|background|animation|counter|list)\b"
)
_SCENE_TOLD = compiled(
    r"(?:shows?|showing|displays?|(?:starts?|opens?|begins?|ends?)\s+with)\b"
    r"|(?:(?:an?|the|one|two|three)\s+)?(?:[\w-]+\s+){0,2}?(?:charts?|graphs?|histogram|scenes?|slides?|title\s+card|logo\s+reveal|countdown)\b"
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def claim_in(text: str) -> tuple[str, str]:
    """Return the claim that `text` begins with, and what comes after it: a look, a part, a sentence."""
    end = _SENTENCE.search(text)
    stop = len(text) if end is None else end.end() if end[0] in "!?" else end.start()
    claim, rest = text[:stop], text[stop:]
    if len(claim) > MOST_LETTERS:
        return "", text
    for turn in _TURN.finditer(claim):
        if _goes_on(claim[turn.start() :]):
            return claim[: turn.start()].strip(" ,"), claim[turn.start() :] + rest
    return claim.strip(" ,"), rest


def is_claim(text: str) -> bool:
    """Say whether the words promise something: no list, no series of numbers, no scene."""
    several = text.count(",") > 1 or len(_NUMBER.findall(text)) > 1
    return bool(re.search(r"[^\W\d_]{2}", text)) and not several and not _SCENE_TOLD.match(text)


def _goes_on(tail: str) -> bool:
    """Say whether the rest of a sentence is no more about the claim."""
    if _PART.match(_LINKS.sub("", tail)):
        return True
    said = [(one.start, one.end) for one in colors_in(tail)]
    said += moods_in(tail)[1]
    if not _IN.match(tail):  # "ready in a minute" is what is promised
        said += [(one.start, one.end) for one in spans(tail)]
    said += [match.span() for words in _LOOKS for match in words.finditer(tail)]
    return bool(said) and not unheard(tail, said)
