"""What Prometheus, Grafana and an OpenTelemetry collector get is true, well-formed, and no burden."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from prometheus_client.parser import text_string_to_metric_families

from tests.telemetry.making import NOON, World, counted, spanned
from workbench.cli import doctor
from workbench.cli.main import run
from workbench.clock import SystemClock
from workbench.spans import span
from workbench.studio.settings import Settings
from workbench.studio.upgrading import open_database
from workbench.studio.watching import watch_of
from workbench.telemetry.metrics import Metrics
from workbench.telemetry.otlp import OtlpExport
from workbench.telemetry.parquet import table, write_segment
from workbench.telemetry.question import Period
from workbench.telemetry.questions.scraped import BOUNDS_SECONDS
from workbench.telemetry.room import Telemetry
from workbench.telemetry.segments import Manifest

GRAFANA = Path(__file__).parents[2] / "dashboards" / "grafana"


@pytest.fixture
def telemetry(world: World) -> Iterator[Telemetry]:
    opened = Telemetry(world.folder, world.database, recording=False, clock=world.clock)
    yield opened
    opened.close()


def samples(metrics: Metrics) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Return every sample as a strict parser reads it."""
    families = text_string_to_metric_families(metrics.text().decode())
    return {
        (each.name, frozenset(each.labels.items())): each.value
        for family in families
        for each in family.samples
    }


def busy(world: World) -> None:
    cause = {"outcome": "error", "error_type": "OSError", "fingerprint": "f"}
    call = {"provider": "p", "model": "m", "input_tokens": 100, "cached_tokens": 60, "output_tokens": 10}
    world.keep(
        [spanned("render.film", 1, ms) for ms in (4, 5, 6, 900_000)]
        + [spanned("render.film", 2, 1, **cause)]
        + [spanned("model.call", 3, 50, cost_usd=0.5, **call), spanned("model.call", 3, 50, **call)]
        + [counted("chunks.hit", 4, 3), counted("chunks.miss", 4, 1), counted("jobs.waiting", 5, 7)]
        + [counted("telemetry.dropped", 5, 2), counted("telemetry.exported", 5, 11)]
        + [
            counted(f"telemetry.export_{name}", 6, n)
            for name, n in (("dropped", 4), ("failed", 3), ("failed", 5))
        ]
    )


def labelled(name: str, **labels: str) -> tuple[str, frozenset[tuple[str, str]]]:
    return name, frozenset(labels.items())


def test_figures_are_those_of_the_rows(world: World, telemetry: Telemetry) -> None:
    """Counts, buckets, tokens and cost as computed by hand; an unpriced call adds no cost."""
    metrics = Metrics(telemetry, NOON)
    busy(world)
    world.clock.advance(10)
    found = samples(metrics)
    film = {"operation": "render.film"}
    assert found[labelled("workbench_operations_total", **film, outcome="ok")] == 4
    assert found[labelled("workbench_operations_total", **film, outcome="error")] == 1
    assert found[labelled("workbench_errors_total", **film, error_type="OSError")] == 1
    bucket = "workbench_operation_duration_seconds_bucket"
    assert found[labelled(bucket, **film, le="0.005")] == 2
    assert found[labelled(bucket, **film, le="0.0065")] == 3
    assert found[labelled(bucket, **film, le=f"{BOUNDS_SECONDS[-1]:.6g}")] == 3
    assert found[labelled(bucket, **film, le="+Inf")] == 4
    assert found[labelled("workbench_operation_duration_seconds_sum", **film)] == pytest.approx(900.015)
    model = {"provider": "p", "model": "m"}
    assert found[labelled("workbench_model_cost_usd_total", **model)] == 0.5
    assert found[labelled("workbench_model_unpriced_calls_total", **model)] == 1
    assert found[labelled("workbench_model_tokens_total", **model, kind="cached")] == 120
    assert found[labelled("workbench_cache_requests_total", cache="chunks", result="hit")] == 3
    assert found[labelled("workbench_jobs_waiting")] == 7
    assert found[labelled("workbench_telemetry_files", kind="raw")] == 1
    assert found[labelled("workbench_telemetry_dropped_total")] == 2
    assert found[labelled("workbench_telemetry_exported_total")] == 11
    assert found[labelled("workbench_telemetry_export_lost_total", why="no room")] == 4
    assert found[labelled("workbench_telemetry_export_lost_total", why="failed")] == 8


