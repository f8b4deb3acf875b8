"""What one description says: texts by their role, numbers with labels, colours, length, shape.

Every rule takes its words out of the description, so what remains at the end is the subject.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from workbench.brain.brief import scene_like
from workbench.brain.colors import MOODS, colors_in, is_light, moods_in
from workbench.brain.quoting import MARK, Piece, Quoted
from workbench.brain.spoken import spans
from workbench.brain.vocabulary import either

_ROLE_WORDS = {
    "subtitle": r"(?:sub|tag|strap)[\s-]*(?:titles?|headlines?|lines?) second_lines? slogan claim",
    "caption": r"captions? foot\s*notes?",
    "kicker": "kicker eyebrow overline",
    "cta": "buttons? cta call_to_action",
    "author": "author by signed",
    "quote": "quotes? quotation testimonial",
    "prompt": "prompts? types? typing typed search(?:es|ing)?(?:_for)? googl(?:es|ing|ed) asks? asking",
    "code": "code snippet function command terminal",
    "prefix": "prefix",
    "suffix": "suffix",
    "name": "brand company product app",
    "title": "titles? head(?:ing|lines?) text words? says? saying reads? reading named called titled message",
}
_ROLE_BEFORE = {
    role: re.compile(rf"\b(?:{either(words)})\b[^.,;{MARK[1:-1]}]{{0,14}}$", re.IGNORECASE)
    for role, words in _ROLE_WORDS.items()
}
_RUNS = re.compile(
    r"\b(?:terminal|shell|console|command\s+line)\b[^.,;]{0,40}\b(?:runs?|running|types?|typing|executes?|executing|shows?|showing|with)\s*:?\s*$",
    re.IGNORECASE,
)
_INTRODUCED = re.compile(
    r"\b(?P<cue>titled|entitled|headlined|called|named|saying|that\s+says|which\s+says|says|reading|that\s+reads|reads"
    r"|(?:with|has)\s+(?:the\s+)?(?:title|headline|heading|text|words)|(?:the\s+)?name\s+is|title\s*:|headline\s*:|text\s*:"
    r"|(?:with\s+)?(?:the\s+|a\s+)?(?P<sub>sub\s*title|tag\s*line|slogan|caption|button|cta)\s*(?::|saying|reading|that\s+says)?)"
    r"\s+(?P<text>[^.,;:\n" + MARK[1:-1] + r"]+?)"
    r"(?=\s+(?:with|in|on|and\s+(?:a|an|the|with|then)|for\s+\d|over|using|whose|where|while)\b|[.,;:\n]|$)",
    re.IGNORECASE,
)  # fmt: skip
_LIST = re.compile(
    r"(?P<lead>\b(?:features?|benefits?|items?|points?|reasons?|steps?|bullets?|words?|list|names?|lines?|sentences?"
    r"|options?|services?|products?|lists|what\s+(?:you|users|people|we|they)(?:'ll|\s+\w+))\b[^.:\n]{0,24}?)(?::|\bare\b|\blike\b|\bsuch\s+as\b)\s*(?P<items>[^.\n]+)",
    re.IGNORECASE,
)
_SERIES_OF_WORDS = re.compile(
    r"(?P<lead>\b[^\W\d_](?:[^:.;\n]|\.(?=\d)){1,60})(?:(?<!\d):|:(?!\d))\s*(?P<items>[^:.;,\n]+(?:,(?!\d)[^:.;,\n]+){2,})",
    re.IGNORECASE,
)
"""Three short texts after a colon are items, whatever is before it: "release notes: tags, search, fixes"."""
_MOST_WORDS = 5
_LOOK_NAMED = re.compile(
    r"\b(?:styles?|looks?|moods?|feel(?:ing)?|tones?|vibes?|themes?|transitions?|animations?|fonts?)\s*$",
    re.IGNORECASE,
)
"""What is before a colon when the texts after it say how all is to look: "style: playful, cinematic"."""
_LOOKS = re.compile(
    r"\b(?:background|text|letters|fonts?|type|colou?rs?|button|animation|motion|bold|calm|big|large|small|minimal|modern|clean|bright|slow|fast)\b",
    re.IGNORECASE,
)
_LIST_WITH = re.compile(
    r"(?P<lead>\b(?:lists?|bullets?|bullet\s+points?|feature\s+list|(?:two|three|four|five|six|\d)\s+(?:features?|benefits?|points|reasons|steps|stages|words|parts|things))\b"
    r"[^.,:\n]{0,24}?)\s+(?:with\s+|of\s+|from\s+|for\s+|including\s+)?"
    r"(?P<items>(?:(?!(?:an?|the|our|my|its|this|in|on|with|and)\s)[^\s.,;:]+(?:\s+(?!and\s|in\s|on\s|with\s)[^\s.,;:]+){0,3}\s*,\s*)+"
    r"(?:(?!(?:an?|the|our|my|its|this|and)\s)[^\s.,;:]+(?:\s+(?!and\s|in\s|on\s|with\s)[^\s.,;:]+){0,3}\s*,?\s+)?and\s+(?!(?:an?|the|our|my|its|this)\s)[^\s.,;:]+(?:\s+(?!and\s|in\s|on\s|with\s)[^\s.,;:]+){0,3})",
    re.IGNORECASE,
)
"""Items that follow their list without a colon: "a list with Milk, Eggs and Bread"."""
_SERIES = re.compile(
    r"(?<!\d[.,])(?P<prefix>[$€£¥])?\b\d[\d ]*+(?:[.,]\d++)*\s*+(?P<suffix>%|percent\b|k\b|m\b|bn\b)?"
    r"(?:\s*(?:,|;|/|->|→|and|then|to)\s*(?:and\s+)?[$€£¥]?\d+(?:[.,]\d{3})*(?:\.\d+)?\s*(?:%|percent\b|k\b|m\b|bn\b)?)+",
    re.IGNORECASE,
)
_RUN = re.compile(r"(?<!\d[.,])[$€£¥]?\b\d[\d ]*+")
"""Digits and blanks up to the next other sign, where a series goes on or does not."""
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?")
_PAIR = re.compile(
    r"\b(?P<label>[A-Z][\w]*|Q[1-4]|(?:19|20)\d\d|[a-z]+)(?:\s*+[:=]\s++|\s++)[$€£¥]?(?P<value>\d+(?:\.\d+)?)"
    r"\s*(?P<suffix>%|percent\b|million\b|k\b|m\b|bn\b)?"
    r"(?=\s*(?:,|;|and\b|$|\.(?!\d)|(?:as|in|on|with|then)\b))",
    re.IGNORECASE,
)
_LABELS = re.compile(
    r"\s*(?:for|in|over|across|labelled|labeled|labels?:?|from)\s+"
    r"(?P<labels>[^.;:\n]+?)(?=\s+(?:in|on|with|using|as)\b|[.;:\n]|$)",
    re.IGNORECASE,
)
_LOOK = re.compile(r"\s+(?:in|on|with|using)\s+.*$", re.IGNORECASE)
_SHARES = re.compile(
    r"(?<!\d)(?P<value>\d++(?:\.\d++)?)\s*(?P<suffix>%|percent\b)\s*(?:of\s+)?(?P<label>(?!and\b|or\b|of\b|in\b|on\b|to\b)[A-Za-z][\w'-]*)",
    re.IGNORECASE,
)
_UNIT = r"%|percent\b|k\b|m\b|bn\b|thousand\b|million\b|billion\b"
_GROWTH = re.compile(
    rf"\bfrom\s+[$€£¥]?(?P<a>[\d.,]*\d)\s*(?P<unit>{_UNIT})?\s+to\s+[$€£¥]?(?P<b>[\d.,]*\d)(?:\s*(?P<unit_b>{_UNIT}))?",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"\b(?:version|release|chapter|part|episode|season|volume|lesson|edition)\s+v?$", re.IGNORECASE
)
"""What a number names rather than counts: "what's new in version 2.4"."""
_SINGLE = re.compile(
    r"(?P<prefix>[$€£¥])?(?P<value>\d[\d,]*(?:\.\d+)?)\s*(?P<suffix>%|percent\b|k\b|million\b|m\b|\+)?"
)

_MOOD_OF_A_SCENE = re.compile(
    r"\b(?P<mood>dark|light|pastel|neon)(?=\s+(?:[\w-]+\s+)?(?:cards?|scenes?|slides?|screens?|intro|outro|dashboard|terminal|editor)\b)",
    re.IGNORECASE,
)
_BEFORE_A_LENGTH = re.compile(r"\b(?:for|in|lasting|lasts?|about|around|of|takes?|each)\s*$", re.IGNORECASE)
_BEFORE_A_COLOR = re.compile(
    r"\b(?:in|with|on|using|and|use|an?|the|to|of|make\s+it|background|colou?rs?)\s*:?\s*$", re.IGNORECASE
)
SHORTEST_SECONDS = 0.25
"""What is shorter is no length of a scene: "latency 120 ms"."""
_NEAR = 60
"""How many letters before a quote, a length or a colour are looked at; a long text has hundreds of them."""


@dataclass(slots=True)
class Facts:
    """What a description says; `rest` is what no rule took."""

    texts: dict[str, str] = field(default_factory=dict)
    items: list[str] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    colors: dict[str, str] = field(default_factory=dict)
    moods: list[str] = field(default_factory=list)
    amount: float | None = None
    seconds: float | None = None
    seconds_of: str = "scene"
    rest: str = ""


def facts_of(quoted: Quoted, part: str, fps: int = 30) -> Facts:
    """Read one description, a part of `quoted`'s text."""
    facts = Facts()
    rest = _take_quotes(facts, quoted, part)
    rest = _take_length(facts, rest, fps)
    rest = _take_numbers(facts, rest)
    rest = _take_items(facts, rest)
    rest = _take_introduced(facts, rest)
    rest = _take_colors(facts, rest)
    facts.rest = re.sub(r"\s{2,}", " ", rest).strip(" ,;:-")
    return facts


