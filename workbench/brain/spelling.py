"""Slips of the pen in the words that carry a request; the user's own words are left alone."""

from __future__ import annotations

import difflib
import re

_KNOWN = """
    change delete remove rename duplicate title subtitle headline heading background colour color
    scene scenes second seconds chart graph button animation animations faster slower bigger smaller
    position template particles vertical square gradient transition previous replace shorten extend
    bottom centre center letter letters circle rectangle orange purple yellow please should reveal
    terminal first third fourth
"""
_RIGHT = """
    shorter chance chances remote removed renamed deleted extent hearing healing shower replaced
    duplicated changes changed fasten litter boxes extends extended pleased
"""
KNOWN = frozenset(_KNOWN.split())
RIGHT = frozenset(_RIGHT.split())
_COLORS = (
    "red",
    "green",
    "blue",
    "yellow",
    "orange",
    "purple",
    "pink",
    "brown",
    "gray",
    "grey",
    "teal",
    "violet",
)
_SHADED = re.compile(r"\b((?:dark|light|bright|pale|deep)\s+)([a-z]{4,7})\b(?!\s+(?:background|text|theme))")
_WORD = re.compile(r"\b[A-Za-z]{4,}\b")


def corrected(text: str) -> str:
    """Return `text` with words that are one slip away from a known one put right.

    A slip is one letter too many, too few, other, or two neighbours exchanged. Only words in small letters,
    or at the very beginning, are looked at: a capital letter means a name.
    """
    fixed = _WORD.sub(lambda match: _right(match[0], first=match.start() == 0), text)
    fixed = re.sub(r"\b(s|S)ub[ -](titles?|headlines?|headings?)\b", r"\1ub\2", fixed)
    fixed = _SHADED.sub(lambda match: match[1] + _nearest_color(match[2]), fixed)
    return re.sub(r"^(?:ad|dd|addd)(?=\s+(?:an?|the|another|some|\d)\b)", "add", fixed, flags=re.IGNORECASE)


def _nearest_color(word: str) -> str:
    near = [] if word in _COLORS else difflib.get_close_matches(word, _COLORS, 1, 0.75)
    return near[0] if near else word


def _right(word: str, *, first: bool) -> str:
    plain = word.lower()
    if plain in RIGHT or plain in KNOWN or plain.removesuffix("s") in KNOWN or (word != plain and not first):
        return word
    near = [known for known in KNOWN if abs(len(known) - len(plain)) <= 1 and _one_slip(plain, known)]
    return near[0] if len(near) == 1 else word


def _one_slip(a: str, b: str) -> bool:
    if a[0] != b[0] and a[:2] != b[1::-1]:
        return False
    if len(a) == len(b):
        wrong = [place for place, (x, y) in enumerate(zip(a, b, strict=True)) if x != y]
        swapped = (
            len(wrong) == 2
            and wrong[1] == wrong[0] + 1
            and a[wrong[0]] == b[wrong[1]]
            and a[wrong[1]] == b[wrong[0]]
        )
        return swapped or (len(wrong) == 1 and len(b) > 5)
    if len(b) < 6:
        return False
    short, long = sorted((a, b), key=len)
    return any(long[:cut] + long[cut + 1 :] == short for cut in range(len(long)))
