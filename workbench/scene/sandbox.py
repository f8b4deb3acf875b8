"""Worker processes in which scene source is checked and run, and nowhere else."""

from __future__ import annotations

import atexit
import contextlib
import datetime as dt
import json
import os
import queue
import signal
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pydantic_monty import (
    CollectString,
    Monty,
    MontyConversionError,
    MontyCrashedError,
    MontyError,
    MontyRuntimeError,
    MontySession,
    MontySyntaxError,
    MontyTypingError,
    OSPolicy,
    ResourceLimits,
)

from workbench.scene.color_names import COLOR_NAMES
from workbench.scene.envelope import end_family, launcher
from workbench.scene.limits import Limits
from workbench.scene.reference import language
from workbench.scene.sealed import COLOR_TABLE, EXPORT, GIVEN, opening, prelude

_ONLY_CHECK = "only_check"
_USES_PER_WORKER = 200
_CHECKS_KEPT = 256
_FRESH_STARTS = 3
_SUDDEN_SECONDS = 0.05
"""A worker that is lost this soon was dying before the source began; it is tried in another one."""
_AUTHORS_FEED = "<python-input-3>"
_LIMITS = ("TimeoutError", "MemoryError", "RecursionError")
_FROZEN = OSPolicy(datetime=dt.datetime(2026, 1, 1, tzinfo=dt.UTC), sleep="zero", random_start={"seed": 0})
_DEFAULT_LIMITS = Limits()
_KILL = getattr(signal, "SIGKILL", signal.SIGTERM)


@dataclass(frozen=True, slots=True)
class Fault:
    """How a run ended that made no picture: `kind` is the name of the error, or `Unsupported` where the
    interpreter lacks what is written; frames are (line, column, end line, end column) of the author's text,
    outermost first.
    """

    kind: str
    message: str
    frames: tuple[tuple[int, int, int, int], ...] = ()


class _DeadOnArrival(Exception):
    """The worker was gone before the source began: one that an earlier limit had ended."""


