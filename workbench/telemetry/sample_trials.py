"""What the sample team leaves to the night: load tests, comparisons of prompts, unattended notebooks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from workbench.telemetry.sample_rows import TOP, Batch, Ids, Numbers, Rows

Chance = np.random.Generator
HOUR = 3600.0
KNEE_STEPS = (1, 2, 4, 8, 12, 16, 24, 32)
STEP_SECONDS = 15.0
ONE_PERSON_A_SECOND, CONTENTION, COHERENCY = 3.6, 0.045, 0.0042
"""The sample's service by the Universal Scalability Law (Gunther 2007): it peaks at 15 people."""

_TARGET_USERS, _TARGET_SECONDS = 20, 120.0
_ROUTES = (
    ("POST", "/projects/{project}/ask", 0.19, 1.4),
    ("POST", "/projects/{project}/actions", 0.34, 0.21),
    ("GET", "/projects/{project}/scenes", 0.27, 0.03),
    ("GET", "/projects/{project}/scenes/{scene}/frames/{number}", 0.14, 0.16),
    ("POST", "/projects", 0.06, 0.07),
)
_REQUESTS, _REFUSED = 240, 0.012
_LOOK_SECONDS, _TOLD_SECONDS = 0.2, 60.0
_MET = (
    ("scenario", "new_project", 190, 1.9), ("scenario", "edit", 142, 2.4), ("scenario", "upload", 95, 8.6),
    ("scenario", "mixed", 48, 3.1), ("request", "create project", 208, 0.07),
    ("request", "ask for a scene", 208, 1.4), ("request", "ask for an edit", 255, 1.3),
    ("request", "save by hand", 160, 0.21), ("request", "look at a frame", 352, 0.16),
    ("poll", "ask whether it is measured", 1240, 0.03),
)  # fmt: skip
"""What people met in a run: how often, and seconds in the median."""
_HELD = (("service", 254.0), ("painters", 131.0), ("measuring pictures", 61.0), ("sandboxes", 18.0))
_VARIANTS, _MODELS, _CASES = ("plain", "strict"), ("gpt-5.4-mini", "qwen3-coder-30b"), 9
_ERRORS = (("ModelFailed", "experiment.cell", "The answer was no scene after two repairs.", "brain.writing"),)
_NIGHTS_BETWEEN_TRIALS, _NIGHTS_BETWEEN_KNEES = 3, 7


_FAULTS = (
    ("kill a worker", 34, 19, 2.1, 0.9),
    ("restart the service", 41, 6, 7.4, 6.2),
    ("slow model", 58, 44, 1.8, 0.2),
    ("failing model", 27, 18, 1.2, 0.2),
    ("full disk", 22, 0, 4.8, 1.1),
    ("locked database", 36, 0, 5.9, 0.6),
)


def sample_drill(at: float) -> dict[str, Any]:
    """Return the made-up last drill, as `workbench drill` would have kept it; `at` in seconds since 1970."""
    faults = [
        {"fault": name, "ok": True, "acknowledged": count, "during": during, "lost": 0, "twice": 0,
         "half_done": 0, "slowest_seconds": slowest, "recovered_seconds": back}
        for name, count, during, slowest, back in _FAULTS
    ]  # fmt: skip
    not_run = {"database restart": "The sample's database is SQLite."}
    return {"at": at, "database": "sqlite", "ok": True, "faults": faults, "not_run": not_run, "gaps": 0}


def throughput(users: float) -> float:
    """Return what so many people get done a second, by the Universal Scalability Law."""
    slowed = 1 + CONTENTION * (users - 1) + COHERENCY * users * (users - 1)
    return ONE_PERSON_A_SECOND * users / slowed


def add_trials(rows: Rows, chance: Chance, night: float, first: int) -> None:
    """Add one night: `night` is its midnight in seconds since 1970, `first` makes its ids unlike others'."""
    number = round(night / (24 * HOUR))
    if number % _NIGHTS_BETWEEN_KNEES == 0:
        _knee(rows, chance, night + 1 * HOUR, first)
    _target(rows, chance, night + 1.5 * HOUR, first + 100)
    if number % _NIGHTS_BETWEEN_TRIALS == 0:
        _experiment(rows, chance, night + 2 * HOUR, first + 1000)
    _notebook(rows, chance, night + 4 * HOUR, first + 2000, "cleanup", 45.0)
    if number % _NIGHTS_BETWEEN_KNEES == 1:
        _notebook(rows, chance, night + 5 * HOUR, first + 2100, "50_where_time_and_money_went", 60.0)


def _knee(rows: Rows, chance: Chance, at: float, first: int) -> None:
    """Add a run that holds more and more people, each number on its own."""
    batch = _quiet(first, 1, "stress:1")
    done = [throughput(users) * chance.lognormal(0, 0.05) for users in KNEE_STEPS]
    for place, (users, each) in enumerate(zip(KNEE_STEPS, done, strict=True)):
        told = {"preset": "knee", "users": float(users), "throughput": each}
        ends = np.array([at + STEP_SECONDS * (place + 1)])
        _span(rows, batch, "stress.stage", ends, np.array([STEP_SECONDS]), 16 + place, TOP, [told])
    about = {"preset": "knee", "verdict": "PASS", "users": float(KNEE_STEPS[-1])}
    whole = np.array([STEP_SECONDS * len(KNEE_STEPS) + 4])
    told = {**about, "throughput": float(np.mean(done))}
    _span(rows, batch, "stress.run", at + whole, whole, TOP, None, [told])