def palette_of(facts: Facts) -> Mapping[str, str]:
    """Return the colours by role: moods first, named colours over them, and an ink that can be read."""
    found: dict[str, str] = {}
    for mood in facts.moods:
        found |= {role: color for role, color in MOODS[mood].items() if role not in found or mood != "dark"}
    if "background" in facts.colors:
        found.pop("background_2", None)
        found["ink"] = "#0f172a" if is_light(facts.colors["background"]) else "#f8fafc"
    return found | facts.colors


def _take_quotes(facts: Facts, quoted: Quoted, part: str) -> str:
    spare = ["title", "subtitle", "caption"]
    loose: list[str] = []
    for match in re.finditer(MARK, part):
        piece = quoted.piece(match[0])
        before = part[: match.start()]
        role = _role(before, piece)
        if role and role not in facts.texts:
            facts.texts[role] = piece.text
        else:
            loose.append(piece.text)
    if len(loose) > 2 or (len(loose) == 2 and "title" in facts.texts and "subtitle" in facts.texts):
        facts.items = loose
    else:
        for text in loose:
            facts.texts.setdefault(next((role for role in spare if role not in facts.texts), "caption"), text)
    return re.sub(MARK, " ", part)


def _role(before: str, piece: Piece) -> str | None:
    role = quoted_role(before) if piece.kind == "words" else "code"
    if role is None and _RUNS.search(before, max(0, len(before) - _NEAR)):
        return "prompt"
    return _code_role(before, piece.text) if role == "code" else role


