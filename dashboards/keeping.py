"""Facts about what is kept: tables, retention, files; and where they are going."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, func, select

from dashboards.table_sizes import How, database_bytes, table_sizes
from workbench.lifecycle.policy import Policy
from workbench.lifecycle.state import State, look
from workbench.store.blobs import Blobs
from workbench.store.database import Database
from workbench.store.guard.census import count_rows
from workbench.store.rows import metadata
from workbench.studio.chores import chores
from workbench.studio.lifecycle_settings import LifecycleSettings
from workbench.telemetry.levels import BY_DAY, FILES_BYTES, RAW_ROWS, TABLES, levels_now
from workbench.telemetry.question import Period
from workbench.telemetry.reading import Reading
from workbench.telemetry.segments import Manifest

DAYS = 28
FILES = "Files of telemetry"
_LOOKED = timedelta(days=DAYS)
_NAMES = {
    FILES_BYTES: FILES,
    RAW_ROWS: "Rows of telemetry",
    **{name: f"Rows of {table}" for name, table in TABLES.items()},
}


@dataclass(frozen=True, slots=True)
class TableFacts:
    """A table: its rows, the moments of its oldest and newest, and how long its rule keeps rows."""

    name: str
    rows: int
    oldest: datetime | None
    newest: datetime | None
    keep_days: float | None
    bytes: int | None
    """With indexes; None where nothing can tell. `Kept.bytes_are` says whether it was measured."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept, and how retention stands."""

    tables: tuple[TableFacts, ...]
    bytes_are: How
    database_bytes: int | None
    telemetry_bytes: int
    telemetry_rows: int
    free_bytes: int
    policy: Policy
    state: State
    next_runs: tuple[tuple[str, datetime], ...]
    """What `workbench serve` does next and when; empty when it is not to do it."""


@dataclass(frozen=True, slots=True)
class Levels:
    """Something as it was measured on some days, and the level at which it is full (None: not known)."""

    name: str
    unit: str
    days: tuple[date, ...]
    levels: tuple[float, ...]
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class Keeping:
    """Reads these facts; everything it needs is handed in."""

    database: Database
    blobs: Blobs
    policy: Policy
    manifest: Manifest
    reading: Reading
    folder: Path
    lifecycle: LifecycleSettings
    stored: bool = False
    """Whether telemetry's files lie in object storage, so that the disk here tells nothing of their room."""

    def kept(self, _: Period) -> Kept:
        """Look at every table once, and at the books of retention."""
        keep = {rule.table: rule.keep_days for rule in self.policy.rules}
        with self.database.read() as connection:
            rows = count_rows(connection)
        sizes = table_sizes(self.database, rows)
        with self.database.read() as connection:
            tables = tuple(
                _table(connection, name, number, keep.get(name), sizes.bytes.get(name))
                for name, number in sorted(rows.items())
            )
        now = self.database.now()
        wanted = chores(self.lifecycle) if self.lifecycle.scheduled else ()
        live = self.manifest.live(sample=self.reading.sample)
        return Kept(
            tables,
            sizes.how,
            database_bytes(self.database),
            sum(each.bytes for each in live),
            sum(each.rows for each in live if each.kind == "raw"),
            shutil.disk_usage(self.folder).free,
            self.policy,
            look(self.database, self.policy, self.blobs),
            tuple((each.kind, each.next(now)) for each in wanted),
        )

    def levels(self, period: Period) -> tuple[Levels, ...]:
        """Return what grows: as it was measured on days of the last four weeks, and as it is now."""
        today = period.until.astimezone(UTC).date()
        first = today - timedelta(days=DAYS - 1)
        told: dict[str, dict[date, float]] = {}
        for name, day, level in self.reading.query(BY_DAY, Period(period.until - _LOOKED, period.until)).rows:
            if first <= day < today:
                told.setdefault(name, {})[day] = float(level)
        now = levels_now(self.manifest, sample=self.reading.sample)
        kept = [
            self._levels(name, {**told.get(name, {}), today: level})
            for name, level in now.items()
            if level or name in told
        ]
        kept.append(Levels("Cost a day", "USD", *self._costs(period.until)))
        return tuple(each for each in kept if each.days)

    def loads(self, _: Period) -> tuple[tuple[float, float], ...]:
        """Return (users, throughput a second) of four weeks, for each stage of the knee runs that passed.

        People who pause between requests tell nothing of the law's curve, nor do runs that did not pass.
        """
        until = self.database.now()
        period = Period(until - timedelta(days=DAYS), until)
        found = self.reading.query(_LOADS, period)
        return tuple((float(users), float(done)) for users, done in found.rows if users and done)

    def _costs(self, until: datetime) -> tuple[tuple[date, ...], tuple[float, ...]]:
        answer = self.reading.ask(
            "spending", Period(until - timedelta(days=DAYS), until), bucket_seconds=86_400
        )
        by_day: dict[date, float] = {}
        for row in answer.dicts():
            if row["cost_usd"] is not None and row["time"].date() < until.astimezone(UTC).date():
                by_day[row["time"].date()] = by_day.get(row["time"].date(), 0.0) + row["cost_usd"]
        days = tuple(sorted(by_day))
        return days, tuple(by_day[day] for day in days)

    def _levels(self, name: str, by_day: Mapping[date, float]) -> Levels:
        """Return a level's days in their order; of files on this disk, what there is room for, too."""
        days = tuple(sorted(by_day))
        levels = tuple(by_day[day] for day in days)
        if name != FILES_BYTES:
            return Levels(_NAMES[name], "rows", days, levels)
        room = None if self.stored else levels[-1] + float(shutil.disk_usage(self.folder).free)
        return Levels(FILES, "bytes", days, levels, room)


_LOADS = """\
SELECT json_extract_string(attributes, '$.users')::DOUBLE AS users,
  json_extract_string(attributes, '$.throughput')::DOUBLE AS throughput
FROM events WHERE kind = 'span' AND name = 'stress.stage'
  AND trace_id IN (SELECT trace_id FROM events WHERE kind = 'span' AND name = 'stress.run'
    AND json_extract_string(attributes, '$.preset') = 'knee'
    AND json_extract_string(attributes, '$.verdict') = 'PASS')
  AND json_extract_string(attributes, '$.throughput') IS NOT NULL"""


def _table(
    connection: Connection, name: str, rows: int, keep_days: float | None, size: int | None
) -> TableFacts:
    table = metadata.tables.get(name)
    if table is None or "created_at" not in table.c or not rows:
        return TableFacts(name, rows, None, None, keep_days, size)
    first, last = connection.execute(select(func.min(table.c.created_at), func.max(table.c.created_at))).one()
    return TableFacts(name, rows, first, last, keep_days, size)