class CheckFailed(Exception):
    """The worker was lost during a type check; `timed_out` says whether it took too long."""

    def __init__(self, *, timed_out: bool) -> None:
        super().__init__("timed out" if timed_out else "crashed")
        self.timed_out = timed_out


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
        self._workers = workers
        self._lock = threading.Lock()
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._runners: Monty | None = None
        self._checkers: Monty | None = None
        self._idle: queue.LifoQueue[_Checker] = queue.LifoQueue()
        self._turns = threading.BoundedSemaphore(workers)
        self._ready: bytes | None = None
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
        """Start the workers; the first check or run does it otherwise."""
        with self._lock:
            if self._runners is None:
                self._folder = tempfile.TemporaryDirectory(prefix="workbench-sandbox-")
                Path(self._folder.name, "owner").write_text(str(os.getpid()))
                program = self._program(Path(self._folder.name))
                self._runners = self._pool(program, self.limits.run_seconds)
                self._checkers = self._pool(program, self.limits.check_seconds)
                self._ready = self._prepare(self._runners)

    def check(self, source: str) -> list[dict[str, Any]]:
        """Return the type checker's reports on `source`, which does not run; lines count from 2.

        The answers for the latest sources are kept: one source is often evaluated for several formats.
        """
        known = self._checked.get(source)
        if known is not None:
            return known
        self.start()
        with self._turns:
            reports = self._reports(source)
        with self._lock:
            while len(self._checked) >= _CHECKS_KEPT:
                del self._checked[next(iter(self._checked))]
            self._checked[source] = reports
        return reports

    def _reports(self, source: str) -> list[dict[str, Any]]:
        """Return the reports; a checker that was lost by accident is replaced, and the check tried again."""
        lost: MontyCrashedError | None = None
        for _ in range(_FRESH_STARTS):
            try:
                return self._attempt_check(source)
            except MontyCrashedError as error:
                lost = error
                if error.timed_out:
                    break
        raise CheckFailed(timed_out=lost is not None and lost.timed_out) from lost

    def _attempt_check(self, source: str) -> list[dict[str, Any]]:
        checker = self._checker()
        try:
            reports = checker.check(source)
        except MontyCrashedError:
            checker.close()
            raise
        self._put_back(checker)
        return reports

    def run(self, text: str, given: Mapping[str, Any]) -> Outcome:
        """Run located source and return the picture it makes; `given` are the arguments of the opening."""
        self.start()
        lost = ""
        for _ in range(_FRESH_STARTS):
            try:
                return self._attempt(text, given)
            except _DeadOnArrival as error:
                lost = str(error)
        return Outcome(None, Fault("Crashed", lost or "no worker could be started"))

    def _attempt(self, text: str, given: Mapping[str, Any]) -> Outcome:
        assert self._runners is not None
        assert self._ready is not None
        printed = CollectString(max_bytes=self.limits.output_bytes)
        with self._checked_out() as session:
            try:
                session.load_session(self._ready)
                session.feed_run(opening(), inputs={GIVEN: dict(given)}, print_callback=printed)
            except MontyCrashedError as error:
                raise _DeadOnArrival(str(error)) from error
            began = time.perf_counter()
            try:
                session.feed_run(text, print_callback=printed)
                return Outcome(str(session.feed_run(EXPORT, print_callback=printed)), None)
            except (MontyRuntimeError, MontySyntaxError) as error:
                fault = _fault(error)
                if fault.kind in _LIMITS:
                    _kill(session)
                if fault.kind == "NotImplementedError" and _lacks(session, text):
                    fault = replace(fault, kind="Unsupported")
                return Outcome(None, fault)
            except (MontyCrashedError, MontyConversionError) as error:
                late = isinstance(error, MontyCrashedError) and error.timed_out
                if isinstance(error, MontyCrashedError) and time.perf_counter() - began < _SUDDEN_SECONDS:
                    raise _DeadOnArrival(str(error)) from error
                return Outcome(None, Fault("TimeoutError" if late else "Crashed", str(error)))

    @contextlib.contextmanager
    def _checked_out(self) -> Iterator[MontySession]:
        assert self._runners is not None
        checkout = self._runners.checkout(os_policy=_FROZEN)
        try:
            session = checkout.__enter__()
        except MontyCrashedError as error:
            raise _DeadOnArrival(str(error)) from error
        try:
            yield session
        finally:
            with contextlib.suppress(MontyCrashedError):  # the answer is there already
                checkout.__exit__(None, None, None)

    def lose_worker(self, how: signal.Signals = _KILL) -> None:
        """End one worker from outside, as an accident would; the next run has a new one."""
        self.start()
        assert self._runners is not None
        with contextlib.suppress(MontyCrashedError), self._runners.checkout() as session:
            _kill(session, how)

    def lose_checker(self) -> None:
        """End an idle type checker from outside."""
        checker = self._checker()
        checker.end()
        self._idle.put(checker)

    def close(self) -> None:
        """End the workers; calling it twice does no harm, and the next use starts new ones."""
        with self._lock:
            while not self._idle.empty():
                self._idle.get_nowait().close()
            for pool in (self._runners, self._checkers):
                if pool is not None:
                    pool.__exit__(None, None, None)
            if self._folder is not None:
                self._folder.cleanup()
            self._folder = self._runners = self._checkers = self._ready = None

    def _program(self, folder: Path) -> Path | None:
        wrapped = None if self.wrapped is False else launcher(folder, wrapped=True)
        self.wrapped = wrapped is not None
        return wrapped or launcher(folder, wrapped=False)

    def _pool(self, program: Path | None, seconds: float) -> Monty:
        return Monty(
            binary_path=program,
            min_processes=1,
            max_processes=self._workers,
            request_timeout=seconds * (1 + self.limits.grace),
            feed_duration_limit_grace=seconds * self.limits.grace,
            max_checkouts_per_worker=_USES_PER_WORKER,
        ).__enter__()

    def _prepare(self, pool: Monty) -> bytes:
        with pool.checkout(limits=self._worker_limits(), os_policy=_FROZEN) as session:
            session.feed_run(prelude())
            session.feed_run(f"{COLOR_TABLE} = names", inputs={"names": COLOR_NAMES})
            return session.dump()

    def _worker_limits(self) -> ResourceLimits:
        return {
            "max_feed_duration_secs": self.limits.run_seconds,
            "max_memory": self.limits.memory_bytes,
            "max_recursion_depth": self.limits.recursion,
            "max_suspensions": self.limits.suspensions,
        }

    def _checker(self) -> _Checker:
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            assert self._checkers is not None
            return _Checker(self._checkers)

    def _put_back(self, checker: _Checker) -> None:
        if checker.uses < _USES_PER_WORKER:
            self._idle.put(checker)
        else:
            checker.close()


class _Checker:
    """A session that keeps what it knows of the language and never runs what it checks: the first statement
    stops it.
    """

    def __init__(self, pool: Monty) -> None:
        self.uses = 0
        self._session: MontySession = pool.checkout(
            type_check=True,
            type_check_stubs=f"{language()}\ndef {_ONLY_CHECK}() -> None: ...\n",
            type_check_format="json",
            limits={"max_feed_duration_secs": 1.0, "max_memory": 64 * 2**20},
            os_policy=_FROZEN,
        ).__enter__()
        self._session.feed_run(f"def {_ONLY_CHECK}(): raise ValueError('checked')", skip_type_check=True)

    def check(self, source: str) -> list[dict[str, Any]]:
        """Return the reports on one source."""
        self.uses += 1
        try:
            self._session.feed_run(f"{_ONLY_CHECK}()\n{source}")
        except MontyTypingError as error:
            found: list[dict[str, Any]] = json.loads(error.display())
            return found
        except (MontyRuntimeError, MontySyntaxError):
            return []
        return []

    def end(self) -> None:
        """End the worker from outside."""
        _kill(self._session)

    def close(self) -> None:
        """Give the worker back."""
        try:
            self._session.__exit__(None, None, None)
        except MontyError:
            return


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
        raise _DeadOnArrival(str(error)) from error
    return False


def _kill(session: MontySession, how: signal.Signals = _KILL) -> None:
    # What a limit stopped midway is in no known state: the worker goes with its session, and is gone before
    # the session is given back; the next run would be its victim otherwise.
    if session.worker_pid is not None:
        end_family(session.worker_pid, how)


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
