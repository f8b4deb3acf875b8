"""Capacity: known curves are found again with an interval; what the data cannot tell is refused."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from workbench.telemetry.capacity import Refusal, Usl, fit_usl
from workbench.telemetry.growth import FullOn, Growth, find_growth, full_on

DAYS = [date(2026, 1, 1) + timedelta(days=n) for n in range(28)]


def throughputs(users: list[int], seed: int = 0, noise: float = 0.03) -> list[float]:
    """Measurements of a system whose throughput peaks at 40 users."""
    load = np.array(users, float)
    true = 20 * load / (1 + 0.03 * (load - 1) + (0.97 / 1600) * load * (load - 1))
    return list(true * np.random.default_rng(seed).lognormal(0, noise, len(load)))


def test_a_knee_that_was_passed_is_found() -> None:
    """Measured up to 64 users, the knee of the curve has a narrow interval."""
    users = [1, 2, 4, 8, 16, 24, 32, 40, 48, 64]
    found = fit_usl(users, throughputs(users))
    assert isinstance(found, Usl)
    assert found.knee_high < 2 * found.knee_low
    assert found.throughput(1) == pytest.approx(20, rel=0.1)


@pytest.mark.slow
def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    """Of 40 measurements of the same system, the 90 % interval holds its knee in at least 33."""
    users = [1, 2, 4, 8, 16, 24, 32, 40, 48, 64]
    found = [fit_usl(users, throughputs(users, seed)) for seed in range(40)]
    held = [isinstance(each, Usl) and each.knee_low <= 40 <= each.knee_high for each in found]
    assert sum(held) >= 33


def test_a_knee_that_was_not_reached_is_refused() -> None:
    """Measured up to 12 users only, no knee is claimed, and the remedy says what to measure."""
    found = fit_usl([1, 2, 4, 6, 8, 10, 12], throughputs([1, 2, 4, 6, 8, 10, 12], seed=2))
    assert isinstance(found, Refusal)
    assert "more than 12 users" in found.remedy


def test_too_few_loads_and_scattered_ones_are_refused() -> None:
    """Three loads make no curve, and neither do points that lie anywhere."""
    assert isinstance(fit_usl([1, 2, 4], [1, 2, 3]), Refusal)
    scattered = fit_usl([1, 2, 4, 8, 16, 32], [1, 9, 2, 14, 3, 1])
    assert isinstance(scattered, Refusal)
    assert "do not lie" in scattered.why


def test_the_same_data_gives_the_same_interval() -> None:
    """The interval's chance is seeded."""
    users = [1, 4, 8, 16, 32, 48, 64]
    assert fit_usl(users, throughputs(users)) == fit_usl(users, throughputs(users))


def test_steady_growth_is_full_on_the_day_it_is() -> None:
    """A hundred a day from nothing reaches 5000 on the fiftieth day, exactly when there is no noise."""
    growth = find_growth(DAYS, [100.0 * n for n in range(28)])
    assert isinstance(growth, Growth)
    assert growth.a_day == pytest.approx(100)
    day = DAYS[0] + timedelta(days=50)
    assert full_on(growth, 5000) == FullOn(day, day, day)


def test_noise_makes_an_interval_and_odd_days_do_not_move_the_trend() -> None:
    """With noise and two wild days the truth lies within the interval."""
    chance = np.random.default_rng(4)
    levels = 1000 + 50 * np.arange(28) + chance.normal(0, 40, 28)
    levels[[5, 17]] += 4000
    growth = find_growth(DAYS, levels)
    assert isinstance(growth, Growth)
    assert growth.low_a_day < 50 < growth.high_a_day
    low, expected, high = growth.after(30)
    assert low < expected < high
    full = full_on(growth, 5000)
    assert full.earliest
    assert full.day
    assert full.latest
    assert full.earliest <= full.day <= full.latest


def test_no_growth_and_too_few_days_are_refused() -> None:
    """Noise around a level is no trend, and a weekend is no history."""
    chance = np.random.default_rng(1)
    assert isinstance(find_growth(DAYS, 1000 + chance.normal(0, 50, 28)), Refusal)
    assert isinstance(find_growth(DAYS[:3], [1, 2, 3]), Refusal)


def test_what_shrinks_is_never_full() -> None:
    """A level that falls reaches no limit above it."""
    growth = find_growth(DAYS, [5000.0 - 10 * n for n in range(28)])
    assert isinstance(growth, Growth)
    assert full_on(growth, 9000) == FullOn(None, None, None)
