"""This run against an earlier one that was accepted, with the noise of both taken into account.

Requests that follow each other are alike, so not single requests but stretches of five seconds are drawn
anew (a block bootstrap); what is told is the ratio of medians with a 95 % interval. It counts as slower only
when the whole interval lies above what matters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

BLOCK_SECONDS = 5.0
LEAST_BLOCKS = 4
MATTERS = 1.15
_DRAWS = 400

Times = Sequence[tuple[float, float]]
"""(seconds since the start, seconds it took)"""


@dataclass(frozen=True, slots=True)
class Change:
    """How one request's median changed: the ratio, its interval, and what that means."""

    name: str
    ratio: float | None
    low: float | None
    high: float | None
    told: str

    @property
    def slower(self) -> bool:
        """Whether it is slower beyond noise by what matters."""
        return self.low is not None and self.low > MATTERS


def compare(before: Mapping[str, Times], after: Mapping[str, Times], *, seed: int = 0) -> list[Change]:
    """Return the change of every request that both runs have."""
    dice = np.random.default_rng(seed)
    return [_change(name, before[name], after[name], dice) for name in sorted(before.keys() & after.keys())]


def _change(name: str, before: Times, after: Times, dice: np.random.Generator) -> Change:
    old, new = _blocks(before), _blocks(after)
    if min(len(old), len(new)) < LEAST_BLOCKS:
        return Change(name, None, None, None, "too short to compare")
    ratios = [_median(new, dice) / max(_median(old, dice), 1e-9) for _ in range(_DRAWS)]
    low, high = (round(float(value), 3) for value in np.percentile(ratios, [2.5, 97.5]))
    ratio = round(float(np.median(np.concatenate(new)) / max(float(np.median(np.concatenate(old))), 1e-9)), 3)
    if low > MATTERS:
        told = "slower"
    elif high < 1 / MATTERS:
        told = "faster"
    else:
        told = "no difference that matters can be told from noise"
    return Change(name, ratio, low, high, told)


def _blocks(times: Times) -> list[np.ndarray]:
    stretches: dict[int, list[float]] = {}
    for at, seconds in times:
        stretches.setdefault(int(at // BLOCK_SECONDS), []).append(seconds)
    return [np.array(each) for each in stretches.values()]


def _median(blocks: Sequence[np.ndarray], dice: np.random.Generator) -> float:
    drawn = dice.integers(0, len(blocks), len(blocks))
    return float(np.median(np.concatenate([blocks[place] for place in drawn])))
