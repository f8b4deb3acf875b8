"""What a run came to: one value that becomes JSON, a page, rows in telemetry, and lines on a terminal."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from workbench.bench.machine import describe_machine
from workbench.render.outfile import written
from workbench.spans import count, span
from workbench.stress.by_kind import KindMemory, memory_by_kind, told_by_kind
from workbench.stress.comparing import Change, Times, compare
from workbench.stress.knee import knee_of
from workbench.stress.leak import Trend, memory_trend
from workbench.stress.presets import Preset
from workbench.stress.samples import CUT_OFF, Sample, Summary, by_name, errors, summary
from workbench.stress.verdict import Verdict, judge
from workbench.stress.watching import Look
from workbench.telemetry.little import Agreement


@dataclass(frozen=True, slots=True)
class Report:
    """One run: what was tried, the verdict, and every figure behind it.

    `gap` holds, for each request that people and arrivals have in common, the P95 of both and their ratio:
    what people who wait for answers do not see of a service that stands still. `requests` and `a_second`
    leave out `polls`, which only looked whether a thing was done; `cut_off` scenarios were under way when
    the run ended and count neither way. `law` is whether the service's telemetry told all of its requests,
    None where that cannot be seen. `service` is what was loaded: the address of one that ran, or the kind
    of database of one that was started for the run.
    """

    preset: Preset
    began: datetime
    model: str
    service: str
    machine: Mapping[str, Any]
    verdict: Verdict
    requests: tuple[Summary, ...]
    polls: tuple[Summary, ...]
    scenarios: tuple[Summary, ...]
    cut_off: int
    arrivals: tuple[Summary, ...]
    gap: Mapping[str, Mapping[str, float]]
    a_second: float
    errors: Mapping[str, int]
    trend: Trend
    watched: Mapping[str, Mapping[str, float | None]]
    times: Mapping[str, Times]
    memory: tuple[tuple[float, float], ...]
    by_kind: tuple[KindMemory, ...]
    memory_by_kind: Mapping[str, Sequence[tuple[float, float]]]
    knee: Mapping[str, Any] | None = None
    law: Agreement | None = None
    trouble: str = ""
    changes: tuple[Change, ...] = ()
    not_compared: str = ""

    @property
    def ok(self) -> bool:
        """Whether it passed."""
        return self.verdict.ruling == "PASS"

    def as_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {**asdict(self), "began": self.began.isoformat()}


def reported(
    preset: Preset,
    samples: Sequence[Sample],
    looks: Sequence[Look],
    *,
    began: datetime,
    model: str,
    service: str = "SQLite",
    load_before: float = 0.0,
    died: Sequence[str] = (),
    trouble: str = "",
    law: Agreement | None = None,
) -> Report:
    """Return the report of what was measured."""
    people = [each for each in samples if each.who == "people"]
    arrived = [each for each in samples if each.who == "arrivals"]
    requests, arrivals = by_name(people, "request"), by_name(arrived, "request")
    machine = {**describe_machine(), "load_before": round(load_before, 2)}
    busy = load_before / max(1, machine["cores"] or 1)
    start = min((each.began for each in samples), default=0.0)
    memory = [(look.at, look.memory_mb) for look in looks if look.memory_mb is not None]
    trend = memory_trend(
        [at for at, _ in memory], [value for _, value in memory], preset.thresholds.leak_mb_a_minute
    )
    kinds = memory_by_kind(looks, preset.thresholds.leak_mb_a_minute)
    return Report(
        preset=preset,
        began=began,
        model=model,
        service=service,
        machine=machine,
        verdict=judge(preset, samples, looks, trend, busy=busy, growth=told_by_kind(kinds), died=died),
        requests=tuple(summary(name, each) for name, each in requests.items()),
        polls=tuple(summary(name, each) for name, each in by_name(people, "poll").items()),
        scenarios=tuple(summary(name, each) for name, each in by_name(people, "scenario").items()),
        cut_off=sum(each.error == CUT_OFF for each in people),
        arrivals=tuple(summary(name, each) for name, each in arrivals.items()),
        gap={name: _gap(requests[name], arrivals[name]) for name in requests.keys() & arrivals.keys()},
        a_second=_a_second(preset, people),
        errors=_errors(samples),
        trend=trend,
        watched={name: _spread(looks, name) for name in _WATCHED},
        times={
            name: [(round(each.began - start, 2), round(each.seconds, 4)) for each in found if not each.error]
            for name, found in requests.items()
        },
        memory=tuple(memory),
        by_kind=kinds,
        memory_by_kind={each.kind: _held(looks, each.kind) for each in kinds},
        knee=knee_of(preset, people),
        law=law,
        trouble=trouble,
    )


def keep(report: Report, folder: Path) -> Path:
    """Write the report as JSON below `folder`, by preset and time, and as the last one of all."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{report.began:%Y%m%d-%H%M%S}-{report.preset.name}.json"
    for target in (path, folder / "last.json"):
        with written(target, durable=False) as partial:
            partial.write_text(json.dumps(report.as_dict(), default=str))
    return path


