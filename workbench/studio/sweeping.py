"""Housekeeping: what has grown old in memory goes, and ended jobs, and films that nobody can ask for.

Facts, scenes and pictures are not touched; those are for the retention policy. `plan` says what would go.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from workbench.errors import WorkbenchError
from workbench.store.blobs import Blobs
from workbench.store.database import Database
from workbench.store.jobs_cleaning import BATCH, OldJobs, old_jobs, remove_old_jobs
from workbench.store.rows import job

EVERY_SECONDS = 300.0
JOBS_EVERY_SWEEPS = 12
LEAST_AGE_SECONDS = 86_400.0
"""How old a file is at least before it goes: no film that is being made right now is this old."""


class Sweepable(Protocol):
    """A cache whose entries grow old."""

    def sweep(self) -> int:
        """Remove what has grown old; returns how many."""
        ...


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep removed: entries of caches, ended jobs, and files with their bytes."""

    entries: int
    jobs: int
    files: int
    file_bytes: int


class Sweeper:
    """Sweeps every five minutes once `start` was called, and ended jobs every hour."""

    def __init__(
        self, database: Database, renders: Blobs, caches: Sequence[Sweepable], kept_days: float
    ) -> None:
        self._database = database
        self._renders = renders
        self._caches = tuple(caches)
        self._kept_days = kept_days
        self._over = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def plan(self) -> OldJobs:
        """Return which ended jobs the next sweep would remove."""
        return old_jobs(self._database, self._kept_days)

    def sweep(self, *, jobs: bool = True, now: Callable[[], float] = time.time) -> Swept:
        """Remove what is old now."""
        entries = sum(cache.sweep() for cache in self._caches)
        gone = self._old_jobs() if jobs else 0
        files, size = self._old_files(now()) if jobs else (0, 0)
        return Swept(entries, gone, files, size)

    def start(self) -> None:
        """Begin to sweep now and then, in a thread of its own."""
        with self._lock:
            if self._thread is None and not self._over.is_set():
                self._thread = threading.Thread(target=self._run, name="workbench sweeper", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Stop; twice does no harm."""
        self._over.set()

    def _run(self) -> None:
        sweeps = 0
        while not self._over.wait(EVERY_SECONDS):
            with suppress(WorkbenchError, SQLAlchemyError, OSError):
                self.sweep(jobs=sweeps % JOBS_EVERY_SWEEPS == 0)
            sweeps += 1

    def _old_jobs(self) -> int:
        old, gone = self.plan(), 0
        while old.total and (removed := len(remove_old_jobs(self._database, old))):
            gone += removed
            if removed < BATCH:
                break
        return gone

    def _old_files(self, now: float) -> tuple[int, int]:
        """Remove films that no job names any more, and what killed painters left."""
        named = self._named()
        left = [each for each in self._renders.files() if each.parent.name + each.name not in named]
        painting = self._renders.folder / ".painting"
        left += [each for each in painting.glob("*") if each.is_file()] if painting.exists() else []
        files = size = 0
        for each in left:
            with suppress(OSError):
                found = each.stat()
                if now - found.st_mtime > LEAST_AGE_SECONDS:
                    each.unlink()
                    files, size = files + 1, size + found.st_size
        return files, size

    def _named(self) -> set[str]:
        with self._database.read() as connection:
            results = connection.scalars(select(job.c.result).where(job.c.kind == "film"))
            return {str(each["sha256"]) for each in results if each and "sha256" in each}
