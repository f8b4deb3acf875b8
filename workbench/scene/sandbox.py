"""Worker processes in which scene source is checked and run, and nowhere else."""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, Self

from pydantic_monty import (
    CollectString,
    MontyConversionError,
    MontyCrashedError,
    MontyError,
    MontyRuntimeError,
    MontySession,
    MontySyntaxError,
)

from workbench.errors import EnvironmentFault
from workbench.scene.limits import Limits
from workbench.scene.sealed import EXPORT, GIVEN, opening
from workbench.scene.workers import KILL, START_SECONDS, DeadOnArrival, NotStarted, Workers, end_worker

_CHECKS_KEPT = 256
_FRESH_STARTS = 3
_SUDDEN_SECONDS = 0.05
"""A worker that is lost this soon was dying before the source began; it is tried in another one."""
_AUTHORS_FEED = "<python-input-3>"
_LIMITS = ("TimeoutError", "MemoryError", "RecursionError")
_DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Fault:
    """How a run ended that made no picture: `kind` is the name of the error, or `Unsupported` where the
    interpreter lacks what is written, `Crashed` where the worker was lost, `NotStarted` where none could be
    had; frames are (line, column, end line, end column) of the author's text, outermost first.
    """

    kind: str
    message: str
    frames: tuple[tuple[int, int, int, int], ...] = ()


