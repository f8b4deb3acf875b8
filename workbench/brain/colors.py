"""Colours as people say them: names, hex, "dark teal", "warm tones", and what part they are meant for.

Plain names mean the colours a designer would take (`red` is #ef4444); every other CSS name keeps its value.
"""

from __future__ import annotations

import colorsys
import re
from dataclasses import dataclass
from itertools import zip_longest

from workbench.scene.color_names import COLOR_NAMES

_DESIGNED = {
    "red": "#ef4444", "orange": "#f97316", "amber": "#f59e0b", "yellow": "#facc15", "lime": "#84cc16",
    "green": "#22c55e", "emerald": "#10b981", "mint": "#6ee7b7", "teal": "#14b8a6", "cyan": "#22d3ee",
    "blue": "#3b82f6", "navy": "#1e2a5e", "indigo": "#6366f1", "violet": "#8b5cf6", "purple": "#a855f7",
    "magenta": "#d946ef", "pink": "#ec4899", "rose": "#f43f5e", "brown": "#92562f", "gold": "#eab308",
    "gray": "#6b7280", "grey": "#6b7280", "peach": "#fdba94", "burgundy": "#7f1d3a", "cream": "#faf3e0",
    "charcoal": "#27272a", "sky": "#38bdf8", "turquoise": "#2dd4bf", "lilac": "#c4a7f5", "mustard": "#d4a017",
    "sand": "#e0cda9", "slate": "#475569", "rust": "#b7410e", "copper": "#c77b43", "ocean": "#0e7490",
}  # fmt: skip
NAMED = {**COLOR_NAMES, **_DESIGNED}
_PLAIN_WORDS = """
    amber azure bisque chocolate copper coral cream gold ivory khaki lavender lime linen mint
    moccasin mustard ocean olive orange orchid peach peru plum rose rust salmon sand sienna silver
    sky slate snow tan thistle tomato turquoise violet wheat charcoal emerald
"""
_ALSO_A_WORD = frozenset(_PLAIN_WORDS.split())
_SHADES = {
    "dark": (0.55, 1.0), "deep": (0.65, 1.1), "light": (1.35, 0.95), "pale": (1.5, 0.7), "soft": (1.2, 0.75),
    "dusty": (1.05, 0.5),
    "bright": (1.1, 1.25), "vivid": (1.0, 1.35), "electric": (1.08, 1.4), "neon": (1.1, 1.5),
    "pastel": (1.45, 0.8), "brand": (1.0, 1.0), "muted": (0.95, 0.5), "hot": (1.0, 1.3), "royal": (0.85, 1.2),
}  # fmt: skip
_SPACED = {
    re.sub(r"^(dark|light|medium|pale|deep|hot|sky|royal|steel|slate|forest|lawn|spring|sea|midnight|navy|powder"
           r"|dodger|cornflower|olive|rosy|sandy|saddle|indian|ghost|floral|antique|alice|cadet|lemon|misty|old"
           r"|papaya|peach|yellow|blue|green)", r"\1 ", name): name
    for name in COLOR_NAMES
}  # fmt: skip
_NAMES = sorted({*NAMED, *_SPACED}, key=len, reverse=True)
_COLOR = re.compile(
    rf"(?P<hex>#(?:[0-9a-f]{{8}}|[0-9a-f]{{6}}|[0-9a-f]{{3,4}})\b)"
    rf"|\b(?:(?P<shade>{'|'.join(_SHADES)})[\s-]+)?(?P<name>{'|'.join(_NAMES)})(?P<ish>ish)?\b"
    rf"|\b(?P<reddish>redd|yellow|blu|green|pink|purpl|orang|brown)ish\b",
    re.IGNORECASE,
)
_REDDISH = {"redd": "red", "blu": "blue", "purpl": "purple", "orang": "orange"}
_AFTER = re.compile(
    r"\s*(?:-\s*)?(?:and\s+\S+\s+)?(?P<part>background|backdrop|bg|accents?|text|letters?|lettering|type|fonts?|ink|words"
    r"|headline|title|colou?rs?|tones?|tints?|highlights?|gradient|theme|palette|look|bars?|line|dots?|glow"
    r"|button|circles?|particles?)\b",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"\b(?P<part>background|backdrop|bg|accents?|text|letters?|ink|colou?r(?:ed)?|headline|title|titles|button"
    r"|brand|in|to|make|with|it|them|everything|use|on|an?)(?:\s+colou?r)?\s*(?:is|are|be|of|to|in|:|=|should\s+be)?"
    r"\s*(?:an?\s+|the\s+)?$",
    re.IGNORECASE,
)
_COLORING = re.compile(
    r"\W*(?:please\s+|can\s+you\s+)?(?:make|turn|paint|colou?r|change|set|switch|recolou?r|tint|dye)\b",
    re.IGNORECASE,
)
_ROLES = {
    "background": "background", "backdrop": "background", "bg": "background", "gradient": "background",
    "text": "ink", "letter": "ink", "lettering": "ink", "type": "ink", "font": "ink", "ink": "ink",
    "word": "ink", "headline": "ink", "title": "ink", "on": "background",
}  # fmt: skip


