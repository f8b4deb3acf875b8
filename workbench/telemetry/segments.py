"""The files of telemetry and the list of them.

A file is written under another name first, so one that has its name is whole; then it gets a row in the
store. Readers take the files of the rows and look at nothing else, so neither a torn file nor one that is
being replaced can spoil an answer.

    raw     rows as they were recorded, `s-…` as a process wrote it, `m-…` several of those merged
    rollup  hours of rows summed up, `r-…`
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, RowMapping, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from workbench.store.database import Database
from workbench.store.rows_telemetry import telemetry_segment
from workbench.telemetry.columns import VERSION

SegmentKind = Literal["raw", "rollup"]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TORN = ".tmp"


@dataclass(frozen=True, slots=True)
class Segment:
    """A file of rows; `first_us` and `last_us` are UTC microseconds, `level` how often it was merged."""

    id: str
    kind: SegmentKind
    level: int
    bucket: datetime
    path: str
    rows: int
    bytes: int
    first_us: int
    last_us: int
    sample: bool = False
    version: int = VERSION
    created_at: datetime = EPOCH
    retired_at: datetime | None = None


_FIELDS = tuple(Segment.__dataclass_fields__)


def hour_of(moment: datetime) -> datetime:
    """Return the beginning of the hour in UTC."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def microseconds(moment: datetime) -> int:
    """Return a moment as UTC microseconds since 1970."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def place_of(kind: SegmentKind, bucket: datetime, name: str) -> str:
    """Return where a file lies below the telemetry folder: a folder for each day."""
    return f"{kind}/{bucket:%Y-%m-%d}/{name}.parquet"


class Manifest:
    """The list of files, in the store; every process that has the database sees the same one."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def add(self, segments: Iterable[Segment]) -> None:
        """List files; one that is listed stays as it is."""
        with self.database.write() as connection:
            self.insert(connection, segments)

    def insert(self, connection: Connection, segments: Iterable[Segment]) -> None:
        """List files in the caller's transaction."""
        rows = [{name: getattr(segment, name) for name in _FIELDS} for segment in segments]
        if rows:
            dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
            statement = dialect.insert(telemetry_segment).on_conflict_do_nothing(index_elements=["id"])
            connection.execute(statement, rows)

    def live(
        self,
        kind: SegmentKind | None = None,
        *,
        since_us: int | None = None,
        until_us: int | None = None,
        sample: bool | None = None,
    ) -> tuple[Segment, ...]:
        """Return the files to read, those with rows of that time; all of them from one moment."""
        listed = telemetry_segment.c
        query = select(telemetry_segment).where(listed.retired_at.is_(None))
        if kind:
            query = query.where(listed.kind == kind)
        if since_us is not None:
            query = query.where(listed.last_us >= since_us)
        if until_us is not None:
            query = query.where(listed.first_us < until_us)
        if sample is not None:
            query = query.where(listed.sample == sample)
        with self.database.read() as connection:
            return tuple(_segment(each) for each in connection.execute(query.order_by(listed.id)).mappings())

    def retired(self, before: datetime) -> tuple[Segment, ...]:
        """Return the files that were replaced or grew too old before that moment and may go."""
        query = select(telemetry_segment).where(telemetry_segment.c.retired_at < before)
        with self.database.read() as connection:
            return tuple(_segment(each) for each in connection.execute(query).mappings())

    def names(self) -> frozenset[str]:
        """Return the ids of all files in the list, the retired ones too."""
        with self.database.read() as connection:
            return frozenset(connection.scalars(select(telemetry_segment.c.id)))

    def replace(
        self, connection: Connection, old: Sequence[Segment], new: Iterable[Segment], at: datetime
    ) -> None:
        """Retire files and list those that stand for them, in the caller's transaction."""
        self.insert(connection, new)
        self.retire(connection, old, at)

    def retire(self, connection: Connection, old: Iterable[Segment], at: datetime) -> None:
        """Take files out of what is read; they stay on disk until they are forgotten."""
        for segment in old:
            mine = telemetry_segment.c.id == segment.id
            connection.execute(update(telemetry_segment).where(mine).values(retired_at=at))

    def forget(self, gone: Iterable[Segment]) -> None:
        """Take files out of the list that are no longer on disk."""
        with self.database.write() as connection:
            for segment in gone:
                connection.execute(delete(telemetry_segment).where(telemetry_segment.c.id == segment.id))


def _segment(found: RowMapping) -> Segment:
    return Segment(**{name: found[name] for name in _FIELDS})