def test_counters_only_grow(world: World, telemetry: Telemetry) -> None:
    """Scraped again and again while time goes on, every row counts once and no counter falls."""
    metrics, last = Metrics(telemetry, NOON), 0.0
    for minute in range(12):
        world.keep([spanned("ask", minute * 60, 10)])
        world.clock.advance(60)
        total = samples(metrics)[labelled("workbench_operations_total", operation="ask", outcome="ok")]
        assert total >= last
        last = total
    assert last == 12


def test_what_was_before_is_not_counted(world: World, telemetry: Telemetry) -> None:
    """The counters begin with the service; the hour before is for the report."""
    busy(world)
    world.clock.advance(3600)
    found = samples(Metrics(telemetry, NOON + timedelta(minutes=30)))
    assert not [key for key in found if key[0] == "workbench_operations_total"]


def test_buckets_are_sensible() -> None:
    """From 5 ms beyond 10 minutes, each 30 % above the one before."""
    ratios = {round(b / a, 6) for a, b in pairwise(BOUNDS_SECONDS)}
    assert (BOUNDS_SECONDS[0], ratios) == (0.005, {1.3})
    assert BOUNDS_SECONDS[-2] < 600 < BOUNDS_SECONDS[-1]


def test_grafana_asks_for_nothing_that_is_not_there(world: World, telemetry: Telemetry) -> None:
    """Every metric and label of the dashboard exists in what is scraped."""
    metrics = Metrics(telemetry, NOON)
    busy(world)
    world.clock.advance(10)
    there: dict[str, set[str]] = {}
    for name, labels in samples(metrics):
        there.setdefault(name, set()).update(label for label, _ in labels)
    dashboard = json.loads((GRAFANA / "workbench.json").read_text())
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    asked += [each["query"]["query"] for each in dashboard["templating"]["list"]]
    assert len(asked) > 15
    for expression in asked:
        for name, labels in re.findall(r"(workbench_\w+)(?:\{([^}]*)\})?", expression):
            assert name in there, name
            assert set(re.findall(r"(\w+)=", labels)) <= there[name], expression
        for labels in re.findall(r"by \(([^)]*)\)", expression):
            known = set().union(*there.values())
            assert set(labels.replace(" ", "").split(",")) <= known, expression


def test_grafana_finds_its_dashboard_and_its_source() -> None:
    """Provisioning names the source that the panels use, and every panel has a place of its own."""
    dashboard = json.loads((GRAFANA / "workbench.json").read_text())
    sources = yaml.safe_load((GRAFANA / "provisioning/datasources/workbench.yaml").read_text())
    assert {panel["datasource"]["uid"] for panel in dashboard["panels"]} == {sources["datasources"][0]["uid"]}
    providers = yaml.safe_load((GRAFANA / "provisioning/dashboards/workbench.yaml").read_text())
    assert providers["providers"][0]["type"] == "file"
    scrape = yaml.safe_load((GRAFANA / "prometheus.yml").read_text())["scrape_configs"][0]
    assert (scrape["metrics_path"], scrape["authorization"]["type"]) == ("/metrics", "Bearer")
    places = [tuple(panel["gridPos"].values()) for panel in dashboard["panels"]]
    assert len(set(places)) == len(places)


