"""Whether a scene is worth a layout plan before its source is written.

A plan costs one more call. It pays when several things have to share the picture, which shows in how many the
request names; a change to what is there never needs one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from workbench.brain.plan import EditKind
from workbench.brain.prompting import TwoStep

_ELEMENTS = re.compile(
    r"\b(?:titles?|headlines?|headings?|subtitles?|captions?|labels?|texts?|words?|buttons?|cards?|charts?|graphs?"
    r"|bars?|lines?|circles?|dots?|icons?|logos?|images?|photos?|pictures?|phones?|browsers?|windows?|lists?|rows?"
    r"|columns?|grids?|counters?|numbers?|figures?|badges?|particles?|arrows?|timelines?|quotes?|code|backgrounds?"
    r"|progress|avatars?|tables?|maps?|shapes?|rings?|donuts?)\b",
    re.IGNORECASE,
)
_MANY = 4
_LONG_WORDS = 60


@dataclass(frozen=True, slots=True)
class Approach:
    """Whether to plan the layout first, and why, in words for the take."""

    layout_first: bool
    why: str


def approach(instruction: str, kind: EditKind, *, is_new: bool, two_step: TwoStep = "auto") -> Approach:
    """Choose how to write: layout then source, or source at once."""
    if two_step != "auto":
        way = "layout first" if two_step == "always" else "source at once"
        return Approach(two_step == "always", f"{way}: the prompt set says so")
    if not is_new and kind in ("surgical", "fix"):
        return Approach(False, f"source at once: a {kind} change keeps the layout")
    named = {match.lower().rstrip("s") for match in _ELEMENTS.findall(instruction)}
    if len(named) >= _MANY:
        return Approach(True, f"layout first: the request names {_kinds(len(named))}")
    words = len(instruction.split())
    if words >= _LONG_WORDS:
        return Approach(True, f"layout first: the request has {words} words")
    return Approach(False, f"source at once: the request names {_kinds(len(named))}")


def _kinds(count: int) -> str:
    return "1 kind of thing" if count == 1 else f"{count} kinds of things"
