"""Golden figures: a question about a known day gives what was computed by hand."""

from __future__ import annotations

import json
from datetime import timedelta

import numpy as np
import pytest

from tests.telemetry.making import NOON, World, counted, spanned
from workbench.telemetry.columns import COLUMNS
from workbench.telemetry.question import Period
from workbench.telemetry.questions import QUESTIONS


def test_errors_do_not_lower_durations(world: World) -> None:
    """Ten good renders of 100..1000 ms and ten errors of 1 ms: the average stays 550 ms."""
    good = [spanned("render.film", at, ms) for at, ms in enumerate(range(100, 1100, 100))]
    bad = [spanned("render.film", at, 1, outcome="error", error_type="RenderFailed") for at in range(10)]
    stopped = [spanned("render.film", 20, 5000, outcome="cancelled")]
    world.keep([*good, *bad, *stopped])
    (row,) = world.ask("operations")
    assert (row["spans"], row["ok"], row["errors"], row["cancelled"]) == (21, 10, 10, 1)
    assert (row["mean_ms"], row["error_mean_ms"], row["max_ms"]) == (550, 1, 1000)
    assert row["error_share"] == pytest.approx(10 / 21)
    assert row["per_minute"] == pytest.approx(21 / (24 * 60))
    assert row["total_seconds"] == pytest.approx(5.5 + 0.01 + 5)


def test_percentiles_are_interpolated(world: World) -> None:
    """P50 of 100..1000 is 550, P95 955, P99 991: between two durations the share of the way counts."""
    world.keep([spanned("ask", at, ms) for at, ms in enumerate(range(100, 1100, 100))])
    (row,) = world.ask("operations")
    assert (row["p50_ms"], row["p95_ms"], row["p99_ms"]) == pytest.approx((550, 955, 991))
    assert row["p95_ms"] == pytest.approx(np.percentile(range(100, 1100, 100), 95))


def test_latency_says_what_it_rests_on(world: World) -> None:
    """Each point of time has its percentiles and the number of good spans behind them."""
    world.keep(
        [spanned("ask", 10, 100), spanned("ask", 20, 300), spanned("ask", 70, 50), spanned("x", 70, 9)]
    )
    first, second = world.ask("latency", operation="ask", bucket_seconds=60)
    assert (first["ok"], first["p50_ms"], first["p99_ms"]) == (2, 200, 298)
    assert (second["ok"], second["p50_ms"], str(second["time"])) == (1, 50, "2026-03-01 12:01:00")


def test_traffic_by_outcome(world: World) -> None:
    """Every span counts in the bucket it ended in, under how it ended."""
    world.keep([spanned("ask", 0, 1), spanned("ask", 59, 1, outcome="error"), spanned("ask", 60, 1)])
    first, second = world.ask("traffic", bucket_seconds=60)
    assert (first["spans"], first["ok"], first["errors"], first["error_share"]) == (2, 1, 1, 0.5)
    assert (second["spans"], second["errors"]) == (1, 0)


def test_filters_and_period(world: World) -> None:
    """Project, model and period leave out everything else; the end itself is outside."""
    world.keep(
        [
            spanned("model.call", 0, 10, project_id="A", model="m1"),
            spanned("model.call", 0, 20, project_id="B", model="m1"),
            spanned("model.call", 0, 30, project_id="A", model="m2"),
            spanned("model.call", 12 * 3600, 40, project_id="A", model="m1"),
        ]
    )
    (row,) = world.ask("operations", project_id="A", model="m1")
    assert (row["spans"], row["max_ms"]) == (1, 10)


def test_unknown_cost_stays_unknown(world: World) -> None:
    """A model nobody priced has no cost; one call without a price is told apart and never counts as free."""
    call = {"provider": "local", "input_tokens": 100, "output_tokens": 10}
    world.keep(
        [
            spanned("model.call", 0, 10, model="free", cost_usd=0.0, **call),
            spanned("model.call", 1, 10, model="known", cost_usd=0.5, cached_tokens=40, **call),
            spanned("model.call", 2, 30, model="known", cost_usd=0.25, first_token_us=4000, **call),
            spanned("model.call", 3, 20, model="known", outcome="error", provider="local"),
            spanned("model.call", 4, 10, model="unknown", **call),
        ]
    )
    usage = {row["model"]: row for row in world.ask("usage")}
    known = usage["known"]
    assert (known["calls"], known["errors"], known["input_tokens"], known["cached_tokens"]) == (3, 1, 200, 40)
    assert (known["cost_usd"], known["priced_calls"], known["unpriced_calls"]) == (0.75, 2, 1)
    assert (known["p50_ms"], known["first_token_p50_ms"]) == (20, 4)
    assert (usage["unknown"]["cost_usd"], usage["unknown"]["unpriced_calls"]) == (None, 1)
    assert usage["free"]["cost_usd"] == 0