def _code_role(before: str, text: str) -> str:
    typed = re.search(r"\b(?:terminal|shell|command(?:\s+line)?|console)\b", before, re.IGNORECASE)
    return "prompt" if typed and "\n" not in text else "code"


def quoted_role(before: str) -> str | None:
    """Return what a text in quotes is for by the words before it, or None."""
    near = max(0, len(before) - _NEAR)
    return next((role for role, pattern in _ROLE_BEFORE.items() if pattern.search(before, near)), None)


def _take_length(facts: Facts, rest: str, fps: int) -> str:
    for span in reversed([one for one in spans(rest, fps) if one.seconds >= SHORTEST_SECONDS]):
        facts.seconds, facts.seconds_of = span.seconds, span.of
        before = _without_end(_BEFORE_A_LENGTH, rest[: span.start])
        after = re.sub(
            r"^\s*(?:each|long|in\s+total|total|per\s+scene|every\s+scene)\b",
            "",
            rest[span.end :],
            flags=re.IGNORECASE,
        )
        rest = f"{before.rstrip()} {after.lstrip()}"
    return rest


def _take_numbers(facts: Facts, rest: str) -> str:
    pairs = [m for m in _PAIR.finditer(rest) if m["label"].lower() not in ("to", "from", "and", "of", "by")]
    shares = list(_SHARES.finditer(rest))
    if len(shares) >= 2 and len(pairs) < 2:
        pairs = shares
    growth, series = _grown(rest), _series(rest)
    if len(pairs) >= 2:
        facts.labels = [pair["label"] for pair in pairs]
        facts.values = [float(pair["value"]) for pair in pairs]
        _units(facts, rest, pairs[0]["suffix"])
        return rest[: pairs[0].start()] + rest[pairs[-1].end() :]
    if growth and not (series and len(_NUMBER.findall(series[0])) > 2):
        facts.values = [_value(growth["a"]), _value(growth["b"])]
        _units(facts, growth[0], growth["unit"] or growth["unit_b"])
        return rest[: growth.start()] + rest[growth.end() :]
    if series and len(_split_numbers(series[0])) > 1:
        facts.values = [_value(number) for number in _split_numbers(series[0])]
        _units(facts, series[0], series["suffix"])
        return rest[: series.start()] + _take_labels(facts, rest[series.end() :])
    return _take_single(facts, rest)