_DENIED = re.compile(
    r"\b(?:(?:no(?:\s+more)?|(?<!why\s)(?<!if\s)not|without|avoid(?:s|ing)?|(?:hate|dislike|detest|despise)s?)"
    r"\s+(?:(?:to|use|using|see|seeing|any|the|an?|this|that|these|those|of|more|bright|dark|light|colou?r)\s+){0,4}"
    r"|(?:never|do\s*n[o']?t|don’t|do\s+not|does\s*n[o']?t)\s+(?!mind\b|forget\b|care\b)(?:[\w'-]+\s+){0,5})$",
    re.IGNORECASE,
)
"""What stands before a colour that is not wanted."""
_NEAR = 200
"""How many letters before a colour are looked at; all of a long text would be, for each of its colours."""


@dataclass(frozen=True, slots=True)
class ColorSaid:
    """A colour as hex, the part it is for (accent, background or ink), and where it was said."""

    hex: str
    role: str
    start: int
    end: int


def colors_in(text: str) -> list[ColorSaid]:
    """Return the colours `text` wants, in order; names that are also plain words need a cue beside them.

    A colour that is denied ("never pink", "no red please") is none of them.
    """
    return [one for one in _named_in(text) if not _is_denied(text, one)]


def colors_denied(text: str) -> list[ColorSaid]:
    """Return the colours `text` does not want, in order."""
    return [one for one in _named_in(text) if _is_denied(text, one)]


def _is_denied(text: str, one: ColorSaid) -> bool:
    return bool(_DENIED.search(text, max(0, one.start - _NEAR), one.start))


def _named_in(text: str) -> list[ColorSaid]:
    found = []
    for match in _COLOR.finditer(text):
        before = _BEFORE.search(text, max(0, match.start() - _NEAR), match.start())
        after = _AFTER.match(text, match.end())
        if not _meant(match, text, bool(after or before)):
            continue
        role = _role(after, before)
        end = after.end() if after else match.end()
        found.append(ColorSaid(_hex(match), role, match.start(), end))
    return [color for color, after in zip_longest(found, found[1:]) if not _spelled(text, color, after)]


def _spelled(text: str, color: ColorSaid, after: ColorSaid | None) -> bool:
    """Say whether the colour's hex follows at once, as in "brand blue #2563eb"."""
    return after is not None and text[after.start] == "#" and after.start - color.end <= 3


def _meant(match: re.Match[str], text: str, cued: bool) -> bool:
    if match["hex"] or match["reddish"]:
        return True
    word = match["name"]
    before = text[: match.start()].rstrip()
    follows_word = bool(before) and before[-1] not in ".:!?\n"
    is_name = follows_word or re.match(r" [A-Z][a-z]", text[match.end() :])
    if word[0].isupper() and is_name and not text.isupper():
        return False
    if re.match(r"[\s.!]*$", text[match.end() :]) and _COLORING.match(text):
        return True
    return cued or bool(match["shade"]) or word.lower() not in _ALSO_A_WORD


def _role(after: re.Match[str] | None, before: re.Match[str] | None) -> str:
    for match in (after, before):
        if match:
            part = match["part"].lower()
            role = _ROLES.get(part) or _ROLES.get(part.rstrip("s"))
            if role:
                return role
    return "accent"


def _hex(match: re.Match[str]) -> str:
    if match["hex"]:
        digits = match["hex"][1:].lower()
        return "#" + ("".join(d + d for d in digits) if len(digits) < 5 else digits)
    if match["reddish"]:
        part = match["reddish"].lower()
        return NAMED[_REDDISH.get(part, part)]
    name = match["name"].lower()
    plain = NAMED[_SPACED.get(name, name)] if name not in NAMED else NAMED[name]
    shade = match["shade"]
    return shaded(plain, *_SHADES[shade.lower()]) if shade else plain


