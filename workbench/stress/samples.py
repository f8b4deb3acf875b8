"""What was measured of each request and each scenario, one JSON line each."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Literal

import numpy as np

Who = Literal["people", "arrivals"]
Kind = Literal["request", "poll", "scenario"]
"""A poll is a request that only looks whether something is done by now."""
CUT_OFF = "cut off by the end of the run"
"""The error of a scenario that the end of the run kept from its own; it counts neither way."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One request, poll or whole scenario: when it was meant to begin, began and ended (Unix seconds).

    `error` is empty when it was done. A scenario with pauses for thinking is kept as if it had begun later
    by them.
    """

    who: Who
    kind: Kind
    name: str
    intended: float
    began: float
    ended: float
    error: str = ""

    @property
    def seconds(self) -> float:
        """Return how long it took from the moment it was meant to begin."""
        return self.ended - self.intended

    @property
    def lag_seconds(self) -> float:
        """Return how late it was begun."""
        return self.began - self.intended


@dataclass(frozen=True, slots=True)
class Summary:
    """Requests or scenarios of one name: how many, how many failed, and how long they took, in seconds."""

    name: str
    count: int
    failed: int
    average: float
    p50: float
    p95: float
    p99: float
    slowest: float


def write_sample(file: IO[str], sample: Sample) -> None:
    """Write one sample as a line."""
    file.write(json.dumps(asdict(sample)) + "\n")


def read_samples(path: Path) -> list[Sample]:
    """Read samples; a line that was cut off at the end is left out."""
    if not path.exists():
        return []
    found = []
    for line in path.read_text().splitlines():
        try:
            found.append(Sample(**json.loads(line)))
        except ValueError:
            continue
    return found


def summary(name: str, samples: Sequence[Sample]) -> Summary:
    """Return the figures of some samples; percentiles are exact, of all of them, failed ones included."""
    times = np.array([each.seconds for each in samples]) if samples else np.zeros(1)
    p50, p95, p99 = np.percentile(times, [50, 95, 99])
    return Summary(
        name,
        len(samples),
        sum(bool(each.error) for each in samples),
        *(round(float(value), 4) for value in (times.mean(), p50, p95, p99, times.max())),
    )


def by_name(samples: Iterable[Sample], kind: Kind) -> dict[str, list[Sample]]:
    """Return the samples of a kind by name, without scenarios that were cut off."""
    found: dict[str, list[Sample]] = {}
    for each in samples:
        if each.kind == kind and each.error != CUT_OFF:
            found.setdefault(each.name, []).append(each)
    return dict(sorted(found.items()))


def errors(samples: Iterable[Sample]) -> dict[str, int]:
    """Return how often each kind of error came, the most frequent first."""
    return dict(Counter(each.error for each in samples if each.error).most_common())
