"""The pace of a cleanup follows the lock times it sees, within its bounds."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from workbench.lifecycle.pace import pace_for

seconds = st.lists(st.floats(0, 5), max_size=60)


@given(st.booleans(), seconds)
def test_within_bounds(sqlite: bool, seen: list[float]) -> None:
    """Whatever is measured, the batch and the pause stay within their limits."""
    pace = pace_for(sqlite)
    for each in seen:
        pace = pace.after(each)
        assert pace.least_rows <= pace.rows <= pace.most_rows
        assert pace.least_pause_seconds <= pace.pause_seconds <= pace.most_pause_seconds


def test_slow_halves_and_fast_grows() -> None:
    """A batch that held others up is halved; quick ones grow back to the most."""
    pace = replace(pace_for(sqlite=True), rows=500)
    assert pace.after(0.05).rows == 250
    for _ in range(20):
        pace = pace.after(0.001)
    assert pace.rows == pace.most_rows


def test_waiting_counts_as_pause() -> None:
    """The longer a batch had to wait for others, the sooner the next one asks; never at once."""
    pace = pace_for(sqlite=True)
    assert pace.after(0.02).pause_seconds == 0.08
    assert pace.after(0.02, 0.07).pause_seconds < 0.02
    assert pace.after(0.02, 1.0).pause_seconds == pace.least_pause_seconds
