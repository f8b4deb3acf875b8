"""Long work in the background, arranged so that those who save do not pay for it.

In SQLite whoever commits holds the lock until the disk has it, and whoever fills the write-ahead log copies
it into the file. So background work commits without waiting for the disk (a power cut may take whole steps
back, never half of one) and copies its pages itself, between two steps, while the lock is free.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, event

from workbench.store.database import Database
from workbench.store.engines import open_engine

_CACHE_KIBIBYTES = 32_768
_STEPS_BETWEEN = 4
"""So many steps fill the log to less than the pages at which those who save would empty it (`LOG_PAGES`)."""


class Backstage:
    """Writes into a database as work in the background should; closing it is harmless."""

    def __init__(self, database: Database) -> None:
        self._sqlite = database.is_sqlite
        self._database = _quiet(database) if self._sqlite else database
        self._steps = 0

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give a connection whose work is kept as a whole, though not yet safe from a power cut."""
        with self._database.write() as connection:
            if not self._sqlite:
                connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
            yield connection

    def settle(self) -> None:
        """Bring what was written into the file while others write on; PostgreSQL does so by itself."""
        self._steps += 1
        if self._sqlite and self._steps % _STEPS_BETWEEN == 0:
            self._copy_log()
            with self._database.write():  # nobody adds to the log, so whoever writes next begins it anew
                self._copy_log()

    def close(self) -> None:
        if self._sqlite:
            self._database.close()

    def _copy_log(self) -> None:
        """Copy the log's pages into the file, as far as readers allow."""
        connection = self._database.engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
            cursor.close()
        finally:
            connection.close()


def _quiet(database: Database) -> Database:
    engine = open_engine(database.url, power_safe=False)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: object) -> None:  # noqa: ARG001
        cursor = connection.cursor()
        cursor.execute("PRAGMA wal_autocheckpoint = 0")
        cursor.execute(f"PRAGMA cache_size = -{_CACHE_KIBIBYTES}")
        cursor.close()

    return Database(database.url, engine, database.clock, database.new_id)
