"""Workers: threads that take jobs, keep their leases alive, and say how each ended.

A kind of job is a function of a `Task`. It works outside any transaction and returns an `Outcome`; what
the outcome keeps is written in the transaction that makes the job done, and what it announces is said
after that. A function may run more than once for one job, so it changes nothing itself.
"""

from __future__ import annotations

import atexit
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from psutil import pid_exists
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from workbench.errors import Cancelled, InputError, SceneBroken, WorkbenchError
from workbench.events import Emit, Event, silence
from workbench.spans import count, resumed, span
from workbench.store.jobs import LEASE_SECONDS, Job, Jobs

POLL_SECONDS = 0.5
COUNT_SECONDS = 1.0
PATIENCE_SECONDS = 10.0
LAST_SECONDS = 5.0
_LONGEST_HOST = 40
_LATE: list[threading.Thread] = []
"""Threads that were still at work when their workers closed."""


@atexit.register
def _wait_for_the_late() -> None:
    """Let them end before the interpreter does: it would stop them within a C++ library, which aborts."""
    deadline = time.monotonic() + LAST_SECONDS
    for thread in _LATE:
        thread.join(max(0.0, deadline - time.monotonic()))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a job came to: its result, the rows kept with it, and the events to announce after.

    `drop` is called when it was not kept after all, because the job had been cancelled or given on.
    """

    result: Mapping[str, Any] = field(default_factory=dict)
    keep: Callable[[Connection], object] | None = None
    then: tuple[Event, ...] = ()
    drop: Callable[[], object] | None = None


class Task:
    """A job in the hands of a worker."""

    def __init__(self, job: Job, note: Callable[[Job, Mapping[str, Any]], object] | None = None) -> None:
        self.job = job
        self._note = note
        self._stopped: Cancelled | None = None

    @property
    def payload(self) -> Mapping[str, Any]:
        """What the job was asked to do."""
        return self.job.payload

    @property
    def stopped(self) -> bool:
        """Whether the work has lost its use."""
        return self._stopped is not None

    def note(self, progress: Mapping[str, Any]) -> None:
        """Keep how far the work is, for every process to see; it is stopped when the job was cancelled."""
        if self._note is None or self.stopped:
            return
        try:
            self._note(self.job, progress)
        except Cancelled as lost:
            self.stop(lost)

    def check(self) -> None:
        """Raise Cancelled when the work has lost its use; long work calls it now and then."""
        if self._stopped is not None:
            raise self._stopped

    def stop(self, why: Cancelled) -> None:
        """Make the next `check` raise."""
        self._stopped = why


Run = Callable[[Task], Outcome]


class Workers:
    """Threads of this process that do jobs of the given kinds; a context manager, harmless to close twice."""

    def __init__(
        self,
        jobs: Jobs,
        kinds: Mapping[str, Run],
        *,
        threads: int = 1,
        emit: Emit = silence,
        lease_seconds: float = LEASE_SECONDS,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        self._jobs = jobs
        self._kinds = dict(kinds)
        self._emit = emit
        self._lease_seconds = lease_seconds
        self._poll_seconds = poll_seconds
        self._holder = f"{_host()}:{os.getpid()}"
        self._tasks: dict[tuple[str, int], Task] = {}
        self._closing = threading.Event()
        self._closed = threading.Event()
        self._news = threading.Condition()
        self._nudges = 0
        self._counted = -COUNT_SECONDS
        self._threads = [
            threading.Thread(target=self._work, args=(f"{self._holder}:{number}",), daemon=True)
            for number in range(threads)
        ]
        self._heart: threading.Thread | None = None

    def start(self) -> Workers:
        """Begin to take jobs."""
        for thread in self._threads:
            thread.start()
        return self

    def nudge(self) -> None:
        """Say that there may be a job, so that no worker waits for its next look."""
        with self._news:
            self._nudges += 1
            self._news.notify_all()

    def learn(self, kind: str, run: Run) -> None:
        """Do jobs of another kind too, from the next one on."""
        self._kinds = {**self._kinds, kind: run}

    def stop(self, job_id: str) -> None:
        """Tell a job that runs here at once that it was cancelled; others hear of it at a heartbeat."""
        for task in tuple(self._tasks.values()):
            if task.job.id == job_id:
                task.stop(Cancelled(f"The job {job_id} was cancelled."))

    def drain(self) -> int:
        """Do, in this thread, every job that is due now; returns how many were taken."""
        taken = 0
        while not self._closing.is_set() and (held := self._claimed(f"{self._holder}:drain")) is not None:
            self._do(held)
            taken += 1
        return taken

    def close(self, patience_seconds: float = PATIENCE_SECONDS) -> None:
        """Take no more jobs, let the running ones end, and give back those that take too long."""
        if self._closing.is_set():
            return
        self._closing.set()
        self.nudge()
        deadline = time.monotonic() + patience_seconds
        for thread in self._threads:
            if thread.is_alive():
                thread.join(max(0.0, deadline - time.monotonic()))
        for task in tuple(self._tasks.values()):
            task.stop(Cancelled("The workers are closing."))
            with suppress(WorkbenchError):
                self._jobs.release(task.job)
        _LATE.extend(thread for thread in self._threads if thread.is_alive())
        self._closed.set()

    def __enter__(self) -> Workers:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _work(self, holder: str) -> None:
        while not self._closing.is_set():
            seen = self._nudges
            held = self._claimed(holder)
            if held is not None:
                self._do(held)
            else:
                self._rest(seen)

    def _rest(self, seen: int) -> None:
        with self._news:
            self._news.wait_for(lambda: self._nudges != seen, self._poll_seconds)

    def _claimed(self, holder: str) -> Job | None:
        try:
            return self._jobs.claim(self._kinds, holder, lease_seconds=self._lease_seconds)
        except (WorkbenchError, SQLAlchemyError) as trouble:
            self._emit(Event("workers_troubled", data={"error": str(trouble)}))
            return None

    def _do(self, held: Job) -> None:
        self._tell(held)
        try:
            with resumed(held.trace or {}), span("job.run", project_id=held.project_id) as measured:
                measured.set(**_measured(held))
                self._count_waiting()
                ended = self._ended(held, measured.failed)
        except (WorkbenchError, SQLAlchemyError) as trouble:
            # The lease ends by itself and another worker takes the job.
            self._emit(Event("workers_troubled", held.project_id, data={"error": str(trouble)}))
            return
        if ended is not None:
            self._tell(ended)

    def _count_waiting(self) -> None:
        now = time.monotonic()
        if now - self._counted > COUNT_SECONDS:
            self._counted = now
            with suppress(WorkbenchError, SQLAlchemyError):
                count("jobs.waiting", self._jobs.waiting())

    def _tell(self, job: Job) -> None:
        data = {"job_id": job.id, "kind": job.kind, "state": job.state, "error": job.error}
        self._emit(Event("job_changed", job.project_id, data=data))

    def _ended(self, held: Job, failed: Callable[[BaseException], None]) -> Job | None:
        """Do the job and note how it ended; None when that is not ours to say any more."""
        with self._kept_alive(held) as task:
            try:
                outcome = self._kinds[held.kind](task)
                self._finish(task, outcome)
            except Cancelled as stopped:
                failed(stopped)
                return self._stopped(held, stopped)
            except (InputError, SceneBroken) as wrong:
                failed(wrong)
                return self._jobs.fail(held, str(wrong), again=False)
            except Exception as failure:  # noqa: BLE001 - a job may raise anything
                failed(failure)
                return self._jobs.fail(held, f"{type(failure).__name__}: {failure}")
        for event in outcome.then:
            self._emit(event)
        return self._jobs.get(held.id)

    def _finish(self, task: Task, outcome: Outcome) -> None:
        try:
            task.check()
            with self._jobs.finishing(task.job, outcome.result) as connection:
                if outcome.keep is not None:
                    outcome.keep(connection)
        except BaseException:
            if outcome.drop is not None:
                outcome.drop()
            raise

    def _stopped(self, held: Job, why: Cancelled) -> Job | None:
        found = self._jobs.get(held.id)
        if (found.state, found.token) != ("running", held.token):
            return found if found.state == "cancelled" else None
        return self._jobs.release(held) if self._closing.is_set() else self._jobs.fail(held, str(why))

    @contextmanager
    def _kept_alive(self, held: Job) -> Iterator[Task]:
        # An attempt that lost its lease may still run here beside the next one, so each has its own place.
        attempt = (held.id, held.token)
        task = self._tasks[attempt] = Task(held, self._jobs.note)
        with self._news:
            if self._heart is None:
                self._heart = threading.Thread(target=self._beat, daemon=True)
                self._heart.start()
        try:
            yield task
        finally:
            self._tasks.pop(attempt, None)

    def _beat(self) -> None:
        while not self._closed.wait(self._lease_seconds / 3):
            for task in tuple(self._tasks.values()):
                self._keep(task)

    def _keep(self, task: Task) -> None:
        try:
            self._jobs.extend(task.job, lease_seconds=self._lease_seconds)
        except Cancelled as lost:
            task.stop(lost)
        except (WorkbenchError, SQLAlchemyError) as trouble:
            self._emit(Event("workers_troubled", data={"error": str(trouble)}))


def _measured(held: Job) -> dict[str, Any]:
    """Return what telemetry keeps of a job; how long it waited is known of the first attempt alone."""
    waited = (held.updated_at - held.created_at).total_seconds() if held.attempts == 1 else None
    told = {"job_kind": held.kind, "job_id": held.id, "attempt": held.attempts}
    return told if waited is None else {**told, "waited_us": round(waited * 1e6)}


def abandoned(job: Job) -> bool:
    """Whether a running job is held by a process of this machine that is not there any more."""
    host, _, rest = (job.holder or "").partition(":")
    process = rest.partition(":")[0]
    return job.state == "running" and host == _host() and process.isdecimal() and not pid_exists(int(process))


def _host() -> str:
    return socket.gethostname()[:_LONGEST_HOST].replace(":", "-")
