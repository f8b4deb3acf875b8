"""pass@k and pass^k: how often one of k tries passes, and how often all k do.

Both are the unbiased estimators of a case with n tries of which c passed: 1 - C(n-c, k)/C(n, k) (Chen et al.
2021) and C(c, k)/C(n, k) (Yao et al. 2024). What is told is the mean over cases, with its interval.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import comb, sqrt

import numpy as np

from workbench.errors import InputError
from workbench.experiments.statistics.distributions import t_quantile


def pass_at_k(tries: int, passed: int, k: int) -> float:
    """Return the chance that at least one of `k` of the tries passes."""
    _fit(tries, passed, k)
    return 1.0 - comb(tries - passed, k) / comb(tries, k)


def pass_hat_k(tries: int, passed: int, k: int) -> float:
    """Return the chance that all of `k` of the tries pass."""
    _fit(tries, passed, k)
    return comb(passed, k) / comb(tries, k)


@dataclass(frozen=True, slots=True)
class Passing:
    """A mean over cases with its interval over cases; `low` and `high` None with a single case."""

    mean: float
    low: float | None
    high: float | None
    cases: int


def over_cases(results: Mapping[str, Sequence[float]], k: int, *, every: bool = False) -> Passing | None:
    """Return pass@k (with `every` pass^k) over the cases that have at least `k` tries; None without any."""
    estimate = pass_hat_k if every else pass_at_k
    values = np.array(
        [estimate(len(tries), int(sum(tries)), k) for tries in results.values() if len(tries) >= k]
    )
    if not len(values):
        return None
    if len(values) == 1:
        return Passing(float(values[0]), None, None, 1)
    reach = t_quantile(0.975, len(values) - 1) * float(values.std(ddof=1)) / sqrt(len(values))
    mean = float(values.mean())
    return Passing(mean, max(0.0, mean - reach), min(1.0, mean + reach), len(values))


def _fit(tries: int, passed: int, k: int) -> None:
    if not 0 <= passed <= tries or not 1 <= k <= tries:
        raise InputError(
            f"{passed} of {tries} tries say nothing about {k} at once.", remedy="Give 1 <= k <= tries."
        )
