"""Spans for the rules to look at, and a clock they are seen by."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workbench.telemetry.evidence import Spans

NOON = 1_790_000_000.0


def spans(
    ends: Sequence[float],
    *,
    outcomes: Sequence[int] | int = 0,
    seconds: Sequence[float] | float = 1.0,
    costs: Sequence[float] | float = np.nan,
    names: Sequence[str] | str = "studio.ask",
    roots: Sequence[bool] | bool = True,
) -> Spans:
    """Return spans that end at `ends`, seconds after NOON; one value stands for all of them."""
    count = len(ends)

    def each(value: object, kind: type) -> np.ndarray:
        return np.broadcast_to(np.asarray(value, kind), count)

    return Spans(
        NOON + np.asarray(ends, float), each(seconds, float), each(outcomes, np.int8), each(costs, float),
        each(names, object), each(roots, bool),
    )  # fmt: skip