class CheckFailed(Exception):
    """A type check has no answer: it took too long (`timed_out`), no worker could be started (`not_started`
    is why, empty otherwise), or its worker was lost.
    """

    def __init__(self, *, timed_out: bool = False, not_started: str = "") -> None:
        super().__init__("timed out" if timed_out else not_started or "crashed")
        self.timed_out = timed_out
        self.not_started = not_started


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run gave: the picture as JSON text, or a fault."""

    result: str | None
    fault: Fault | None


class Sandbox:
    """Checks and runs scene source in worker processes; safe to share between threads.

    Workers start with the first use and end with `close` or with the process. `wrapped` asks for bubblewrap
    around them: None takes it where it works, False leaves it out, True makes its absence visible in
    `self.wrapped`, which is what really holds once the workers have started.
    """

    def __init__(
        self, limits: Limits = _DEFAULT_LIMITS, *, workers: int = 2, wrapped: bool | None = None
    ) -> None:
        self.limits = limits
        self.wrapped = wrapped
        self._asked = wrapped
        self._most = workers
        self._lock = threading.Lock()
        self._workers: Workers | None = None
        self._turns = threading.BoundedSemaphore(workers)
        self._checked: dict[str, list[dict[str, Any]]] = {}

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def start(self) -> None:
        """Start the workers; the first check or run does it otherwise.

        Raises EnvironmentFault when none can be started; the next use tries again.
        """
        lost: NotStarted | None = None
        for _ in _tries():
            try:
                self._standing()
            except NotStarted as error:
                lost = error
            else:
                return
        raise EnvironmentFault(
            f"No worker that evaluates scenes could be started here: {lost}.",
            remedy="Try again when the machine is less busy; `workbench doctor` tries each part.",
        ) from lost

    def _standing(self) -> Workers:
        with self._lock:
            if self._workers is None:
                workers = Workers.started(self.limits, self._most, wrapped=self._asked is not False)
                self._workers, self.wrapped = workers, workers.wrapped
            return self._workers

    def check(self, source: str) -> list[dict[str, Any]]:
        """Return the type checker's reports on `source`, which does not run; lines count from 2.

        The answers for the latest sources are kept: one source is often evaluated for several formats.
        """
        known = self._checked.get(source)
        if known is not None:
            return known
        with self._turns:
            reports = self._reports(source)
        with self._lock:
            while len(self._checked) >= _CHECKS_KEPT:
                del self._checked[next(iter(self._checked))]
            self._checked[source] = reports
        return reports

    def _reports(self, source: str) -> list[dict[str, Any]]:
        """Return the reports; a checker that was lost by accident is replaced, and the check tried again."""
        lost: Exception | None = None
        for _ in _tries():
            try:
                return self._attempt_check(source)
            except (NotStarted, DeadOnArrival) as error:
                lost = error
            except MontyCrashedError as error:
                lost = error
                if error.timed_out:
                    raise CheckFailed(timed_out=True) from error
        raise CheckFailed(not_started=str(lost) if isinstance(lost, NotStarted) else "") from lost

    def _attempt_check(self, source: str) -> list[dict[str, Any]]:
        workers = self._standing()
        checker = workers.checker()
        try:
            reports = checker.check(source)
        except BaseException:
            checker.close()
            raise
        workers.put_back(checker)
        return reports

    def run(self, text: str, given: Mapping[str, Any]) -> Outcome:
        """Run located source and return the picture it makes; `given` are the arguments of the opening."""
        fault = Fault("Crashed", "")
        for _ in _tries():
            try:
                return self._attempt(text, given)
            except DeadOnArrival as error:
                fault = Fault("Crashed", str(error))
            except NotStarted as error:
                fault = Fault("NotStarted", str(error))
        return Outcome(None, fault)

    def _attempt(self, text: str, given: Mapping[str, Any]) -> Outcome:
        workers = self._standing()
        printed = CollectString(max_bytes=self.limits.output_bytes)
        with workers.runner() as session:
            refused = _opened(session, workers.ready, given, printed)
            if refused is not None:
                return Outcome(None, refused)
            began = time.perf_counter()
            try:
                session.feed_run(text, print_callback=printed)
                return Outcome(str(session.feed_run(EXPORT, print_callback=printed)), None)
            except (MontyRuntimeError, MontySyntaxError) as error:
                fault = _fault(error)
                if fault.kind in _LIMITS:
                    end_worker(session)
                if fault.kind == "NotImplementedError" and _lacks(session, text):
                    fault = replace(fault, kind="Unsupported")
                return Outcome(None, fault)
            except (MontyCrashedError, MontyConversionError) as error:
                late = isinstance(error, MontyCrashedError) and error.timed_out
                if isinstance(error, MontyCrashedError) and time.perf_counter() - began < _SUDDEN_SECONDS:
                    raise DeadOnArrival(str(error)) from error
                return Outcome(None, Fault("TimeoutError" if late else "Crashed", str(error)))

    def lose_worker(self, how: signal.Signals = KILL) -> None:
        """End one worker from outside, as an accident would; the next run has a new one."""
        self.start()
        with contextlib.suppress(DeadOnArrival), self._standing().runner() as session:
            end_worker(session, how)

    def lose_checker(self) -> None:
        """End an idle type checker from outside."""
        self.start()
        workers = self._standing()
        checker = workers.checker()
        end_worker(checker.session)
        workers.put_back(checker)

    def close(self) -> None:
        """End the workers; calling it twice does no harm, and the next use starts new ones."""
        with self._lock:
            workers, self._workers = self._workers, None
            if workers is not None:
                workers.close()


def _tries() -> Iterator[int]:
    """Give the tries that a fresh worker has; none begins when the time for starting is over."""
    until = time.monotonic() + START_SECONDS
    for number in range(_FRESH_STARTS):
        yield number
        if time.monotonic() >= until:
            return


def _opened(
    session: MontySession, ready: bytes, given: Mapping[str, Any], printed: CollectString
) -> Fault | None:
    """Set the stage; returns a fault when what was given cannot be taken, raises DeadOnArrival otherwise."""
    try:
        session.load_session(ready)
        session.feed_run(opening(), inputs={GIVEN: dict(given)}, print_callback=printed)
    except MontyRuntimeError as error:
        end_worker(session)
        fault = _fault(error)
        if (
            fault.kind == "TimeoutError"
        ):  # not the author's: the opening is the same few lines for every source
            raise DeadOnArrival(str(error)) from error
        return fault
    except MontyError as error:
        raise DeadOnArrival(str(error)) from error
    return None


def _fault(error: MontyRuntimeError | MontySyntaxError) -> Fault:
    frames = tuple(
        (frame.line, frame.column, frame.end_line, frame.end_column)
        for frame in error.traceback()
        if frame.filename == _AUTHORS_FEED
    )
    return Fault(type(error.exception()).__name__, error.display("msg"), frames)


def _lacks(session: MontySession, text: str) -> bool:
    """Whether the interpreter refuses the text itself, which does not run here; a lost worker is replaced."""
    try:
        session.feed_run(f"1 / 0\n{text}")
    except MontyRuntimeError as error:
        return isinstance(error.exception(), NotImplementedError)
    except MontyCrashedError as error:
        raise DeadOnArrival(str(error)) from error
    except MontyError:
        return False
    return False


_shared: dict[int, Sandbox] = {}
_shared_lock = threading.Lock()


def shared_sandbox() -> Sandbox:
    """Return the sandbox of this process, which closes when the process ends."""
    with _shared_lock:
        sandbox = _shared.get(os.getpid())
        if sandbox is None:
            sandbox = _shared[os.getpid()] = Sandbox()
            atexit.register(sandbox.close)
        return sandbox
