"""The database: opened once, migrated, then read and written in short transactions."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType

from sqlalchemy import URL, Connection, Engine

from workbench.clock import Clock, SystemClock
from workbench.errors import InputError
from workbench.identity import NewId, new_id
from workbench.store import schema
from workbench.store.engines import READING, SAFE_SQLITE, open_engine, parse_url, sqlite_library
from workbench.store.faults import explained

_company: ContextVar[Callable[[Connection], None] | None] = ContextVar("company", default=None)
_write_locks: dict[str, threading.RLock] = {}
_write_locks_guard = threading.Lock()


@contextmanager
def accompanied(company: Callable[[Connection], None]) -> Iterator[None]:
    """Let `company` write into every transaction of the block, just before it is kept; it may refuse it.

    Of blocks within each other the inner one's comes first: what it refuses the outer ones never see.
    """
    outer = _company.get()

    def all_of_them(connection: Connection) -> None:
        company(connection)
        if outer is not None:
            outer(connection)

    before = _company.set(all_of_them)
    try:
        yield
    finally:
        _company.reset(before)


@dataclass(frozen=True, slots=True)
class Health:
    """What the database runs on, whether a quick check of it passed, and what to worry about."""

    engine: str
    library: str
    journal_mode: str
    synchronous: str
    schema: str
    intact: bool
    warnings: tuple[str, ...]


class Database:
    """The one place rows are kept; safe to share between threads and between processes.

    Writers wait for each other: within a process in the order of a lock, between processes by
    `BEGIN IMMEDIATE` (SQLite) or a lock on the project's row (PostgreSQL). Readers never wait.
    """

    def __init__(self, url: URL, engine: Engine, clock: Clock, make_id: NewId) -> None:
        self.url = url
        self.engine = engine
        self.clock = clock
        self.new_id = make_id
        self._writing = threading.local()
        with _write_locks_guard:
            self._write_lock = _write_locks.setdefault(str(url), threading.RLock())

    @classmethod
    def open(
        cls,
        url_or_path: str | Path,
        *,
        clock: Clock | None = None,
        make_id: NewId = new_id,
        power_safe: bool = True,
        migrate: bool = True,
    ) -> Database:
        """Open a SQLite file or a `postgresql://` address, making or upgrading its tables.

        What was acknowledged survives `kill -9` of the process either way. With `power_safe` each commit
        also waits until the disk has it (SQLite); without, a power cut may take the last few commits,
        never the database.
        """
        url = parse_url(url_or_path)
        engine = open_engine(url, power_safe=power_safe)
        database = cls(url, engine, clock or SystemClock(), make_id)
        try:
            with explained():
                schema.prepare(engine, migrate=migrate)
        except BaseException:
            database.close()
            raise
        return database

    def now(self) -> datetime:
        """Return the current moment of this database's clock."""
        return self.clock.now()

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that sees one consistent moment and cannot write."""
        options = (
            READING if self.is_sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        )
        with explained(), self.engine.connect() as fresh:
            connection = fresh.execution_options(**options)
            with connection.begin():
                yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give a connection whose work is kept as a whole when the block ends, or not at all."""
        if getattr(self._writing, "active", False):
            raise InputError(
                "A write was begun inside another one.", remedy="Use the connection that is open."
            )
        lock = self._write_lock if self.is_sqlite else threading.RLock()
        with lock, explained():
            self._writing.active = True
            try:
                with self.engine.begin() as connection:
                    yield connection
                    if company := _company.get():
                        company(connection)
            finally:
                self._writing.active = False

    def health(self) -> Health:
        """Look at the engine, its settings and the file; reads every page of a SQLite file."""
        with self.read() as connection:
            version = schema.version_of(connection) or "none"
            if not self.is_sqlite:
                server = connection.exec_driver_sql("SHOW server_version").scalar_one()
                commit = connection.exec_driver_sql("SHOW synchronous_commit").scalar_one()
                return Health("postgresql", f"PostgreSQL {server}", "wal", commit, version, True, ())
            ask = connection.exec_driver_sql
            library = sqlite_library()
            return Health(
                engine="sqlite",
                library=library.name,
                journal_mode=ask("PRAGMA journal_mode").scalar_one(),
                synchronous={1: "NORMAL", 2: "FULL"}.get(ask("PRAGMA synchronous").scalar_one(), "other"),
                schema=version,
                intact=ask("PRAGMA quick_check(1)").scalar_one() == "ok",
                warnings=() if library.safe else (_unsafe(library.name),),
            )

    def close(self) -> None:
        """Give back every connection; closing twice is harmless."""
        self.engine.dispose()

    def __enter__(self) -> Database:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _unsafe(library: str) -> str:
    return (
        f"{library} can corrupt a database that several processes write at once; "
        f"{'.'.join(map(str, SAFE_SQLITE))} or newer is needed. Run: pip install pysqlite3"
    )
