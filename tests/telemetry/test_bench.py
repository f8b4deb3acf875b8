"""The benchmark of telemetry measures what it says, in small."""

from __future__ import annotations

import pytest

from workbench.bench.telemetry import ingest, refresh, span_cost


def test_a_span_that_nobody_sees_is_cheaper() -> None:
    """Both are measured; watching costs something."""
    cost = span_cost(5000)
    assert 0 < cost.unwatched_us < cost.attached_us


@pytest.mark.slow
def test_nothing_is_lost_between_processes() -> None:
    """Two processes at once: what they recorded is what is there."""
    told = ingest(processes=2, spans=2000)
    assert (told.spans, told.kept, told.dropped) == (4000, 4000, 0)


@pytest.mark.slow
def test_a_filled_folder_is_asked() -> None:
    """Thirty days of rows and of hours are there, and each way to ask them is timed."""
    told = refresh(30_000)
    assert told.rows == 30_000
    assert told.files > 30
    assert min(told.last_hour_ms, told.whole_month_ms, told.page_of_last_day_ms) > 0
