"""Capacity: how far this can be loaded, and when something that grows is full.

How many users: the Universal Scalability Law (Gunther), X(N) = lambda N / (1 + sigma (N-1) + kappa N (N-1)):
sigma is what has to queue, kappa what has to agree; throughput peaks at sqrt((1 - sigma) / kappa). Fitted
below its knee, the curve says nothing about where the knee is, so the fit carries an interval and is refused
when the data cannot tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares
from scipy.stats import norm as normal
from scipy.stats import t as student

from workbench.errors import InputError

LEAST_LOADS = 5
MOST_WIDTH = 3.0
"""How many times its lower end the upper end of a knee's interval may be."""
MOST_MISFIT = 0.25
_RESAMPLES = 200

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Usl:
    """A fitted curve: what one user gets done a second, contention, coherency; the knee, 90 % interval."""

    single: float
    contention: float
    coherency: float
    knee_users: float
    knee_low: float
    knee_high: float
    peak_throughput: float

    def throughput(self, users: float) -> float:
        """Return how much a second is done for so many users."""
        return float(_curve(np.array([self.single, self.contention, self.coherency]), np.array([users]))[0])


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the data cannot tell, and what to measure so that it can."""

    why: str
    remedy: str


def fit_usl(users: Sequence[float], throughputs: Sequence[float], *, seed: int = 0) -> Usl | Refusal:
    """Fit the Universal Scalability Law to throughputs a second measured at numbers of users."""
    if len(users) != len(throughputs):
        raise InputError(
            f"{len(users)} loads and {len(throughputs)} throughputs.", remedy="Give a throughput for each."
        )
    load, done = np.asarray(users, float), np.asarray(throughputs, float)
    kept = (load > 0) & (done > 0)
    load, done = load[kept], done[kept]
    if len(np.unique(load)) < LEAST_LOADS:
        return Refusal(
            f"{len(np.unique(load))} different loads were measured.", f"Measure at least {LEAST_LOADS}."
        )
    best = _fit(load, done)
    expected = _curve(best, load)
    if float(np.max(np.abs(done - expected) / expected)) > MOST_MISFIT:
        return Refusal(
            "The throughputs do not lie on the law's curve.", "Measure each load longer, on a quiet machine."
        )
    low, high = _knee_interval(best, load, done, seed)
    if not np.isfinite(high) or high > MOST_WIDTH * low:
        end = "beyond any load" if high > 1e6 else f"{high:.0f}"
        return Refusal(
            f"The knee may lie anywhere from {low:.0f} to {end}.",
            f"Measure more than {load.max():.0f} users, until throughput falls.",
        )
    knee = _knee(best)
    peak = float(_curve(best, np.array([max(knee, 1.0)]))[0])
    return Usl(float(best[0]), float(best[1]), float(best[2]), knee, low, high, peak)


def _curve(factors: Numbers, load: Numbers) -> Numbers:
    single, contention, coherency = factors
    shape: Numbers = single * load / (1 + contention * (load - 1) + coherency * load * (load - 1))
    return shape


def _fit(load: Numbers, done: Numbers) -> Numbers:
    start = np.array([np.max(done / load), 0.02, 1e-4])
    bounds = ([1e-12, 0.0, 0.0], [np.inf, 1.0, 1.0])

    def misfit(factors: Numbers) -> Numbers:
        return np.log(_curve(factors, load)) - np.log(done)

    fitted: Numbers = least_squares(misfit, start, bounds=bounds, x_scale=[start[0], 0.05, 1e-3]).x
    return fitted


def _knee(factors: Numbers) -> float:
    _, contention, coherency = factors
    return float(np.sqrt((1 - contention) / coherency)) if coherency > 1e-12 else float("inf")


def _knee_interval(best: Numbers, load: Numbers, done: Numbers, seed: int) -> tuple[float, float]:
    """Refit to the curve plus its own residuals, drawn anew; the middle 90 % of the knees."""
    chance = np.random.default_rng(seed)
    expected = np.log(_curve(best, load))
    freedom = max(1, len(load) - 3)
    few = student.ppf(0.95, freedom) / normal.ppf(0.95)  # so few points hide how much they scatter
    residuals = (np.log(done) - expected) * np.sqrt(len(load) / freedom) * few
    residuals = np.concatenate([residuals, -residuals])
    knees = [
        _knee(_fit(load, np.exp(expected + chance.choice(residuals, len(load))))) for _ in range(_RESAMPLES)
    ]
    ordered = np.sort(knees)
    return float(ordered[int(0.05 * _RESAMPLES)]), float(ordered[int(0.95 * _RESAMPLES) - 1])
