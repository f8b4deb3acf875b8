"""What rules look at, asked of DuckDB: a window of days is summed where its rows lie.

A look at the rules needs some numbers about a few windows. `evidence.Spans` holds all spans of the longest
instead, as `workbench alerts replay` needs that looks at thousands of moments.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from workbench.telemetry.question import Period, Value
from workbench.telemetry.witness import Queries

_MINE = "(name IN (SELECT name FROM named) OR $roots AND parent_id IS NULL)"
_WITHIN = "kind = 'span' AND ts > $since AND ts <= $until"
_SPANS = f"""\
WITH patterns AS (SELECT unnest(string_split($operations, chr(10))) AS pattern),
named AS (SELECT DISTINCT name FROM events JOIN patterns ON name GLOB pattern WHERE {_WITHIN}),
mine AS (SELECT ts, outcome, duration_us / 1e6 AS seconds FROM events
  WHERE {_WITHIN} AND outcome IS DISTINCT FROM 'cancelled' AND {_MINE}),
good AS (SELECT ts, seconds FROM mine WHERE outcome IS DISTINCT FROM 'error')
"""
_SUMS = f"""\
{_SPANS}SELECT (SELECT count(*) FROM mine) AS total, (SELECT count(*) FROM good) AS good,
  (SELECT avg(coalesce(seconds, 0)) FROM good) AS average,
  (SELECT count(*) FROM mine WHERE outcome = 'error'
    AND ts > coalesce((SELECT max(ts) FROM good), TIMESTAMP '-infinity')) AS last_errors,
  (SELECT coalesce(sum(cost_usd), 0) FROM events WHERE {_WITHIN} AND ($roots OR {_MINE})) AS cost"""
_PERCENTILE = f"{_SPANS}SELECT quantile_cont(coalesce(seconds, 0), $share) FROM good"
_SLOW = f"{_SPANS}SELECT count(*) FROM good WHERE seconds > $slow_seconds"


@dataclass(frozen=True, slots=True)
class AskedWindow:
    """A window whose numbers DuckDB gives; percentiles are asked for when a rule wants one."""

    reading: Queries
    period: Period
    given: Mapping[str, Value]
    total: int
    good: int
    average_seconds: float
    last_errors: int
    cost_usd: float

    @property
    def error_rate(self) -> float:
        return (self.total - self.good) / self.total if self.total else 0.0

    def percentile_seconds(self, share: float) -> float:
        return float(self._one(_PERCENTILE, share=share))

    def slow_or_wrong(self, slow_seconds: float) -> float:
        if not self.total:
            return 0.0
        slow = int(self._one(_SLOW, slow_seconds=slow_seconds))
        return (self.total - self.good + slow) / self.total

    def _one(self, sql: str, **more: float) -> Any:
        return self.reading.query(sql, self.period, **self.given, **more).rows[0][0]


@dataclass(frozen=True)
class Asked:
    """Evidence as of one moment; the same window is asked about once."""

    reading: Queries
    _windows: dict[tuple[tuple[str, ...], float, float], AskedWindow] = field(default_factory=dict)

    def window(self, operations: Sequence[str], since: float, until: float) -> AskedWindow:
        """Return what ended in (since, until], in seconds since 1970."""
        key = (tuple(operations), since, until)
        if key not in self._windows:
            self._windows[key] = _window(self.reading, *key)
        return self._windows[key]


def _window(reading: Queries, operations: tuple[str, ...], since: float, until: float) -> AskedWindow:
    first, last = (datetime.fromtimestamp(each, UTC) for each in (since, max(until, since + 1e-3)))
    period = Period(first, last)
    given: dict[str, Value] = {
        "since": first,
        "until": last,
        "operations": "\n".join(operations),
        "roots": not operations,
    }
    total, good, average, streak, cost = reading.query(_SUMS, period, **given).rows[0]
    return AskedWindow(
        reading, period, given, int(total), int(good), float(average or 0.0), int(streak), float(cost)
    )
