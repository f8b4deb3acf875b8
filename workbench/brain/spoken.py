"""Quantities as people say them: numbers in words, lengths of time, shapes of the picture."""

from __future__ import annotations

import re
from dataclasses import dataclass

from workbench.brain.vocabulary import either

MOST_DIGITS = 9
LARGEST = 10**MOST_DIGITS
"""Numbers that are larger count as this: a prompt may hold one of thousands of digits."""
_UNITS_TEXT = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen
"""
_UNITS = _UNITS_TEXT.split()
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90}
NUMBER_WORDS = {word: value for value, word in enumerate(_UNITS)} | _TENS
_ORDINALS_TEXT = "first second third fourth fifth sixth seventh eighth ninth tenth"
ORDINALS = {word: place for place, word in enumerate(_ORDINALS_TEXT.split(), start=1)}
_WORD_NUMBER = rf"(?:{'|'.join(_TENS)})(?:[ -](?:{'|'.join(_UNITS[1:10])}))?|{'|'.join(_UNITS[:0:-1])}"
NUMBER = rf"(?:\d+(?:\.\d+)?|{_WORD_NUMBER}|an?\s+half|half\s+an?|a\s+couple\s+of|an?)"
_TIME_UNIT = r"(?:milliseconds?|millis|ms|seconds?|secs?|sek|s|minutes?|mins?|frames?)"
DURATION = re.compile(
    rf"\b(?P<number>{NUMBER})(?P<and_half>\s+and\s+a\s+half)?(?:[\s-]+|(?<=\d))(?:more\s+|extra\s+|additional\s+|full\s+)?(?P<unit>{_TIME_UNIT})\b(?P<half>\s+and\s+a\s+half)?",
    re.IGNORECASE,
)
_EACH = re.compile(r"\b(?:each|every|per|apiece)\b", re.IGNORECASE)
_TOTAL = re.compile(
    r"\b(?:in\s+total|total|altogether|overall|all\s+in\s+all|whole|entire|video|film|clip|movie|reel|spot"
    r"|promo|teaser|trailer|ad|advert)\b",
    re.IGNORECASE,
)

_POINT = re.compile(r"\b(?:after|wait|delay(?:ed)?(?:\s+by)?|at)\s+$", re.IGNORECASE)
_NEAR = 60
"""How many letters before a length are looked at; all of a long text would be, for each of its lengths."""


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time that was said, what it is of, and where in the text it stands."""

    seconds: float
    of: str
    start: int
    end: int


def whole(digits: str) -> int:
    """Read a whole number in digits; one with more of them than anybody means is the largest there is."""
    return int(digits) if len(digits) <= MOST_DIGITS else LARGEST


def number(text: str) -> float | None:
    """Read `12`, `2.5`, `seven`, `twenty-five`, `a`, `half a`; None when it is no number."""
    word = " ".join(text.lower().replace("-", " ").split())
    if re.fullmatch(r"\d+(\.\d+)?", word):
        return min(float(word), float(LARGEST))
    if word in ("a", "an"):
        return 1.0
    if word in ("half a", "half an", "a half", "an half"):
        return 0.5
    if word == "a couple of":
        return 2.0
    parts = word.split()
    if parts and all(part in NUMBER_WORDS for part in parts):
        return float(sum(NUMBER_WORDS[part] for part in parts))
    return None


def spans(text: str, fps: int = 30, *, moments: bool = False) -> list[Span]:
    """Return every length of time in `text`; `of` is `each`, `total` or `scene`.

    `moments` counts points in time too, such as "at 2 seconds".
    """
    found = []
    for match in DURATION.finditer(text):
        amount = number(match["number"])
        if amount is None or (_moment(text, match) and not moments):
            continue
        amount += 0.5 if match["half"] or match["and_half"] else 0.0
        seconds = amount * _unit_seconds(match["unit"].lower(), fps)
        if seconds > 0:
            found.append(Span(round(seconds, 3), _of(text, match), match.start(), match.end()))
    return found


def seconds_in(text: str, fps: int = 30) -> float | None:
    """Return the first length of time in `text`, in seconds."""
    found = spans(text, fps)
    return found[0].seconds if found else None


def _moment(text: str, match: re.Match[str]) -> bool:
    """Say whether the words name a moment ("after two seconds") or an ordinal ("a second chart")."""
    if _POINT.search(text, max(0, match.start() - _NEAR), match.start()):
        return True
    article = re.fullmatch(r"an?", match["number"], re.IGNORECASE)
    if re.match(r"\s+(?:to|off|from|more|less|longer|shorter)\b", text[match.end() :]):
        return False
    return bool(article) and match["unit"].lower() in ("second", "s", "frame", "ms")


def _of(text: str, match: re.Match[str]) -> str:
    near = text[max(0, match.start() - 14) : match.end() + 16]
    if _EACH.search(near):
        return "each"
    sentence = re.split(r"[.;:\n]", text[match.end() : match.end() + 40])[0]
    before = re.split(r"[.;:\n]", text[max(0, match.start() - 24) : match.start()])[-1]
    return "total" if _TOTAL.search(before) or _TOTAL.search(" ".join(sentence.split()[:4])) else "scene"


def _unit_seconds(unit: str, fps: int) -> float:
    if unit.startswith("mil") or unit == "ms":
        return 0.001
    if unit.startswith("min"):
        return 60.0
    return 1 / fps if unit.startswith("frame") else 1.0


_SHAPES = {
    "9:16": either(r"""
        9\s*[:x/]\s*16 vertical(?:ly)? portrait tall stor(?:y|ies)_format
        (?:for|as|in|into|to|on|insta(?:gram)?|ig|facebook|fb)_(?:insta(?:gram)?_)?stories
        reels? shorts tik\s*tok snapchat
        (?:for|on)_(?:a_)?(?:phones?|mobile)
    """),
    "1:1": either(
        r"1\s*[:x/]\s*1 square(?!\s+(?:root|mile|met|feet|foot|inch)) insta(?:gram)?_(?:post|feed)"
    ),
    "4:5": r"4\s*[:x/]\s*5",
    "4:3": r"4\s*[:x/]\s*3",
    "16:9": either(
        r"16\s*[:x/]\s*9 horizontal(?:ly)? landscape wide\s*screen you\s*tube full\s*hd 1080p 720p"
    ),
}
_SIZE = re.compile(r"\b(\d{3,4})\s*[x×]\s*(\d{3,4})\b(?:\s*@\s*(\d{2,3}))?")
_FPS = re.compile(r"\b(\d{2,3})\s*(?:fps|frames?\s+(?:per|a)\s+second)\b", re.IGNORECASE)


def shape_in(text: str) -> str | None:
    """Return the format `text` asks for, such as `9:16` or `1280x720@60`; None when it names none."""
    rate = _FPS.search(text)
    size = _SIZE.search(text)
    if size:
        fps = size[3] or (rate[1] if rate else "")
        return f"{size[1]}x{size[2]}" + (f"@{fps}" if fps else "")
    for shape, pattern in _SHAPES.items():
        if re.search(rf"(?<![\w:])(?:{pattern})(?![\w:])", text, re.IGNORECASE):
            return f"{shape}@{rate[1]}" if rate else shape
    return None


def frame_rate_in(text: str) -> int | None:
    """Return the frames per second `text` asks for."""
    rate = _FPS.search(text)
    return int(rate[1]) if rate else None
