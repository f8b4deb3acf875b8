"""Growth: where rows, bytes and cost are going, and the day something is full.

The trend is the median of all slopes between two days (Theil-Sen), which a few odd days do not move, with a
95 % interval (Kendall). A forecast is refused when there are too few days or when the interval holds both
growing and shrinking.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from scipy.stats import theilslopes

from workbench.errors import InputError
from workbench.telemetry.capacity import Refusal

LEAST_DAYS = 7
CONFIDENCE = 0.95
FURTHEST_DAYS = 3650


@dataclass(frozen=True, slots=True)
class Growth:
    """A trend from `day`, where it stands at `level`: so much more a day, with its interval."""

    day: date
    level: float
    a_day: float
    low_a_day: float
    high_a_day: float
    noise: float

    def after(self, days: float) -> tuple[float, float, float]:
        """Return the lowest, the expected and the highest level after so many days."""
        margin = 2 * self.noise
        return (
            max(0.0, self.level + self.low_a_day * days - margin),
            max(0.0, self.level + self.a_day * days),
            self.level + self.high_a_day * days + margin,
        )


@dataclass(frozen=True, slots=True)
class FullOn:
    """The day a limit is reached, the earliest and the latest; None: not within ten years."""

    day: date | None
    earliest: date | None
    latest: date | None


def find_growth(days: Sequence[date], levels: Sequence[float]) -> Growth | Refusal:
    """Return the trend of a level measured once a day."""
    if len(days) != len(levels):
        raise InputError(f"{len(days)} days and {len(levels)} levels.", remedy="Give a level for each day.")
    if len(set(days)) < LEAST_DAYS:
        return Refusal(
            f"There are {len(set(days))} days to look at.", f"Come back when there are {LEAST_DAYS}."
        )
    first = min(days)
    places = np.array([(day - first).days for day in days], float)
    values = np.asarray(levels, float)
    slope, intercept, low, high = theilslopes(values, places, alpha=CONFIDENCE)
    noise = float(1.4826 * np.median(np.abs(values - (intercept + slope * places))))
    if low < 0 < high and noise > 0:
        return Refusal(
            f"It neither grows nor shrinks surely: {low:+.3g} to {high:+.3g} a day.",
            "Nothing needs to be done; with more days the answer may change.",
        )
    last = float(places.max())
    level = float(intercept + slope * last)
    return Growth(first + timedelta(days=last), level, float(slope), float(low), float(high), noise)


def full_on(growth: Growth, limit: float) -> FullOn:
    """Return when the trend reaches `limit`, in the same unit."""
    margin = 2 * growth.noise
    return FullOn(
        _reached(growth, limit - growth.level, growth.a_day),
        _reached(growth, limit - growth.level - margin, growth.high_a_day),
        _reached(growth, limit - growth.level + margin, growth.low_a_day),
    )


def _reached(growth: Growth, room: float, a_day: float) -> date | None:
    if room <= 0:
        return growth.day
    if a_day <= 0 or room / a_day > FURTHEST_DAYS:
        return None
    return growth.day + timedelta(days=int(np.ceil(room / a_day)))
