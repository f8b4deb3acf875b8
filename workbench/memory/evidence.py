"""What memory is made of: one statement of taste each, with where it comes from.

A taste is a key and a value, such as `accent` teal or `pace` fast, and is stated for (+1) or against
(-1). What weighs most is a rule ("always", "never", "I prefer"); then a wish ("make it faster"); then a
remark about one place ("in scene 2, ..."); an image hints at least. A model's words are never evidence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

Scope = Literal["project", "user"]
Stance = Literal["standing", "wish", "passing"]
Source = Literal["words", "edit", "image"]

STANDING_WEIGHT = 4.0
_STANCE_WEIGHTS: Mapping[str, float] = {"standing": STANDING_WEIGHT, "wish": 1.0, "passing": 0.5}
_SOURCE_SHARES: Mapping[str, float] = {"words": 1.0, "edit": 0.75, "image": 0.25}
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Key:
    """A kind of taste: what it is called, whether one value rules out the others, which are opposites."""

    label: str
    exclusive: bool = True
    opposites: tuple[tuple[str, str], ...] = ()

    def opposite(self, value: str) -> str | None:
        """Return the value that is wanted when `value` is not; None when there are many others."""
        for one, other in self.opposites:
            if value in (one, other):
                return other if value == one else one
        return None


KEYS: Mapping[str, Key] = {
    "accent": Key("accent colour"),
    "background": Key("background colour"),
    "ink": Key("text colour"),
    "palette": Key("palette", opposites=(("warm", "cool"), ("dark", "light"))),
    "pace": Key("pace", opposites=(("fast", "slow"),)),
    "density": Key("density", opposites=(("minimal", "busy"),)),
    "type_weight": Key("type weight", opposites=(("bold", "light"),)),
    "type_size": Key("type size", opposites=(("large", "small"),)),
    "typeface": Key("typeface"),
    "corners": Key("corners", opposites=(("round", "sharp"),)),
    "motion": Key("motion", exclusive=False, opposites=(("lively", "still"),)),
    "effect": Key("effects", exclusive=False),
    "format": Key("format"),
    "language": Key("language"),
    "tone": Key("tone", exclusive=False),
}


NOT_TO_BE_HAD: Mapping[tuple[str, str], str] = {
    ("typeface", "serif"): "there is no serif font, only sans and mono",
}
"""Tastes that no scene can meet, and why: whoever is told them is told this too."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One statement for (`sign` 1) or against (-1) a taste.

    `said` holds the user's words, or says what was done by hand; `source_id` names the message, the
    revision or the image it comes from. `project_id` is where it was said, also when its scope is the user.
    """

    key: str
    value: str
    sign: Literal[1, -1]
    stance: Stance = "wish"
    scope: Scope = "project"
    source: Source = "words"
    source_id: str = ""
    project_id: str = ""
    said: str = ""
    when: datetime = LONG_AGO

    @property
    def weight(self) -> float:
        """How much it counts while it is fresh."""
        return _STANCE_WEIGHTS[self.stance] * _SOURCE_SHARES[self.source]

    @property
    def standing(self) -> bool:
        """Whether the user gave it as a rule."""
        return self.stance == "standing"


def implied(statement: Evidence) -> tuple[str, float] | None:
    """Return the value, and the share of the weight, that "not so fast" also speaks for: slow."""
    other = KEYS[statement.key].opposite(statement.value) if statement.sign < 0 else None
    return (other, 0.5) if other else None
