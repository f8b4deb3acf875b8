"""Facts about what is kept: tables, retention, files; and where they are going."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
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
from workbench.telemetry.question import Period
from workbench.telemetry.reading import Reading
from workbench.telemetry.segments import EPOCH, Manifest

DAYS = 28


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
    """Something measured once a day, and the level at which it is full (None: it has none)."""

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
        """Return what grows, day by day, for the last four weeks."""
        today = period.until.astimezone(UTC).date()
        days = tuple(today - timedelta(days=DAYS - 1 - n) for n in range(DAYS))
        whole = [each for each in days if each < today]
        sizes, rows = self._telemetry(whole)
        kept = [Levels("Telemetry on disk", "bytes", *_grown(whole, sizes), self._room(sum(sizes.values())))]
        kept.append(Levels("Rows of telemetry", "rows", *_grown(whole, rows)))
        with self.database.read() as connection:
            kept += [
                Levels(f"Rows of {name}", "rows", *_grown(whole, _made(connection, name)))
                for name in ("revision", "message")
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

    def _telemetry(self, days: Sequence[date]) -> tuple[dict[date, float], dict[date, float]]:
        sizes: dict[date, float] = {}
        rows: dict[date, float] = {}
        for each in self.manifest.live("raw", sample=self.reading.sample):
            day = (EPOCH + timedelta(microseconds=each.first_us)).date()
            if days and day <= days[-1]:
                sizes[day] = sizes.get(day, 0.0) + each.bytes
                rows[day] = rows.get(day, 0.0) + each.rows
        return sizes, rows

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

    def _room(self, used: float) -> float:
        return used + float(shutil.disk_usage(self.folder).free)


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


def _made(connection: Connection, name: str) -> dict[date, float]:
    table = metadata.tables[name]
    day = func.date(table.c.created_at)
    found = connection.execute(select(day, func.count()).group_by(day)).all()
    return {date.fromisoformat(str(when)[:10]): float(number) for when, number in found if when}


def _grown(days: Sequence[date], added: Mapping[date, float]) -> tuple[tuple[date, ...], tuple[float, ...]]:
    """Return how much there was at the end of each day, from the first day that added anything."""
    if not added or not days:
        return (), ()
    shown = [day for day in days if day >= min(added)]
    return tuple(shown), tuple(sum(more for day, more in added.items() if day <= each) for each in shown)
