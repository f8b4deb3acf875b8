"""The pace of a cleanup follows the lock times it sees, within its bounds."""

from __future__ import annotations

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
    pace = pace_for(sqlite=True)
    assert pace.after(0.05).rows == pace.rows // 2
    for _ in range(20):
        pace = pace.after(0.001)
    assert pace.rows == pace.most_rows
