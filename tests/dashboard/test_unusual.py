"""What is marked on Now: hours that those of earlier weeks or days do not explain; else what stands out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np

from dashboards.asking import Ask, Source
from dashboards.unusual import Row, find_unusual
from tests.dashboard.test_poller import Counter
from workbench.telemetry.question import Answer, Period, Question

NOON = datetime(2026, 6, 17, 12, tzinfo=UTC)
SINCE = NOON - timedelta(hours=6)


def hours(days: float, slow: Callable[[datetime], float] = lambda _: 1.0) -> list[Row]:
    """Return P95s by the hour up to noon: five times as slow by night, with noise."""
    chance = np.random.default_rng(5)
    first = NOON - timedelta(days=days)
    moments = [first + timedelta(hours=each) for each in range(int(days * 24) + 1)]
    return [
        {
            "time": each.replace(tzinfo=None),
            "ok": 40,
            "p95_ms": 1000 * (5 if each.hour < 8 else 1) * slow(each) * float(chance.lognormal(0, 0.1)),
        }
        for each in moments
    ]


def of_now(history: list[Row]) -> list[Row]:
    """Return the part of a history that is shown."""
    return [row for row in history if row["time"].replace(tzinfo=UTC) >= SINCE]


def test_a_night_that_is_always_slow_is_usual() -> None:
    """Four weeks tell the hours of the week: the slow night of every day is not marked, a slow morning is."""
    history = hours(28.25, lambda at: 6.0 if at == NOON - timedelta(hours=1) else 1.0)
    marks = find_unusual(of_now(history), history, SINCE)
    assert [moment for moment, _ in marks.points] == [NOON - timedelta(hours=1)]
    assert "same hour of the week" in marks.told


def test_days_are_enough_for_hours_of_the_day() -> None:
    """With five days the season is the day, and the same morning is found."""
    history = hours(5.25, lambda at: 6.0 if at == NOON - timedelta(hours=1) else 1.0)
    marks = find_unusual(of_now(history), history, SINCE)
    assert [moment for moment, _ in marks.points] == [NOON - timedelta(hours=1)]
    assert "same hour of the day" in marks.told


def test_without_history_what_is_shown_judges_itself() -> None:
    """A day is no season: points that stand out of those shown are marked, and that is said."""
    history = hours(1.0)
    shown: list[Row] = [
        {"time": NOON - timedelta(minutes=5 * n), "ok": 20, "p95_ms": 90_000.0 if n == 3 else 1000.0 + n}
        for n in range(30)
    ]
    marks = find_unusual(shown, history, SINCE)
    assert [value for _, value in marks.points] == [90_000.0]
    assert "stand out of those shown; 1 day of history" in marks.told


def test_nothing_at_all_marks_nothing() -> None:
    """An empty workbench has no unusual points."""
    assert find_unusual([], [], SINCE).points == ()


def test_a_gap_in_the_history_is_no_season() -> None:
    """Three weeks of which the last were silent cannot tell what is usual."""
    history = [row for row in hours(28.25) if row["time"] < (NOON - timedelta(days=20)).replace(tzinfo=None)]
    assert "stand out of those shown" in find_unusual([], history, SINCE).told


def test_history_is_asked_for_now_and_then() -> None:
    """Within a minute the same history answers again; other asks are answered anew."""

    class Reading:
        asked = 0

        def ask(self, question: str, period: Period | None = None, **given: object) -> Answer:
            self.asked += 1
            return Answer(Question("latency", "", "", ()), "", {}, (), (), 0.0, True, 0.0, ())

    reading = Reading()
    source = Source(reading, {"fact:count": Counter()})
    lasting = Ask.of("latency", days=28, every_seconds=60.0)
    for seconds in (0, 5, 59, 61):
        source.answer(lasting, Period.last(NOON + timedelta(seconds=seconds), hours=6))
    assert reading.asked == 2
    source.answer(Ask.of("latency"), Period.last(NOON, hours=6))
    source.answer(Ask.of("latency"), Period.last(NOON, hours=6))
    assert reading.asked == 4
