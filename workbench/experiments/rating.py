"""Blind ratings: two clips of one case side by side, in an order that chance decides, and no word on whose.

Pairs that fewer people have seen come first. The same two cells may come back to another rater, which is how
agreement is known; to the same rater they do not.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import combinations
from random import Random

from workbench.errors import InputError
from workbench.experiments.statistics.preferences import Duel, Strength, agreement, strengths
from workbench.store.trial_values import Cell, Rating, Verdict

VERDICTS: tuple[Verdict, ...] = ("left", "right", "tie", "skip")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two cells to be compared: what is shown left and right."""

    left: Cell
    right: Cell


@dataclass(frozen=True, slots=True)
class Preferences:
    """What the ratings say so far: strengths of variants, agreement of raters, how many ratings there are."""

    strengths: tuple[Strength, ...]
    agreement: float | None
    rated: int
    skipped: int
    raters: tuple[str, ...]


def pairs_left(cells: Sequence[Cell], ratings: Sequence[Rating], rater: str) -> list[frozenset[str]]:
    """Return the pairs that this rater has not seen, the least rated first."""
    groups: dict[tuple[str, str, int], list[Cell]] = {}
    for cell in cells:
        if cell.state == "done":
            groups.setdefault((cell.key.model, cell.key.case, cell.key.repeat), []).append(cell)
    seen: dict[frozenset[str], set[str]] = {}
    for rating in ratings:
        seen.setdefault(frozenset((rating.left_cell, rating.right_cell)), set()).add(rating.rater)
    every = [
        frozenset((one.id, other.id))
        for group in groups.values()
        for one, other in combinations(group, 2)
        if one.key.variant != other.key.variant
    ]
    left = [pair for pair in every if rater not in seen.get(pair, ())]
    mixed = sorted(left, key=lambda pair: Random(f"{rater}:{sorted(pair)}").random())
    return sorted(mixed, key=lambda pair: len(seen.get(pair, ())))


def next_pair(cells: Sequence[Cell], ratings: Sequence[Rating], rater: str) -> Pair | None:
    """Return the next pair in the order it is shown; None when this rater has seen all."""
    left = pairs_left(cells, ratings, rater)
    if not left:
        return None
    known = {cell.id: cell for cell in cells}
    order = sorted(left[0])
    Random(f"order:{rater}:{order}").shuffle(order)
    return Pair(known[order[0]], known[order[1]])


def checked_verdict(verdict: str) -> Verdict:
    """Return the verdict when it is one."""
    for known in VERDICTS:
        if verdict == known:
            return known
    raise InputError(f"{verdict!r} is no verdict.", remedy=f"Use one of {', '.join(VERDICTS)}.")


def preferences(cells: Sequence[Cell], ratings: Sequence[Rating]) -> Preferences:
    """Return what the ratings say."""
    known = {cell.id: cell for cell in cells}
    duels: list[Duel] = []
    units: dict[Hashable, dict[str, str]] = {}
    skipped = 0
    for rating in ratings:
        if rating.verdict == "skip":
            skipped += 1
            continue
        left, right = known[rating.left_cell], known[rating.right_cell]
        won = {"left": 1.0, "right": 0.0, "tie": 0.5}[rating.verdict]
        duels.append(Duel(left.key.variant, right.key.variant, won, f"{left.key.model} {left.key.case}"))
        better = {"left": left.id, "right": right.id, "tie": "tie"}[rating.verdict]
        units.setdefault(frozenset((left.id, right.id)), {})[rating.rater] = better
    raters = tuple(sorted({rating.rater for rating in ratings}))
    return Preferences(strengths(duels), _agreement(units), len(duels), skipped, raters)


def _agreement(units: dict[Hashable, dict[str, str]]) -> float | None:
    """Return agreement on which of the two was better; the first of a pair by id is called `first`."""
    told: dict[Hashable, dict[str, str]] = {}
    for pair, by_rater in units.items():
        assert isinstance(pair, frozenset)
        first = min(pair)
        told[pair] = {
            rater: "tie" if better == "tie" else "first" if better == first else "second"
            for rater, better in by_rater.items()
        }
    return agreement(told)
