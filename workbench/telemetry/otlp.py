"""Telling an OpenTelemetry collector of the same spans, when an address is set.

It hears what the recorder writes, in batches, from a queue of its own that drops and counts when the
collector is slow or away. Nothing waits for it: neither the work nor the files. What became of the spans is
recorded with everything else, so that whoever asks can see it.
"""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExportResult
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags

from workbench.telemetry.conventions import (
    ATTRIBUTES,
    CHAT,
    FIRST_TOKEN_SECONDS,
    GENAI_CONVENTIONS,
    MODEL_CALL,
    OPERATION_NAME,
    OWN,
)

MOST_WAITING = 5_000
MOST_AT_ONCE = 512
TIMEOUT_SECONDS = 5.0
_SCOPE = InstrumentationScope("workbench", schema_url="")


class OtlpExport:
    """A listener of the recorder that tells a collector at `address`, such as http://localhost:4318."""

    def __init__(self, address: str, *, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        place = address.rstrip("/")
        self._exporter = OTLPSpanExporter(
            endpoint=place if place.endswith("/v1/traces") else f"{place}/v1/traces", timeout=timeout_seconds
        )
        self._resource = Resource.create(
            {"service.name": "workbench", "workbench.genai_conventions": GENAI_CONVENTIONS}
        )
        self._waiting: queue.Queue[ReadableSpan | None] = queue.Queue(MOST_WAITING)
        self._thread: threading.Thread | None = None
        self._closed = False
        self.told = self.dropped = self.failed = 0

    def __call__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Take rows; spans are told, counts are not."""
        if self._closed:
            self.dropped += sum(row["kind"] == "span" for row in rows)
            return
        for row in rows:
            if row["kind"] == "span" and row["span_id"]:
                try:
                    self._waiting.put_nowait(self._span(row))
                except queue.Full:
                    self.dropped += 1
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="otlp", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Tell what waits, for as long as one request may take, and stop; what is left then is dropped."""
        if self._closed:
            return
        self._closed = True
        if self._thread is not None:
            with suppress(queue.Full):
                self._waiting.put_nowait(None)
            self._thread.join(TIMEOUT_SECONDS)
            with suppress(queue.Empty):
                while True:
                    self.dropped += self._waiting.get_nowait() is not None
            self._waiting.put_nowait(None)
        self._exporter.shutdown()  # type: ignore[no-untyped-call]

    def counts(self) -> Mapping[str, int]:
        """Return how many spans the collector took, found no room on the way, were refused or not heard."""
        return {"exported": self.told, "export_dropped": self.dropped, "export_failed": self.failed}

    def _run(self) -> None:
        going = True
        while going:
            batch = [self._waiting.get()]
            with suppress(queue.Empty):
                while len(batch) < MOST_AT_ONCE:
                    batch.append(self._waiting.get_nowait())
            going = None not in batch
            self._tell([each for each in batch if each is not None])

    def _tell(self, batch: Sequence[ReadableSpan]) -> None:
        try:
            answer = self._exporter.export(batch) if batch else SpanExportResult.SUCCESS
        except Exception:  # noqa: BLE001 - a collector that is away is no trouble of ours
            answer = SpanExportResult.FAILURE
        if answer is SpanExportResult.SUCCESS:
            self.told += len(batch)
        else:
            self.failed += len(batch)

    def _span(self, row: Mapping[str, Any]) -> ReadableSpan:
        trace, ended = int(row["trace_id"], 16), int(row["ts"]) * 1000
        parent = int(row["parent_id"], 16) if row["parent_id"] else None
        outcome = {"ok": StatusCode.OK, "error": StatusCode.ERROR}.get(row["outcome"], StatusCode.UNSET)
        return ReadableSpan(
            row["name"],
            context=_context(trace, int(row["span_id"], 16)),
            parent=_context(trace, parent) if parent else None,
            resource=self._resource,
            instrumentation_scope=_SCOPE,
            kind=SpanKind.CLIENT if row["name"] == MODEL_CALL else SpanKind.INTERNAL,
            attributes=dict(_attributes(row)),
            status=Status(outcome),
            start_time=ended - (row["duration_us"] or 0) * 1000,
            end_time=ended,
        )


def _context(trace: int, span: int) -> SpanContext:
    return SpanContext(trace, span, is_remote=False, trace_flags=TraceFlags(TraceFlags.SAMPLED))


def _attributes(row: Mapping[str, Any]) -> Iterator[tuple[str, str | int | float | bool]]:
    if row["name"] == MODEL_CALL:
        yield OPERATION_NAME, CHAT
    for column, name in ATTRIBUTES.items():
        if row[column] is not None:
            yield name, row[column]
    if row["first_token_us"] is not None:
        yield FIRST_TOKEN_SECONDS, row["first_token_us"] / 1e6
    for name, value in json.loads(row["attributes"] or "{}").items():
        if value is not None:
            plain = value if isinstance(value, str | int | float | bool) else json.dumps(value)
            yield f"{OWN}{name}", plain
