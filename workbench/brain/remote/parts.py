"""What a model is told, in parts that are kept or left out as a whole, within a number of tokens."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf

from workbench.brain.tokens import tokens_in
from workbench.errors import ModelFailed

NEEDED = inf
"""The weight of a part without which nothing can be asked."""


@dataclass(frozen=True, slots=True)
class Part:
    """A text with a title for the list of what was left out, and a weight: heavier parts stay longer."""

    title: str
    text: str
    weight: float

    @property
    def tokens(self) -> int:
        """How many tokens it takes, with the break after it."""
        return tokens_in(self.text) + 2


@dataclass(frozen=True, slots=True)
class Fitted:
    """The parts that are told, in their own order, how many tokens they take, and what was left out."""

    parts: tuple[Part, ...]
    tokens: int
    left_out: tuple[str, ...]

    def text(self, among: Iterable[Part]) -> str:
        """Return the kept ones of those parts as one text."""
        mine = set(map(id, among))
        return "\n\n".join(part.text for part in self.parts if id(part) in mine)


def fitted(parts: Sequence[Part], most_tokens: int) -> Fitted:
    """Keep the heaviest parts that fit; of equally heavy ones, those that come first.

    Raises ModelFailed of kind "too_long" when the needed ones alone do not fit.
    """
    needed = sum(part.tokens for part in parts if part.weight == NEEDED)
    if needed > most_tokens:
        raise ModelFailed(
            f"The request needs {needed:,} tokens, and the model is told at most {most_tokens:,}.",
            remedy="Raise WORKBENCH_CONTEXT_TOKENS, or split the scene.",
            kind="too_long",
        )
    kept, room = set(), most_tokens
    for place in sorted(range(len(parts)), key=lambda place: -parts[place].weight):
        if parts[place].tokens <= room:
            kept.add(place)
            room -= parts[place].tokens
    return Fitted(
        tuple(part for place, part in enumerate(parts) if place in kept),
        most_tokens - room,
        tuple(f"{part.title} ({part.tokens} tokens)" for n, part in enumerate(parts) if n not in kept),
    )
