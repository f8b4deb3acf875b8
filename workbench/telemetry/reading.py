"""Asking: an in-memory DuckDB over the files that the list names.

Nothing is shared between processes but files, so readers never wait for writers nor the other way round. The
database may read below the telemetry folder and nowhere else, loads no extension, and runs SELECT alone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import duckdb

from workbench.errors import InputError, NotFound, WorkbenchError
from workbench.telemetry.columns import COLUMNS, VERSION
from workbench.telemetry.damage import Damaged, NotNow, is_torn, look_at
from workbench.telemetry.depot import Depot
from workbench.telemetry.question import Answer, Period, Question, Value
from workbench.telemetry.questions import QUESTIONS
from workbench.telemetry.rollup import RELATIVE_ERROR, rolled
from workbench.telemetry.segments import Manifest, Segment, microseconds
from workbench.telemetry.spool import adopt_spool
from workbench.telemetry.texts import texts

LONG = timedelta(hours=25)
"""Periods longer than this are answered from hours where the question can be."""

MERGED_HOUR = 10
"""Raw files of this level and above have their hours in the rollup."""

_NAMED = 3
_ABOUT_THE_SQL = (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException)
_SQL_TYPES = {
    "moment": "TIMESTAMP",
    "text": "VARCHAR",
    "whole": "BIGINT",
    "number": "DOUBLE",
    "truth": "BOOLEAN",
}


@dataclass(frozen=True, slots=True)
class _Sources:
    """The files of one answer."""

    raw: tuple[Segment, ...]
    rollups: tuple[Segment, ...] = ()

    @property
    def every(self) -> tuple[Segment, ...]:
        return (*self.raw, *self.rollups)

    def without(self, ids: Collection[str]) -> _Sources:
        """Return the others."""
        parts = (tuple(each for each in part if each.id not in ids) for part in (self.raw, self.rollups))
        return _Sources(*parts) if ids else self


class Reading:
    """Answers questions about the telemetry below a folder; a context manager, safe for several threads.

    `sample` reads the sample data instead of what really happened: the two never meet in one answer.
    """

    def __init__(
        self,
        folder: Path,
        manifest: Manifest,
        *,
        sample: bool = False,
        before: Callable[[], object] | None = None,
        threads: int = 2,
        depot: Depot | None = None,
    ) -> None:
        self.folder = folder.absolute()
        self.sample = sample
        self._manifest = manifest
        self._before = before
        self._depot = depot
        self._damaged = Damaged(self.folder)
        self._lock = threading.Lock()
        self._database = connect(self.folder, threads)

    def ask(self, question: Question | str, period: Period | None = None, **given: Value) -> Answer:
        """Answer a question, by default about the last 24 hours; see `workbench.telemetry.questions`."""
        asked = found(question) if isinstance(question, str) else question
        time = period or Period.last(now=self.now(), hours=24)
        hours = asked.long_sql is not None and time.seconds > LONG.total_seconds()
        moments = {"since": time.since, "until": time.until}
        own = {each.name for each in asked.parameters}
        values = asked.values({**{k: v for k, v in moments.items() if k in own}, **given}, hours=hours)
        return self._answer(asked, asked.sql_for(hours=hours), values, time, hours=hours)

    def query(self, sql: str, period: Period | None = None, **parameters: Value) -> Answer:
        """Run SQL of your own over `events` and `hours` of a period (default: all there is)."""
        question = Question("query", "SQL of your own.", sql, ())
        return self._answer(question, sql, parameters, period, hours=True)

    def now(self) -> datetime:
        """Return the current moment of the store's clock."""
        return self._manifest.database.now()

    def close(self) -> None:
        """Give the memory back."""
        self._database.close()

    def __enter__(self) -> Reading:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _answer(
        self, question: Question, sql: str, values: Mapping[str, Any], period: Period | None, *, hours: bool
    ) -> Answer:
        behind = self._catch_up()
        began = perf_counter()
        sources, notes = self._at_hand(self._sources(period, hours=hours))
        notes += behind
        lost = self._damaged.among(sources.every)
        try:
            columns, rows = self._run(sql, values, sources.without(lost), hours=hours)
        except duckdb.Error as failure:
            unread = self._unread(sources.without(lost), failure)
            if not unread:
                raise _refused(question, sql, failure) from failure
            lost |= unread
            columns, rows = self._run(sql, values, sources.without(lost), hours=hours)
        notes += _missing([each.path for each in sources.every if each.id in lost])
        bound = RELATIVE_ERROR if hours and question.long_sql else 0.0
        seconds = perf_counter() - began
        return Answer(question, sql, values, columns, rows, seconds, not bound, bound, notes)

    def _catch_up(self) -> tuple[str, ...]:
        """Take in what lies there as text; a disk that is full or read-only spoils no answer."""
        if self._before is not None:
            self._before()
        try:
            adopt_spool(self.folder, self._manifest)
        except Exception as trouble:  # noqa: BLE001 - the disk's or the database's, and the answer says so
            left = len(texts(self.folder))
            return (
                f"{left} files of new rows could not be taken in ({trouble}); their rows are missing here.",
            )
        return ()

    def _sources(self, period: Period | None, *, hours: bool) -> _Sources:
        since = microseconds(period.since) if period else None
        until = microseconds(period.until) if period else None
        if hours and since is not None:
            since -= since % 3_600_000_000
        live = self._manifest.live(since_us=since, until_us=until, sample=self.sample)
        raw = tuple(each for each in live if each.kind == "raw")
        return _Sources(raw, tuple(each for each in live if each.kind == "rollup") if hours else ())

    def _at_hand(self, sources: _Sources) -> tuple[_Sources, tuple[str, ...]]:
        """Return the files that are here, fetched from the storage where need be, and what is missing."""
        if self._depot is None:
            return sources, ()
        away = self._depot.at_hand(sources.every)
        if not away:
            return sources, ()
        told = f"{len(away)} of the telemetry's files are not at {self._depot.address} yet; rows are missing."
        if self._depot.trouble:
            told = f"{len(away)} of the telemetry's files could not be fetched: {self._depot.trouble}"
        return sources.without(away), (told,)

    def _run(
        self, sql: str, values: Mapping[str, Any], sources: _Sources, *, hours: bool
    ) -> tuple[tuple[str, ...], tuple[tuple[Any, ...], ...]]:
        with self._lock:
            cursor = self._database.cursor()
        try:
            cursor.execute(f"CREATE TEMP VIEW events AS {self._scan(sources.raw)}")
            if hours:
                fresh = [each for each in sources.raw if each.level < MERGED_HOUR]
                cursor.execute(f"CREATE TEMP VIEW fresh AS {self._scan(fresh)}")
                parts = [
                    rolled("fresh"),
                    *([f"SELECT * FROM {self._files(sources.rollups)}"] * bool(sources.rollups)),
                ]
                cursor.execute(f"CREATE TEMP VIEW hours AS {' UNION ALL BY NAME '.join(parts)}")
            only_selects(cursor, sql)
            cursor.execute(sql, dict(values))
            columns = tuple(each[0] for each in cursor.description or ())
            return columns, tuple(cursor.fetchall())
        finally:
            cursor.close()

    def _scan(self, segments: Sequence[Segment]) -> str:
        if not segments:
            none = ", ".join(f"NULL::{_SQL_TYPES[kind]} AS {name}" for name, kind in COLUMNS.items())
            return f"SELECT {none} WHERE false"
        return f"SELECT * FROM {self._files(segments)}"

    def _files(self, segments: Sequence[Segment]) -> str:
        mixed = any(each.version != VERSION for each in segments)
        paths = ", ".join(quoted(self.folder / each.path) for each in segments)
        return f"read_parquet([{paths}]{', union_by_name = true' * mixed})"

    def _unread(self, sources: _Sources, failure: duckdb.Error) -> frozenset[str]:
        """Return the ids of the files that cannot be read; those that are torn for good are remembered."""
        thorough = not isinstance(failure, _ABOUT_THE_SQL)
        torn: list[Segment] = []
        not_now: list[Segment] = []
        for each in sources.every:
            try:
                if is_torn(self.folder / each.path, partial(self._look, each, thorough=thorough)):
                    torn.append(each)
            except NotNow:
                not_now.append(each)
        self._damaged.note(torn)
        return frozenset(each.id for each in (*torn, *not_now))

    def _look(self, segment: Segment, *, thorough: bool) -> object:
        with self._lock:
            cursor = self._database.cursor()
        try:
            place = quoted(self.folder / segment.path)
            return cursor.execute(look_at(place, thorough=thorough)).fetchall()
        finally:
            cursor.close()


