"""Whether a run passed, failed, or says nothing because what made the load could not keep up.

Judged are requests and whole scenarios. Looks at whether a thing is done by now (polls) are neither: they
are quick, there are the more of them the longer the thing takes, and so they would hide what is slow. A
scenario whose poll fails has failed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from workbench.stress.arrivals import DROPPED
from workbench.stress.leak import Trend
from workbench.stress.presets import Preset
from workbench.stress.samples import CUT_OFF, Sample, summary
from workbench.stress.watching import Look

Ruling = Literal["PASS", "FAIL", "INVALID"]
MOST_GENERATOR_CPU = 0.8
MOST_LAG_SECONDS = 0.25
MOST_LATE_SECONDS = 0.5
MOST_BUSY = 1.0
LEAST_ARRIVED = 0.5
"""Of the arrivals that a run is meant to have."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The ruling with every reason for it."""

    ruling: Ruling
    invalid: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()

    @property
    def reasons(self) -> tuple[str, ...]:
        """Return why, in sentences; of a run that says nothing also what a valid one would have failed by."""
        if not self.invalid:
            return self.failed
        besides = (f"A valid run would have failed: {each}" for each in self.failed)
        return (*(f"Not valid: {each}" for each in self.invalid), *besides)


def judge(
    preset: Preset,
    samples: Sequence[Sample],
    looks: Sequence[Look],
    trend: Trend,
    *,
    busy: float = 0.0,
    growth: str = "",
    died: Sequence[str] = (),
) -> Verdict:
    """Rule on a run; a run that is not valid neither passes nor fails.

    `busy` is how many processes each processor of the machine had waiting before the load was put on;
    `growth` tells which processes' memory moved, for whoever must look for a leak; `died` which generators
    did not come to their end.
    """
    invalid = (*died, *_generators(samples, looks), *_enough(preset, samples))
    if busy > MOST_BUSY:
        invalid += (f"The machine was busy before: {busy:.1f} processes waited for each processor.",)
    if preset.soak and trend.leaks is None:
        invalid += (f"Memory cannot be judged: {trend.told} {growth}".strip(),)
    failed = _broken(preset, samples, trend, growth)
    if invalid:
        return Verdict("INVALID", invalid, failed)
    return Verdict("FAIL" if failed else "PASS", (), failed)


def _generators(samples: Sequence[Sample], looks: Sequence[Look]) -> list[str]:
    found = []
    cpu = [look.generator_cpu for look in looks if look.generator_cpu is not None]
    if cpu and (most := float(np.percentile(cpu, 95))) > MOST_GENERATOR_CPU:
        found.append(
            f"The generators used {most:.0%} of a processor; above {MOST_GENERATOR_CPU:.0%} they lag."
        )
    lags = [each.lag_seconds for each in samples if each.who == "arrivals" and each.kind == "request"]
    if lags and (lag := float(np.percentile(lags, 99))) > MOST_LAG_SECONDS:
        found.append(f"Arrivals began {lag:.2f} s late (P99); {MOST_LAG_SECONDS} s is the most.")
    dropped = sum(each.error == DROPPED for each in samples)
    if dropped:
        found.append(f"{dropped} arrivals were dropped because too many were under way.")
    late = [look.late_seconds for look in looks]
    if late and (worst := float(np.percentile(late, 95))) > MOST_LATE_SECONDS:
        found.append(f"This machine's own clock ran {worst:.2f} s late (P95): it is overloaded.")
    return found


def _enough(preset: Preset, samples: Sequence[Sample]) -> list[str]:
    count = sum(each.kind == "request" and each.who == "people" for each in samples)
    least = preset.thresholds.least_requests
    found = [] if count >= least else [f"{count} requests of people are too few; {least} are needed."]
    if not any(each.kind == "scenario" and each.error != CUT_OFF for each in samples):
        found.append("No scenario came to an end.")
    arrived = sum(each.kind == "request" and each.who == "arrivals" for each in samples)
    wanted = preset.arrivals * preset.seconds * LEAST_ARRIVED
    if arrived < wanted:
        found.append(f"{arrived} requests arrived; at least {wanted:.0f} were meant to.")
    return found


def _broken(preset: Preset, samples: Sequence[Sample], trend: Trend, growth: str) -> tuple[str, ...]:
    limits = preset.thresholds
    requests = [each for each in samples if each.kind == "request" and each.error != DROPPED]
    scenarios = [each for each in samples if each.kind == "scenario" and each.error != CUT_OFF]
    if not requests:
        return ("Nothing was answered.",)
    found = [
        *_unsuccessful("requests", requests, limits.success),
        *_unsuccessful("scenarios", scenarios, limits.success),
    ]
    for who in ("people", "arrivals"):
        figures = summary(who, [each for each in requests if each.who == who])
        if figures.average > limits.average_seconds:
            found.append(
                f"{who.capitalize()} waited {figures.average:.2f} s on average; "
                f"{limits.average_seconds:g} s is the most."
            )
        if figures.p95 > limits.p95_seconds:
            found.append(
                f"{who.capitalize()} waited {figures.p95:.2f} s (P95); {limits.p95_seconds:g} s is the most."
            )
    if trend.leaks:
        found.append(f"Memory: {trend.told} {growth}".strip())
    return tuple(found)


def _unsuccessful(what: str, samples: Sequence[Sample], least: float) -> list[str]:
    success = 1 - sum(bool(each.error) for each in samples) / max(1, len(samples))
    if success >= least:
        return []
    return [f"{success:.2%} of {what} succeeded; {least:.0%} is the least. {_worst(samples)}"]


def _worst(samples: Sequence[Sample]) -> str:
    """Tell which failed most often, and how."""
    failed = Counter((each.name, each.error) for each in samples if each.error)
    (name, error), times = failed.most_common(1)[0]
    return f"Most often {name!r}: {times} of {sum(each.name == name for each in samples)} ({error})."
