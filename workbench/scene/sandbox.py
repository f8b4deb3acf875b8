"""Worker processes in which scene source is checked and run, and nowhere else."""

from __future__ import annotations

import atexit
import datetime
import json
import queue
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from pydantic_monty import (
    CollectString,
    Monty,
    MontyCrashedError,
    MontyError,
    MontyRuntimeError,
    MontySession,
    MontySyntaxError,
    MontyTypingError,
    OSPolicy,
)

from workbench.scene.color_names import COLOR_NAMES
from workbench.scene.limits import Limits
from workbench.scene.reference import language
from workbench.scene.sealed import COLOR_TABLE, EXPORT, GIVEN, opening, prelude

_ONLY_CHECK = "only_check"
_CHECKS_PER_SESSION = 200
_AUTHORS_FEED = "<python-input-3>"


@dataclass(frozen=True, slots=True)
class Fault:
    """How a run ended that made no picture: `kind` is the name of the error, frames are (line, column,
    end line, end column) of the author's text, outermost first.
    """

    kind: str
    message: str
    frames: tuple[tuple[int, int, int, int], ...] = ()


class CheckFailed(Exception):
    """The worker was lost during a type check; `timed_out` says whether it was stopped for taking too long."""

    def __init__(self, *, timed_out: bool) -> None:
        super().__init__("timed out" if timed_out else "crashed")
        self.timed_out = timed_out


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run gave: the picture as JSON text, or a fault; and what the source printed."""

    result: str | None
    fault: Fault | None
    printed: str = ""


class Sandbox:
    """Checks and runs scene source in worker processes; safe to share between threads.

    Workers start with the first use and end with `close` or with the process.
    """

    def __init__(self, limits: Limits = Limits(), *, workers: int = 2) -> None:
        self.limits = limits
        self._workers = workers
        self._lock = threading.Lock()
        self._runners: Monty | None = None
        self._checkers: Monty | None = None
        self._idle: queue.LifoQueue[_Checker] = queue.LifoQueue()
        self._ready: bytes | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def check(self, source: str) -> list[dict[str, Any]]:
        """Return what the type checker says about `source`, without running it."""
        self._start()
        checker = self._checker()
        try:
            found = checker.check(source)
        except MontyCrashedError as error:
            checker.close()
            raise CheckFailed(timed_out=error.timed_out) from error
        self._give_back(checker)
        return found

    def run(self, text: str, given: Mapping[str, Any]) -> Outcome:
        """Run located source and return the picture it makes; `given` are the arguments of `_open`."""
        self._start()
        printed = CollectString(max_bytes=self.limits.output_bytes)
        assert self._runners is not None
        try:
            with self._runners.checkout(os_policy=_policy()) as session:
                session.load_session(self._prepared())
                session.feed_run(opening(), inputs={GIVEN: dict(given)}, print_callback=printed)
                session.feed_run(text, print_callback=printed)
                result = session.feed_run(EXPORT, print_callback=printed)
        except (MontyRuntimeError, MontySyntaxError) as error:
            return Outcome(None, _fault(error), printed.output)
        except MontyCrashedError as error:
            kind = "TimeoutError" if error.timed_out else "Crashed"
            return Outcome(None, Fault(kind, str(error)), printed.output)
        return Outcome(str(result), None, printed.output)

    def close(self) -> None:
        """End the workers; calling it twice does no harm and the next use starts new ones."""
        with self._lock:
            while not self._idle.empty():
                self._idle.get_nowait().close()
            for pool in (self._runners, self._checkers):
                if pool is not None:
                    pool.__exit__(None, None, None)
            self._runners = self._checkers = self._ready = None

    def _start(self) -> None:
        with self._lock:
            if self._runners is None:
                self._runners = self._pool().__enter__()
                self._checkers = self._pool().__enter__()

    def _pool(self) -> Monty:
        return Monty(
            min_processes=1,
            max_processes=self._workers,
            request_timeout=self.limits.run_seconds + self.limits.grace_seconds,
            feed_duration_limit_grace=self.limits.grace_seconds,
            max_checkouts_per_worker=200,
        )

    def _prepared(self) -> bytes:
        with self._lock:
            if self._ready is None:
                assert self._runners is not None
                with self._runners.checkout(limits=self._worker_limits(), os_policy=_policy()) as session:
                    session.feed_run(prelude())
                    session.feed_run(f"{COLOR_TABLE} = names", inputs={"names": COLOR_NAMES})
                    self._ready = session.dump()
            return self._ready

    def _worker_limits(self) -> Any:
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

    def _give_back(self, checker: _Checker) -> None:
        if checker.uses < _CHECKS_PER_SESSION:
            self._idle.put(checker)
        else:
            checker.close()


class _Checker:
    """A session that never runs what it checks: the first statement stops it."""

    def __init__(self, pool: Monty) -> None:
        self.uses = 0
        self._session: MontySession = pool.checkout(
            type_check=True,
            type_check_stubs=f"{language()}\ndef {_ONLY_CHECK}() -> None: ...\n",
            type_check_format="json",
            limits={"max_feed_duration_secs": 1.0, "max_memory": 64 * 2**20},
        ).__enter__()
        self._session.feed_run(f"def {_ONLY_CHECK}(): raise ValueError('checked')", skip_type_check=True)

    def check(self, source: str) -> list[dict[str, Any]]:
        self.uses += 1
        try:
            self._session.feed_run(f"{_ONLY_CHECK}()\n{source}")
        except MontyTypingError as error:
            found: list[dict[str, Any]] = json.loads(error.display())
            return found
        except (MontyRuntimeError, MontySyntaxError):
            return []
        return []

    def close(self) -> None:
        try:
            self._session.__exit__(None, None, None)
        except MontyError:
            return


def _policy() -> OSPolicy:
    frozen = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    return OSPolicy(datetime=frozen, sleep="zero", random_start={"seed": 0})


def _fault(error: MontyRuntimeError | MontySyntaxError) -> Fault:
    frames = tuple(
        (frame.line, frame.column, frame.end_line, frame.end_column)
        for frame in error.traceback()
        if frame.filename == _AUTHORS_FEED
    )
    return Fault(type(error.exception()).__name__, error.display("msg"), frames)


_shared: Sandbox | None = None
_shared_lock = threading.Lock()


def shared_sandbox() -> Sandbox:
    """Return the sandbox of this process, which closes when the process ends."""
    global _shared  # noqa: PLW0603 - one pool a process is the point
    with _shared_lock:
        if _shared is None:
            _shared = Sandbox()
            atexit.register(_shared.close)
        return _shared
