"""Several render processes that share a film's chunks."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable, Generator, Sequence
from types import TracebackType
from typing import Self

from workbench.errors import InputError
from workbench.render.painters import Item, Result, mapped
from workbench.render.process import SKIA_EASEL, Cancel, Hear, Job, RenderProcess
from workbench.render.wire import Message

MAX_WORKERS = 8
"""More painters than this wait for memory and disk, not for processors."""


def worker_count(asked: int | None) -> int:
    """Return how many workers to use: what was asked, or one per processor that we may use, at most 8."""
    if asked is None:
        return max(1, min(MAX_WORKERS, _processors()))
    if asked < 1:
        raise InputError(f"{asked} workers cannot render.", remedy="Ask for 1 or more.")
    return asked


def _processors() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


class Crew:
    """Up to `workers` render processes, each started when there is work for it; close it when done.

    One film at a time; a failure or a cancellation stops the work on it within about a frame. A crew
    that is kept open saves the next film the start of its processes. With `niceness` (1 to 19) it leaves the
    processors to others while they want them.
    """

    lost = False
    """Its processes are started again when they die."""

    def __init__(self, workers: int, easel: str = SKIA_EASEL, patience_seconds: float = 60.0,
                 niceness: int = 0) -> None:  # fmt: skip
        self.workers = workers
        self._free: queue.LifoQueue[RenderProcess] = queue.LifoQueue()
        self._all = [RenderProcess(easel, patience_seconds, niceness) for _ in range(workers)]
        self._stop = threading.Event()
        for process in self._all:
            self._free.put(process)

    def pids(self) -> list[int]:
        """Return the ids of the processes that run now."""
        return [process.pid for process in self._all if process.pid is not None]

    def start(self, workers: int) -> None:
        """Start that many processes now, or all when they are fewer, without waiting until they are ready."""
        for process in self._all[-min(workers, self.workers) :]:
            process.start()

    def run(self, job: Job, hear: Hear | None = None, cancel: Cancel | None = None) -> Message:
        """Have whoever is free do a job; see `RenderProcess.run`."""
        process = self._free.get()
        try:
            return process.run(job, hear, lambda: self._stop.is_set() or bool(cancel and cancel()))
        finally:
            self._free.put(process)

    def map(self, work: Callable[[Item], Result], items: Sequence[Item]) -> Generator[Result]:
        """Yield `work(item)` in order; `work` runs in threads, at most two items a worker ahead."""
        return mapped(self.workers, work, items, self._stop)

    def close(self) -> None:
        """End all processes."""
        self._stop.set()
        for process in self._all:
            process.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