class Collector:
    """An OpenTelemetry collector on this machine that keeps what it is told."""

    def __init__(self, status: int = 200) -> None:
        self.spans: list[Any] = []
        self.paths: list[str] = []
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                collector.paths.append(self.path)
                told = ExportTraceServiceRequest.FromString(body)
                for resource in told.resource_spans:
                    for scope in resource.scope_spans:
                        collector.spans += scope.spans
                self.send_response(status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def collector() -> Iterator[Collector]:
    made = Collector()
    yield made
    made.close()


def recorded(world: World) -> tuple[int | None, ...]:
    """Return what the question tells of this process's spans: sent, found no room, failed."""
    (row,) = world.ask("recording", Period.last(hours=1))
    return row["exported"], row["export_dropped"], row["export_failed"]


def test_a_collector_is_told_of_every_span(world: World, collector: Collector) -> None:
    """Ids, times, outcome and the conventional names of a model call arrive as they were recorded."""
    export = OtlpExport(collector.address)
    with (
        Telemetry(world.folder, world.database, listeners=[export]) as telemetry,
        span("studio.ask", to=telemetry.receiver, project_id="P"),
    ):
        with span("model.call", provider="p", model="m", input_tokens=7, first_token_us=250_000) as call:
            call.set(mode="text")
        with pytest.raises(OSError, match="gone"), span("render.film"):
            raise OSError("gone")
    call_told, film, ask = collector.spans
    told = {each.key: each.value for each in call_told.attributes}
    assert collector.paths == ["/v1/traces"]
    assert (call_told.parent_span_id, call_told.trace_id) == (ask.span_id, ask.trace_id)
    assert told["gen_ai.operation.name"].string_value == "chat"
    assert told["gen_ai.usage.input_tokens"].int_value == 7
    assert told["gen_ai.response.time_to_first_chunk"].double_value == 0.25
    assert told["workbench.project.id"].string_value == "P"
    assert told["workbench.mode"].string_value == "text"
    assert (film.status.code, ask.status.code) == (2, 1)
    assert ask.start_time_unix_nano <= call_told.start_time_unix_nano
    assert (export.told, export.dropped, export.failed) == (3, 0, 0)
    assert recorded(world) == (3, 0, 0)


def test_a_collector_that_is_away_is_no_trouble(world: World) -> None:
    """What it does not hear is counted; the files have it all the same."""
    export = OtlpExport("http://127.0.0.1:9", timeout_seconds=0.2)
    with Telemetry(world.folder, world.database, listeners=[export]) as telemetry:
        with span("studio.ask", to=telemetry.receiver):
            pass
        telemetry.recorder.flush()
        assert telemetry.query("SELECT count(*) FROM events WHERE kind = 'span'").rows == ((1,),)
    assert (export.told, export.failed) == (0, 1)
    assert recorded(world) == (0, 0, 1)


@pytest.mark.slow
def test_the_command_line_tells_what_a_collector_was_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No collector, one that heard nothing yet, and one that is away: each is told as it is."""
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path))

    def told(*more: str) -> str:
        assert run(["telemetry", "state", *more]) == 0
        return capsys.readouterr().out

    assert "No OpenTelemetry collector is set" in told()
    assert json.loads(told("--json"))["export"] is None
    monkeypatch.setenv("WORKBENCH_TELEMETRY_OTLP", "http://127.0.0.1:9")
    assert "no span was sent or lost in the last 24 hours" in told()
    settings = Settings()
    with open_database(settings, SystemClock()) as database:
        export = OtlpExport("http://127.0.0.1:9", timeout_seconds=0.2)
        with Telemetry(settings.data / "telemetry", database, listeners=[export]) as telemetry:
            for _ in range(2):
                with span("studio.ask", to=telemetry.receiver):
                    pass
    assert "was sent 0 spans in the last 24 hours; 0 found no room, 2 failed." in told()
    assert json.loads(told("--json"))["export"] == {"sent": 0, "dropped": 0, "failed": 2}


def test_the_shipped_alert_tells_what_a_collector_did_not_get(world: World, tmp_path: Path) -> None:
    """It fires of what was lost in the last hour, is told apart from what was lost here, and ends with it."""
    with world.reading() as reading:
        watch = watch_of(Settings(data=tmp_path), world.database, reading)

        def told() -> dict[str, str]:
            return {each.rule: each.told for each in watch.look() if each.state == "firing"}

        assert told() == {}
        world.keep([counted("telemetry.exported", 1, 90)])
        world.keep([counted("telemetry.export_dropped", 1, 2), counted("telemetry.export_failed", 2, 3)])
        world.clock.advance(10)
        assert watch.reports()["telemetry_dropped"] == 0
        (rule, words), *more = told().items()
        assert (rule, more) == ("telemetry_export_lost", [])
        assert words.startswith("telemetry export lost 5 reported")
        assert "workbench telemetry state" in words
        world.clock.advance(3600)
        watch.look()
        world.clock.advance(120)
        watch.look()
        assert watch.book.open() == ()


@pytest.mark.slow
def test_the_doctor_tells_what_telemetry_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing lost is well, and no export is not spoken of; each loss is a warning with what to look at."""
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path))
    monkeypatch.setattr(doctor, "_ATTEMPTS", (("Telemetry", doctor._telemetry),))
    now = SystemClock().now().replace(tzinfo=None)

    def looks() -> dict[str, tuple[bool, str]]:
        assert run(["doctor", "--json"]) == 0
        found = json.loads(capsys.readouterr().out)["looks"]
        return {each["name"]: (each["ok"], each["seen"]) for each in found}

    def keep(name: str, number: int) -> None:
        row = counted(f"telemetry.{name}", 0, number, ts=now)
        with open_database(Settings(), SystemClock()) as database:
            listed = write_segment(tmp_path / "telemetry", table([row]), f"s-{name}", SystemClock().now())
            Manifest(database).add([listed])

    assert looks() == {"Telemetry": (True, "0 rows in the last 24 hours; no records found no room")}
    keep("exported", 90)
    assert looks()["Telemetry export"][0]
    keep("export_failed", 3)
    keep("dropped", 4)
    assert looks() == {
        "Telemetry": (False, "3 rows in the last 24 hours; 4 records found no room"),
        "Telemetry export": (
            False,
            "a collector was sent 90 spans in the last 24 hours; 0 found no room, 3 failed",
        ),
    }


