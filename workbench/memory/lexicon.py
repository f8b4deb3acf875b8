"""The words of taste: what each stands for, in every form it takes.

In the table a `*` after a word adds its comparative and superlative, a `~` its verb forms, and a `+s` its
plural. `_` joins words. A word that complains by itself ("cluttered") stands in `COMPLAINTS`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from workbench.memory.words import Token, word_set
from workbench.scene.color_names import COLOR_NAMES

Form = Literal["quality", "thing", "color"]

_QUALITIES = """
palette      warm         warm* cosy*
palette      cool         cool* icy*
palette      dark         dark* moody*
palette      light        bright* light*
palette      pastel       pastel
palette      neon         neon
palette      monochrome   monochrome black_and_white black_&_white greyscale grayscale
palette      earthy       earthy*
palette      muted        muted desaturated toned_down tone_down
palette      colorful     colorful colourful vivid vibrant
pace         fast         fast* quick* quickly snappy* rapid brisk* rush~ hurry hurried speedy* speed_up
pace         slow         slow* slowly unhurried slow_down
density      minimal      minimal minimalist minimalistic simple* clean* sparse* uncluttered
density      busy         busy* dense* detailed rich*
type_weight  bold         bold* heavy* thick*
type_weight  light        thin* light_weight lightweight
type_size    large        big* large* huge giant oversized
type_size    small        small* tiny*
typeface     serif        serif serifs
typeface     sans         sans sans_serif
typeface     mono         mono monospace monospaced
corners      round        round* rounded
corners      sharp        sharp* square angular
motion       smooth       smooth* smoothly fluid
motion       bouncy       bouncy* bounce~ springy* elastic
motion       snappy       punchy*
motion       subtle       subtle* gentle* restrained
motion       still        still static motionless
tone         playful      playful fun* cheeky*
tone         serious      serious
tone         formal       formal
tone         corporate    corporate businesslike
tone         friendly     friendly*
tone         casual       casual relaxed
tone         professional professional
tone         calm         calm* quiet* serene
tone         energetic    energetic dynamic
tone         elegant      elegant luxurious classy*
effect       flat         flat*
"""
_THINGS = """
density      minimal      whitespace white_space breathing_room minimalism
density      busy         clutter more_detail more_details extra_detail
motion       fade         fade~ fade_in fade_out
motion       slide        slide~
motion       zoom         zoom~
motion       lively       animation+s animate~ motion movement
motion       still        no_animation no_motion
format       9:16         vertical portrait 9:16 tiktok instagram_stories reels shorts
format       1:1          square_video square_videos square_format 1:1
format       16:9         horizontal landscape widescreen 16:9
effect       gradient     gradient+s
effect       glow         glow~
effect       shadow       shadow+s drop_shadow+s
effect       blur         blur~ blurry
effect       grain        grain film_grain grainy
effect       particles    particle+s confetti
effect       emoji        emoji emojis
effect       outline      outline+s outlined
language     english      english
language     german       german
language     french       french
language     spanish      spanish
language     italian      italian
language     portuguese   portuguese
language     dutch        dutch
language     polish       polish
language     japanese     japanese
language     chinese      chinese mandarin
language     korean       korean
language     arabic       arabic
language     hindi        hindi
"""
COMPLAINTS: Mapping[tuple[str, ...], tuple[str, str]] = {
    ("empty",): ("density", "minimal"),
    ("bare",): ("density", "minimal"),
    ("cluttered",): ("density", "busy"),
    ("crowded",): ("density", "busy"),
    ("messy",): ("density", "busy"),
    ("overloaded",): ("density", "busy"),
    ("sluggish",): ("pace", "slow"),
    ("rushed",): ("pace", "fast"),
    ("hectic",): ("pace", "fast"),
    ("garish",): ("palette", "colorful"),
    ("gloomy",): ("palette", "dark"),
}
_MORE_COLORS = """
amber emerald mint rose cream charcoal peach burgundy lilac mustard sand slate rust copper scarlet
"""
_SHADE_WORDS = word_set(
    """
    dark deep light pale soft bright vivid electric neon pastel muted hot royal baby forest midnight
    """
)
_OBJECTS = word_set("it this that things everything them all")
_EATEN = "chocolate tomato wheat linen bisque moccasin thistle orchid"
COLORS = frozenset([*COLOR_NAMES, *_MORE_COLORS.split()]) - {
    "transparent",
    "tan",
    "snow",
    "peru",
    *_EATEN.split(),
}
PROPER = frozenset(["language", "format"])
"""Keys whose words are written with a capital without being somebody's name."""


