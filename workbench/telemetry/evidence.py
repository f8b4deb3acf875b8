"""What the alert rules look at: spans, as arrays in order of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Truths = NDArray[np.bool_]


class Window(Protocol):
    """What ended within a window; cancelled work is neither good nor bad and is left out."""

    @property
    def total(self) -> int:
        """How many ended, well or not."""
        ...

    @property
    def good(self) -> int:
        """How many ended well; only these are timed."""
        ...

    @property
    def error_rate(self) -> float:
        """The share that failed; 0 of nothing."""
        ...

    @property
    def cost_usd(self) -> float:
        """What was paid, as far as it is known."""
        ...

    @property
    def last_errors(self) -> int:
        """How many failed since the last success."""
        ...

    @property
    def average_seconds(self) -> float:
        """The mean of the good ones."""
        ...

    def percentile_seconds(self, share: float) -> float:
        """Return the duration below which `share` of the good ones lie, interpolated."""
        ...

    def slow_or_wrong(self, slow_seconds: float) -> float:
        """Return the share that failed or took longer; a failure that took long counts once."""
        ...


@dataclass(frozen=True, slots=True)
class SeenWindow:
    """A window over spans that are held in memory."""

    total: int
    errors: int
    durations_seconds: Numbers
    cost_usd: float
    last_errors: int

    @property
    def good(self) -> int:
        return len(self.durations_seconds)

    @property
    def error_rate(self) -> float:
        return self.errors / self.total if self.total else 0.0

    @property
    def average_seconds(self) -> float:
        return float(np.mean(self.durations_seconds))

    def percentile_seconds(self, share: float) -> float:
        return float(np.percentile(self.durations_seconds, 100 * share))

    def slow_or_wrong(self, slow_seconds: float) -> float:
        if not self.total:
            return 0.0
        return min(1.0, (self.errors + int(np.sum(self.durations_seconds > slow_seconds))) / self.total)


class Evidence(Protocol):
    """Where rules get their windows from."""

    def window(self, operations: Sequence[str], since: float, until: float) -> Window:
        """Return what ended in (since, until], in seconds since 1970."""
        ...


@dataclass(frozen=True)
class Spans:
    """Spans in order of their end; `outcome` is 0 ok, 1 error, 2 cancelled; unknown costs are NaN."""

    ends: Numbers
    durations_seconds: Numbers
    outcomes: NDArray[np.int8]
    costs_usd: Numbers
    names: NDArray[np.object_]
    roots: Truths

    @cached_property
    def _chosen(self) -> dict[tuple[str, ...], _Chosen]:
        return {}

    def window(self, operations: Sequence[str], since: float, until: float) -> Window:
        """Return what ended in (since, until], in seconds since 1970."""
        key = tuple(operations)
        if key not in self._chosen:
            self._chosen[key] = _choose(self, key)
        return self._chosen[key].window(since, until)


@dataclass(frozen=True)
class _Chosen:
    """The spans a rule looks at, with running sums so that a window costs two searches."""

    ends: Numbers
    durations: Numbers
    failed: Truths
    errors: NDArray[np.int64]
    cost_ends: Numbers
    costs: Numbers

    def window(self, since: float, until: float) -> SeenWindow:
        first, last = np.searchsorted(self.ends, [since, until], side="right")
        paid_from, paid_to = np.searchsorted(self.cost_ends, [since, until], side="right")
        good = ~self.failed[first:last]
        return SeenWindow(
            total=int(last - first),
            errors=int(self.errors[last] - self.errors[first]),
            durations_seconds=self.durations[first:last][good],
            cost_usd=float(self.costs[paid_to] - self.costs[paid_from]),
            last_errors=_streak(self.failed[first:last]),
        )


def _choose(spans: Spans, operations: tuple[str, ...]) -> _Chosen:
    if operations:
        named, places = np.unique(spans.names.astype(str), return_inverse=True)
        wanted = np.array([any(fnmatchcase(name, each) for each in operations) for name in named], bool)
        mine = wanted[places] if len(named) else np.zeros(0, bool)
    else:
        mine = spans.roots
    paid = ~np.isnan(spans.costs_usd) & (mine if operations else True)
    judged = mine & (spans.outcomes != 2)
    failed = spans.outcomes[judged] == 1
    return _Chosen(
        ends=spans.ends[judged],
        durations=spans.durations_seconds[judged],
        failed=failed,
        errors=np.concatenate([[0], np.cumsum(failed)]),
        cost_ends=spans.ends[paid],
        costs=np.concatenate([[0.0], np.cumsum(spans.costs_usd[paid])]),
    )


def _streak(failed: Truths) -> int:
    """Count the failures since the last success."""
    good = np.flatnonzero(~failed)
    return int(len(failed) - 1 - good[-1]) if len(good) else len(failed)