def test_a_slow_collector_fills_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its queue is bounded; what finds no room is dropped and counted."""
    monkeypatch.setattr("workbench.telemetry.otlp.MOST_WAITING", 3)
    export = OtlpExport("http://127.0.0.1:9", timeout_seconds=0.1)
    monkeypatch.setattr(export, "_run", lambda: None)
    row = spanned("ask", 0, 5)
    missing = dict.fromkeys(
        ("parent_id", "project_id", "scene_id", "user_id", "error_type", "fingerprint", "provider", "model",
         "input_tokens", "cached_tokens", "output_tokens", "cost_usd", "first_token_us", "attributes")
    )  # fmt: skip
    export([{**missing, **row, "ts": 1_000_000}] * 10)
    assert export.dropped == 7
    export.close()
    assert export.counts() == {"exported": 0, "export_dropped": 10, "export_failed": 0}


def test_the_service_serves_them_to_operators(tmp_path: Path) -> None:
    """Prometheus needs a token of the scope operator; an author is refused, a stranger too."""
    from starlette.testclient import TestClient

    from workbench.service.app import create_app
    from workbench.store import Tokens
    from workbench.studio.workspace import Workspace

    with Workspace(Settings(data=tmp_path, workers=1)) as workspace:
        tokens = Tokens(workspace.database)
        operator, author = (
            tokens.create("t", user="local", scope=scope)[1] for scope in ("operator", "author")
        )
        with TestClient(create_app(workspace)) as client:
            asked = [
                client.get("/metrics", headers={"Authorization": f"Bearer {token}"} if token else {})
                for token in (operator, author, "")
            ]
            again = client.get("/metrics", headers={"Authorization": f"Bearer {operator}"})
    assert [answer.status_code for answer in asked] == [200, 403, 401]
    assert asked[0].headers["content-type"].startswith("text/plain")
    families = {family.name for family in text_string_to_metric_families(again.text)}
    assert {"workbench_operations", "workbench_jobs_waiting", "workbench_telemetry_files"} <= families
    assert 'operation="http.request"' in again.text
