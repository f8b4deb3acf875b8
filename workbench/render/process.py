"""A render process seen from the outside: started when needed, restarted when it dies.

Painting happens in another process because Skia can crash on hostile input, holds Python's lock, and
keeps memory. It is a plain subprocess: forking after Skia has started threads is not safe, and spawning
through `multiprocessing` would run the user's script a second time.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil
from types import TracebackType
from typing import Any, NoReturn, Self
from weakref import WeakSet

from workbench.errors import Cancelled, RenderFailed, TooSlow
from workbench.render.wire import CARRIED, SPANS, Message, receive, send
from workbench.spans import carried, deliver, span

SKIA_EASEL = "workbench.render.skia_easel:SkiaEasel"
GRACE_SECONDS = 2.0
BURY_SECONDS = 10.0
CANCEL_SECONDS = 10.0
CANCEL_LOOK_SECONDS = 0.05
EVIDENCE_BYTES = 4000
START_SECONDS = 60.0
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

Hear = Callable[[Message], None]
Cancel = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Job:
    """One request: its kind (see `jobs.JOBS`), data, binary parts, and how errors call it."""

    kind: str
    data: dict[str, Any]
    parts: tuple[bytes, ...] = ()
    title: str = "a frame"


class _Died(Exception):
    """The process ended while it worked."""

    def __init__(self, line: _Line) -> None:
        code = line.process.wait()
        self.how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        self.last_words = line.final_words()


class _Line:
    """A running process with its pipes; `messages` ends with None when the process does."""

    def __init__(self, easel: str, niceness: int = 0) -> None:
        self.messages: queue.Queue[Message | None] = queue.Queue()
        self.ready = False
        self.closed = False
        self._last_words = bytearray()
        self.process = subprocess.Popen(  # noqa: S603 - our own module in our own interpreter
            [sys.executable, "-P", "-m", "workbench.render.worker", easel],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ | _ONE_THREAD | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        if niceness:
            with contextlib.suppress(OSError, AttributeError):  # it paints all the same
                os.setpriority(
                    os.PRIO_PROCESS, self.process.pid, os.getpriority(os.PRIO_PROCESS, 0) + niceness
                )
        self._ears = [threading.Thread(target=ear, daemon=True) for ear in (self._listen, self._overhear)]
        for ear in self._ears:
            ear.start()

    def send(self, message: Message) -> None:
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError, ValueError):
            send(self.process.stdin, message)

    def final_words(self) -> str:
        """Return the end of what it wrote to stderr, once it has ended."""
        self._ears[1].join(GRACE_SECONDS)
        return self._last_words.decode(errors="replace")

    def stop(self, grace_seconds: float = 0.0) -> None:
        """End the process: by closing its pipe when there is grace, else at once."""
        assert self.process.stdin is not None
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        try:
            self.process.wait(grace_seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as pipe:
            while message := receive(pipe):
                self.messages.put(message)
        self.messages.put(None)

    def _overhear(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr as pipe:
            while words := os.read(pipe.fileno(), EVIDENCE_BYTES):
                self._last_words += words
                del self._last_words[:-EVIDENCE_BYTES]


@dataclass
class RenderProcess:
    """Does jobs one after the other in a process of its own; safe to call from several threads.

    `easel` names the class that paints. A process that is silent for `patience_seconds` in the middle of
    a job is ended. With `niceness` it gives way to others. Closing it twice does no harm; a job after
    closing starts it again.
    """

    easel: str = SKIA_EASEL
    patience_seconds: float = 60.0
    niceness: int = 0
    _line: _Line | None = None
    _jobs: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        _OPEN.add(self)

    __hash__ = object.__hash__

    @property
    def pid(self) -> int | None:
        """Return the id of the running process, or None when there is none."""
        line = self._line
        return line.process.pid if line and line.process.poll() is None else None

    def start(self) -> None:
        """Start the process now instead of at the first job."""
        with self._lock:
            self._running()

    def run(self, job: Job, hear: Hear | None = None, cancel: Cancel | None = None) -> Message:
        """Return the answer; `hear` gets what is told meanwhile, `restarted` when it begins anew.

        A process that dies is started again and the job repeated once.
        Raises Cancelled within about a frame after `cancel` says so, and RenderFailed when painting fails,
        when the process dies twice at this job, or when it does not answer.
        """
        hear, cancel = hear or _ignore, cancel or _never
        with span(f"render.{job.kind}"), self._lock:
            try:
                return self._attempt(job, hear, cancel)
            except _Died:
                hear(Message("restarted", self._jobs, {}))
            try:
                return self._attempt(job, hear, cancel)
            except _Died as death:
                raise RenderFailed(
                    f"The render process died twice at {job.title}: {death.how}.",
                    remedy="Simplify the scene, or free memory when the system is short of it.",
                    job=job.kind,
                    stderr=death.last_words,
                ) from None

    def close(self) -> None:
        """End the process; a running job raises RenderFailed in its caller."""
        line, self._line = self._line, None
        if line:
            line.closed = True
            line.stop(GRACE_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _running(self) -> _Line:
        if self._line is None or self._line.process.poll() is not None:
            self._line = _Line(self.easel, self.niceness)
        return self._line

    def _drop(self) -> None:
        line, self._line = self._line, None
        if line:
            line.stop()

    def _attempt(self, job: Job, hear: Hear, cancel: Cancel) -> Message:
        if cancel():
            raise _cancelled()
        line = self._running()
        self._jobs += 1
        number = self._jobs
        self._await_ready(line, job, cancel)
        line.send(Message(job.kind, number, {**job.data, CARRIED: carried()}, job.parts))
        while True:
            message = self._next(line, number, job, cancel, self.patience_seconds)
            if message.job == number and (answer := _sorted(message, hear, job)):
                return answer

    def _await_ready(self, line: _Line, job: Job, cancel: Cancel) -> None:
        if not line.ready:
            self._next(line, 0, job, cancel, START_SECONDS)
            line.ready = True

    def _next(self, line: _Line, number: int, job: Job, cancel: Cancel, patience: float) -> Message:
        for _ in range(ceil(patience / CANCEL_LOOK_SECONDS)):
            if cancel():
                self._cancel(line, number)
                raise _cancelled()
            try:
                message = line.messages.get(timeout=CANCEL_LOOK_SECONDS)
            except queue.Empty:
                continue
            return message or self._bury(line, job)
        self._drop()
        raise TooSlow(
            f"The render process did not answer for {patience:g} s at {job.title}.",
            remedy="It was ended. Simplify the scene and render again.",
            job=job.kind,
        )

    def _bury(self, line: _Line, job: Job) -> NoReturn:
        with contextlib.suppress(subprocess.TimeoutExpired):
            line.process.wait(BURY_SECONDS)  # so that it tells how it died, and not that we killed it
        self._drop()
        if line.closed:
            raise RenderFailed(
                f"The renderer was closed while it painted {job.title}.", remedy="Open the project again."
            )
        raise _Died(line)

    def _cancel(self, line: _Line, number: int) -> None:
        if not line.ready:
            return
        line.send(Message("cancel", number, {}))
        try:
            while True:
                message = line.messages.get(timeout=CANCEL_SECONDS)
                if message is None or (message.job == number and message.kind in _ENDINGS):
                    break
        except queue.Empty:
            self._drop()


_ENDINGS = {"done", "failed", "cancelled"}
_OPEN: WeakSet[RenderProcess] = WeakSet()


def _sorted(message: Message, hear: Hear, job: Job) -> Message | None:
    deliver(message.data.pop(SPANS, None))
    if message.kind == "failed":
        raise RenderFailed(
            message.data["message"]
            if not message.data["traceback"]
            else f"{job.title[0].upper()}{job.title[1:]} could not be painted: {message.data['message']}",
            remedy=message.data["remedy"] or "Look at the evidence for the place; the other scenes are well.",
            error=message.data["error"],
            traceback=message.data["traceback"],
        )
    if message.kind == "done":
        return message
    hear(message)
    return None


def _cancelled() -> Cancelled:
    return Cancelled("The render was cancelled.", remedy="Nothing partial was kept.")


def _ignore(message: Message) -> None:
    """Hear and forget."""


def _never() -> bool:
    return False


@atexit.register
def _close_all() -> None:
    for process in list(_OPEN):
        process.close()
