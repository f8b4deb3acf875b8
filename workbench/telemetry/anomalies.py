"""Anomalies: points that the same time of earlier days does not explain.

Each point is compared with the values of earlier days within a few minutes of its time of day: their median
says what is usual, their median absolute deviation how much usual varies. Both shrug at the outliers of the
past, so yesterday's incident does not hide today's. Nothing looks ahead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from workbench.errors import InputError

DAY_SECONDS = 86_400
TO_SIGMA = 1.4826
"""What makes the median absolute deviation of a normal distribution its standard deviation."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Anomaly:
    """A run of unusual points from `start` to `end` (seconds since 1970): the worst value, what is usual."""

    start: float
    end: float
    value: float
    usual: float
    score: float
    direction: Literal["high", "low"]


def find_anomalies(
    moments: Sequence[float] | Numbers,
    values: Sequence[float] | Numbers,
    *,
    step_seconds: int = 60,
    season_seconds: int = DAY_SECONDS,
    neighbour_steps: int = 5,
    warm_up_seasons: int = 2,
    most_sigmas: float = 6.0,
    logarithmic: bool = True,
) -> tuple[Anomaly, ...]:
    """Return the runs of points further than `most_sigmas` from usual; NaN and missing points say nothing.

    The first `warm_up_seasons` are only learned from. `logarithmic` compares ratios, as suits latencies,
    counts and costs; without it, differences.
    """
    if season_seconds % step_seconds:
        raise InputError(
            f"A season of {season_seconds} s is no whole number of steps of {step_seconds} s.",
            remedy="Choose a step that divides the season, such as 60.",
        )
    if len(moments) != len(values):
        raise InputError(f"{len(moments)} moments and {len(values)} values.", remedy="Give one value each.")
    if not len(moments):
        return ()
    grid, first = _seasons(
        np.asarray(moments, float), np.asarray(values, float), step_seconds, season_seconds
    )
    floor = _floor(grid[:warm_up_seasons]) if logarithmic else 0.0
    scale = np.log(np.maximum(grid, 0) + floor) if logarithmic else grid
    scores, usual = _scores(scale, neighbour_steps, warm_up_seasons)
    if logarithmic:
        usual = np.exp(usual) - floor
    return tuple(_runs(grid.ravel(), usual.ravel(), scores.ravel(), most_sigmas, first, step_seconds))


def _seasons(moments: Numbers, values: Numbers, step: int, season: int) -> tuple[Numbers, float]:
    """Lay the points out as one row a season, one column a step; the mean where points share a place."""
    first = float(np.floor(moments.min() / season) * season)
    places = ((moments - first) // step).astype(np.int64)
    width = season // step
    rows = int(places.max()) // width + 1
    kept = ~np.isnan(values)
    sums = np.bincount(places[kept], values[kept], rows * width)
    counts = np.bincount(places[kept], minlength=rows * width)
    with np.errstate(invalid="ignore"):
        return (sums / np.where(counts, counts, np.nan)).reshape(rows, width), first


def _floor(learned: Numbers) -> float:
    """Return a small part of what is usual, added so that nothing at all has a logarithm too."""
    positive = learned[learned > 0]
    return float(0.05 * np.median(positive)) if positive.size else 1.0


def _scores(grid: Numbers, neighbours: int, warm_up: int) -> tuple[Numbers, Numbers]:
    scores, usual = np.zeros_like(grid), np.full_like(grid, np.nan)
    spread_of_all = _spread(grid[:warm_up].ravel())
    for row in range(warm_up, len(grid)):
        past = _around(grid[:row], neighbours)
        known = np.sum(~np.isnan(past), axis=0) >= 2 * warm_up
        past = past[:, known]
        if not past.size:
            continue
        middle = np.nanmedian(past, axis=0)
        spread = TO_SIGMA * np.nanmedian(np.abs(past - middle), axis=0)
        spread = np.maximum(spread, max(0.9 * spread_of_all, 1e-9))
        usual[row, known] = middle
        scores[row, known] = (grid[row, known] - middle) / spread
    return np.nan_to_num(scores), usual


def _around(past: Numbers, neighbours: int) -> Numbers:
    """Return, for each column, the values of the past rows at it and at its neighbours, round the clock."""
    shifts = range(-neighbours, neighbours + 1)
    return np.concatenate([np.roll(past, shift, axis=1) for shift in shifts])


def _spread(values: Numbers) -> float:
    """Return how much neighbouring points differ, as a sigma: what noise there is at least."""
    steps = np.diff(values[~np.isnan(values)])
    return float(TO_SIGMA * np.median(np.abs(steps)) / np.sqrt(2)) if len(steps) else 0.0


def _runs(
    values: Numbers, usual: Numbers, scores: Numbers, limit: float, first: float, step: int
) -> list[Anomaly]:
    unusual = np.flatnonzero(np.abs(scores) > limit)
    if not len(unusual):
        return []
    signs = np.sign(scores[unusual])
    cuts = np.flatnonzero((np.diff(unusual) > 2) | (np.diff(signs) != 0)) + 1
    found = []
    for run in np.split(unusual, cuts):
        worst = run[np.argmax(np.abs(scores[run]))]
        found.append(
            Anomaly(
                start=first + float(run[0]) * step,
                end=first + float(run[-1] + 1) * step,
                value=float(values[worst]),
                usual=float(usual[worst]),
                score=float(scores[worst]),
                direction="high" if scores[worst] > 0 else "low",
            )
        )
    return found
