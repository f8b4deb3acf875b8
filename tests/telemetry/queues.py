"""Queues that were simulated: when customers came and went, who looked at how many were there, as rows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from heapq import heapify, heapreplace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.telemetry.making import counted, spanned

Times = NDArray[np.float64]
LOOK, MINUTE = 0.2, 60.0
SERVING = {
    "constant": lambda chance, count: np.full(count, 0.5),
    "exponential": lambda chance, count: chance.exponential(0.5, count),
    "scattered": lambda chance, count: chance.lognormal(np.log(0.5) - 0.5, 1.0, count),
}
"""How long serving takes; half a second in the mean."""


def queue(
    chance: np.random.Generator, servers: int, load: float, serving: str, count: int
) -> tuple[Times, Times]:
    """Return when each customer of some servers with one line came and went, in seconds."""
    came = np.cumsum(chance.exponential(0.5 / (load * servers), count))
    free = [0.0] * servers
    heapify(free)
    gone = np.empty(count)
    for place, takes in enumerate(SERVING[serving](chance, count)):
        gone[place] = max(came[place], free[0]) + takes
        heapreplace(free, gone[place])
    return came, gone


def there(came: Times, gone: Times, moments: Times) -> NDArray[np.int64]:
    """Return how many were there at each moment."""
    return np.searchsorted(np.sort(came), moments) - np.searchsorted(np.sort(gone), moments)


def looks(chance: np.random.Generator, came: Times, gone: Times, minutes: int) -> list[dict[str, Any]]:
    """Return what somebody saw in each of the first minutes: the mean, how many looks, their steps."""
    each = round(MINUTE / LOOK)
    moments = LOOK * (np.arange(minutes * each) + chance.random(minutes * each))
    seen = there(came, gone, moments)
    steps = (np.diff(seen, prepend=seen[:1]) ** 2).reshape(minutes, each).sum(axis=1)
    return [
        {"value": float(mean), "looks": each, "seconds": MINUTE, "steps": int(step)}
        for mean, step in zip(seen.reshape(minutes, each).mean(axis=1), steps, strict=True)
    ]


def inside(came: Times, gone: Times, since: float, until: float) -> Times:
    """Return how long each customer was there between two moments."""
    return np.maximum(0.0, np.minimum(gone, until) - np.maximum(came, since))


def rows(
    came: Times, gone: Times, told: Sequence[dict[str, Any]], minutes: Iterable[int] | None = None
) -> list[dict[str, Any]]:
    """Return telemetry's rows: a span for each customer, and what was seen in `minutes` (default: in all)."""
    chosen = range(len(told)) if minutes is None else minutes
    spans = [
        spanned("http.request", end, 1000 * (end - begin), process="service:1")
        for begin, end in zip(came.tolist(), gone.tolist(), strict=True)
    ]
    counts = [
        counted(
            "http.in_flight",
            MINUTE * (minute + 1),
            told[minute]["value"],
            process="service:1",
            attributes=json.dumps({key: told[minute][key] for key in ("looks", "seconds", "steps")}),
        )
        for minute in chosen
    ]
    return [*spans, *counts]