def _series(rest: str) -> re.Match[str] | None:
    """Return the first series of numbers; what follows a run of digits and blanks is looked at once."""
    tried = (_SERIES.match(rest, run.start()) for run in _RUN.finditer(rest))
    return next((match for match in tried if match), None)


def _grown(rest: str) -> re.Match[str] | None:
    """Return from what to what something grew; two figures in different units cannot share an axis."""
    match = _GROWTH.search(rest)
    units = {unit.lower() for unit in (match["unit"], match["unit_b"]) if unit} if match else set()
    return match if len(units) < 2 else None


def _take_single(facts: Facts, rest: str) -> str:
    found = [m for m in _SINGLE.finditer(rest) if len(m["value"]) > 1 or m["prefix"] or m["suffix"]]
    if len(found) != 1 or re.search(r"[\w#]$", rest[: found[0].start()]):
        return rest
    match = found[0]
    if _NUMBERED.search(rest, max(0, match.start() - _NEAR), match.start()):
        return rest
    facts.amount = _value(match["value"])
    _units(facts, match[0], match["suffix"])
    return rest


def _take_labels(facts: Facts, after: str) -> str:
    match = _LABELS.match(after)
    if not match:
        return after
    labels = [
        label.strip() for label in re.split(r",\s*(?:and\s+)?|\s+and\s+", match["labels"]) if label.strip()
    ]
    if len(labels) != len(facts.values):
        return after
    facts.labels = labels
    return after[match.end() :]


