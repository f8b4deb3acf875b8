"""Who paints a film: anything that does jobs and keeps several going; here the crew, or a cluster."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import Protocol, TypeVar

from workbench.render.process import Cancel, Hear, Job
from workbench.render.wire import Message

CONNECT_SECONDS = 15.0
"""How long a cluster may take to answer, and to come back."""
Item = TypeVar("Item")
Result = TypeVar("Result")


class Painters(Protocol):
    """Does render jobs, several at a time; see `Crew` and `DaskCrew`."""

    @property
    def workers(self) -> int:
        """Return how many jobs it does at the same time."""
        ...

    @property
    def lost(self) -> bool:
        """Say whether it can do no more, so that the next film needs another."""
        ...

    def run(self, job: Job, hear: Hear | None = None, cancel: Cancel | None = None) -> Message:
        """Do one job and return the answer; see `RenderProcess.run` for what is heard and raised."""
        ...

    def map(self, work: Callable[[Item], Result], items: Sequence[Item]) -> Generator[Result]:
        """Yield `work(item)` in order; `work` runs in threads, at most two items a worker ahead."""
        ...

    def close(self) -> None:
        """Give back what it holds."""
        ...


def mapped(
    workers: int, work: Callable[[Item], Result], items: Sequence[Item], stop: threading.Event
) -> Generator[Result]:
    """Yield `work(item)` in order, two items a worker ahead; `stop` is set while the rest is ended."""
    waiting: deque[Future[Result]] = deque()
    try:
        with ThreadPoolExecutor(workers, "film") as pool:
            try:
                yield from _ahead(pool, work, items, waiting, 2 * workers)
            finally:
                if waiting:
                    stop.set()
                for future in waiting:
                    future.cancel()
    finally:
        stop.clear()


def _ahead(
    pool: ThreadPoolExecutor,
    work: Callable[[Item], Result],
    items: Sequence[Item],
    waiting: deque[Future[Result]],
    most: int,
) -> Generator[Result]:
    for item in items:
        waiting.append(pool.submit(copy_context().run, work, item))
        if len(waiting) > most:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
