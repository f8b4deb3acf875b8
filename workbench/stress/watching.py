"""What the service and the generators use while the load is on, looked at once a second."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import psutil

from workbench.errors import Busy, WorkbenchError
from workbench.store.database import Database
from workbench.store.jobs import Jobs
from workbench.stress.footprint import Share, shares

LOOK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Look:
    """One look: seconds since the start; memory in MB; shares of a processor; jobs waiting; waits in seconds.

    `memory_mb` is what the service and its processes hold for themselves, `kinds` the same by kind of
    process, and `resident_mb` what is in memory with libraries and files. `late_seconds` is by how much this
    look came too late: the machine's own lag. `database_wait` is how long SQLite's one write lock took;
    PostgreSQL has none. What cannot be seen from here, as of a service elsewhere, is None.
    """

    at: float
    late_seconds: float
    memory_mb: float | None = None
    resident_mb: float | None = None
    service_cpu: float | None = None
    generator_cpu: float | None = None
    waiting_jobs: int | None = None
    database_wait: float | None = None
    kinds: tuple[Share, ...] = ()


@dataclass
class Watch:
    """Looks once a second, in a thread, until closed; `looks` holds what was seen."""

    service: Callable[[], int | None]
    generators: Sequence[int]
    database: Database | None = None
    looks: list[Look] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)
    _known: dict[int, psutil.Process] = field(default_factory=dict)

    def __enter__(self) -> Watch:
        self._begun = time.monotonic()
        self._thread = threading.Thread(target=self._look_on, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(10)

    def _look_on(self) -> None:
        due = time.monotonic()
        while not self._stop.wait(max(0.0, due - time.monotonic())):
            self.looks.append(self._look(time.monotonic() - due))
            due = max(due + LOOK_SECONDS, time.monotonic())

    def _look(self, late: float) -> Look:
        at = time.monotonic() - self._begun
        pid = self.service()
        served = self._tree([pid] if pid else [])
        asking = self._tree(self.generators)
        waiting, wait = self._queue()
        kinds = shares(pid, served) if pid and served else ()
        return Look(
            at=round(at, 2),
            late_seconds=round(late, 4),
            memory_mb=round(sum(each.megabytes for each in kinds), 1) if kinds else None,
            resident_mb=_resident(served) if served else None,
            service_cpu=self._cpu(served) if served else None,
            generator_cpu=self._cpu(asking) if asking else None,
            waiting_jobs=waiting,
            database_wait=wait,
            kinds=kinds,
        )

    def _tree(self, roots: Sequence[int]) -> list[psutil.Process]:
        found = []
        for root in roots:
            with suppress(psutil.Error):
                process = psutil.Process(root)
                found += [process, *process.children(recursive=True)]
        return [self._known.setdefault(each.pid, each) for each in found]

    def _cpu(self, processes: Sequence[psutil.Process]) -> float:
        used = 0.0
        for each in processes:
            with suppress(psutil.Error):
                used += each.cpu_percent(None) / 100
        return round(used, 3)

    def _queue(self) -> tuple[int | None, float | None]:
        if self.database is None:
            return None, None
        waiting = None
        with suppress(WorkbenchError):
            counts = Jobs(self.database).counts()
            waiting = sum(n for (_, state), n in counts.items() if state in ("queued", "failed"))
        return waiting, lock_wait(self.database) if self.database.is_sqlite else None


def lock_wait(database: Database) -> float | None:
    """Return how many seconds it takes to be the one who writes: where it is given up, those until then.

    None when something else was wrong.
    """
    begun = time.monotonic()
    try:
        with database.write():
            pass
    except Busy:
        pass
    except WorkbenchError:
        return None
    return round(time.monotonic() - begun, 4)


def _resident(processes: Sequence[psutil.Process]) -> float:
    total = 0
    for each in processes:
        with suppress(psutil.Error):
            total += each.memory_info().rss
    return round(total / 1e6, 1)
