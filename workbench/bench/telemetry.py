"""Measures telemetry: what a span costs, how much four processes can keep, how fast a full folder answers."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import duckdb

from workbench.bench.machine import describe_machine
from workbench.spans import Record, attach, span
from workbench.store.database import Database
from workbench.telemetry.columns import COLUMNS
from workbench.telemetry.compactor import Compactor
from workbench.telemetry.question import Period
from workbench.telemetry.reading import Reading, quoted
from workbench.telemetry.rollup import rolled
from workbench.telemetry.segments import Manifest, Segment, SegmentKind, microseconds, place_of
from workbench.telemetry.spool import adopt_spool

SPANS = 100_000
WRITERS, WRITER_SPANS = 4, 20_000
DAYS = 30
ASKED = 7
_PAGE = ("operations", "latency", "traffic", "usage", "errors", "choices")
"""What one refresh of a dashboard's first page asks."""


@dataclass(frozen=True, slots=True)
class SpanCost:
    """Microseconds of one span around nothing: unwatched, and with its record put into a queue."""

    unwatched_us: float
    attached_us: float


@dataclass(frozen=True, slots=True)
class Ingest:
    """What several processes recorded at once, as fast as they could: kept and dropped, bytes a row."""

    processes: int
    spans: int
    kept: int
    dropped: int
    seconds: float
    kept_a_second: float
    bytes_a_row: float


@dataclass(frozen=True, slots=True)
class Refresh:
    """A folder of so many rows over 30 days: milliseconds of each question, medians, and of a whole page."""

    rows: int
    files: int
    bytes_a_row: float
    last_hour_ms: float
    last_day_ms: float
    whole_month_ms: float
    whole_month_of_rows_ms: float
    page_of_last_hour_ms: float
    page_of_last_day_ms: float


