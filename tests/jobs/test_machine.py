"""Whatever workers do, and whenever they die, a job keeps its promises: a machine against a plain model."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from workbench.clock import FrozenClock
from workbench.errors import Cancelled
from workbench.store import Database
from workbench.store.jobs import ENDED, Job, Jobs

LEASE = 10.0


class Machine(RuleBasedStateMachine):
    """Workers hold leases in a list of their own; one that is dropped from it is one that died."""

    empty: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        shutil.copy(self.empty, self.folder / "jobs.db")
        self.clock = FrozenClock()
        self.database = Database.open(self.folder / "jobs.db", clock=self.clock, power_safe=False)
        self.jobs = Jobs(self.database)
        self.asked: dict[str, str] = {}
        self.results: dict[str, dict[str, Any]] = {}
        self.held: list[Job] = []

    def teardown(self) -> None:
        self.database.close()
        shutil.rmtree(self.folder)

    @rule(key=st.sampled_from("abc"))
    def ask(self, key: str) -> None:
        job = self.jobs.add("draw", {"key": key}, key=key, most_attempts=3)
        assert self.asked.setdefault(key, job.id) == job.id

    @rule()
    def claim(self) -> None:
        job = self.jobs.claim(["draw"], "worker", lease_seconds=LEASE)
        if job is not None:
            assert (job.state, job.attempts <= job.most_attempts) == ("running", True)
            assert job.id not in self.results
            assert all(job.token > other.token for other in self.held if other.id == job.id)
            self.held.append(job)

    @rule(which=st.integers(0, 5), value=st.integers())
    def finish(self, which: int, value: int) -> None:
        for job in self.held[which : which + 1]:
            newest = self.mine(job)
            try:
                with self.jobs.finishing(job, {"value": value}):
                    pass
                assert newest
                self.results[job.id] = {"value": value}
            except Cancelled:
                assert not newest

    @rule(which=st.integers(0, 5), how=st.sampled_from(["extend", "fail", "release"]))
    def touch(self, which: int, how: str) -> None:
        for job in self.held[which : which + 1]:
            newest = self.mine(job)
            try:
                {"extend": self.jobs.extend, "release": self.jobs.release}.get(how, self.fail)(job)
                assert newest
            except Cancelled:
                assert not newest

    def fail(self, job: Job) -> Job:
        return self.jobs.fail(job, "trouble")

    @rule(key=st.sampled_from("abc"), how=st.sampled_from(["cancel", "retry"]))
    def steer(self, key: str, how: str) -> None:
        if key in self.asked and self.jobs.get(self.asked[key]).state != "done":
            getattr(self.jobs, how)(self.asked[key])

    @rule(which=st.integers(0, 5))
    def die(self, which: int) -> None:
        del self.held[which : which + 1]

    @rule(seconds=st.sampled_from([1.0, LEASE + 1, 700.0]))
    def wait(self, seconds: float) -> None:
        self.clock.advance(seconds)

    def mine(self, job: Job) -> bool:
        found = self.jobs.get(job.id)
        return (found.state, found.token) == ("running", job.token)

    @invariant()
    def nothing_is_lost_or_changed_once_done(self) -> None:
        for job in map(self.jobs.get, self.asked.values()):
            assert (job.state == "done") == (job.id in self.results)
            assert job.result == self.results.get(job.id)
            assert (job.holder is not None) == (job.state == "running")

    @invariant()
    def every_open_job_can_come_to_an_end(self) -> None:
        open_jobs = [job for job in map(self.jobs.get, self.asked.values()) if job.state not in ENDED]
        assert all((job.due_at - self.clock.now()).total_seconds() <= 600 for job in open_jobs)


@pytest.mark.slow
def test_jobs_keep_their_promises(empty_file: Path) -> None:
    """In any order of asking, taking, finishing, failing, dying and waiting, results are kept once."""
    Machine.empty = empty_file
    limits = settings(
        max_examples=30, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Machine, settings=limits)