def test_cost_of_a_take(world: World) -> None:
    """The calls of one prompt make its price; a take with one unpriced call is not averaged."""
    takes = [("t1", [0.1, 0.3]), ("t2", [0.2]), ("t3", [0.5, None])]
    rows = [spanned("studio.ask", 9, 100, trace_id=trace) for trace, _ in takes]
    rows += [
        spanned("model.call", 1, 5, trace_id=trace, model="m", cost_usd=cost, input_tokens=5, output_tokens=5)
        for trace, costs in takes
        for cost in costs
    ]
    world.keep(rows)
    (row,) = world.ask("cost_of_takes")
    assert (row["takes"], row["priced_takes"], row["unpriced_takes"]) == (3, 2, 1)
    assert row["cost_usd_each"] == pytest.approx((0.4 + 0.2) / 2)
    assert (row["calls_each"], row["tokens_each"]) == pytest.approx((5 / 3, 50 / 3))


def test_validity(world: World) -> None:
    """Steps that wrote source are told by how many repairs they needed; other steps are left out."""

    def step(done: bool, repairs: int, written: bool = True) -> dict[str, object]:
        told = json.dumps({"step": "edit", "done": done, "repairs": repairs, "written": written})
        return spanned("studio.step", 0, 5, model="m", attributes=told)

    world.keep(
        [step(True, 0), step(True, 0), step(True, 1), step(True, 4), step(False, 2), step(True, 0, False)]
    )
    (row,) = world.ask("validity")
    assert (row["steps"], row["done"], row["never"], row["repairs"]) == (5, 4, 1, 7)
    assert (row["at_once"], row["after_1"], row["after_2"], row["after_3"]) == (2, 1, 0, 1)
    assert (row["done_share"], row["at_once_share"]) == (0.8, 0.4)


def test_caches(world: World) -> None:
    """Three hits and one miss are three quarters; a cache nobody asked has no share."""
    world.keep([counted("chunks.hit", 0, 2), counted("chunks.hit", 1, 1), counted("chunks.miss", 1, 1)])
    assert world.ask("caches") == [{"cache": "chunks", "hits": 3, "misses": 1, "hit_share": 0.75}]


def test_errors_by_cause(world: World) -> None:
    """Errors of one fingerprint are one line with the newest message; passed-on errors do not count."""
    told = json.dumps({"error.message": "disk full", "error.stack": ["workbench.render.film:go:1"]})
    cause = {"outcome": "error", "error_type": "OSError", "fingerprint": "f1", "attributes": told}
    world.keep(
        [
            spanned("render.chunk", 5, 1, project_id="A", trace_id="old", **cause),
            spanned("render.chunk", 9, 1, project_id="B", trace_id="new", **cause),
            spanned("render.film", 9, 1, outcome="error", error_type="OSError"),
        ]
    )
    (row,) = world.ask("errors")
    assert (row["times"], row["projects"], row["message"], row["trace_id"]) == (2, 2, "disk full", "new")
    assert (json.loads(row["stack"]), row["error_type"]) == (["workbench.render.film:go:1"], "OSError")
    assert [each["trace_id"] for each in world.ask("error_times", fingerprint="f1")] == ["new", "old"]


def test_slowest_and_its_tree(world: World) -> None:
    """The slowest take comes first with its longest part, and its trace is a tree in order of time."""
    world.keep(
        [
            spanned("studio.ask", 10, 10_000, trace_id="T", span_id="a"),
            spanned("brain.write", 8, 6000, trace_id="T", span_id="b", parent_id="a"),
            spanned("model.call", 7, 4000, trace_id="T", span_id="c", parent_id="b", model="m"),
            spanned("brain.decide", 2, 1000, trace_id="T", span_id="d", parent_id="a"),
            spanned("studio.ask", 20, 50),
        ]
    )
    slow, quick = world.ask("slowest")
    assert (slow["ms"], slow["longest_part"], slow["longest_part_ms"]) == (10_000, "brain.write", 6000)
    assert (quick["ms"], quick["longest_part"]) == (50, None)
    tree = [(row["depth"], row["name"], row["begins_ms"]) for row in world.ask("trace", trace_id="T")]
    assert tree == [
        (0, "studio.ask", 0),
        (1, "brain.decide", 1000),
        (1, "brain.write", 2000),
        (2, "model.call", 3000),
    ]


