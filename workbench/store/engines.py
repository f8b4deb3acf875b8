"""The two engines: one SQLite file for a machine, a PostgreSQL server for many.

The driver's own transaction handling begins late and upgrades a reading transaction to a writing one,
which loses updates or fails at once however long the busy timeout is. So the driver is told to keep
out of it, and every transaction begins in words: `BEGIN IMMEDIATE` to write, `BEGIN` to read.
"""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from workbench.errors import EnvironmentFault, InputError
from workbench.store.data_folder import make_private
from workbench.store.faults import createdb

BUSY_SECONDS = 30.0
SAFE_SQLITE = (3, 51, 3)
"""Older libraries can corrupt a write-ahead log that several processes share (sqlite.org/wal.html)."""

CACHE_KIBIBYTES = 1024
"""Of pages that each connection keeps. Every one of a pool fills its own as the database grows, and the
system has the file in memory anyway; the connection used last is used next, so that few are filled."""
LOG_PAGES = 4000
"""Whoever fills the write-ahead log to so many pages copies them into the file: seldom, for it takes long."""
_SHORTEST_PAUSE_SECONDS = 0.0005
_LONGEST_PAUSE_SECONDS = 0.005
READING = {"reading": True}
UNENFORCED = {"unenforced": True}


@dataclass(frozen=True, slots=True)
class Library:
    """A SQLite library and its version."""

    module: ModuleType
    version: tuple[int, ...]

    @property
    def safe(self) -> bool:
        """Whether several processes may share one file through it."""
        return self.version >= SAFE_SQLITE

    @property
    def name(self) -> str:
        return f"{self.module.__name__.split('.')[0]} {'.'.join(map(str, self.version))}"


def sqlite_library() -> Library:
    """Return the newest SQLite library there is; every connection of the workbench uses the same one."""
    libraries = [Library(sqlite3, sqlite3.sqlite_version_info)]
    try:
        newer = import_module("pysqlite3.dbapi2")
        libraries.append(Library(newer, newer.sqlite_version_info))
    except ImportError:
        pass
    return max(libraries, key=lambda library: library.version)


def parse_url(url_or_path: str | Path) -> URL:
    """Return the URL of a SQLite path or of a `postgresql://` address."""
    if isinstance(url_or_path, Path) or "://" not in url_or_path:
        return URL.create("sqlite", database=str(Path(url_or_path).expanduser().absolute()))
    try:
        url = make_url(url_or_path)
    except ArgumentError as failure:
        raise InputError(
            f"{url_or_path!r} is not a database address.", remedy="Give a path or postgresql://…"
        ) from failure
    backend = url.get_backend_name()
    if backend == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if backend == "sqlite" and url.database and url.database != ":memory:":
        return url.set(drivername="sqlite", database=str(Path(url.database).absolute()))
    raise InputError(
        f"{url.render_as_string()!r} is no place to keep projects.",
        remedy="Give a file path or a postgresql:// address.",
    )


def open_engine(url: URL, *, power_safe: bool) -> Engine:
    """Return the engine for `url`; no connection is made yet."""
    return _postgresql(url) if url.get_backend_name() == "postgresql" else _sqlite(url, power_safe)


def _postgresql(url: URL) -> Engine:
    try:
        engine = create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=20)
    except ModuleNotFoundError as failure:
        raise EnvironmentFault(
            "The PostgreSQL driver is not installed.", remedy="Run: pip install 'psycopg[binary]'"
        ) from failure

    @event.listens_for(engine, "connect", insert=True)
    def prepare(connection: Any, record: object) -> None:  # noqa: ARG001
        letters = connection.info.parameter_status("server_encoding")
        if letters != "UTF8":  # some letters would have no place in it; SQLAlchemy itself fails at SQL_ASCII
            name = connection.info.dbname
            raise InputError(
                f"The database {name!r} keeps text as {letters}, which has no place for each letter.",
                remedy=f"Use another, made with: {createdb(f'{name}_utf8')}",
            )
        connection.execute("SET jit = off")  # compiling takes a second, and our statements milliseconds
        connection.commit()

    return engine


def _sqlite(url: URL, power_safe: bool) -> Engine:
    make_private(Path(str(url.database)).parent)
    engine = create_engine(
        url,
        module=sqlite_library().module,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False, "isolation_level": None},
        pool_size=10,
        max_overflow=50,
        pool_use_lifo=True,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: object) -> None:  # noqa: ARG001
        connection.isolation_level = None
        cursor = connection.cursor()
        _use_wal(cursor)
        cursor.execute(f"PRAGMA synchronous = {'FULL' if power_safe else 'NORMAL'}")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute(f"PRAGMA cache_size = -{CACHE_KIBIBYTES}")
        cursor.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("reading"):
            connection.exec_driver_sql("BEGIN")
        else:
            _begin_writing(connection)

    return engine


def _begin_writing(connection: Connection) -> None:
    """Begin to write as soon as nobody else does, asking every few milliseconds.

    SQLite's own waiting sleeps up to 100 ms between two looks, in which others take the lock again and
    again: whoever waited longest kept waiting.
    """
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA busy_timeout = 0")
    try:
        deadline, pause = time.monotonic() + BUSY_SECONDS, _SHORTEST_PAUSE_SECONDS
        while True:
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            except OperationalError as failure:
                if "locked" not in str(failure.orig) or time.monotonic() > deadline:
                    raise
                time.sleep(pause)
                pause = min(pause * 1.2, _LONGEST_PAUSE_SECONDS)
            else:
                return
    finally:
        driver.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")


def _use_wal(cursor: Any) -> None:
    """Switch the file to a write-ahead log; two processes that switch at once are told to wait."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            mode = cursor.execute("PRAGMA journal_mode").fetchone()[0]
            if mode != "wal":
                mode = cursor.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        except Exception as failure:
            if "locked" not in str(failure) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
            continue
        if mode != "wal":
            raise EnvironmentFault(
                f"The database file only allows journal mode {mode!r}.",
                remedy="Keep it on a local disk: a write-ahead log needs shared memory.",
            )
        return