def _split_numbers(text: str) -> list[str]:
    spaced = re.sub(r",(?=\s)|;|/|->|→", " ; ", text)
    if not re.search(r",\d{3}(?!\d)", spaced):
        spaced = spaced.replace(",", " ; ")
    return _NUMBER.findall(spaced)


def _value(text: str) -> float:
    return float(text.replace(",", ""))


def _units(facts: Facts, text: str, suffix: str | None) -> None:
    currency = re.search(r"[$€£¥]", text)
    if currency:
        facts.texts.setdefault("prefix", currency[0])
    if suffix:
        short = {"percent": "%", "thousand": "k", "million": "M", "m": "M", "billion": "bn"}
        facts.texts.setdefault("suffix", short.get(suffix.strip().lower(), suffix.strip().lower()))


def _take_items(facts: Facts, rest: str) -> str:
    match = _LIST.search(rest) or _LIST_WITH.search(rest) or _series_of_words(rest)
    if not match or facts.items:
        return rest
    items = _split_items(match["items"])
    if len(items) < 2 or any(len(item) > 60 for item in items):
        return rest
    if ":" not in match[0] and any(_is_look(item) for item in items):
        return rest
    tail = _LOOK.search(items[-1])
    look = tail[0] if tail and (colors_in(tail[0]) or moods_in(tail[0])[0]) else ""
    facts.items = [*items[:-1], items[-1].removesuffix(look)]
    return rest[: match.end("lead")] + look + rest[match.end() :]


def _series_of_words(rest: str) -> re.Match[str] | None:
    """Return the list after a colon that is called by no word for lists, but by none for texts."""
    match = _SERIES_OF_WORDS.search(rest)
    if not match or _LOOK_NAMED.search(match["lead"]) or quoted_role(match["lead"]) not in (None, "name"):
        return None
    items = _split_items(match["items"])
    others = sum(_is_look(item) or scene_like(item) for item in items)
    return (
        match if others * 2 < len(items) and all(len(item.split()) <= _MOST_WORDS for item in items) else None
    )


def _split_items(text: str) -> list[str]:
    parts = re.split(r",?\s+(?:and\s+)?then\s+|,\s*(?:and\s+(?:finally\s+)?)?|\s+and\s+|;\s*|\s*/\s*", text)
    return [item for item in (part.strip(" -•*") for part in parts) if item]


def _is_look(item: str) -> bool:
    """Say whether what follows a list without a colon is how it looks, not what it lists."""
    return bool(colors_in(item) or moods_in(item)[0] or _LOOKS.search(item))


def _take_introduced(facts: Facts, rest: str) -> str:
    while match := _INTRODUCED.search(rest):
        role = quoted_role(match["sub"]) if match["sub"] else "title"
        text = match["text"].strip()
        if not text or (role or "title") in facts.texts:
            break
        facts.texts[role or "title"] = text
        rest = rest[: match.start()] + " " + rest[match.end() :]
    return rest


def _take_colors(facts: Facts, rest: str) -> str:
    facts.moods, places = moods_in(rest)
    for match in _MOOD_OF_A_SCENE.finditer(rest):
        if not any(start <= match.start() < end for start, end in places):
            facts.moods.append(match["mood"].lower())
            places.append(match.span())
    said = [one for one in colors_in(rest) if not any(a <= one.start < b for a, b in places)]
    for color in said:
        role = color.role
        if role in facts.colors:
            role = {"accent": "accent_2", "background": "background_2"}.get(role, role)
        facts.colors.setdefault(role, color.hex)
    cuts = sorted({*places, *((color.start, color.end) for color in said)}, reverse=True)
    for start, end in cuts:
        before = _without_end(_BEFORE_A_COLOR, rest[:start])
        rest = f"{before.rstrip()} {rest[end:].lstrip()}"
    return rest


def _without_end(words: re.Pattern[str], text: str) -> str:
    """Return `text` without the words, when it ends with them."""
    match = words.search(text, max(0, len(text) - _NEAR))
    return text[: match.start()] if match else text
