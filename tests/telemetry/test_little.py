"""Little's law: what was looked at and what the spans tell are alike, unless telemetry lost something."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.telemetry.making import NOON, World, counted, spanned
from tests.telemetry.queues import LOOK, MINUTE, SERVING, Times, inside, looks, queue, rows, there
from workbench.telemetry.little import Agreement, agreement
from workbench.telemetry.question import Period

QUARTER = timedelta(minutes=15)


def held(came: Times, gone: Times, told: list[dict[str, Any]], spans: Any = slice(None)) -> Agreement:
    """Return both sides: what was looked at of all customers, and what spans of some of them tell."""
    lasted = MINUTE * len(told)
    times = inside(came[spans], gone[spans], 0.0, lasted)
    row = {
        "looks": sum(each["looks"] for each in told),
        "watched_seconds": lasted,
        "counted": float(np.mean([each["value"] for each in told])),
        "steps": float(sum(each["steps"] for each in told)),
        "requests": int((times > 0).sum()),
        "inside_seconds": float(times.sum()),
    }
    found = agreement([row])
    assert found is not None
    return found


@settings(max_examples=25, deadline=None)
@given(
    seed=some.integers(0, 2**32),
    servers=some.integers(1, 6),
    load=some.floats(0.2, 0.95),
    serving=some.sampled_from(sorted(SERVING)),
)
def test_any_queue_keeps_the_law(seed: int, servers: int, load: float, serving: str) -> None:
    """Whatever comes and however it is served, from an empty beginning on.

    The number in the queue is also added up from one coming or going to the next, without any time that
    somebody was there: that it gives the same is the law itself.
    """
    chance = np.random.default_rng(seed)
    came, gone = queue(chance, servers, load, serving, 2000)
    minutes = int(came[-1] / MINUTE)
    found = held(came, gone, looks(chance, came, gone, minutes))
    edges = np.concatenate([[0.0], np.sort(np.concatenate([came, gone])), [MINUTE * minutes]])
    edges = np.sort(np.minimum(edges, MINUTE * minutes))
    area = float((there(came, gone, (edges[1:] + edges[:-1]) / 2) * np.diff(edges)).sum())
    assert found.told == pytest.approx(area / (MINUTE * minutes), rel=1e-6)
    assert found.told == pytest.approx(found.a_second * found.mean_seconds)
    assert found.ruling == "agrees", found.sentence


@settings(max_examples=10, deadline=None)
@given(seed=some.integers(0, 2**32), servers=some.integers(1, 6), lost=some.floats(0.2, 0.9))
def test_lost_arrivals_break_it(seed: int, servers: int, lost: float) -> None:
    """Where a share of the spans never came into the files, the ratio is less by it, and that is said."""
    chance = np.random.default_rng(seed)
    came, gone = queue(chance, servers, 0.7, "exponential", 4000)
    told = looks(chance, came, gone, int(came[-1] / MINUTE))
    found = held(came, gone, told, chance.random(len(came)) >= lost)
    assert found.ruling == "disagrees", found.sentence
    assert found.ratio == pytest.approx(1 - lost, abs=0.08)
    assert "spans are missing" in found.why


def test_what_is_there_twice_breaks_it() -> None:
    """A file that is read twice doubles the right side alone."""
    chance = np.random.default_rng(3)
    came, gone = queue(chance, 2, 0.6, "exponential", 2000)
    told = looks(chance, came, gone, int(came[-1] / MINUTE))
    found = held(came, gone, told, np.repeat(np.arange(len(came)), 2))
    assert (found.ruling, round(found.ratio or 0)) == ("disagrees", 2)
    assert "there twice" in found.why


@pytest.mark.parametrize(
    ("looked", "counted_mean", "requests", "inside_seconds", "why"),
    [
        (60, 2.0, 400, 24.0, "60 looks are too few"),
        (6000, 2.0, 5, 2400.0, "5 requests are too few"),
        (6000, 0.0, 60, 0.6, "no end"),
        (150, 0.4, 60, 12.0, "more looks"),
    ],
)
def test_too_little_tells_nothing(
    looked: int, counted_mean: float, requests: int, inside_seconds: float, why: str
) -> None:
    """A handful of looks or requests, and looks that nearly all met nobody, are no proof either way."""
    row = {
        "looks": looked,
        "watched_seconds": looked * LOOK,
        "counted": counted_mean,
        "steps": 2 * counted_mean * looked,
        "requests": requests,
        "inside_seconds": inside_seconds,
    }
    found = agreement([row])
    assert found is not None
    assert found.ruling == "cannot be told"
    assert why in found.why
    assert found.sentence.startswith("Little's law cannot be told: ")


def test_a_service_that_recorded_no_request_at_all_is_found() -> None:
    """Thousands of looks that met two, and no span."""
    row = {"looks": 3000, "watched_seconds": 600.0, "counted": 2.0, "steps": 3000.0, "requests": 0,
           "inside_seconds": 0.0}  # fmt: skip
    found = agreement([row])
    assert found is not None
    assert (found.ruling, found.ratio, found.mean_seconds) == ("disagrees", 0.0, 0.0)
    assert agreement([]) is None


def test_the_question_gives_both_sides(world: World) -> None:
    """From the files come the means of the looks, and the time of spans inside of what was looked at."""
    chance = np.random.default_rng(5)
    came, gone = queue(chance, 3, 0.8, "scattered", 3000)
    told = looks(chance, came, gone, 8)
    world.keep(rows(came, gone, told))
    (row,) = world.ask("in_flight")
    times = inside(came, gone, 0.0, 8 * MINUTE)
    assert (row["process"], row["looks"], row["watched_seconds"]) == ("service:1", 2400, 480.0)
    assert row["counted"] == pytest.approx(np.mean([each["value"] for each in told]))
    assert row["steps"] == sum(each["steps"] for each in told)
    assert row["requests"] == (times > 0).sum()
    assert row["inside_seconds"] == pytest.approx(times.sum(), rel=1e-4)
    found = agreement([row])
    assert found is not None
    assert found.ruling == "agrees", found.sentence


def test_times_without_looks_count_on_neither_side(world: World) -> None:
    """A minute whose row is missing is a gap: spans in it are left out, and those across its edges cut."""
    came, gone = np.arange(0.0, 300.0, 0.5), np.arange(0.0, 300.0, 0.5) + 1.0
    told = looks(np.random.default_rng(1), came, gone, 5)
    world.keep(rows(came, gone, told, minutes=[0, 1, 3, 4]))
    (row,) = world.ask("in_flight")
    times = inside(came, gone, 0.0, 120.0) + inside(came, gone, 180.0, 300.0)
    assert row["watched_seconds"] == 240.0
    assert row["inside_seconds"] == pytest.approx(times.sum())


def test_streams_and_other_processes_do_not_count(world: World) -> None:
    """Event streams are in neither side; a studio's own process looks at nothing and is not asked."""
    told = json.dumps({"looks": 300, "seconds": 60.0, "steps": 4})
    held_open = json.dumps({"route": "/projects/{project}/events", "stream": True})
    world.keep(
        [
            counted("http.in_flight", 60, 0.5, attributes=told),
            spanned("http.request", 50, 30_000),
            spanned("http.request", 55, 50_000, attributes=held_open),
            spanned("http.request", 55, 50_000, process="elsewhere:1"),
            spanned("studio.ask", 50, 30_000),
        ]
    )
    (row,) = world.ask("in_flight")
    assert (row["process"], row["requests"], row["inside_seconds"]) == ("here:1", 1, 30.0)


def test_what_may_still_be_under_way_waits(world: World) -> None:
    """Of the last quarter of an hour nothing is told: a request that has not ended has no span."""
    world.keep([counted("http.in_flight", 60, 1.0, attributes='{"looks":300,"seconds":60.0,"steps":0}')])
    end = NOON + timedelta(seconds=60)
    assert world.ask("in_flight", Period(NOON, end + QUARTER)) == []
    assert len(world.ask("in_flight", Period(NOON, end + QUARTER + timedelta(seconds=1)))) == 1
    assert world.ask("in_flight", Period(NOON + timedelta(seconds=1), end + 2 * QUARTER)) == []