def found(name: str) -> Question:
    """Return the question of that name."""
    if name not in QUESTIONS:
        raise NotFound.among("question", name, QUESTIONS)
    return QUESTIONS[name]


def connect(folder: Path, threads: int = 2) -> duckdb.DuckDBPyConnection:
    """Return an in-memory DuckDB that may read and write below `folder` alone and load nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "threads": threads,
            "memory_limit": "1GB",
            "temp_directory": str(folder / "tmp"),
            "preserve_insertion_order": False,
            "enable_external_file_cache": False,  # of local files it keeps but an entry each, for good
        },
    )
    connection.execute(f"SET allowed_directories = [{quoted(folder)}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def quoted(path: Path) -> str:
    """Return a path as SQL text that names exactly this file."""
    return "'" + str(path).replace("'", "''") + "'"


def only_selects(cursor: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Raise InputError unless the SQL is one SELECT."""
    try:
        kinds = [statement.type for statement in cursor.extract_statements(sql)]
    except duckdb.Error as wrong:
        raise InputError(f"This is not SQL: {wrong}", remedy="Mend the SELECT.", sql=sql) from wrong
    if kinds != [duckdb.StatementType.SELECT]:
        raise InputError(
            "Telemetry answers one SELECT at a time.", remedy="Ask with SELECT or WITH.", sql=sql
        )


def _missing(paths: Sequence[str]) -> tuple[str, ...]:
    if not paths:
        return ()
    named = ", ".join(paths[:_NAMED]) + (", …" if len(paths) > _NAMED else "")
    told = f"{len(paths)} of the telemetry's files could not be read ({named}); their rows are missing here."
    return (told,)


def _refused(question: Question, sql: str, failure: duckdb.Error) -> WorkbenchError:
    kind = InputError if question.name == "query" else WorkbenchError
    return kind(
        f"The question {question.name!r} was not answered: {str(failure).splitlines()[0]}",
        remedy="Its SQL is attached as evidence.",
        sql=sql,
    )
