"""Everyday ways of asking, said in the words that the rules read.

Each entry is one turn of phrase with the plain request it stands for; the user's own words for the part
and the value stay. Nothing here looks at the project.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from workbench.brain.quoting import MARK, Piece, Quoted
from workbench.brain.spoken import NUMBER
from workbench.brain.vocabulary import compiled

_ORDINAL = r"(?:second|third|fourth|fifth|sixth|seventh|eighth|2nd|3rd|[4-8]th)"
_ITEM = r"(?:feature|item|bullet(?:\s+point)?|point|benefit|step|entry|reason)"
_TURNS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (
        compiled(
            r"^\W*(?:o+ps|whoops|oh\s+no|oh|sorry|hm+|wait|no)\W+(?=(?:undo|revert|take\s+(?:that|it|this)\s+back|go\s+back)\b)"
        ),
        "",
    ),
    (
        compiled(
            r"\b(?P<verb>scale|size|blow)\s+(?P<way>up|down)\s+(?P<what>(?:the|my|our|its|this|that|all)\s+[^.,;\n]+?)(?=\s+(?:and|but)\b|[.,;!?\n]|$)"
        ),
        lambda one: f"make {one['what']} {'bigger' if one['way'].lower() == 'up' else 'smaller'}",
    ),
    (
        compiled(
            r"\b(?P<verb>scale|size|blow)\s+(?P<what>(?:the|my|our|its|this|that|all)\s+(?:[\w'-]+\s+){1,5}?)(?P<way>up|down)(?=\W*$|\s+(?:and|but|a\s+(?:bit|little))\b|[.,;])"
        ),
        lambda one: f"make {one['what']}{'bigger' if one['way'].lower() == 'up' else 'smaller'}",
    ),
    (
        compiled(
            r"\b(?:line\s+up|stick|dock|park|anchor|snap)\s+(?P<what>(?:the|my|our|its)\s+[\w\s'-]{2,40}?)\s+(?:with|to|at|in|into|against)\s+(?=the\s+(?:very\s+)?(?:top|bottom|left|right|cent|middle|upper|lower|corner))"
        ),
        r"move \g<what> to ",
    ),
    (
        compiled(
            rf"\bmake\s+(?:it|this|that|the\s+video)\s+(?:into\s+)?an?\s+(?P<span>{NUMBER}[\s-]+(?:seconds?|minutes?))[\s-]+(?:long\s+)?(?:video|film|clip|spot|ad|movie|reel|teaser)\b"
        ),
        r"make the whole video \g<span> long",
    ),
    (
        compiled(rf"\b(?P<verb>add|append|include|insert)\s+(?:an?|the)\s+{_ORDINAL}\s+(?={_ITEM}\b)"),
        r"\g<verb> another ",
    ),
    (
        compiled(
            r"^\W*(?:i|we)(?:'d|\s+would|\s+want|\s+need)?(?:\s+(?:like|love|want|need))?\s+(?:to\s+(?:have|see)\s+)?(?=an?(?:other)?\s+(?:\w+\s+){0,2}?(?:slide|scene|screen)\b)"
        ),
        "add ",
    ),
    (
        compiled(
            r"\bbetween\s+(?:(?:slides?|scenes?)\s+)?(?P<a>one|two|three|four|five|six|seven|eight|\d)\s+and\s+(?:(?:slide|scene)\s+)?(?P<b>two|three|four|five|six|seven|eight|nine|\d)\b(?!\s*(?:seconds?|s|px|pixels?|%))"
        ),
        r"between scene \g<a> and scene \g<b>",
    ),
    (
        compiled(
            r"\bslides?(?=\s+(?:number\s+)?(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten)\b(?!\s*(?:seconds?|secs?|s\b|px|%)))"
        ),
        "scene",
    ),
    (
        compiled(
            r"\b(?P<what>(?:change|rename|set|make)\s+(?:the\s+)?(?:heading|headline|title|text|subtitle|words))\s+(?:there|on\s+it|in\s+it)(?=\s)"
        ),
        r"\g<what>",
    ),
    (compiled(r"\bswap\s+(?:the\s+)?(?:positions?|places?|order)\s+of\s+"), "swap "),
    (
        compiled(
            r"\b(?P<verb>add|insert|append|include|put)\s+(?P<a>an?|another|one)\s+(?P<more>(?:new\s+)?)slide(?=\s+between\b)"
        ),
        r"\g<verb> \g<a> \g<more>scene",
    ),
    (
        compiled(
            r"\b(?:our|the|my|its)\s+(?:web\s*site|web\s+address|url|website|link|e-?mail(?:\s+address)?|address)\s+(?=(?:https?://)?[\w.-]+\.[a-z]{2,}|[\w.]+@)"
        ),
        "",
    ),
    (
        compiled(
            rf"\b(?:change|set|switch)\s+the\s+(?:closing|ending|outro|end\s+card|final\s+words)(?:\s+(?:scene|slide|card|screen|text|line))?\s+to\s+(?={MARK})"
        ),
        "let the headline of the last scene say ",
    ),
    (
        compiled(
            rf"\b(?:change|set|switch)\s+the\s+(?:opening|opener)(?:\s+(?:scene|slide|card|screen|text|line))?\s+to\s+(?={MARK})"
        ),
        "let the headline of the first scene say ",
    ),
    (compiled(r"\bpinned?\s+(?=to\s+the\s+(?:top|bottom|left|right))"), "move "),
)
_ADDRESS = re.compile(
    r"(?<![\w@./-])(?:https?://)?(?:[\w-]+\.)+(?:com|org|net|io|dev|app|ai|co|shop|store|edu|gov|info|tv|me)(?:/[\w./-]*)?(?![\w@])"
    r"|(?<![\w.])[\w.+-]+@[\w-]+\.[a-z]{2,}(?!\w)",
    re.IGNORECASE,
)


def said_plainly(quoted: Quoted) -> Quoted:
    """Return the text with everyday turns of phrase in the words of the rules, and addresses as texts."""
    text = quoted.text
    for words, plain in _TURNS:
        text = words.sub(plain, text)
    return _addresses_aside(replace(quoted, text=text))


def _addresses_aside(quoted: Quoted) -> Quoted:
    """Set web and mail addresses aside as texts, so that "add acme.com below" says what to show."""
    pieces = list(quoted.pieces)

    def aside(match: re.Match[str]) -> str:
        pieces.append(Piece(match[0], "words"))
        return chr(0xE000 + len(pieces) - 1)

    return Quoted(_ADDRESS.sub(aside, quoted.text), tuple(pieces))
