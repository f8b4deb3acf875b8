"""Where the sample lives: a folder with a database of its own, filled once, then kept alive while watched."""

from __future__ import annotations

import json
import shutil
import threading
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from types import TracebackType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy.exc import SQLAlchemyError

from workbench.clock import Clock, SystemClock
from workbench.errors import WorkbenchError
from workbench.store.database import Database
from workbench.telemetry.alert_book import AlertBook
from workbench.telemetry.levels import FILES_BYTES, RAW_ROWS
from workbench.telemetry.parquet import write_segment
from workbench.telemetry.reading import Reading
from workbench.telemetry.replay import replay
from workbench.telemetry.rules import read_rules
from workbench.telemetry.sample import DAYS, TAKES_A_DAY, Sample, live_table, sample_tables
from workbench.telemetry.sample_rows import Rows
from workbench.telemetry.sample_trials import sample_drill
from workbench.telemetry.segments import EPOCH, Manifest, Segment
from workbench.telemetry.witness import read_spans

MADE_ANEW_AFTER = timedelta(hours=12)
"""A sample whose last row is older than this is made anew, so that its days end today."""
WATCHED = timedelta(days=3)
"""How far back the sample has alerts."""
DRILL_AGO = timedelta(hours=13)
"""How long ago the sample's last drill was."""

_GRACE_SECONDS = 60.0
_DAY_US = 86_400_000_000


class SampleHome:
    """The sample below a folder that holds nothing else; a context manager, harmless to close twice."""

    def __init__(
        self,
        folder: Path,
        *,
        clock: Clock | None = None,
        days: int = DAYS,
        takes_a_day: int = TAKES_A_DAY,
        seed: int = 0,
    ) -> None:
        self.folder = folder
        self.clock = clock or SystemClock()
        self._sample = Sample(self.clock.now(), days, takes_a_day, seed)
        self._lock = threading.Lock()
        self._live: Segment | None = None
        self._rows: pa.Table | None = None
        self._old: list[tuple[float, Segment]] = []
        self._fresh = False
        self.database = self._opened()
        self.manifest = Manifest(self.database)
        self.reading = Reading(folder / "telemetry", self.manifest, sample=True)
        if self._fresh:
            self._remember_alerts()

    def _opened(self) -> Database:
        """Open the database, and fill it unless what is there is of today."""
        with suppress(OSError, WorkbenchError, SQLAlchemyError):  # a sample of another version is made anew
            database = Database.open(self.folder / "sample.db", clock=self.clock, power_safe=False)
            if self._last(database) > self.clock.now() - MADE_ANEW_AFTER:
                return database
            database.close()
        self._fresh = True
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        database = Database.open(self.folder / "sample.db", clock=self.clock, power_safe=False)
        for number, rows in enumerate(sample_tables(self._sample)):
            self._write(database, _until(rows, self._sample.until), f"s-sample-{number:04d}")
        self._write(database, self._levels(database), "s-sample-levels")
        self._remember_drill()
        return database

    def _levels(self, database: Database) -> pa.Table:
        """Return how much there was at the end of each whole day, as who tidies up would have told it."""
        rows, size, number = Rows(), 0.0, 0.0
        days = sorted(Manifest(database).live(sample=True), key=lambda each: each.first_us)
        for day, later in pairwise(days):
            size, number = size + day.bytes, number + day.rows
            end = np.array([later.first_us // _DAY_US * 86_400.0 - 60])
            rows.counts(FILES_BYTES, end, size)
            rows.counts(RAW_ROWS, end, number)
        return rows.table()

    def tick(self) -> int:
        """Add what happened since the last row and return how many rows that were."""
        with self._lock:
            last, now = self._last(self.database), self.clock.now()
            fresh = live_table(self._sample, last + timedelta(microseconds=1), now)
            fresh = _until(fresh, now)
            if fresh.num_rows:
                self._rows = fresh if self._rows is None else pa.concat_tables([self._rows, fresh])
                self._replace(now)
            return int(fresh.num_rows)

    def _replace(self, now: datetime) -> None:
        """Write the rows since the start as one file in the place of the last, which goes a minute later."""
        written = write_segment(
            self.folder / "telemetry", self._rows, f"s-live-{self.database.new_id()}", now
        )
        with self.database.write() as connection:
            self.manifest.replace(connection, [self._live] if self._live else [], [written], now)
        if self._live:
            self._old.append((now.timestamp(), self._live))
        self._live = written
        gone = [each for at, each in self._old if at < now.timestamp() - _GRACE_SECONDS]
        self._old = [(at, each) for at, each in self._old if each not in gone]
        for segment in gone:
            (self.folder / "telemetry" / segment.path).unlink(missing_ok=True)
        self.manifest.forget(gone)

    def _remember_alerts(self) -> None:
        """Keep what the shipped rules would have raised in the last days, so that there is a past."""
        rules, until = read_rules(), self._sample.until
        begin = max(until - WATCHED, self._sample.since + timedelta(days=1))
        longest = max(rule.window_seconds for rule in rules)
        if begin < until:
            seen = read_spans(self.reading, begin.timestamp() - longest, until.timestamp())
            AlertBook(self.database).remember(replay(rules, seen, begin, until, step_seconds=60))

    def _remember_drill(self) -> None:
        """Keep a drill of the last night, where `workbench drill` keeps its own."""
        (self.folder / "stress").mkdir()
        kept = sample_drill(self._sample.until.timestamp() - DRILL_AGO.total_seconds())
        (self.folder / "stress" / "drill.json").write_text(json.dumps(kept), encoding="utf-8")

    def _write(self, database: Database, rows: pa.Table, name: str) -> None:
        if rows.num_rows:
            Manifest(database).add([write_segment(self.folder / "telemetry", rows, name, self.clock.now())])

    def _last(self, database: Database) -> datetime:
        last = max((each.last_us for each in Manifest(database).live(sample=True)), default=0)
        return EPOCH + timedelta(microseconds=last)

    def close(self) -> None:
        """Give the memory and the files back."""
        self.reading.close()
        self.database.close()

    def __enter__(self) -> SampleHome:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _until(rows: pa.Table, now: datetime) -> pa.Table:
    """Return the rows that have happened."""
    return rows.filter(pc.less(rows["ts"], pa.scalar(now.replace(tzinfo=None), pa.timestamp("us"))))
