"""Whether memory grows: a slope that outliers do not move, and a test that it is no chance.

An ordinary line through all points calls every healthy run a leak, because memory grows while it warms up.
After the warm-up is left out, the lower end of Theil-Sen's interval must be above what matters **and**
Mann-Kendall's test must find a trend.

Both are asked about the floors, the least of each half minute: what a service takes for a moment and gives
back is no leak, and a service gives free pages back that often. Besides, looks a second apart are nearly the
same, while both methods take their points to be independent. In 40 simulated runs of seven minutes each,
without a leak and with noise that lasts for seconds to minutes, single looks cried leak in 10 to 30 % and
floors in 0 to 2.5 %; in 60 of half an hour floors did so in 0 to 7 %, and found 60 to 100 % of those with
0.5 MB a minute and all with 1 MB.

What few floors cannot tell is not called healthy: *no leak* needs the whole interval below `NONE_BELOW`. In
between nothing is said, and a soak, which is run for this, is then not valid: it must be longer.

Caches of a real service take minutes to fill, which looks the same; so less than five minutes after the
warm-up tell nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, floor, sqrt

import numpy as np
from scipy.stats import theilslopes

WARM_UP_SHARE = 0.3
LEAST_MINUTES = 5.0
LEAST_FLOORS = 10
FLOOR_SECONDS = 30.0
NONE_BELOW = 1.0
"""MB a minute that the interval must not reach for memory to count as level."""
CHANCE = 0.01


_WORDS = {
    True: "it grows.",
    False: "no leak is seen.",
    None: "that is too wide to tell, run it longer.",
}


@dataclass(frozen=True, slots=True)
class Trend:
    """How memory's floor moved after the warm-up, in MB a minute with a 95 % interval, and that in words."""

    minutes: float
    slope: float | None
    low: float | None
    high: float | None
    chance: float | None
    leaks: bool | None
    told: str

    @property
    def interval(self) -> str:
        """Return the slope with its interval in words of figures, empty when there is none."""
        if self.slope is None:
            return ""
        return f"{self.slope:+.2f} ({self.low:+.2f} to {self.high:+.2f})"


def memory_trend(seconds: Sequence[float], megabytes: Sequence[float], most_slope: float) -> Trend:
    """Judge a series of looks; `leaks` is None when it cannot be told from them."""
    at, seen = np.asarray(seconds, float), np.asarray(megabytes, float)
    kept = warm(at)
    at, seen = at[kept], seen[kept]
    minutes = float(at[-1] - at[0]) / 60 if len(at) else 0.0
    floor_at, floors = _floors(at, seen)
    if len(floors) < LEAST_FLOORS or minutes < LEAST_MINUTES:
        shown = floor(minutes * 10) / 10
        told = f"{shown:.1f} minutes after the warm-up are too few to tell; {LEAST_MINUTES:g} are needed."
        return Trend(round(minutes, 2), None, None, None, None, None, told)
    slope, _, low, high = (float(value) for value in theilslopes(floors, floor_at / 60, alpha=0.95))
    chance = mann_kendall(floors)
    grows = low > most_slope and chance < CHANCE and slope > 0
    leaks = True if grows else False if high < max(NONE_BELOW, most_slope) else None
    told = f"{slope:+.2f} MB a minute (95 %: {low:+.2f} to {high:+.2f}) over {minutes:.1f} minutes; "
    return Trend(
        round(minutes, 2),
        round(slope, 3),
        round(low, 3),
        round(high, 3),
        round(chance, 5),
        leaks,
        told + _WORDS[leaks],
    )


def warm(seconds: Sequence[float] | np.ndarray) -> np.ndarray:
    """Return for each look whether it came after the warm-up."""
    at = np.asarray(seconds, float)
    return at >= at[0] + WARM_UP_SHARE * (at[-1] - at[0]) if len(at) else np.zeros(0, bool)


def _floors(at: np.ndarray, seen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return when the least of each half minute was seen, and that least."""
    if not len(at):
        return at, seen
    stretch = ((at - at[0]) // FLOOR_SECONDS).astype(int)
    least = np.array(
        [np.flatnonzero(stretch == each)[seen[stretch == each].argmin()] for each in np.unique(stretch)]
    )
    return at[least], seen[least]


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
