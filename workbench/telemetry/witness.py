"""Reading the spans that alert rules look at."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol

import numpy as np

from workbench.telemetry.evidence import Spans
from workbench.telemetry.question import Answer, Period, Value

SPANS = """\
SELECT epoch(ts) AS ended, coalesce(duration_us, 0) / 1e6 AS seconds,
  CASE outcome WHEN 'error' THEN 1 WHEN 'cancelled' THEN 2 ELSE 0 END AS outcome,
  cost_usd, name, parent_id IS NULL AS root
FROM events WHERE kind = 'span' AND ts > $since AND ts <= $until
  AND ($every OR parent_id IS NULL OR cost_usd IS NOT NULL) ORDER BY ts"""
"""The spans that rules look at; without `every`, what people asked for and what cost something."""


class Queries(Protocol):
    """Runs SQL over telemetry; `workbench.telemetry.reading.Reading` is one."""

    def query(self, sql: str, period: Period | None = None, **parameters: Value) -> Answer:
        """Run one SELECT over `events`."""
        ...


def read_spans(reading: Queries, since: float, until: float, *, every: bool = False) -> Spans:
    """Read spans for the rules; `every` takes those inside others too."""
    first, last = (datetime.fromtimestamp(each, UTC) for each in (since, max(until, since + 1)))
    found = reading.query(SPANS, Period(first, last), since=first, until=last, every=every).rows
    columns = list(zip(*found, strict=True)) if found else [(), (), (), (), (), ()]
    ended, seconds, outcome, cost, name, root = columns
    return Spans(
        np.array(ended, float),
        np.array(seconds, float),
        np.array(outcome, np.int8),
        np.array([np.nan if each is None else each for each in cost], float),
        np.array(name, object),
        np.array(root, bool),
    )
