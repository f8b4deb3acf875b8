"""What Prometheus scrapes: counters and histograms of everything that is recorded in the data folder.

The figures come from named questions, as everybody's do, so they are those of the whole workbench and not of
the process that is asked. They count from the moment this process began to serve them; beginning anew is a
counter's reset, which Prometheus knows how to read. Labels have few values: operations, outcomes, models.

What ended more than `SETTLED` ago is summed up once; each scrape asks for the rest alone. A record that
arrives later than that is in the report and on the dashboard, and not here.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from workbench.telemetry.question import Answer, Period
from workbench.telemetry.questions.scraped import BOUNDS_SECONDS, BUCKETS, SCRAPED
from workbench.telemetry.room import Telemetry

SETTLED = timedelta(seconds=120)
CONTENT_TYPE = CONTENT_TYPE_LATEST
_TOKEN_KINDS = ("input", "cached", "output")
_Key = tuple[str, ...]


class Metrics(Collector):
    """Answers scrapes of one data folder; safe for several at once."""

    def __init__(self, telemetry: Telemetry, since: datetime | None = None) -> None:
        self._telemetry = telemetry
        self._settled_until = since or telemetry.reading().now()
        self._sums: Counter[_Key] = Counter()
        self._lasts: dict[str, float] = {}
        self._lock = threading.Lock()
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(self)

    def text(self) -> bytes:
        """Return the metrics in Prometheus' text format."""
        return generate_latest(self._registry)

    def describe(self) -> Iterable[Metric]:
        """Return nothing ahead: the names are those that are collected."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Yield every metric family with its samples."""
        with self._lock:
            sums, lasts = self._now()
        yield from _operations(sums)
        yield from _models(sums)
        yield from _counts(sums, lasts)
        yield from self._files()

    def _now(self) -> tuple[Counter[_Key], dict[str, float]]:
        now = self._telemetry.reading().now()
        if now - SETTLED > self._settled_until:
            until = now - SETTLED
            self._add(self._sums, self._lasts, Period(self._settled_until, until))
            self._settled_until = until
        sums, lasts = Counter(self._sums), dict(self._lasts)
        self._add(sums, lasts, Period(self._settled_until, now + timedelta(seconds=1)))
        return sums, lasts

    def _add(self, sums: Counter[_Key], lasts: dict[str, float], period: Period) -> None:
        spans, errors, models, counts = (self._ask(question.name, period) for question in SCRAPED)
        for row in spans.dicts():
            sums["spans", row["name"], row["outcome"]] += row["spans"]
            if row["outcome"] == "ok":
                sums["bucket", row["name"], str(row["bucket"])] += row["spans"]
                sums["seconds", row["name"]] += row["seconds"]
        for row in errors.dicts():
            sums["errors", row["name"], row["error_type"]] += row["times"]
        for row in models.dicts():
            named = (row["provider"], row["model"])
            sums["calls", *named, row["outcome"]] += row["calls"]
            sums["cost", *named] += row["cost_usd"]
            sums["unpriced", *named] += row["unpriced"]
            for kind in _TOKEN_KINDS:
                sums["tokens", *named, kind] += row[f"{kind}_tokens"]
        for row in counts.dicts():
            sums["counted", row["name"]] += row["total"] or 0
            lasts[row["name"]] = row["last"] or 0

    def _ask(self, question: str, period: Period) -> Answer:
        return self._telemetry.ask(question, period)

    def _files(self) -> Iterator[Metric]:
        live = self._telemetry.manifest.live(sample=False)
        files = GaugeMetricFamily("workbench_telemetry_files", "Files that hold telemetry.", labels=["kind"])
        size = GaugeMetricFamily("workbench_telemetry_bytes", "Their size.", labels=["kind"])
        for kind in ("raw", "rollup"):
            of_kind = [each for each in live if each.kind == kind]
            files.add_metric([kind], len(of_kind))
            size.add_metric([kind], sum(each.bytes for each in of_kind))
        yield files
        yield size


def _operations(sums: Counter[_Key]) -> Iterator[Metric]:
    yield _counter(sums, "spans", "workbench_operations", "Operations that ended.", ["operation", "outcome"])
    yield _counter(
        sums, "errors", "workbench_errors", "Errors, where they happened first.", ["operation", "error_type"]
    )
    durations = HistogramMetricFamily(
        "workbench_operation_duration_seconds", "How long good operations took.", labels=["operation"]
    )
    for name in sorted({key[1] for key in sums if key[0] == "bucket"}):
        upto = accumulate(sums["bucket", name, str(place)] for place in range(BUCKETS + 1))
        bounds = [*(f"{bound:.6g}" for bound in BOUNDS_SECONDS), "+Inf"]
        durations.add_metric([name], list(zip(bounds, upto, strict=True)), sums["seconds", name])
    yield durations


def _models(sums: Counter[_Key]) -> Iterator[Metric]:
    named = ["provider", "model"]
    yield _counter(sums, "calls", "workbench_model_calls", "Calls of models.", [*named, "outcome"])
    yield _counter(sums, "tokens", "workbench_model_tokens", "Tokens that were used.", [*named, "kind"])
    yield _counter(sums, "cost", "workbench_model_cost_usd", "US dollars, of calls with a price.", named)
    yield _counter(sums, "unpriced", "workbench_model_unpriced_calls", "Calls without a price.", named)


def _counts(sums: Counter[_Key], lasts: dict[str, float]) -> Iterator[Metric]:
    caches = CounterMetricFamily(
        "workbench_cache_requests", "What caches were asked for.", labels=["cache", "result"]
    )
    for _, name in sorted(key for key in sums if key[0] == "counted"):
        cache, _, result = name.rpartition(".")
        if result in ("hit", "miss"):
            caches.add_metric([cache, result], sums["counted", name])
    yield caches
    dropped = CounterMetricFamily("workbench_telemetry_dropped", "Records that found no room.")
    dropped.add_metric([], sums["counted", "telemetry.dropped"])
    yield dropped
    sent = CounterMetricFamily("workbench_telemetry_exported", "Spans an OpenTelemetry collector took.")
    sent.add_metric([], sums["counted", "telemetry.exported"])
    yield sent
    lost = CounterMetricFamily(
        "workbench_telemetry_export_lost", "Spans that a collector did not get.", labels=["why"]
    )
    for why, name in (("no room", "export_dropped"), ("failed", "export_failed")):
        lost.add_metric([why], sums["counted", f"telemetry.{name}"])
    yield lost
    waiting = GaugeMetricFamily("workbench_jobs_waiting", "Jobs that waited when a worker looked last.")
    waiting.add_metric([], lasts.get("jobs.waiting", 0))
    yield waiting


def _counter(sums: Counter[_Key], what: str, name: str, about: str, labels: list[str]) -> Metric:
    family: Any = CounterMetricFamily(name, about, labels=labels)
    for key in sorted(key for key in sums if key[0] == what):
        family.add_metric([*key[1:]], sums[key])
    found: Metric = family
    return found