def accept(path: Path, folder: Path) -> Path:
    """Make a kept report the one that later runs of its preset are compared with."""
    said = json.loads(path.read_text())
    target = folder / f"accepted-{said['preset']['name']}.json"
    with written(target, durable=False) as partial:
        partial.write_text(json.dumps(said))
    return target


def compared(report: Report, folder: Path) -> Report:
    """Return the report with how it differs from the accepted one of its preset, or why that says nothing."""
    accepted = folder / f"accepted-{report.preset.name}.json"
    if not accepted.exists():
        return report
    said = json.loads(accepted.read_text())
    unlike = _unlike(said, json.loads(json.dumps(report.as_dict(), default=str)))
    if unlike:
        return replace(report, not_compared=f"Not compared with the accepted run, which had {unlike}.")
    times = {name: [(at, took) for at, took in each] for name, each in said["times"].items()}
    return replace(report, changes=tuple(compare(times, report.times)))


def _unlike(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Tell in what the loads of two reports differ; limits do not change what is measured."""
    one, other = (
        {**each["preset"], "model": each["model"], "service": each.get("service"), "thresholds": None}
        for each in (before, after)
    )
    names = [name for name in other if one.get(name) != other[name]]
    return "; ".join(f"{name} {_plain(one.get(name))}, not {_plain(other[name])}" for name in names)


def _plain(value: object) -> str:
    return "not known" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def tell_telemetry(report: Report) -> None:
    """Add rows for the dashboard: percentiles of scenarios, requests and polls in milliseconds; memory."""
    about = {"preset": report.preset.name, "verdict": report.verdict.ruling}
    for stage in report.knee["stages"] if report.knee else ():
        with span("stress.stage", preset=report.preset.name) as step:
            step.set(users=float(stage["users"]), throughput=stage["a_second"])
    for kind, found in (("scenario", report.scenarios), ("request", report.requests), ("poll", report.polls)):
        for each in found:
            told = {**about, "what": each.name, "of": kind}
            for name, value in (("p50", each.p50), ("p95", each.p95), ("p99", each.p99)):
                count(f"stress.{name}_ms", round(value * 1000, 1), **told)
            count("stress.requests", each.count, failed=each.failed, **told)
    for held in report.by_kind:
        count("stress.memory_mb", held.last_mb, what=held.kind, **about)


_WATCHED = (
    "memory_mb",
    "resident_mb",
    "service_cpu",
    "generator_cpu",
    "waiting_jobs",
    "database_wait",
    "late_seconds",
)


def _errors(samples: Sequence[Sample]) -> dict[str, int]:
    """Return how often each kind of error came; of scenarios only kinds that no request in them had."""
    requests = [each for each in samples if each.kind != "scenario"]
    known = {each.error for each in requests} | {CUT_OFF}
    return errors([*requests, *(each for each in samples if each.error not in known)])


def _a_second(preset: Preset, people: Sequence[Sample]) -> float:
    """Return the requests a second that were answered while the run lasted, not after it."""
    ended = [each.ended for each in people if each.kind == "request"]
    start = min((each.began for each in people), default=0.0)
    seconds = min(preset.seconds, max(ended, default=start) - start)
    return round(sum(each <= start + preset.seconds for each in ended) / max(seconds, 1e-9), 2)


def _held(looks: Sequence[Look], kind: str) -> list[tuple[float, float]]:
    """Return what a kind of process held at each look; nothing where it was not there."""
    return [
        (look.at, sum(each.megabytes for each in look.kinds if each.kind == kind))
        for look in looks
        if look.kinds
    ]


def _gap(people: Sequence[Sample], arrivals: Sequence[Sample]) -> dict[str, float]:
    one, other = summary("", people).p95, summary("", arrivals).p95
    return {"people_p95": one, "arrivals_p95": other, "ratio": round(other / max(one, 1e-9), 2)}


def _spread(looks: Sequence[Look], name: str) -> dict[str, float | None]:
    seen = [float(value) for look in looks if (value := getattr(look, name)) is not None]
    if not seen:
        return {"median": None, "p95": None, "most": None}
    middle, high = np.percentile(seen, [50, 95])
    return {"median": round(float(middle), 4), "p95": round(float(high), 4), "most": round(max(seen), 4)}
