"""Workers: what is done, failed, cancelled and given back."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.clock import FrozenClock
from workbench.errors import Busy, InputError
from workbench.events import Event
from workbench.store.jobs import LEASE_SECONDS, Job, Jobs
from workbench.studio.working import Outcome, Run, Task, Workers


def doing(jobs: Jobs, run: Run, heard: list[Event] | None = None) -> Workers:
    return Workers(jobs, {"draw": run}, emit=(heard if heard is not None else []).append)


def raising(error: Exception) -> Callable[[Task], Outcome]:
    def run(task: Task) -> Outcome:
        raise error

    return run


def test_events_come_after_the_result_is_kept(jobs: Jobs) -> None:
    """A listener that looks finds the job done."""
    states = []
    asked = jobs.add("draw", {"pages": 2})

    def listen(event: Event) -> None:
        states.append((event.name, jobs.get(asked.id).state))

    def run(task: Task) -> Outcome:
        return Outcome({"pages": task.payload["pages"]}, then=(Event("drawn"),))

    assert Workers(jobs, {"draw": run}, emit=listen).drain() == 1
    assert states == [("job_changed", "running"), ("drawn", "done"), ("job_changed", "done")]
    assert jobs.get(asked.id).result == {"pages": 2}


def test_a_failure_is_tried_again_and_said(jobs: Jobs, clock: FrozenClock) -> None:
    """An unexpected error leaves the job waiting for its next attempt, with the error as it was."""
    heard: list[Event] = []
    asked = jobs.add("draw", {})
    workers = doing(jobs, raising(OSError("no paper")), heard)
    assert workers.drain() == 1
    assert (jobs.get(asked.id).state, jobs.get(asked.id).error) == ("failed", "OSError: no paper")
    assert heard[-1].data["state"] == "failed"
    clock.advance(5)
    assert workers.drain() == 1


def test_what_is_wrong_in_itself_is_not_tried_again(jobs: Jobs) -> None:
    """An input error makes the job dead at once: the same input would be wrong again."""
    asked = jobs.add("draw", {})
    doing(jobs, raising(InputError("No such page.", remedy="Choose another."))).drain()
    assert (jobs.get(asked.id).state, jobs.get(asked.id).attempts) == ("dead", 1)
    assert jobs.get(asked.id).error == "No such page. Choose another."


def test_one_bad_job_does_not_stop_the_next(jobs: Jobs) -> None:
    """Jobs after one that failed are done."""
    asked = [jobs.add("draw", {"good": good}) for good in (True, False, True)]

    def run(task: Task) -> Outcome:
        if not task.payload["good"]:
            raise ValueError
        return Outcome()

    assert doing(jobs, run).drain() == 3
    assert [jobs.get(each.id).state for each in asked] == ["done", "failed", "done"]


def test_a_result_that_came_after_cancelling_is_not_kept(jobs: Jobs) -> None:
    """Cancelling wins over a worker that did not look."""
    asked = jobs.add("draw", {})
    written = []

    def run(task: Task) -> Outcome:
        jobs.cancel(task.job.id)
        return Outcome({"late": True}, keep=written.append)

    doing(jobs, run).drain()
    assert (jobs.get(asked.id).state, jobs.get(asked.id).result, written) == ("cancelled", None, [])


@pytest.mark.slow
def test_closing_gives_back_what_is_not_finished(jobs: Jobs) -> None:
    """A job that outlasts the closing is queued again at once, and its late result is not kept."""
    asked = jobs.add("draw", {})
    begun, go = threading.Event(), threading.Event()

    def run(task: Task) -> Outcome:
        begun.set()
        go.wait(30)
        return Outcome({"late": True})

    workers = doing(jobs, run).start()
    begun.wait(30)
    workers.close(patience_seconds=0.05)
    workers.close()
    assert (jobs.get(asked.id).state, jobs.get(asked.id).attempts) == ("queued", 0)
    go.set()
    assert doing(jobs, lambda task: Outcome({"late": False})).drain() == 1
    assert jobs.get(asked.id).result == {"late": False}


@pytest.mark.slow
def test_a_running_job_learns_that_it_was_cancelled(jobs: Jobs) -> None:
    """The next heartbeat tells the task, whose `check` then raises."""
    asked = jobs.add("draw", {})
    begun, stopped = threading.Event(), threading.Event()

    def run(task: Task) -> Outcome:
        begun.set()
        while True:
            try:
                task.check()
            except BaseException:
                stopped.set()
                raise

    with Workers(jobs, {"draw": run}, lease_seconds=0.06, poll_seconds=0.02):
        assert begun.wait(30)
        jobs.cancel(asked.id)
        assert stopped.wait(30)
    assert jobs.get(asked.id).state == "cancelled"


@pytest.mark.slow
def test_an_attempt_is_kept_alive_when_the_one_before_it_ends(
    jobs: Jobs, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that lost its lease, as where a laptop slept, takes nothing from the next with it."""
    asked = jobs.add("draw", {})
    begun, go = [threading.Event(), threading.Event()], [threading.Event(), threading.Event()]
    kept, extend = threading.Event(), jobs.extend

    def awake(held: Job, *, lease_seconds: float) -> object:
        if held.token == 1:
            raise Busy("Asleep.")
        extended = extend(held, lease_seconds=lease_seconds)
        kept.set()
        return extended

    def run(task: Task) -> Outcome:
        begun[task.job.token - 1].set()
        assert go[task.job.token - 1].wait(30)
        return Outcome({"attempt": task.job.token})

    monkeypatch.setattr(jobs, "extend", awake)
    workers = Workers(jobs, {"draw": run}, threads=0, lease_seconds=0.06)
    attempts = [threading.Thread(target=workers.drain, daemon=True) for _ in range(2)]
    try:
        attempts[0].start()
        assert begun[0].wait(30)
        clock.advance(LEASE_SECONDS)
        attempts[1].start()
        assert begun[1].wait(30)
        go[0].set()
        attempts[0].join(30)
        kept.clear()
        assert kept.wait(30)
        go[1].set()
        attempts[1].join(30)
        assert jobs.get(asked.id).result == {"attempt": 2}
    finally:
        for each in go:
            each.set()
        workers.close()


@pytest.mark.slow
def test_a_nudge_wakes_a_worker(jobs: Jobs) -> None:
    """A worker that looks only once an hour takes the job it was nudged for."""
    done = threading.Event()

    def run(task: Task) -> Outcome:
        done.set()
        return Outcome()

    with Workers(jobs, {"draw": run}, poll_seconds=3600) as workers:
        jobs.add("draw", {})
        workers.nudge()
        assert done.wait(30)


_LEAVES = """
import sys, threading, time
from pathlib import Path
from workbench.store import Database
from workbench.store.jobs import Jobs
from workbench.studio.working import Outcome, Workers

folder, begun = Path(sys.argv[1]), threading.Event()

def slow(task):
    begun.set()
    time.sleep(0.3)
    (folder / "ended").touch()
    return Outcome()

with Database.open(folder / "jobs.db") as database:
    jobs = Jobs(database)
    jobs.add("draw", {})
    workers = Workers(jobs, {"draw": slow}).start()
    begun.wait()
    workers.close(0.0)
"""


@pytest.mark.slow
def test_what_is_still_at_work_ends_before_the_interpreter(tmp_path: Path) -> None:
    """A thread that the end of the interpreter meets in a C++ library would abort the process."""
    done = subprocess.run([sys.executable, "-c", _LEAVES, str(tmp_path)], check=False, capture_output=True)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "ended").exists()
