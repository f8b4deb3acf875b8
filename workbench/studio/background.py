"""The background work of one workspace: which kinds of jobs it does, in lanes that go on side by side.

A lane is a few threads of its own, so that a film that takes minutes keeps no picture waiting. Threads
start when there is work: when something is enqueued here, or when a workspace opens and finds jobs that
are not done.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress

from workbench.errors import Cancelled
from workbench.events import Emit
from workbench.store.jobs import LEASE_SECONDS, Job, Jobs, JobState
from workbench.studio.working import Run, Workers, abandoned

PICTURES = "pictures"
FILMS = "films"
LATE = "late"
NOT_ENDED: tuple[JobState, ...] = ("queued", "running", "failed")


class Background:
    """Kinds of jobs by lane. With no threads the work is left to other processes."""

    def __init__(
        self,
        jobs: Jobs,
        emit: Emit,
        threads: int,
        *,
        lease_seconds: float = LEASE_SECONDS,
        on_start: Callable[[], object] = lambda: None,
    ) -> None:
        self._jobs = jobs
        self._emit = emit
        self._threads = threads
        self._lease_seconds = lease_seconds
        self._on_start = on_start
        self._kinds: dict[str, dict[str, Run]] = {}
        self._lanes: dict[str, Workers] = {}
        self._lock = threading.Lock()
        self._closed = False

    @property
    def kinds(self) -> Mapping[str, Run]:
        """Every kind of job that is known here."""
        return {kind: run for lane in self._kinds.values() for kind, run in lane.items()}

    def lane(self, name: str) -> Mapping[str, Run]:
        """Return the kinds of job that share a lane."""
        return dict(self._kinds.get(name, {}))

    def add(self, kind: str, run: Run, lane: str = PICTURES) -> None:
        """Let a kind of job be done in a lane; several kinds may share one."""
        with self._lock:
            self._kinds.setdefault(lane, {})[kind] = run
            if lane in self._lanes:
                self._lanes[lane].learn(kind, run)

    def resume(self) -> None:
        """Start every lane that has jobs left; what a process of this machine that died had goes on now."""
        for job in self._jobs.list(state=("running",)):
            if job.kind in self.kinds and abandoned(job):
                with suppress(Cancelled):
                    self._jobs.expire(job)
        for lane, kinds in tuple(self._kinds.items()):
            if any(self._waiting(kind) for kind in kinds):
                self._start(lane)

    def work(self, kind: str | None = None) -> None:
        """Have the jobs of a kind done (None: of every kind) that are due, and those that come.

        Once this is closed nothing is done here: jobs wait for the next process.
        """
        for lane, kinds in tuple(self._kinds.items()):
            if kind is None or kind in kinds:
                self._start(lane)

    def follow(self, *kinds: str) -> None:
        """Have jobs done that others left behind, when there are any."""
        for kind in kinds:
            if self._waiting(kind):
                self.work(kind)

    def stop(self, job_id: str) -> Job:
        """Cancel a job; when it runs in this process it hears of it at once."""
        cancelled = self._jobs.cancel(job_id)
        for workers in tuple(self._lanes.values()):
            workers.stop(job_id)
        return cancelled

    def drain(self) -> int:
        """Do, in this thread, every job that is due now; returns how many were taken."""
        with Workers(self._jobs, self.kinds, threads=0, emit=self._emit) as workers:
            return workers.drain()

    def close(self, patience_seconds: float) -> None:
        """Let running jobs end, and give back those that take too long."""
        with self._lock:
            self._closed = True
            lanes, self._lanes = tuple(self._lanes.values()), {}
        closing = [threading.Thread(target=lane.close, args=(patience_seconds,)) for lane in lanes]
        for each in closing:
            each.start()
        for each in closing:
            each.join()

    def _waiting(self, kind: str) -> bool:
        return bool(self._jobs.list(kind=kind, state=NOT_ENDED, most=1))

    def _start(self, lane: str) -> None:
        with self._lock:
            if self._closed:
                return
            if lane not in self._lanes:
                threads = self._threads if lane == PICTURES else min(1, self._threads)
                self._lanes[lane] = Workers(
                    self._jobs,
                    self._kinds[lane],
                    threads=threads,
                    emit=self._emit,
                    lease_seconds=self._lease_seconds,
                ).start()
                self._on_start()
            workers = self._lanes[lane]
        workers.nudge()
