"""Roundabout ways of saying a thing, said straight before any rule reads them.

Figures of speech hide what is wanted: the opposite denied ("don't make it so big"), a colour named
first and meant by "it" later, and a text shown first with "that's how it should appear" behind it. Each is
rewritten by its grammar, with the user's own words for the part and the value.
"""

from __future__ import annotations

import re
from dataclasses import replace

from workbench.brain.colors import colors_in
from workbench.brain.quoting import MARK, Piece, Quoted
from workbench.brain.vocabulary import compiled

_OPPOSITES = {
    "big large huge giant": "smaller", "small tiny little": "bigger", "fast quick hectic": "slower",
    "slow": "faster", "bright light": "darker", "dark": "lighter", "bold heavy fat thick": "thinner",
    "thin": "bolder", "wide": "narrower", "narrow": "wider", "tall": "flatter", "high": "lower",
    "low": "higher", "long": "shorter", "short": "longer", "warm": "cooler", "cold cool": "warmer",
}  # fmt: skip
_OPPOSITE = {word: other for words, other in _OPPOSITES.items() for word in words.split()}
_HOW = "|".join(_OPPOSITE)
_SO = rf"(?:quite\s+so|so|too|that|as|overly)\s+(?:very\s+|much\s+)?(?P<how>{_HOW})\b(?!\s+as\b)"
_NOT = r"(?:do|should|must|need|can)\s*(?:n[o']?t|n’t|\s+not)|never"
_DENIED = compiled(
    rf"\b(?:{_NOT})\s+(?:make|have|let|keep|show|set|leave|do|want)\s+(?P<what>(?:[\w'-]+\s+){{1,5}}?)(?:to\s+)?(?:be\s+)?",
    _SO,
)
_SHOULD_NOT = compiled(r"\b(?P<verb>should|must|ought\s+to)\s*(?:n[o']?t|n’t|\s+not)\s+be\s+", _SO)
_NOT_SO = compiled(r"(?<!\bis\s)(?<!\bare\s)(?<!\bwas\s)(?<!n't\s)\bnot\s+(?!too\b)", _SO)
_LESS = compiled(rf"\bless\s+(?P<how>{_HOW})\b")
_PREFERRED = compiled(
    r"\b(?P<first>prefer\s+(?:[\w-]+\s+){1,3}?)(?:to|over|rather\s+than|instead\s+of)\s+(?!be\b|have\b|see\b|use\b)[\w-]+"
)
_STATED = compiled(
    r"\b(?:(?:our|the|my|his|her|their|its)\s+(?:[\w'-]+\s+){0,2}?|(?:brand|company|main|house|logo)\s+)colou?r\s*(?:is|=|:)\s*(?P<color>[^.;,\n]{2,30}?)"
    r"\s*[.;,\n]\s*(?:(?:and|so|please|now|can\s+you|could\s+you|you\s+can)\s+)*(?=(?P<rest>[^\n]+))"
)
_USED_FOR = compiled(
    r"^(?:use|apply|take|put|set)\s+(?:it|that|this)(?:\s+(?:one|colou?r))?\s+(?:for|on|in|to)\s+(?P<what>[^.;\n]+)"
)
_WHOLE = compiled(r"\W*(?:every(?:thing|where)|all(?:\s+of\s+it)?\b|the\s+whole\b)")
_IN_IT = compiled(r"\b(?P<link>in|with|to|use)\s+(?:it\b|(?:that|this|the\s+same)(?:\s+colou?r)?\b)")
_SHOWN_FIRST = compiled(
    r"(?:^|(?<=[.!?\n]\s))\s*(?P<new>[^.!?\n]{1,90}?)\s*(?:->|=>|→|[-–—:,;])\s*(?:that|this|it)(?:'s|’s|\s*is|s)\s+how\s+"
    r"(?P<part>[\w' ]{2,40}?)\s+(?:should|must|needs?\s+to|has\s+to|have\s+to|ought\s+to)\s+"
    r"(?:appear|show(?:\s+up)?|look|read|stand|be\s+(?:written|shown|spelled|spelt|displayed|called))(?:\s+there)?"
)
_SHOWN_AFTER = compiled(
    r"\b(?P<part>(?:the|her|his|their|its|my|our)\s+[\w' ]{2,30}?)\s+"
    r"(?:should|must|needs?\s+to|has\s+to|have\s+to|ought\s+to)\s+"
    r"(?:appear|show(?:\s+up)?|be\s+(?:written|shown|spelled|spelt|displayed))\s*(?:as|like\s+(?:this|that)|so)?\s*(?:(?<=\bas)|:)\s*"
    r"(?P<new>[^\n;]{1,90}?)\s*[.!]?$"
)


def rephrased(quoted: Quoted) -> Quoted:
    """Return the text with its roundabout figures said straight."""
    said = _colored(_written(quoted))
    text = _PREFERRED.sub(lambda one: one["first"], said.text)
    text = _DENIED.sub(lambda one: f"make {one['what']}{_other(one)}", text)
    text = _SHOULD_NOT.sub(lambda one: f"{one['verb']} be {_other(one)}", text)
    text = _LESS.sub(_other, _NOT_SO.sub(_other, text))
    return replace(said, text=text)


def _other(said: re.Match[str]) -> str:
    return _OPPOSITE[said["how"].lower()]


def _written(quoted: Quoted) -> Quoted:
    """Say "X: that's how her name should appear" as "her name should be written X", with X as a quote."""
    match = _SHOWN_FIRST.search(quoted.text) or _SHOWN_AFTER.search(quoted.text)
    if match is None:
        return quoted
    pieces, mark = quoted.pieces, match["new"].strip()
    if not re.fullmatch(MARK, mark):
        pieces = (*pieces, Piece(quoted.plain(mark), "words"))
        mark = chr(ord(MARK[1]) + len(pieces) - 1)
    told = f"{match['part'].strip()} should be written {mark}"
    return Quoted(quoted.text[: match.start()] + told + quoted.text[match.end() :], pieces)


def _colored(quoted: Quoted) -> Quoted:
    """Put a colour that was told first where the request after it says "it"."""
    match = _STATED.search(quoted.text)
    said = colors_in(f"colour {match['color']}") if match else []
    if match is None or len(said) != 1:
        return quoted
    color, rest = said[0].hex, match["rest"]
    used = _USED_FOR.match(rest)
    if used and _WHOLE.match(used["what"]):
        rest = f"use {color} as the accent colour in all scenes"
    elif used:
        rest = f"make {used['what'].rstrip()} {color}{rest[used.end() :]}"
    elif _IN_IT.search(rest):
        rest = _IN_IT.sub(lambda one: f"{one['link']} {color}", rest, count=1)
    else:
        return quoted
    return replace(quoted, text=f"{quoted.text[: match.start()]}{rest}{quoted.text[match.end('rest') :]}")
