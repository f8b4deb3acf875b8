"""Gives disk space back: a database is written anew without its free pages, and only then takes its place.

SQLite's content is written into a new file beside it, which is checked and counted, and copied back as one
transaction: killed anywhere, the file holds what it held. Nobody else may have it open meanwhile, so nothing
can be saved that the copy lacks. PostgreSQL uses free space again by itself (autovacuum); there the same is
done once, now, and space at the end of its files is given back.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from workbench.errors import Busy, EnvironmentFault
from workbench.spans import annotate, traced
from workbench.store.engines import sqlite_library

FREE_SHARE = 0.3
"""From this share of free pages on it is worth a while in which nobody can save."""
SPARE_BYTES = 64 * 2**20
_LOOK_SECONDS = 0.1
_ALL_PAGES = -1


@dataclass(frozen=True, slots=True)
class Compaction:
    """What compacting did: bytes on the disk before and after, and the rows that were counted both times.

    PostgreSQL counts no rows here; -1 says so.
    """

    engine: str
    before_bytes: int
    after_bytes: int
    rows: int
    seconds: float


def free_bytes(engine: Engine) -> tuple[int, int]:
    """Return how much of a SQLite file is free to be used again, and how large it is, in bytes."""
    with engine.connect() as connection:
        ask = connection.exec_driver_sql
        size, pages, free = (
            int(ask(f"PRAGMA {name}").scalar_one()) for name in ("page_size", "page_count", "freelist_count")
        )
    return free * size, pages * size


@traced("lifecycle.compact")
def compact(
    engine: Engine, *, wait_seconds: float = 0.0, pause: Callable[[float], None] = time.sleep
) -> Compaction:
    """Give back what is free; raises Busy when others have a SQLite file open for longer than `wait_seconds`.

    A disk without room for the content twice more is refused before anything is begun.
    """
    started = time.monotonic()
    engine.dispose()
    if engine.dialect.name == "sqlite":
        path = Path(str(engine.url.database))
        before, after, rows = _compact_file(path, started + wait_seconds, pause)
    else:
        before, after, rows = _vacuum(engine)
    annotate(rows=max(0, rows), bytes=before - after)
    return Compaction(engine.dialect.name, before, after, rows, round(time.monotonic() - started, 3))


def _compact_file(path: Path, deadline: float, pause: Callable[[float], None]) -> tuple[int, int, int]:
    with _alone(path, deadline, pause) as own:
        own.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        before, counts = path.stat().st_size, _counts(own)
        _refuse_too_little(own, path)
        with tempfile.TemporaryDirectory(prefix=".restored-", dir=path.parent) as folder:
            fresh = str(Path(folder) / "compact.db")
            own.execute("VACUUM INTO ?", (fresh,))
            with closing(sqlite_library().module.connect(fresh)) as copy:
                _refuse_unequal(copy, counts)
                copy.backup(own, pages=_ALL_PAGES)
        own.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        _refuse_unequal(own, counts)
        return before, path.stat().st_size, sum(counts.values())


@contextmanager
def _alone(path: Path, deadline: float, pause: Callable[[float], None]) -> Iterator[Any]:
    """Give a connection while nobody else has the file open, or can open it."""
    module = sqlite_library().module
    while True:
        own = module.connect(str(path), timeout=0, isolation_level=None)
        try:
            own.execute("PRAGMA locking_mode = EXCLUSIVE").fetchall()
            own.execute("BEGIN IMMEDIATE")
            own.execute("COMMIT")
        except module.OperationalError as failure:
            own.close()
            if "locked" not in str(failure):
                raise
            if time.monotonic() >= deadline:
                raise Busy(
                    f"Others have {path.name} open; nothing was changed.",
                    remedy="Close notebooks and services that use it, or wait for them: --wait 600",
                ) from failure
            pause(_LOOK_SECONDS)
        else:
            break
    with closing(own):
        yield own


def _refuse_too_little(own: Any, path: Path) -> None:
    size, pages, free = (
        int(own.execute(f"PRAGMA {name}").fetchone()[0])
        for name in ("page_size", "page_count", "freelist_count")
    )
    needed = 2 * size * (pages - free) + SPARE_BYTES
    there = shutil.disk_usage(path.parent).free
    if there < needed:
        raise EnvironmentFault(
            f"Compacting needs {needed / 1e6:.0f} MB beside {path.name}, and {there / 1e6:.0f} MB are free; "
            "nothing was changed.",
            remedy="Free some space first: workbench db backup --prune 7",
        )


def _refuse_unequal(connection: Any, expected: dict[str, int]) -> None:
    told = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    found = _counts(connection)
    if told != "ok" or found != expected:
        lost = [name for name in expected if found.get(name) != expected[name]]
        raise EnvironmentFault(
            f"The compacted copy is not what it was made from ({told}; {', '.join(lost)}).",
            remedy="Run: workbench doctor",
        )


def _counts(connection: Any) -> dict[str, int]:
    asked = "SELECT name FROM sqlite_master WHERE type = 'table'"
    names = [row[0] for row in connection.execute(asked)]
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}


def _vacuum(engine: Engine) -> tuple[int, int, int]:
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        ask = connection.exec_driver_sql
        size = "SELECT pg_database_size(current_database())"
        before = int(ask(size).scalar_one())
        ask("VACUUM (ANALYZE)")
        return before, int(ask(size).scalar_one()), -1
