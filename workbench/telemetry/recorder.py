"""The receiver of spans that keeps them: a queue in memory, emptied into files by a thread.

Whoever works only appends to the queue. When it is full, or nothing can be written, records are dropped and
counted. What is still in the queue when a process is killed is lost: about `flush_seconds` of work.

Until Arrow is loaded, which takes a new process seconds when the machine is busy, rows are written as text;
whoever reads or tidies up makes files of them. A forked child writes files of its own and lists none of them,
since it must not use its parent's database connections; the compactor finds those.
"""

from __future__ import annotations

import atexit
import os
import signal
import socket
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, Protocol, runtime_checkable
from weakref import WeakSet

from workbench.clock import Clock, SystemClock
from workbench.identity import new_id
from workbench.spans import Record
from workbench.telemetry.columns import row
from workbench.telemetry.housekeeping import Housekeeper, parquet
from workbench.telemetry.segments import Manifest
from workbench.telemetry.texts import write_text

FLUSH_SECONDS = 1.0
FLUSH_ROWS = 2_000
MOST_WAITING = 20_000
LONGEST_PAUSE_SECONDS = 60.0
TIDY_FLUSHES = 24
_PATIENCE_SECONDS = 5.0
_LONGEST_HOST = 40

Row = Mapping[str, Any]
Listener = Callable[[Sequence[Row]], None]


@runtime_checkable
class Counting(Protocol):
    """A listener that counts what became of the rows it was told of; that is recorded too."""

    def counts(self) -> Mapping[str, int]:
        """Return figures since it began, by the name they are counted under (behind `telemetry.`)."""
        ...


@dataclass(frozen=True, slots=True)
class RecorderState:
    """How many records were kept, wait, and were dropped; how often writing failed, and why the last time."""

    written: int
    waiting: int
    dropped: int
    failures: int
    trouble: str