def test_self_time_counts_overlap_once(world: World) -> None:
    """A span of 10 s with two children of 4 s that overlap by 2 s spent 4 s itself."""
    world.keep(
        [
            spanned("film", 10, 10_000, trace_id="T", span_id="a"),
            spanned("chunk", 5, 4000, trace_id="T", span_id="b", parent_id="a"),
            spanned("chunk", 7, 4000, trace_id="T", span_id="c", parent_id="a"),
        ]
    )
    by = {row["name"]: row for row in world.ask("self_time")}
    assert (by["film"]["self_seconds"], by["film"]["total_seconds"]) == (4, 10)
    assert (by["chunk"]["self_seconds"], by["chunk"]["share"]) == (8, pytest.approx(8 / 12))


def test_async_win(world: World) -> None:
    """Of 6 s background work beside a prompt of 2 s, 1 s of it waited for, nobody waited 5 of 7 s."""
    world.keep(
        [
            spanned("studio.ask", 2, 2000, trace_id="T", span_id="a"),
            spanned("wait.facts", 2, 1000, trace_id="T", span_id="w", parent_id="a"),
            spanned("job.run", 7, 6000, trace_id="T", span_id="j", parent_id="a"),
            spanned("studio.ask", 9, 1000),
            spanned("job.run", 9, 3000, trace_id="scheduled"),
        ]
    )
    (row,) = world.ask("async_win")
    assert (row["name"], row["traces"], row["waited_p50_ms"]) == ("studio.ask", 1, 2000)
    assert row["waited_seconds"] == 2
    assert (row["blocking_p50_ms"], row["not_waited_seconds"]) == (7000, 5)
    assert row["win_share"] == pytest.approx(5 / 7)


def test_async_win_is_time_not_a_sum_of_jobs(world: World) -> None:
    """Jobs side by side count once, what they do while the author stands there not at all, films neither."""

    def job(end: float, ms: float, **columns: object) -> dict[str, object]:
        return spanned("job.run", end, ms, trace_id="T", parent_id="a", **columns)

    film = json.dumps({"job_kind": "film"})
    world.keep(
        [
            spanned("studio.ask", 4, 4000, trace_id="T", span_id="a"),
            job(3, 2000),
            job(6, 3000),
            job(6.5, 2500),
            spanned("wait.job", 9, 1000, trace_id="T", parent_id="a"),
            job(10, 1500),
            job(30, 500, outcome="error"),
            job(90, 80_000, attributes=film),
            spanned("studio.export", 5, 100, trace_id="F", span_id="f"),
            spanned("job.run", 60, 50_000, trace_id="F", parent_id="f", attributes=film),
        ]
    )
    (row,) = world.ask("async_win")
    assert (row["name"], row["traces"], row["waited_seconds"]) == ("studio.ask", 1, 5)
    assert row["not_waited_seconds"] == pytest.approx(2.5 + 1)
    assert row["blocking_p50_ms"] == pytest.approx(8500)
    assert row["win_share"] == pytest.approx(3.5 / 8.5)


def test_jobs_and_their_queue(world: World) -> None:
    """Waiting counts from when a job was due; the queue is what workers saw."""

    def run(waited_ms: int, attempt: int, outcome: str) -> dict[str, object]:
        told = json.dumps({"job_kind": "image_facts", "waited_us": waited_ms * 1000, "attempt": attempt})
        return spanned("job.run", 0, 100, outcome=outcome, attributes=told)

    world.keep(
        [run(10, 1, "error"), run(30, 2, "ok"), counted("jobs.waiting", 1, 4), counted("jobs.waiting", 2, 1)]
    )
    (row,) = world.ask("jobs")
    assert (row["job_kind"], row["runs"], row["errors"], row["again"]) == ("image_facts", 2, 1, 1)
    assert (row["waited_p50_ms"], row["p50_ms"]) == (20, 100)
    (queue,) = world.ask("job_queue")
    assert (queue["most"], queue["average"], queue["looks"]) == (4, 2.5, 2)


