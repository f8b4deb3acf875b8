"""The worker processes of a sandbox: started together, lent one at a time, ended together.

Two kinds of time are bounded apart. What is nobody's source (a process that begins, the language that is
read to run sources) may take `START_SECONDS`: on a busy machine it takes long. What an author wrote has the
short limits of the sandbox, by the feed: the pool ends a worker that answers no feed in the feed's limit and
a grace.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import queue
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from pydantic_monty import Monty, MontyError, MontySession, OSPolicy, ResourceLimits

from workbench.scene.checker import Checker
from workbench.scene.color_names import COLOR_NAMES
from workbench.scene.envelope import end_family, launcher
from workbench.scene.limits import Limits
from workbench.scene.sealed import COLOR_TABLE, prelude

START_SECONDS = 20.0
"""What a worker may take for a turn that is no author's, and how long new tries begin."""
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
_USES_PER_WORKER = 200
_FROZEN = OSPolicy(datetime=dt.datetime(2026, 1, 1, tzinfo=dt.UTC), sleep="zero", random_start={"seed": 0})
# RuntimeError is what the pool says when no process can be had, or when it was closed meanwhile.
_NO_WORKER = (MontyError, RuntimeError, OSError, subprocess.SubprocessError)


class NotStarted(Exception):
    """The workers could not be started this time; nothing of them is left, and they may be tried again."""


class DeadOnArrival(Exception):
    """The worker was gone before the source began, by accident or by an earlier limit; another one may do."""


class Workers:
    """Started workers: those that run, those that check, and the language's state that each run begins with.

    `wrapped` is whether bubblewrap stands around them. Made by `started`.
    """

    def __init__(
        self,
        limits: Limits,
        runners: Monty,
        checkers: Monty,
        ready: bytes,
        *,
        wrapped: bool,
        ending: contextlib.ExitStack,
    ) -> None:
        self.ready = ready
        self.wrapped = wrapped
        self._limits, self._runners, self._checkers, self._ending = limits, runners, checkers, ending
        self._idle: queue.LifoQueue[Checker] = queue.LifoQueue()
        self._closed = False

    @classmethod
    def started(cls, limits: Limits, most: int, *, wrapped: bool) -> Self:
        """Start at most `most` workers of each kind, under bubblewrap if `wrapped` and it works here.

        Raises NotStarted, and leaves neither a process nor a folder then.
        """
        try:
            with contextlib.ExitStack() as ending:
                folder = ending.enter_context(_folder())
                around = launcher(folder, wrapped=True) if wrapped else None
                program = around or launcher(folder, wrapped=False)
                runners = ending.enter_context(_pool(program, most, limits.run_seconds, limits.grace))
                checkers = ending.enter_context(_pool(program, most, limits.check_seconds, limits.grace))
                ready = _prepared(runners, limits)
                kept = ending.pop_all()
        except _NO_WORKER as error:
            raise NotStarted(str(error) or type(error).__name__) from error
        return cls(limits, runners, checkers, ready, wrapped=around is not None, ending=kept)

    @contextlib.contextmanager
    def runner(self) -> Iterator[MontySession]:
        """Lend a worker that runs source, for one run; raises DeadOnArrival."""
        # The tighter of these and of what the state that is loaded holds counts: here, the author's time.
        limits = _resources(self._limits, self._limits.run_seconds)
        try:
            checkout = self._runners.checkout(limits=limits, os_policy=_FROZEN)
            session = checkout.__enter__()
        except (MontyError, RuntimeError) as error:
            raise DeadOnArrival(str(error)) from error
        try:
            yield session
        finally:
            with contextlib.suppress(MontyError):  # the answer is there already
                checkout.__exit__(None, None, None)

    def checker(self) -> Checker:
        """Return a type checker that nobody uses, or a new one; raises DeadOnArrival."""
        with contextlib.suppress(queue.Empty):
            return self._idle.get_nowait()
        try:
            return Checker(self._checkers, self._limits.check_seconds, _FROZEN)
        except (MontyError, RuntimeError) as error:
            raise DeadOnArrival(str(error)) from error

    def put_back(self, checker: Checker) -> None:
        """Take a checker back that is well, for the next one who checks."""
        if self._closed or checker.uses >= _USES_PER_WORKER:
            checker.close()
        else:
            self._idle.put(checker)

    def close(self) -> None:
        """End every worker and take their folder away."""
        self._closed = True
        with contextlib.suppress(queue.Empty):
            while True:
                self._idle.get_nowait().close()
        self._ending.close()


def end_worker(session: MontySession, how: signal.Signals = KILL) -> None:
    """End the worker of a session, and wait for its end.

    What a limit stopped midway is in no known state: the worker goes with its session, and is gone before
    the session is given back; the next run would be its victim otherwise.
    """
    if session.worker_pid is not None:
        end_family(session.worker_pid, how)


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="workbench-sandbox-", ignore_cleanup_errors=True) as folder:
        Path(folder, "owner").write_text(str(os.getpid()))
        yield Path(folder)


def _pool(program: Path | None, most: int, seconds: float, grace: float) -> Monty:
    return Monty(
        binary_path=program,
        min_processes=1,
        max_processes=most,
        request_timeout=max(START_SECONDS, seconds * (1 + grace)),
        feed_duration_limit_grace=seconds * grace,
        max_checkouts_per_worker=_USES_PER_WORKER,
    )


def _prepared(pool: Monty, limits: Limits) -> bytes:
    with pool.checkout(limits=_resources(limits, START_SECONDS), os_policy=_FROZEN) as session:
        session.feed_run(prelude())
        session.feed_run(f"{COLOR_TABLE} = names", inputs={"names": COLOR_NAMES})
        return session.dump()


def _resources(limits: Limits, seconds: float) -> ResourceLimits:
    return {
        "max_feed_duration_secs": seconds,
        "max_memory": limits.memory_bytes,
        "max_recursion_depth": limits.recursion,
        "max_suspensions": limits.suspensions,
    }