class Recorder:
    """Keeps records in the files of a folder; give it to `spans.attach`. Never raises; two closes are one."""

    def __init__(
        self,
        folder: Path,
        manifest: Manifest | None = None,
        *,
        secrets: Sequence[str] = (),
        flush_seconds: float = FLUSH_SECONDS,
        most_waiting: int = MOST_WAITING,
        listeners: Sequence[Listener] = (),
        tidy: Callable[[], object] | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.folder = folder
        self._manifest = manifest
        self._secrets = tuple(secrets)
        self._flush_seconds = flush_seconds
        self._most = most_waiting
        self._listeners = tuple(listeners)
        self._housekeeper = Housekeeper(tidy)
        self._clock = clock or SystemClock()
        self._closed = False
        self._written = self._dropped = self._failures = self._flushes = 0
        self._trouble = ""
        self._counted: dict[str, int] = {}
        self._begin()
        _OPEN.add(self)
        _hear_sigterm()

    def _begin(self) -> None:
        """Start with empty hands; a forked child does so too."""
        self._process = f"{socket.gethostname()[:_LONGEST_HOST]}:{os.getpid()}"
        self._waiting: deque[Record] = deque()
        self._held: list[Row] = []
        self._awake = False
        self._thread: threading.Thread | None = None
        self._lock = threading.RLock()  # a signal may come while it is held
        self._flushing = threading.Lock()
        self._news, self._full, self._closing = threading.Event(), threading.Event(), threading.Event()

    def __call__(self, record: Record) -> None:
        """Take one record; costs an append."""
        waiting = self._waiting
        if self._closed or len(waiting) >= self._most:
            self._drop(1)
            return
        waiting.append(record)
        if not self._awake:
            self._wake()
        elif len(waiting) == FLUSH_ROWS:
            self._full.set()

    @property
    def state(self) -> RecorderState:
        """How it is going."""
        waiting = len(self._waiting) + len(self._held)
        return RecorderState(self._written, waiting, self._dropped, self._failures, self._trouble)

    def flush(self, *, patience_seconds: float = _PATIENCE_SECONDS) -> bool:
        """Write what waits; returns whether that went well."""
        if not self._flushing.acquire(timeout=patience_seconds):
            return False
        try:
            self._flush()
        except Exception as trouble:  # noqa: BLE001 - a full disk or a closed database is not the author's trouble
            self._failures += 1
            self._trouble = f"{type(trouble).__name__}: {trouble}"
            return False
        else:
            return True
        finally:
            self._flushing.release()

    def close(self) -> None:
        """Write what waits, and take no more."""
        if self._closed:
            return
        self._closed = True
        self._closing.set()
        self._news.set()
        self._full.set()
        self.flush()
        self._housekeeper.close(_PATIENCE_SECONDS)
        self._drop(len(self._waiting) + len(self._held))
        self._waiting.clear()
        self._held = []

    def _forked(self) -> None:
        self._begin()
        self._manifest = None
        self._housekeeper = Housekeeper()
        self._listeners = ()
        self._written = self._dropped = 0
        self._counted = {}

    def _drop(self, number: int) -> None:
        with self._lock:
            self._dropped += number

    def _wake(self) -> None:
        with self._lock:
            self._awake = True
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="telemetry", daemon=True)
                self._thread.start()
        self._news.set()

    def _run(self) -> None:
        troubles = 0
        while not self._closing.is_set():
            self._news.wait()
            self._news.clear()
            pause = min(LONGEST_PAUSE_SECONDS, self._flush_seconds * 2**troubles)
            self._full.wait(pause)
            self._full.clear()
            self._awake = False
            if self._closing.is_set():
                return
            troubles = 0 if self.flush() else min(troubles + 1, 6)
            if troubles:
                self._wake()
            elif self._flushes % TIDY_FLUSHES == 1:
                self._housekeeper.call()

    def _flush(self) -> None:
        fresh = self._drained()
        if fresh:
            self._tell(fresh)
        counts = [] if self._held else self._counts()  # of what cannot be written they wait in memory
        fresh = [*counts, *fresh]
        room = max(0, self._most + len(counts) - len(self._held))
        self._drop(len(fresh) - len(fresh[:room]))
        self._held += fresh[:room]
        if self._held:
            self._write(self._held)
            self._written += len(self._held)
            self._flushes += 1
            self._held = []
            self._trouble = ""

    def _drained(self) -> list[Row]:
        fresh: list[Row] = []
        for _ in range(len(self._waiting)):
            try:
                fresh.append(row(self._waiting.popleft(), self._process, self._secrets))
            except Exception:  # noqa: BLE001 - an attribute may be any object
                self._drop(1)
        return fresh

    def _counts(self) -> list[Row]:
        """Return rows that tell what was dropped, and what listeners counted, since they were made last."""
        with self._lock:
            figures = {"dropped": self._dropped}
        for listener in self._listeners:
            if isinstance(listener, Counting):
                figures |= listener.counts()
        news = {name: figure - self._counted.get(name, 0) for name, figure in figures.items()}
        self._counted = figures
        return [self._count(name, number) for name, number in news.items() if number]

    def _count(self, name: str, number: int) -> Row:
        told = Record("count", f"telemetry.{name}", {})
        told.value, told.time_ns = number, int(self._clock.now().timestamp() * 1e9)
        return row(told, self._process)

    def _tell(self, rows: Sequence[Row]) -> None:
        for listener in self._listeners:
            with suppress(Exception):
                listener(rows)

    def _write(self, rows: Sequence[Row]) -> None:
        name, arrow = f"s-{new_id()}", parquet()
        if arrow is None:
            write_text(self.folder, rows, name)
            return
        segment = arrow.write_segment(self.folder, arrow.table(rows), name, self._clock.now())
        if self._manifest is not None:
            with suppress(Exception):  # a file that is not listed now is found by the compactor
                self._manifest.add([segment])


_OPEN: WeakSet[Recorder] = WeakSet()


@atexit.register
def _close_all() -> None:
    for recorder in list(_OPEN):
        recorder.close()


def _after_fork() -> None:
    for recorder in list(_OPEN):
        recorder._forked()  # noqa: SLF001 - the same module


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def _hear_sigterm() -> None:
    """Write before a polite end, unless somebody else listens to the signal already."""
    if threading.current_thread() is not threading.main_thread():
        return
    with suppress(ValueError, OSError):
        if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            signal.signal(signal.SIGTERM, _on_sigterm)


def _on_sigterm(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the signature of handlers
    for recorder in list(_OPEN):
        recorder._manifest = None  # noqa: SLF001 - the database may be in the middle of something here
        recorder.flush(patience_seconds=1.0)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.kill(os.getpid(), number)
