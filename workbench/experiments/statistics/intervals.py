"""Intervals of a mean difference, clustered by case.

About cases like these, the cases are a sample: t with one degree of freedom less than there are cases, or a
bootstrap that draws whole cases. About these cases, only the repeats are a sample. Where nothing varies, a
variance of nothing would claim certainty; for pass and fail the exact binomial bound stands in its place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from workbench.experiments.statistics.distributions import t_both_tails, t_quantile
from workbench.experiments.statistics.pairs import About, Floats, Pairs

Method = Literal["t", "bootstrap", "exact bound"]
DRAWS = 4000


@dataclass(frozen=True, slots=True)
class Interval:
    """Where the true mean difference lies with the given confidence, and how that was found."""

    low: float
    high: float
    confidence: float
    method: Method


def interval(
    pairs: Pairs,
    *,
    confidence: float = 0.95,
    about: About = "cases like these",
    method: Method = "t",
    passes: bool = False,
    seed: int = 0,
) -> Interval | None:
    """Return the interval of the mean difference; None when the data say nothing about its width."""
    spread = standard_error(pairs, about)
    if spread is None:
        return None
    error, freedom = spread
    if error < 1e-12:
        return _exact_bound(pairs, confidence, about) if passes else None
    if method == "bootstrap":
        return _bootstrap(pairs, confidence, about, seed)
    reach = t_quantile(0.5 + confidence / 2, freedom) * error
    low, high = pairs.mean - reach, pairs.mean + reach
    if passes:
        low, high = max(-1.0, low), min(1.0, high)
    return Interval(low, high, confidence, "t")


def standard_error(pairs: Pairs, about: About) -> tuple[float, float] | None:
    """Return the standard error of the mean difference and its degrees of freedom."""
    cases = len(pairs.groups)
    if about == "cases like these":
        if cases < 2:
            return None
        return float(pairs.case_means.std(ddof=1) / np.sqrt(cases)), cases - 1.0
    if pairs.within_variance is None:
        return None
    variance = pairs.within_variance * sum(1 / len(group) for group in pairs.groups) / cases**2
    return float(np.sqrt(variance)), float(sum(len(group) - 1 for group in pairs.groups))


def t_test(pairs: Pairs, about: About) -> float:
    """Return the two-sided p-value of no mean difference; 1 when nothing can be said."""
    spread = standard_error(pairs, about)
    if spread is None or spread[0] < 1e-12:
        return 1.0
    return t_both_tails(pairs.mean / spread[0], spread[1])


def _bootstrap(pairs: Pairs, confidence: float, about: About, seed: int) -> Interval:
    """Draw whole cases (or repeats within cases); each draw is studentised, which keeps coverage."""
    chance = np.random.default_rng(seed)
    means = pairs.case_means
    spread = standard_error(pairs, about)
    assert spread is not None
    if about == "cases like these":
        drawn = means[chance.integers(0, len(means), (DRAWS, len(means)))]
        errors = drawn.std(axis=1, ddof=1) / np.sqrt(len(means))
        centres = drawn.mean(axis=1)
    else:
        centres, errors = _drawn_within(pairs, chance)
    known = errors > 1e-12
    ratios = (centres[known] - pairs.mean) / errors[known]
    if len(ratios) < DRAWS / 2:
        tails = np.quantile(centres, [0.5 - confidence / 2, 0.5 + confidence / 2])
        return Interval(float(tails[0]), float(tails[1]), confidence, "bootstrap")
    low, high = np.quantile(ratios, [0.5 - confidence / 2, 0.5 + confidence / 2])
    error = spread[0]
    return Interval(
        float(pairs.mean - high * error), float(pairs.mean - low * error), confidence, "bootstrap"
    )


def _drawn_within(pairs: Pairs, chance: np.random.Generator) -> tuple[Floats, Floats]:
    centres = np.zeros(DRAWS)
    variances = np.zeros(DRAWS)
    for group in pairs.groups:
        drawn = group[chance.integers(0, len(group), (DRAWS, len(group)))]
        centres += drawn.mean(axis=1)
        if len(group) > 1:
            variances += drawn.var(axis=1, ddof=1) / len(group)
    count = len(pairs.groups)
    return centres / count, np.sqrt(variances) / count


def _exact_bound(pairs: Pairs, confidence: float, about: About) -> Interval:
    """Return what can be said when every unit shows the same difference: the binomial bound of the others."""
    units = len(pairs.groups) if about == "cases like these" else len(pairs)
    least = ((1 - confidence) / 2) ** (1 / units)
    other = 1 - least
    mean = pairs.mean
    return Interval(
        max(-1.0, mean * least - other), min(1.0, mean * least + other), confidence, "exact bound"
    )
