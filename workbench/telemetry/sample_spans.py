"""What one sample take is made of: spans with times, tokens, costs, repairs and errors that hang together."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from workbench.telemetry.sample_rows import STEP, TOP, Batch, Ids, Numbers, Rows
from workbench.telemetry.sample_trials import add_trials

Chance = np.random.Generator
PROJECTS = ("launch-film", "how-it-works", "weekly-news")
PEOPLE = ("ada", "grace", "linus")


@dataclass(frozen=True, slots=True)
class Strain:
    """How much slower each take is than usual, and how likely it fails."""

    slower: Numbers
    failing: Numbers


@dataclass(frozen=True, slots=True)
class Operation:
    """A span of the sample: its name, its usual seconds, and how widely they spread (a lognormal's sigma)."""

    name: str
    seconds: float
    spread: float

    def lasting(self, chance: Chance, count: int) -> Numbers:
        """Return how long so many of them take, in seconds."""
        return chance.lognormal(np.log(self.seconds), self.spread, count)


RECALL = Operation("memory.recall", 0.015, 0.4)
PARTS = (
    Operation("model.call", 3.1, 0.45),
    Operation("scene.evaluate", 0.021, 0.5),
    Operation("scene.check", 0.06, 0.5),
    Operation("render.still", 0.14, 0.4),
)
AROUND = Operation("studio.ask", 0.08, 0.3)
FILM = Operation("render.film", 7.5, 0.5)
FACTS = Operation("job.run", 2.4, 0.35)
LIFECYCLE = Operation("lifecycle.clean", 40.0, 0.4)


@dataclass(frozen=True, slots=True)
class _Model:
    """A model of the sample; `usd` is the price of a million input and output tokens, None: not known."""

    provider: str
    name: str
    speed: float
    usd: tuple[float, float] | None
    valid: float


MODELS = (
    _Model("openai", "gpt-5.4-mini", 1.0, (0.4, 1.6), 0.86),
    _Model("local", "qwen3-coder-30b", 1.55, None, 0.74),
)
_FIRST_SHARE = 0.62
_ERRORS = (
    ("ModelFailed", "model.call", "The server did not answer within 120 s.", "brain.remote.wire:send:88"),
    ("ModelFailed", "model.call", "The server said 503: overloaded.", "brain.remote.faults:raised:52"),
    ("SceneBroken", "scene.evaluate", "text() has no argument sise.", "studio.performing:perform:140"),
    ("RenderFailed", "render.still", "The encoder ended with code 1.", "render.encode:close:97"),
)
_ERROR_SHARES = (0.45, 0.3, 0.15, 0.1)
_CACHES = (("chunks.hit", 0.7), ("chunks.miss", 0.3), ("evaluations.hit", 0.5), ("evaluations.miss", 0.1))
_IMAGE_SHARE, _WAITING_SHARE, _FILM_SHARE = 0.18, 0.25, 0.08


def spans_of(
    chance: Chance, starts: Numbers, strain: Strain, first: int, *, night: float | None = None
) -> pa.Table:
    """Return the rows of the takes that start at `starts`; `first` makes their ids unlike other calls'."""
    rows = Rows()
    if len(starts):
        _takes(rows, chance, starts, strain, first)
        _films(rows, chance, starts[chance.random(len(starts)) < _FILM_SHARE], first)
        _counts(rows, chance, starts)
    if night is not None:
        _lifecycle(rows, chance, night + 3 * 3600, first)
        add_trials(rows, chance, night, first + (1 << 32))
    return rows.table()


def _takes(rows: Rows, chance: Chance, starts: Numbers, strain: Strain, first: int) -> None:
    count = len(starts)
    which = (chance.random(count) > _FIRST_SHARE).astype(int)
    valid = chance.random(count) < np.array([each.valid for each in MODELS])[which]
    repairs = np.where(valid, 0, 1 + (chance.random(count) < 0.25))
    failed = chance.random(count) < strain.failing
    blame = np.where(failed, chance.choice(len(_ERRORS), count, p=_ERROR_SHARES), -1)
    batch = Batch(Ids(first, count), _about(chance, count), blame, _ERRORS)
    speed = np.array([each.speed for each in MODELS])[which] * strain.slower
    context = RECALL.lasting(chance, count)
    rows.spans(batch, RECALL.name, starts + context, context, 1, TOP)
    ends = _step(rows, chance, batch, starts + context, which, repairs, speed)
    model = {
        "provider": _of([each.provider for each in MODELS], which),
        "model": _of([each.name for each in MODELS], which),
    }
    kinds = _pick(("edit", "scene"), chance, count)
    told = [
        json.dumps({"step": kind, "written": True, "done": not bad, "repairs": int(n)})
        for kind, bad, n in zip(kinds, failed, repairs, strict=True)
    ]
    begun = starts + context
    rows.spans(
        batch, "studio.step", ends, ends - begun, STEP, TOP, wrong=failed, more={"attributes": told, **model}
    )
    waited = _images(rows, chance, batch, ends)
    whole = ends + waited + AROUND.lasting(chance, count) - starts
    rows.spans(batch, AROUND.name, starts + whole, whole, TOP, None, wrong=failed, more=model)


def _step(
    rows: Rows, chance: Chance, batch: Batch, at: Numbers, which: NDArray[np.int64],
    repairs: NDArray[np.int64], speed: Numbers,
) -> Numbers:  # fmt: skip
    """Add what a step is made of: calls, evaluations and their repairs; return when each ended."""
    over = np.zeros(len(at), bool)
    for turn in range(3):
        for number, operation in enumerate(PARTS):
            here = ~over & (repairs >= turn)
            if operation.name not in ("model.call", "scene.evaluate"):
                here &= repairs == turn
            taken = operation.lasting(chance, len(at)) * (speed if operation.name == "model.call" else 1.0)
            at = at + np.where(here, taken, 0.0)
            wrong = here & batch.blames(operation.name) & (repairs == turn)
            called = _calls(chance, which, here, taken) if operation.name == "model.call" else {}
            rows.spans(
                batch, operation.name, at, taken, 16 * (turn + 1) + number, STEP, here, wrong, True, called
            )
            over |= wrong
    return at


def _calls(
    chance: Chance, which: NDArray[np.int64], here: NDArray[np.bool_], taken: Numbers
) -> dict[str, NDArray[Any]]:
    count = len(which)
    asked = chance.lognormal(8.3, 0.35, count).astype(int)
    cached = np.where(chance.random(count) < 0.6, (asked * chance.uniform(0.4, 0.8, count)).astype(int), 0)
    answered = chance.lognormal(6.2, 0.5, count).astype(int)
    prices = np.array([each.usd or (np.nan, np.nan) for each in MODELS])[which] / 1e6
    told = {
        "provider": _of([each.provider for each in MODELS], which),
        "model": _of([each.name for each in MODELS], which),
        "input_tokens": asked, "cached_tokens": cached, "output_tokens": answered,
        "cost_usd": (asked - 0.75 * cached) * prices[:, 0] + answered * prices[:, 1],
        "first_token_us": (taken * chance.uniform(0.1, 0.3, count) * 1e6).astype(int),
    }  # fmt: skip
    return {name: values[here] for name, values in told.items()}


def _images(rows: Rows, chance: Chance, batch: Batch, ends: Numbers) -> Numbers:
    """Add analyses of pictures, which go on by themselves; return how long each take stood waiting."""
    count = len(ends)
    here = chance.random(count) < _IMAGE_SHARE
    blocking = here & (chance.random(count) < _WAITING_SHARE)
    taken, waited = FACTS.lasting(chance, count), chance.exponential(0.05, count)
    told = [{"job_kind": "image_facts", "attempt": 1, "waited_us": int(1e6 * each)} for each in waited]
    attributes = np.array([json.dumps(each) for each in told], object)[here]
    rows.spans(
        batch, FACTS.name, ends + waited + taken, taken, 240, TOP, here, more={"attributes": attributes}
    )
    standing = np.where(blocking, waited + taken, 0.0)
    rows.spans(batch, "wait.job", ends + standing, standing, 241, TOP, blocking)
    return standing


def _films(rows: Rows, chance: Chance, starts: Numbers, first: int) -> None:
    count = len(starts)
    taken, waited = FILM.lasting(chance, count), chance.exponential(0.4, count)
    batch = Batch(Ids(first + (1 << 30), count), _about(chance, count), np.full(count, -1), _ERRORS)
    asked = np.full(count, 0.02)
    told = [json.dumps({"job_kind": "film", "attempt": 1, "waited_us": int(1e6 * each)}) for each in waited]
    frames = [json.dumps({"frames": int(each)}) for each in chance.integers(90, 900, count)]
    rows.spans(batch, "studio.export", starts + asked, asked, TOP, None)
    rows.spans(batch, "job.run", starts + waited + taken, taken, STEP, TOP, more={"attributes": told})
    rows.spans(batch, FILM.name, starts + waited + taken, taken * 0.97, 3, STEP, more={"attributes": frames})


def _counts(rows: Rows, chance: Chance, starts: Numbers) -> None:
    """Add counts: caches that were asked, and jobs that waited."""
    for name, share in _CACHES:
        rows.counts(name, starts[chance.random(len(starts)) < share], 1.0)
    some = starts[chance.random(len(starts)) < 0.3]
    rows.counts("jobs.waiting", some, chance.poisson(1.2, len(some)).astype(float))


def _lifecycle(rows: Rows, chance: Chance, at: float, first: int) -> None:
    taken = LIFECYCLE.lasting(chance, 1)
    removed = int(chance.integers(2_000, 9_000))
    told = [json.dumps({"rows": removed, "bytes": int(removed * chance.uniform(1500, 2400))})]
    batch = Batch(Ids(first + (1 << 31), 1), {"process": ["service:1"]}, np.full(1, -1), _ERRORS)
    rows.spans(batch, LIFECYCLE.name, np.array([at]) + taken, taken, TOP, None, more={"attributes": told})


def _about(chance: Chance, count: int) -> dict[str, Any]:
    project, person = chance.choice(3, count, p=[0.5, 0.3, 0.2]), chance.choice(3, count, p=[0.6, 0.3, 0.1])
    return {
        "project_id": _of(PROJECTS, project),
        "user_id": _of(PEOPLE, person),
        "process": _pick(("studio:1", "studio:2"), chance, count),
    }


def _of(names: Sequence[str], places: NDArray[np.int64]) -> NDArray[np.object_]:
    return np.array(names, object)[places]


def _pick(names: Sequence[str], chance: Chance, count: int) -> list[str]:
    return [names[each] for each in chance.integers(0, len(names), count)]