def shaded(color: str, lightness: float = 1.0, saturation: float = 1.0, *, hue_degrees: float = 0.0) -> str:
    """Return the hex `color` with its HLS lightness and saturation multiplied and its hue turned."""
    hue, light, sat = colorsys.rgb_to_hls(*(int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)))
    channels = colorsys.hls_to_rgb(
        (hue + hue_degrees / 360) % 1, min(0.97, light * lightness), min(1.0, sat * saturation)
    )
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels) + color[7:]


def warmer(color: str, share: float = 0.18) -> str:
    """Return `color` mixed with amber light."""
    return _mixed(color, "#ff9a3d", share)


def cooler(color: str, share: float = 0.18) -> str:
    """Return `color` mixed with sky light."""
    return _mixed(color, "#3da5ff", share)


def inverted(color: str) -> str:
    """Return `color` with its lightness turned around and its hue kept."""
    hue, light, sat = colorsys.rgb_to_hls(*(int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)))
    channels = colorsys.hls_to_rgb(hue, 1 - light, sat)
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels) + color[7:]


def _mixed(color: str, light: str, share: float) -> str:
    pairs = ((int(color[i : i + 2], 16), int(light[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs) + color[7:]


def is_light(color: str) -> bool:
    """Say whether dark text reads better on `color` than light text (WCAG relative luminance above 0.18)."""
    channels = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] > 0.18


_MOODS = """
    dark        #0b1020 #151b33 #f8fafc
    light       #f8fafc #e2e8f0 #0f172a
    warm        #2a120c #5b2413 #fff7ed #fb923c #facc15
    cool        #071a2b #0b3a53 #f0f9ff #22d3ee #818cf8
    pastel      #fdf2f8 #e0e7ff #3b2f4a #a78bfa #f0a6ca
    neon        #09090f #160b2e #f8fafc #39ff88 #ff2bd6
    monochrome  #0a0a0a #262626 #fafafa #e5e5e5 #a3a3a3
    earthy      #2b2118 #4a3a28 #faf3e0 #c98a4b #8a9a5b
"""
_MOOD_ROLES = ("background", "background_2", "ink", "accent", "accent_2")
MOODS = {
    line.split()[0]: dict(zip(_MOOD_ROLES, line.split()[1:], strict=False))
    for line in _MOODS.strip().splitlines()
}
_MOOD_NAMES = {
    "black and white": "monochrome",
    "black & white": "monochrome",
    "night": "dark",
    "bright": "light",
}
_MOOD = "|".join([*MOODS, *_MOOD_NAMES])
_MOOD_CUED = re.compile(
    rf"\b(?P<first>{_MOOD})(?:\s*(?:,|and|&)\s*(?P<second>{_MOOD}))?\s+"
    r"(?:themed?|mode|look|feel(?:ing)?|mood|style|palette|colou?rs?|tones?|version|vibes?|background)\b"
    rf"|\b(?:make\s+(?:it|this|them|everything|all)(?:\s+all)?|keep\s+(?:it|them|everything)|everything|theme:?|style:?|look:?"
    rf"|mood:?|feels?|looks?|in)\s+(?:(?:very|more|rather|quite|all)\s+)?(?P<third>{_MOOD})"
    rf"(?:\s*(?:,|and|&)\s*(?P<fourth>{_MOOD}))?(?=\s*(?:[.,;:!]|and\b|$))"
    r"|\b(?P<seventh>black\s+(?:and|&)\s+white)\s+(?=[a-z])"
    rf"|(?:^|(?<=[.,;:]))\s*(?P<fifth>{_MOOD})(?:\s*(?:,|and|&)\s*(?P<sixth>{_MOOD}))?\s*(?=[.,;]|$)",
    re.IGNORECASE,
)


def moods_in(text: str) -> tuple[list[str], list[tuple[int, int]]]:
    """Return the moods `text` asks for (`dark`, `warm`, ...), and where they stand."""
    names: list[str] = []
    places: list[tuple[int, int]] = []
    for match in _MOOD_CUED.finditer(text):
        said = [group.lower() for group in match.groupdict().values() if group]
        names += [_MOOD_NAMES.get(mood, mood) for mood in said]
        places.append(match.span())
    return names, places
