"""What is marked as unusual, and by whom: the same hour of earlier weeks or days, or else what is shown.

With three weeks of history an hour is compared with the same hour of the week; with three days, with the same
hour of the day; with less, a point stands out of the other points shown. Who judged is told below the chart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from workbench.telemetry.anomalies import DAY_SECONDS, TO_SIGMA, Anomaly, find_anomalies

HOUR_SECONDS = 3600
HISTORY_DAYS = 28
SIGMAS = 6.0
LEAST_OK = 5
"""A percentile of fewer good spans than this is not judged."""
LEAST_POINTS = 12
LEAST_SEASONS = 3
WEEK_SECONDS = 7 * DAY_SECONDS
Row = Mapping[str, Any]
Points = Sequence[tuple[datetime, float]]


@dataclass(frozen=True, slots=True)
class Marks:
    """Points to mark, and in words how they were found."""

    points: Points
    told: str


def find_unusual(shown: Sequence[Row], history: Sequence[Row], since: datetime) -> Marks:
    """Mark P95s that are unusually high; both are rows of `latency`, `history` by the hour."""
    known = _known(shown)
    hours = _known(history)
    before = [moment for moment, _ in hours if moment < since]
    for season, name in ((WEEK_SECONDS, "week"), (DAY_SECONDS, "day")):
        enough = LEAST_SEASONS * season
        if before and (since - before[0]).total_seconds() >= enough and _dense(before, since, season):
            found = find_anomalies(
                [moment.timestamp() for moment, _ in hours],
                [value for _, value in hours],
                step_seconds=HOUR_SECONDS,
                season_seconds=season,
                neighbour_steps=1,
                most_sigmas=SIGMAS,
            )
            told = f"Marked: hours whose P95 the same hour of the {name} before does not explain"
            return Marks(
                _highest(known, found), f"{told} (median and deviation of {_earlier(before, since)})."
            )
    told = f"Marked: points that stand out of those shown; {_earlier(before, since)} of history are too few"
    return Marks(_standing_out(known), f"{told} to compare hours of the day.")


def _known(rows: Sequence[Row]) -> list[tuple[datetime, float]]:
    return [
        (moment if moment.tzinfo else moment.replace(tzinfo=UTC), float(row["p95_ms"]))
        for row in rows
        if row["p95_ms"] and row["ok"] >= LEAST_OK
        for moment in [row["time"]]
    ]


def _dense(before: Sequence[datetime], since: datetime, season: int) -> bool:
    """Tell whether the last seasons each hold something to compare with."""
    ages = {int((since - moment).total_seconds() // season) for moment in before}
    return set(range(LEAST_SEASONS)) <= ages


def _earlier(before: Sequence[datetime], since: datetime) -> str:
    days = len({int((since - moment).total_seconds() // DAY_SECONDS) for moment in before})
    return f"{days} {'day' if days == 1 else 'days'}"


def _highest(shown: Points, found: Sequence[Anomaly]) -> Points:
    """Return, for each hour that is unusually high, the highest point that is shown of it."""
    marks: dict[datetime, tuple[datetime, float]] = {}
    for each in (anomaly for anomaly in found if anomaly.direction == "high"):
        start, end = (datetime.fromtimestamp(at, UTC) for at in (each.start, each.end))
        for moment, value in shown:
            if start <= moment < end:
                hour = moment.replace(minute=0, second=0, microsecond=0)
                if hour not in marks or value > marks[hour][1]:
                    marks[hour] = (moment, value)
    return [marks[hour] for hour in sorted(marks)]


def _standing_out(known: Points) -> Points:
    """Return the points that stand out, by the median and its deviation on a log scale."""
    if len(known) < LEAST_POINTS:
        return ()
    values = np.log([value for _, value in known])
    middle = float(np.median(values))
    spread = max(TO_SIGMA * float(np.median(np.abs(values - middle))), 0.05)
    return [point for point, each in zip(known, values, strict=True) if each - middle > SIGMAS * spread]


def history_days(shown: timedelta) -> float:
    """Return how many days to ask for so that what is shown has its history before it."""
    return HISTORY_DAYS + shown.total_seconds() / DAY_SECONDS
