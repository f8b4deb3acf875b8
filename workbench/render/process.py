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
from types import TracebackType
from typing import Any, Self
from weakref import WeakSet

from workbench.errors import Cancelled, RenderFailed
from workbench.render.wire import Message, receive, send

SKIA_EASEL = "workbench.render.skia_easel:SkiaEasel"
ATTEMPTS = 2
GRACE_SECONDS = 2.0
CANCEL_LOOK_SECONDS = 0.05
EVIDENCE_BYTES = 4000

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
    """The process ended while it worked; the argument says how."""


class _Line:
    """A running process with its pipes; `messages` ends with None when the process does."""

    def __init__(self, easel: str) -> None:
        self.messages: queue.Queue[Message | None] = queue.Queue()
        self.last_words = bytearray()
        self.process = subprocess.Popen(  # noqa: S603 - our own module in our own interpreter
            [sys.executable, "-P", "-m", "workbench.render.worker", easel],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        for target in (self._listen, self._overhear):
            threading.Thread(target=target, daemon=True).start()

    def send(self, message: Message) -> None:
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError, ValueError):
            send(self.process.stdin, message)

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
                self.last_words += words
                del self.last_words[:-EVIDENCE_BYTES]


@dataclass
class RenderProcess:
    """Does jobs one after the other in a process of its own; safe to call from several threads.

    `easel` names the class that paints. A process that is silent for `patience_seconds` in the middle of
    a job is ended. Closing it twice does no harm; a job after closing starts it again.
    """

    easel: str = SKIA_EASEL
    patience_seconds: float = 60.0
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

        Raises Cancelled within about a frame after `cancel` says so, and RenderFailed when painting fails,
        when the process dies twice at this job, or when it does not answer.
        """
        with self._lock:
            for attempt in range(1, ATTEMPTS + 1):
                try:
                    return self._attempt(job, hear or _ignore, cancel or _never)
                except _Died as death:
                    self._drop()
                    if attempt == ATTEMPTS:
                        raise RenderFailed(
                            f"The render process died {ATTEMPTS} times at {job.title}: {death.args[0]}.",
                            remedy="Simplify the scene, or free memory when the system is short of it.",
                            job=job.kind,
                            stderr=death.args[1],
                        ) from None
                    (hear or _ignore)(Message("restarted", self._jobs, {}))
        raise AssertionError

    def close(self) -> None:
        """End the process; a running job raises RenderFailed in its caller."""
        line, self._line = self._line, None
        if line:
            line.stop(GRACE_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _running(self) -> _Line:
        if self._line is None or self._line.process.poll() is not None:
            self._line = _Line(self.easel)
        return self._line

    def _drop(self) -> None:
        line, self._line = self._line, None
        if line:
            line.stop()

    def _attempt(self, job: Job, hear: Hear, cancel: Cancel) -> Message:
        line = self._running()
        self._jobs += 1
        number = self._jobs
        line.send(Message(job.kind, number, job.data, job.parts))
        silent_seconds = 0.0
        while True:
            if cancel():
                self._cancel(line, number)
            try:
                message = line.messages.get(timeout=CANCEL_LOOK_SECONDS)
            except queue.Empty:
                silent_seconds += CANCEL_LOOK_SECONDS
                if silent_seconds > self.patience_seconds:
                    self._drop()
                    raise RenderFailed(
                        f"The render process did not answer for {self.patience_seconds:g} s "
                        f"while painting {job.title}.",
                        remedy="It was ended. Simplify the scene and render again.",
                        job=job.kind,
                    ) from None
                continue
            silent_seconds = 0.0
            if message is None:
                raise _Died(_how_it_ended(line), line.last_words.decode(errors="replace"))
            if message.job == number and (answer := _sorted(message, hear, job)):
                return answer

    def _cancel(self, line: _Line, number: int) -> None:
        line.send(Message("cancel", number, {}))
        try:
            while True:
                message = line.messages.get(timeout=GRACE_SECONDS)
                if message is None or (message.job == number and message.kind in _ENDINGS):
                    break
        except queue.Empty:
            self._drop()
        raise Cancelled("The render was cancelled.", remedy="Nothing partial was kept.")


_ENDINGS = {"done", "failed", "cancelled"}
_OPEN: WeakSet[RenderProcess] = WeakSet()


def _sorted(message: Message, hear: Hear, job: Job) -> Message | None:
    if message.kind == "failed":
        raise RenderFailed(
            f"{job.title} could not be painted: {message.data['message']}",
            remedy=message.data["remedy"] or "Look at the evidence for the place; the other scenes are well.",
            error=message.data["error"],
            traceback=message.data["traceback"],
        )
    if message.kind == "done":
        return message
    hear(message)
    return None


def _how_it_ended(line: _Line) -> str:
    code = line.process.wait()
    if code < 0:
        return f"signal {signal.Signals(-code).name}"
    return f"exit code {code}"


def _ignore(message: Message) -> None:
    """Hear and forget."""


def _never() -> bool:
    return False


@atexit.register
def _close_all() -> None:
    for process in list(_OPEN):
        process.close()
