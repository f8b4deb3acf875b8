"""Housekeeping: what has grown old in memory goes, and films that nobody can ask for.

No row is touched, nor a picture: those go by the retention policy alone, ended jobs too.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from stat import S_ISREG
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError

from workbench.errors import WorkbenchError
from workbench.lifecycle.files import held_files, named_renders
from workbench.lifecycle.objects import others
from workbench.store.blobs import Blobs
from workbench.store.database import Database

EVERY_SECONDS = 300.0
FILES_EVERY_SWEEPS = 12
LEAST_AGE_SECONDS = 86_400.0
"""How old a file is at least before it goes: no film that is being made right now is this old."""


class Sweepable(Protocol):
    """A cache whose entries grow old."""

    def sweep(self) -> int:
        """Remove what has grown old; returns how many."""
        ...


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep removed: entries of caches, and files with their bytes."""

    entries: int
    files: int
    file_bytes: int


class Sweeper:
    """Sweeps caches every five minutes once `start` was called, and films every hour."""

    def __init__(self, database: Database, renders: Blobs, caches: Sequence[Sweepable]) -> None:
        self._database = database
        self._renders = renders
        self._caches = tuple(caches)
        self._over = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def sweep(self, *, films: bool = True, now: Callable[[], float] = time.time) -> Swept:
        """Remove what is old now."""
        entries = sum(cache.sweep() for cache in self._caches)
        files, size = self._old_files(now()) if films else (0, 0)
        return Swept(entries, files, size)

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
                self.sweep(films=sweeps % FILES_EVERY_SWEEPS == 0)
            sweeps += 1

    def _old_files(self, now: float) -> tuple[int, int]:
        """Remove films that no job names any more and nobody holds, and what killed painters left.

        While a second database has left its mark in the folder no film goes, since its jobs may name it.
        """
        with self._database.read() as connection:
            kept = named_renders(connection) | held_files(connection)
        here = Blobs(self._renders.folder)
        oldest_young = now - LEAST_AGE_SECONDS
        left = [each for each in here.listed() if each.digest not in kept and each.modified < oldest_young]
        gone = []
        for film in () if left and others(here, self._database) else left:
            with suppress(OSError):
                if here.drop(film.digest, before=oldest_young):
                    gone.append(film.bytes)
        for rest in (self._renders.folder / ".painting").glob("*"):
            with suppress(OSError):
                found = rest.stat()
                if S_ISREG(found.st_mode) and found.st_mtime < oldest_young:
                    rest.unlink()
                    gone.append(found.st_size)
        return len(gone), sum(gone)
