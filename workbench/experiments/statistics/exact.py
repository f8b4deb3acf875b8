"""Tests that assume no distribution: McNemar's, and flipping the signs of whole cases."""

from __future__ import annotations

from itertools import product

import numpy as np

from workbench.experiments.statistics.distributions import coin_both_tails
from workbench.experiments.statistics.pairs import Floats, Pairs

MOST_ENUMERATED = 14
DRAWS = 20_000


def mcnemar(gained: int, lost: int) -> float:
    """Return the exact two-sided p-value of `gained` passes against `lost` ones (McNemar 1947, binomial)."""
    if gained + lost == 0:
        return 1.0
    return coin_both_tails(gained, gained + lost)


def discordant(pairs: Pairs) -> tuple[int, int]:
    """Return how many pairs pass only with the arm, and how many only with the baseline."""
    return int((pairs.differences > 0.5).sum()), int((pairs.differences < -0.5).sum())


def sign_flip(values: Floats, seed: int = 0) -> float:
    """Return the two-sided p-value of a mean of zero, when each value is as likely as its negative.

    Up to fourteen values every flip is tried; beyond, twenty thousand drawn ones, the real one counted.
    """
    nonzero = values[np.abs(values) > 1e-12]
    count = len(nonzero)
    if count == 0:
        return 1.0
    seen = abs(nonzero.sum()) - 1e-9
    if count <= MOST_ENUMERATED:
        signs = np.array(list(product((1.0, -1.0), repeat=count)))
        return float((np.abs(signs @ nonzero) >= seen).mean())
    chance = np.random.default_rng(seed)
    signs = chance.choice((1.0, -1.0), size=(DRAWS, count))
    return float((1 + (np.abs(signs @ nonzero) >= seen).sum()) / (1 + DRAWS))


def holm(p_values: Floats) -> Floats:
    """Return p-values adjusted for all of them together (Holm 1979): no false claim among them all."""
    count = len(p_values)
    order = np.argsort(p_values, kind="stable")
    stepped = np.maximum.accumulate(p_values[order] * (count - np.arange(count)))
    adjusted = np.empty(count)
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted
