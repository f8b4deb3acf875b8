"""Sample telemetry: a made-up month of a small team, so that a fresh machine has something to look at.

People work by day and rest on Sundays; two models answer, one of unknown price; there are quiet hours,
slow spells and error bursts at known moments. Every row says `sample`, and the files lie in a folder of
their own: sample and real rows never meet. The same seed gives the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from workbench.telemetry.sample_spans import Strain, spans_of

DAYS = 28
TAKES_A_DAY = 700
_MINUTES = 1440
_AFTERNOON_MINUTE = 15 * 60 + 30


@dataclass(frozen=True, slots=True)
class Incident:
    """A spell of trouble: answers take `slower` times as long, and a share `failing` of them fails."""

    start: datetime
    minutes: int
    slower: float
    failing: float


@dataclass(frozen=True, slots=True)
class Sample:
    """What to make: the days before `until`, how many takes a day, and the seed of every chance."""

    until: datetime
    days: int = DAYS
    takes_a_day: int = TAKES_A_DAY
    seed: int = 0

    @property
    def since(self) -> datetime:
        """The first moment: midnight, so many days ago."""
        return (self.until.astimezone(UTC) - timedelta(days=self.days)).replace(
            hour=0, minute=0, second=0, microsecond=0
        )

    @property
    def shift_minutes(self) -> int:
        """How far the team's day is shifted, so that the sample ends in its busy afternoon."""
        until = self.until.astimezone(UTC)
        return (60 * until.hour + until.minute) - _AFTERNOON_MINUTE

    def incidents(self) -> tuple[Incident, ...]:
        """Return the trouble that is in these days: one spell on most days, always one in the last hours."""
        chance = np.random.default_rng([self.seed, 1])
        found = []
        for day in range(self.days):
            if chance.random() < 0.55:
                hour = (chance.uniform(9, 17) + self.shift_minutes / 60) % 24
                slow = chance.random() < 0.5
                found.append(
                    Incident(
                        self.since + timedelta(days=day, hours=float(hour)),
                        int(chance.integers(8, 35)),
                        float(chance.uniform(3, 7)) if slow else 1.2,
                        0.04 if slow else float(chance.uniform(0.25, 0.6)),
                    )
                )
        found.append(Incident(self.until - timedelta(minutes=100), 25, 1.5, 0.4))
        return tuple(found)


def sample_tables(sample: Sample) -> Iterator[pa.Table]:
    """Give the rows, one table a day, in the order of time."""
    for day in range(sample.days + 1):
        start = sample.since + timedelta(days=day)
        if start < sample.until:
            yield _day(sample, start, day)


def live_table(sample: Sample, since: datetime, until: datetime) -> pa.Table:
    """Return what the same team does between two moments, for a dashboard that is watched."""
    seconds = max(0.0, (until - since).total_seconds())
    chance = np.random.default_rng([sample.seed, int(since.timestamp() * 1000)])
    count = chance.poisson(sample.takes_a_day / 86_400 * 4 * seconds)
    starts = np.sort(chance.uniform(since.timestamp(), until.timestamp(), count))
    return spans_of(chance, starts, _strain(sample.incidents(), starts), int(since.timestamp() * 1000) << 20)


def _day(sample: Sample, start: datetime, number: int) -> pa.Table:
    chance = np.random.default_rng([sample.seed, 2, number])
    shape = np.roll(_season(start.weekday()), sample.shift_minutes)
    expected = sample.takes_a_day * shape / shape.sum() * (0.15 if start.weekday() == 6 else 1.0)
    arrivals = chance.poisson(expected)
    minutes = np.repeat(np.arange(_MINUTES), arrivals)
    starts = start.timestamp() + 60 * (minutes + chance.random(len(minutes)))
    starts = np.sort(starts[starts < sample.until.timestamp()])
    return spans_of(
        chance, starts, _strain(sample.incidents(), starts), (number + 1) << 33, night=start.timestamp()
    )


def _season(weekday: int) -> NDArray[np.float64]:
    """Return how busy each minute of a day is: a morning and an afternoon, a lunch between, a quiet night."""
    hours = np.arange(_MINUTES) / 60
    busy = np.exp(-((hours - 10.5) ** 2) / 5) + 1.1 * np.exp(-((hours - 15.5) ** 2) / 7)
    evening = 0.25 * np.exp(-((hours - 20.5) ** 2) / 3)
    return np.asarray(0.06 + busy * (0.5 if weekday == 5 else 1.0) + evening)


def _strain(incidents: Sequence[Incident], starts: NDArray[np.float64]) -> Strain:
    slower, failing = np.ones(len(starts)), np.full(len(starts), 0.004)
    for each in incidents:
        first = each.start.timestamp()
        inside = (starts >= first) & (starts < first + 60 * each.minutes)
        slower[inside] = np.maximum(slower[inside], each.slower)
        failing[inside] = np.maximum(failing[inside], each.failing)
    return Strain(slower, failing)