@dataclass(frozen=True, slots=True)
class TelemetryFigures:
    """Everything one run measured."""

    machine: dict[str, Any]
    span: SpanCost
    ingest: Ingest
    refresh: tuple[Refresh, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the figures as plain data."""
        return asdict(self)


def measure_telemetry(sizes: tuple[int, ...] = (1_000_000,)) -> TelemetryFigures:
    """Measure everything, in folders that are thrown away."""
    machine = describe_machine()
    return TelemetryFigures(machine, span_cost(), ingest(), tuple(refresh(size) for size in sizes))


def span_cost(number: int = SPANS) -> SpanCost:
    """Return what one span costs whoever works, the best of five rounds."""

    def rounds() -> float:
        seconds = []
        for _ in range(5):
            began = time.perf_counter()
            for _ in range(number // 5):
                with span("bench", project_id="P", frames=3):
                    pass
            seconds.append(time.perf_counter() - began)
        return min(seconds) / (number // 5) * 1e6

    unwatched = rounds()
    kept: deque[Record] = deque(maxlen=1000)
    stop = attach(kept.append)
    try:
        return SpanCost(round(unwatched, 3), round(rounds(), 3))
    finally:
        stop()


_WRITER = """
import sys, time
from pathlib import Path
import workbench.telemetry.parquet
from workbench.spans import span
from workbench.store.database import Database
from workbench.telemetry.room import Telemetry
folder, number = Path(sys.argv[1]), int(sys.argv[2])
with Database.open(folder / "workbench.db", power_safe=False) as database:
    with Telemetry(folder / "telemetry", database, flush_seconds=0.25, most_waiting=200_000) as telemetry:
        with span("warm", to=telemetry.receiver):
            pass
        telemetry.recorder.flush()
        print("ready", flush=True)
        sys.stdin.readline()
        for turn in range(number):
            with span("bench", to=telemetry.receiver, project_id="P", turn=turn):
                pass
    print(telemetry.state.written, telemetry.state.dropped, flush=True)
"""


def ingest(processes: int = WRITERS, spans: int = WRITER_SPANS) -> Ingest:
    """Let several processes record at once and count what is there when they have closed."""
    with tempfile.TemporaryDirectory(prefix="workbench-bench-") as place:
        folder = Path(place)
        with Database.open(folder / "workbench.db", power_safe=False) as database:
            writers = [_writer(folder, spans) for _ in range(processes)]
            for writer in writers:
                assert writer.stdout is not None
                writer.stdout.readline()
            began = time.perf_counter()
            told = [_ended(writer) for writer in writers]
            seconds = time.perf_counter() - began
            manifest = Manifest(database)
            adopt_spool(folder / "telemetry", manifest)
            live = manifest.live("raw")
            kept = sum(each.rows for each in live) - processes
            size = sum(each.bytes for each in live) / max(1, sum(each.rows for each in live))
    dropped = sum(lost for _, lost in told)
    return Ingest(
        processes, processes * spans, kept, dropped, round(seconds, 2), round(kept / seconds), round(size, 1)
    )


def _writer(folder: Path, spans: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _WRITER, str(folder), str(spans)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603 - us


def _ended(writer: subprocess.Popen[str]) -> tuple[int, int]:
    assert writer.stdin is not None
    with suppress(BrokenPipeError):
        writer.stdin.write("go\n")
        writer.stdin.flush()
    told, _ = writer.communicate()
    written, dropped = told.split()[-2:]
    return int(written), int(dropped)


def refresh(rows: int) -> Refresh:
    """Fill a folder with so many rows over 30 days, as the compactor would leave it, and ask."""
    with tempfile.TemporaryDirectory(prefix="workbench-bench-") as place:
        folder = Path(place) / "telemetry"
        with Database.open(Path(place) / "workbench.db", power_safe=False) as database:
            manifest = Manifest(database)
            now = datetime.now(UTC)
            _fill(folder, manifest, rows, now)
            Compactor(folder, manifest).run()
            live = manifest.live()
            with Reading(folder, manifest) as reading:
                month, day = Period.last(now, days=DAYS), Period.last(now, hours=24)
                hour = Period.last(now, hours=1)
                long = {"bucket_seconds": 3600}
                return Refresh(
                    rows,
                    len(live),
                    round(sum(each.bytes for each in live if each.kind == "raw") / rows, 1),
                    _asked(lambda: reading.ask("latency", hour, bucket_seconds=60)),
                    _asked(lambda: reading.ask("latency", day, bucket_seconds=300)),
                    _asked(lambda: reading.ask("latency", month, **long)),
                    _asked(lambda: reading.query(_ROWS_OF_A_MONTH, month)),
                    _asked(lambda: [reading.ask(name, hour) for name in _PAGE]),
                    _asked(lambda: [reading.ask(name, day) for name in _PAGE]),
                )


_ROWS_OF_A_MONTH = """\
SELECT time_bucket(INTERVAL 1 HOUR, ts) AS time, count(*), quantile_cont(duration_us, [0.5, 0.95, 0.99])
FROM events WHERE kind = 'span' AND outcome = 'ok' GROUP BY time"""


def _asked(question: Callable[[], object]) -> float:
    seconds = []
    for _ in range(ASKED):
        began = time.perf_counter()
        question()
        seconds.append(time.perf_counter() - began)
    return round(median(seconds) * 1000, 1)


def _fill(folder: Path, manifest: Manifest, rows: int, now: datetime) -> None:
    """Write each day's rows and hours: thirty operations, four models, two percent errors."""
    database = duckdb.connect()
    each, made = rows // DAYS, []
    for day in range(DAYS):
        first = now - timedelta(days=DAYS - day)
        bucket = first.replace(hour=0, minute=0, second=0, microsecond=0)
        sql = _MADE.format(rows=each, first=microseconds(first), step=86_400_000_000 // each, seed=day)
        source = f"({sql}) AS made"
        kinds: tuple[tuple[SegmentKind, str], ...] = (
            ("raw", f"SELECT {', '.join(COLUMNS)} FROM {source} ORDER BY ts"),  # noqa: S608 - ours
            ("rollup", rolled(source)),
        )
        database.execute(f"SELECT setseed({day / DAYS})").fetchall()
        for kind, query in kinds:
            path = place_of(kind, bucket, f"{'m' if kind == 'raw' else 'r'}-{day:02d}")
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            written = f"COPY ({query}) TO {quoted(target)} (FORMAT parquet, COMPRESSION zstd)"
            number = database.execute(written).fetchall()[0][0]
            size, start = target.stat().st_size, microseconds(first)
            last = start + 86_400_000_000
            made.append(
                Segment(target.stem, kind, 20, bucket, path, number, size, start, last, created_at=now)
            )
    manifest.add(made)
    database.close()


_MADE = """\
SELECT make_timestamp({first} + i * {step}) AS ts, 'span' AS kind,
  CASE WHEN i % 10 = 0 THEN 'model.call' ELSE 'operation.' || (hash(i + {seed}) % 29) END AS name,
  lpad(hex(hash(i // 8, {seed})), 32, '0') AS trace_id, lpad(hex(hash(i, 1, {seed})), 16, '0') AS span_id,
  lpad(hex(hash(i // 4, 2)), 16, '0') AS parent_id, 'project' || (hash(i, 3) % 40) AS project_id,
  'scene' || (hash(i, 4) % 400) AS scene_id, 'user' || (hash(i, 5) % 20) AS user_id, 'host:1' AS process,
  (exp(8 + 2.5 * (random() + random() + random() - 1.5)))::BIGINT AS duration_us, NULL::DOUBLE AS value,
  CASE WHEN hash(i, 6) % 50 = 0 THEN 'error' ELSE 'ok' END AS outcome,
  CASE WHEN hash(i, 6) % 50 = 0 THEN 'RenderFailed' END AS error_type,
  CASE WHEN hash(i, 6) % 50 = 0 THEN 'f' || (hash(i, 7) % 12) END AS fingerprint,
  CASE WHEN i % 10 = 0 THEN 'server' END AS provider,
  CASE WHEN i % 10 = 0 THEN 'model' || (i // 10 % 4) END AS model,
  CASE WHEN i % 10 = 0 THEN (hash(i, 8) % 4000)::BIGINT END AS input_tokens, NULL::BIGINT AS cached_tokens,
  CASE WHEN i % 10 = 0 THEN (hash(i, 9) % 900)::BIGINT END AS output_tokens,
  CASE WHEN i % 10 = 0 THEN random() / 100 END AS cost_usd, NULL::BIGINT AS first_token_us,
  '{{"step":"edit_scene","done":true,"repairs":0}}' AS attributes, false AS sample
FROM range({rows}) AS numbers(i)"""