@dataclass(frozen=True, slots=True)
class Match:
    """Words of taste found in a sentence: tokens `start` up to `end`, and what they stand for."""

    start: int
    end: int
    key: str
    value: str
    form: Form
    complaint: bool = False


def matches(tokens: tuple[Token, ...]) -> list[Match]:
    """Return the words of taste among the tokens, the longest where several begin."""
    found: list[Match] = []
    place = 0
    while place < len(tokens):
        match = _color_at(tokens, place) or _phrase_at(tokens, place)
        if match:
            if found and match.value[0] == "#" and found[-1].form == "color" and found[-1].end == place:
                found.pop()
            found.append(match)
        place = match.end if match else place + 1
    return found


def _phrase_at(tokens: tuple[Token, ...], place: int) -> Match | None:
    first, *rest = (token.text for token in tokens[place : place + 3])
    if len(rest) == 2 and rest[0] in _OBJECTS and (first, rest[1]) in (("speed", "up"), ("slow", "down")):
        return Match(place, place + 3, "pace", "fast" if first == "speed" else "slow", "quality")
    for length in range(_LONGEST, 0, -1):
        words = tuple(token.text for token in tokens[place : place + length])
        if len(words) == length and words in COMPLAINTS:
            return Match(place, place + length, *COMPLAINTS[words], "quality", complaint=True)
        if len(words) == length and words in _PHRASES:
            return Match(place, place + length, *_PHRASES[words])
    return None


def _color_at(tokens: tuple[Token, ...], place: int) -> Match | None:
    word = tokens[place].text
    if word.startswith("#") and len(word) > 1:
        code = word if len(word) == 7 else "#" + "".join(digit * 2 for digit in word[1:])
        return Match(place, place + 1, "accent", code, "color")
    following = tuple(token.text for token in tokens[place : place + 4])
    if following[:3] in (("black", "and", "white"), ("white", "space")) or following[:2] == (
        "white",
        "space",
    ):
        return None
    if word in _SHADE_WORDS and len(following) > 1 and _color(following[1]):
        return Match(place, place + 2, "accent", f"{word} {_color(following[1])}", "color")
    return Match(place, place + 1, "accent", _color(word), "color") if _color(word) else None


def _color(word: str) -> str:
    one = word.removesuffix("s") if word.removesuffix("s") in COLORS else word
    return one.replace("grey", "gray") if one in COLORS else ""


def _forms(entry: str) -> Iterator[tuple[str, ...]]:
    word = re.sub(r"(\*|~|\+s)$", "", entry)
    *before, last = word.split("_")
    endings = [last]
    if entry.endswith("*"):
        stem = _doubled(last) if re.fullmatch(r"[a-z]*[^aeiou][aeiou][gnmtd]", last) else last
        stem = last[:-1] + "i" if last.endswith("y") else last[:-1] if last.endswith("e") else stem
        endings += [stem + "er", stem + "est"]
    elif entry.endswith("~"):
        stem = last.removesuffix("e")
        stem = _doubled(stem) if stem == "blur" else stem
        plural = "es" if last.endswith("sh") else "s"
        endings += [last + plural, stem + "ing", stem + "ed"]
    elif entry.endswith("+s"):
        endings.append(last + "s")
    yield from ((*before, ending) for ending in endings)


def _doubled(word: str) -> str:
    return word + word[-1]


def _read(table: str, form: Form) -> Iterator[tuple[tuple[str, ...], tuple[str, str, Form]]]:
    for line in table.strip().splitlines():
        key, value, *entries = line.split()
        for entry in entries:
            for phrase in _forms(entry):
                yield phrase, (key, value, form)


_PHRASES = dict([*_read(_QUALITIES, "quality"), *_read(_THINGS, "thing")])
_LONGEST = max(map(len, _PHRASES))
