"""Anomalies: all spikes of a known week are found, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import InputError
from workbench.telemetry.anomalies import find_anomalies

MINUTES = np.arange(7 * 1440) * 60.0


def week(seed: int) -> np.ndarray:
    """Latencies of a week by the minute: slower by day, with the noise of a shared machine."""
    chance = np.random.default_rng(seed)
    season = 1.0 + 0.8 * np.sin(2 * np.pi * (MINUTES % 86_400) / 86_400)
    return season * chance.lognormal(0, 0.15, len(MINUTES))


def test_every_spike_is_found_and_nothing_else() -> None:
    """Fifteen spikes at known minutes after the warm-up are fifteen anomalies at those minutes."""
    values = week(1)
    spikes = np.linspace(2.2 * 1440, 6.9 * 1440, 15).astype(int)
    for place in spikes:
        values[place : place + 3] *= 6
    found = find_anomalies(MINUTES, values)
    assert [each.direction for each in found] == ["high"] * 15
    assert [any(abs(each.start - MINUTES[place]) <= 120 for each in found) for place in spikes] == [True] * 15


@pytest.mark.parametrize("seed", range(4))
def test_a_quiet_week_raises_no_alarm(seed: int) -> None:
    """Season and noise alone are no anomaly."""
    assert find_anomalies(MINUTES, week(seed)) == ()


def test_a_stop_is_an_anomaly_too() -> None:
    """Requests that drop to nothing at a busy time are low, and told from what is usual."""
    values = 40 * week(3)
    values[5 * 1440 + 600 : 5 * 1440 + 620] = 0
    (found,) = find_anomalies(MINUTES, values)
    assert found.direction == "low"
    assert found.usual > 10
    assert found.end - found.start == pytest.approx(1200, abs=120)


def test_nothing_is_said_during_the_warm_up() -> None:
    """A spike on the first day cannot be told from what is usual."""
    values = week(2)
    values[100:110] *= 50
    assert find_anomalies(MINUTES[: 2 * 1440], values[: 2 * 1440]) == ()


def test_gaps_say_nothing() -> None:
    """Missing and unknown points are left out, not read as zero."""
    values = week(0)
    values[4000:4500] = np.nan
    assert find_anomalies(MINUTES, values) == ()
    assert find_anomalies(np.delete(MINUTES, range(4000, 4500)), np.delete(values, range(4000, 4500))) == ()


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(st.integers(3 * 1440, 7 * 1440 - 10), st.floats(8, 100))
def test_the_past_is_judged_without_the_future(place: int, times: float) -> None:
    """What is found up to a moment does not change when more days follow."""
    values = week(5)
    values[place : place + 4] *= times
    until = place + 5
    short = find_anomalies(MINUTES[:until], values[:until])
    assert short == tuple(each for each in find_anomalies(MINUTES, values) if each.start < MINUTES[until])
    assert len(short) == 1


def test_a_step_must_divide_the_season() -> None:
    """A wrong step is refused with the way out."""
    with pytest.raises(InputError, match=r"no whole number.*such as 60"):
        find_anomalies([0.0], [1.0], step_seconds=7)