def _target(rows: Rows, chance: Chance, at: float, first: int) -> None:
    """Add a plain run, and the requests that the service answered meanwhile."""
    done = throughput(_TARGET_USERS) * chance.lognormal(0, 0.04)
    ruling = "INVALID" if chance.random() < 0.06 else "PASS"
    told = {"preset": "target", "verdict": ruling, "users": float(_TARGET_USERS), "throughput": done}
    lasted = np.array([_TARGET_SECONDS + 3])
    run = _quiet(first, 1, "stress:1")
    _span(rows, run, "stress.run", at + lasted, lasted, TOP, None, [told])
    _figures(rows, run, at + _TARGET_SECONDS, done / throughput(_TARGET_USERS))
    which = chance.choice(len(_ROUTES), _REQUESTS, p=[share for _, _, share, _ in _ROUTES])
    taken = chance.lognormal(np.log([_ROUTES[each][3] for each in which]), 0.5)
    ends = np.sort(at + chance.uniform(0, _TARGET_SECONDS, _REQUESTS)) + taken
    refused = chance.random(_REQUESTS) < _REFUSED
    answered = [
        {"method": _ROUTES[each][0], "route": _ROUTES[each][1], "status": 409 if no else 200}
        for each, no in zip(which, refused, strict=True)
    ]
    requests = _quiet(first + 1, _REQUESTS, "service:1")
    _span(rows, requests, "http.request", ends, taken, TOP, None, answered)
    _looked(rows, np.random.default_rng(first), at, ends - taken, ends)


def _looked(rows: Rows, chance: Chance, at: float, begins: Numbers, ends: Numbers) -> None:
    """Add how many of those requests were under way, as the service looks: once in each fifth of a second."""
    looks = round(_TOLD_SECONDS / _LOOK_SECONDS)
    minutes = int(np.ceil((ends.max() - at) / _TOLD_SECONDS))
    moments = at + _LOOK_SECONDS * (np.arange(minutes * looks) + chance.random(minutes * looks))
    seen = np.searchsorted(np.sort(begins), moments) - np.searchsorted(np.sort(ends), moments)
    steps = (np.diff(seen, prepend=0) ** 2).reshape(minutes, looks).sum(axis=1)
    told = [{"looks": looks, "seconds": _TOLD_SECONDS, "steps": int(step)} for step in steps]
    rows.counts(
        "http.in_flight",
        at + _TOLD_SECONDS * np.arange(1, minutes + 1, dtype=np.float64),
        seen.reshape(minutes, looks).mean(axis=1),
        attributes=[json.dumps(each) for each in told],
        process=["service:1"] * minutes,
    )


def _figures(rows: Rows, run: Batch, at: float, speed: float) -> None:
    """Add what that run told of people's times and of memory, at its end."""

    def told(name: str, values: Sequence[float], about: Sequence[dict[str, Any]]) -> None:
        rows.counts(
            name,
            np.full(len(values), at),
            np.array(values, float),
            trace_id=run.ids.traces * len(values),
            parent_id=[run.ids.span(0, TOP)] * len(values),
            attributes=[json.dumps({"preset": "target", **each}) for each in about],
        )

    about = [{"of": part, "what": what, "failed": 0} for part, what, _, _ in _MET]
    told("stress.requests", [times for _, _, times, _ in _MET], about)
    for name, factor in (("p50", 1.0), ("p95", 2.3), ("p99", 3.2)):
        told(f"stress.{name}_ms", [round(1000 * middle * factor / speed, 1) for *_, middle in _MET], about)
    told("stress.memory_mb", [held for _, held in _HELD], [{"what": what} for what, _ in _HELD])


def _experiment(rows: Rows, chance: Chance, at: float, first: int) -> None:
    """Add the cells of one comparison: every variant with every model on every case, one after another."""
    cells = [(variant, model) for variant in _VARIANTS for model in _MODELS for _ in range(_CASES)]
    taken = chance.lognormal(np.log(5.5), 0.4, len(cells))
    wrong = chance.random(len(cells)) < np.array(
        [0.02 if model == _MODELS[0] else 0.07 for _, model in cells]
    )
    blame = np.where(wrong, 0, -1)
    batch = Batch(Ids(first, len(cells)), {"process": ["experiment:1"] * len(cells)}, blame, _ERRORS)
    told = [{"experiment": "title-styles", "variant": variant, "model": model} for variant, model in cells]
    asked = {"attributes": [json.dumps(each) for each in told], "model": [model for _, model in cells]}
    good, bad = ~wrong, wrong
    ends = at + np.cumsum(taken)
    kept = {key: np.array(values, object) for key, values in asked.items()}
    name = "experiment.cell"
    rows.spans(
        batch, name, ends, taken, TOP, None, good, more={key: each[good] for key, each in kept.items()}
    )
    rows.spans(batch, name, ends, taken, TOP, None, bad, wrong, True, {"model": kept["model"][bad]})


def _notebook(rows: Rows, chance: Chance, at: float, first: int, name: str, seconds: float) -> None:
    taken = chance.lognormal(np.log(seconds), 0.2, 1)
    batch = _quiet(first, 1, "batch:1")
    _span(rows, batch, "batch.run", at + taken, taken, TOP, None, [{"notebook": name}])


def _quiet(first: int, count: int, process: str) -> Batch:
    """Return traces in which nothing goes wrong."""
    return Batch(Ids(first, count), {"process": [process] * count}, np.full(count, -1), _ERRORS)


def _span(
    rows: Rows, batch: Batch, name: str, ends: Numbers, taken: Numbers, number: int, parent: int | None,
    told: Sequence[dict[str, Any]],
) -> None:  # fmt: skip
    rows.spans(
        batch, name, ends, taken, number, parent, more={"attributes": [json.dumps(each) for each in told]}
    )