def test_lifecycle_runs(world: World) -> None:
    """A cleanup tells its rows and bytes; one that failed has none."""
    told = json.dumps({"rows": 120, "bytes": 4096})
    world.keep(
        [
            spanned("lifecycle.clean", 0, 5, attributes=told),
            spanned("lifecycle.backup", 1, 5, outcome="error"),
        ]
    )
    backup, clean = world.ask("lifecycle_runs")
    assert (clean["rows"], clean["bytes"], clean["ms"]) == (120, 4096, 5)
    assert (backup["name"], backup["outcome"], backup["rows"]) == ("lifecycle.backup", "error", None)


def test_recording_tells_what_was_dropped(world: World) -> None:
    """Dropped records are known by process."""
    world.keep(
        [spanned("a", 0, 1), counted("telemetry.dropped", 1, 7), spanned("a", 2, 1, process="there:2")]
    )
    rows = {row["process"]: row for row in world.ask("recording")}
    assert (rows["here:1"]["rows"], rows["here:1"]["spans"], rows["here:1"]["dropped"]) == (2, 1, 7)
    assert rows["there:2"]["dropped"] == 0


def test_recording_tells_what_a_collector_was_sent(world: World) -> None:
    """Sent, dropped and failed by process; nothing is known of one that has no collector."""
    world.keep(
        [
            counted("telemetry.exported", 1, 5),
            counted("telemetry.exported", 2, 6),
            counted("telemetry.export_failed", 3, 2),
            spanned("a", 2, 1, process="there:2"),
        ]
    )
    names = ("exported", "export_dropped", "export_failed")
    told = {row["process"]: tuple(row[name] for name in names) for row in world.ask("recording")}
    assert told == {"here:1": (11, 0, 2), "there:2": (None, None, None)}


def test_requests(world: World) -> None:
    """5xx and requests without an answer are errors, 4xx are refusals."""

    def request(status: int | None, ms: float) -> dict[str, object]:
        told = json.dumps({"route": "/projects/{id}", "method": "GET", "status": status})
        return spanned("http.request", 0, ms, attributes=told, outcome="ok" if status else "error")

    world.keep([request(200, 10), request(404, 20), request(503, 30), request(None, 40)])
    (row,) = world.ask("requests")
    assert (row["route"], row["requests"], row["errors"], row["refused"]) == ("/projects/{id}", 4, 2, 1)
    assert row["p50_ms"] == 25


def test_choices(world: World) -> None:
    """What there is to filter by, the most frequent first."""
    world.keep([spanned("a", 0, 1, project_id="P", model="m"), spanned("b", 0, 1), spanned("b", 1, 1)])
    rows = [(row["what"], row["value"], row["times"]) for row in world.ask("choices")]
    assert rows == [("model", "m", 1), ("operation", "b", 2), ("operation", "a", 1), ("project", "P", 1)]


@pytest.mark.parametrize("days", [1, 30])
def test_every_question_has_the_columns_it_tells(world: World, days: int) -> None:
    """Asked of nothing and of something, over a day and a month, the columns are those described."""
    period = Period(NOON - timedelta(days=days - 0.5), NOON + timedelta(hours=12))
    given = {"trace": {"trace_id": "T"}, "error_times": {"fingerprint": "f"}}
    with world.reading() as reading:
        nothing = [reading.ask(name, period, **given.get(name, {})) for name in QUESTIONS]
        world.keep([spanned("model.call", 0, 5, model="m", trace_id="T", fingerprint="f", attributes="{}")])
        something = [reading.ask(name, period, **given.get(name, {})) for name in QUESTIONS]
    assert all(answer.rows == () for answer in nothing)
    for before, after in zip(nothing, something, strict=True):
        told = tuple(column.name for column in before.question.columns)
        assert before.columns == after.columns == told, before.question.name
        assert before.question.about.endswith(".")


def test_every_column_of_the_contract() -> None:
    """The row has the columns that every door counts on."""
    assert list(COLUMNS)[:4] == ["ts", "kind", "name", "trace_id"]
    assert len(COLUMNS) == 24
