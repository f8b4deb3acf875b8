"""Jobs: asked for once, held by one, ended once."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from workbench.clock import FrozenClock
from workbench.errors import Cancelled, Conflict, InputError, NotFound
from workbench.store import Database
from workbench.store.jobs import Job, Jobs, pause_seconds
from workbench.store.rows import user


def taken(jobs: Jobs, holder: str = "a") -> Job:
    held = jobs.claim(["draw"], holder, lease_seconds=10)
    assert held is not None
    return held


def test_a_job_is_there_exactly_when_its_cause_is(database: Database, jobs: Jobs) -> None:
    """A transaction that is rolled back leaves no job."""

    def fail_after_enqueueing() -> None:
        with database.write() as connection:
            jobs.enqueue(connection, "draw", {})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_enqueueing()
    assert jobs.list() == ()


def test_asking_twice_is_asking_once(jobs: Jobs) -> None:
    """The same key gives the same job; with another payload it is a conflict that shows the job."""
    first = jobs.add("draw", {"scene": "1"}, key="once")
    assert jobs.add("draw", {"scene": "1"}, key="once") == first
    with pytest.raises(Conflict, match="another job") as conflict:
        jobs.add("draw", {"scene": "2"}, key="once")
    assert conflict.value.evidence["held"] == first


def test_important_jobs_go_first_then_the_oldest(jobs: Jobs, clock: FrozenClock) -> None:
    """Priority decides, then the time of asking; other kinds are left alone."""
    for name, priority in (("late", 0), ("urgent", 5), ("low", -1)):
        jobs.add("draw", {"name": name}, priority=priority)
        clock.advance(1)
    jobs.add("other", {})
    assert [taken(jobs).payload["name"] for _ in range(3)] == ["urgent", "late", "low"]
    assert jobs.claim(["draw"], "a") is None


def test_the_result_and_its_rows_are_kept_together(
    database: Database, jobs: Jobs, clock: FrozenClock
) -> None:
    """What is written while finishing is there with "done", and not at all when finishing fails."""
    jobs.add("draw", {})
    held = taken(jobs)

    def finish(name: str, divisor: int) -> None:
        with jobs.finishing(held, {"pages": 3}) as connection:
            connection.execute(user.insert().values(id=name, name=name, created_at=clock.now()))
            assert 1 / divisor

    with pytest.raises(ZeroDivisionError):
        finish("lost", 0)
    finish("kept", 1)
    with database.read() as connection:
        assert set(connection.scalars(sa.select(user.c.name))) == {"local", "kept"}
    assert (jobs.get(held.id).state, jobs.get(held.id).result) == ("done", {"pages": 3})


def test_a_lease_that_ends_gives_the_job_to_another(jobs: Jobs, clock: FrozenClock) -> None:
    """The late worker can neither finish, fail nor extend; the new one finishes."""
    jobs.add("draw", {})
    late = taken(jobs, "late")
    clock.advance(11)
    fresh = taken(jobs, "fresh")
    assert (fresh.id, fresh.token) == (late.id, late.token + 1)
    for attempt in (lambda: jobs.fail(late, "x"), lambda: jobs.extend(late), lambda: jobs.release(late)):
        with pytest.raises(Cancelled, match="given on"):
            attempt()
    with pytest.raises(Cancelled), jobs.finishing(late, {"by": "late"}):
        pass
    with jobs.finishing(fresh, {"by": "fresh"}):
        pass
    assert jobs.get(late.id).result == {"by": "fresh"}


def test_a_heartbeat_keeps_the_job(jobs: Jobs, clock: FrozenClock) -> None:
    """A lease that is extended in time is nobody else's."""
    jobs.add("draw", {})
    held = taken(jobs)
    for _ in range(5):
        clock.advance(8)
        jobs.extend(held, lease_seconds=10)
        assert jobs.claim(["draw"], "other") is None


def test_a_failed_job_rests_longer_each_time_and_dies(jobs: Jobs, clock: FrozenClock) -> None:
    """It is not taken before its pause is over; after its last attempt it is dead and says why."""
    jobs.add("draw", {}, most_attempts=3)
    pauses = []
    for _ in range(2):
        failed = jobs.fail(taken(jobs), "the printer burns")
        assert (failed.state, jobs.claim(["draw"], "a")) == ("failed", None)
        pauses.append((failed.due_at - clock.now()).total_seconds())
        clock.advance(pauses[-1])
    dead = jobs.fail(taken(jobs), "the printer burns")
    assert 1 <= pauses[0] <= 2 <= pauses[1] <= 4
    assert (dead.state, dead.error, dead.attempts) == ("dead", "the printer burns", 3)


def test_a_job_that_kills_its_workers_is_put_aside(jobs: Jobs, clock: FrozenClock) -> None:
    """When each worker that took it vanished, it is dead instead of killing the next."""
    asked = jobs.add("draw", {}, most_attempts=2)
    for _ in range(2):
        taken(jobs)
        clock.advance(11)
    assert jobs.claim(["draw"], "a") is None
    assert jobs.get(asked.id).state == "dead"
    assert "2 times" in jobs.get(asked.id).error


def test_cancelled_while_it_runs(jobs: Jobs) -> None:
    """Its worker is told and keeps nothing; a retry gives it all its attempts again."""
    asked = jobs.add("draw", {})
    held = taken(jobs)
    assert jobs.cancel(asked.id).state == "cancelled"
    with pytest.raises(Cancelled, match="cancelled"):
        jobs.extend(held)
    again = jobs.retry(asked.id)
    assert (again.state, again.attempts) == ("queued", 0)
    assert taken(jobs).token == 2


def test_done_is_final(jobs: Jobs) -> None:
    """A done job is neither cancelled nor retried."""
    asked = jobs.add("draw", {})
    with jobs.finishing(taken(jobs), {}):
        pass
    assert jobs.cancel(asked.id).state == "done"
    with pytest.raises(InputError, match="is done"):
        jobs.retry(asked.id)


def test_waiting_ends_with_the_job_or_the_time(jobs: Jobs, clock: FrozenClock) -> None:
    """`wait` returns the ended job, or the job as it is when the time is over."""
    asked = jobs.add("draw", {})
    assert jobs.wait(asked.id, 3, pause=clock.advance).state == "queued"

    def work(seconds: float) -> None:
        with jobs.finishing(taken(jobs), {}):
            clock.advance(seconds)

    assert jobs.wait(asked.id, 3, pause=work).state == "done"


@pytest.mark.parametrize("payload", [{"x": float("nan")}, {"x": object()}, {"x": "y" * 300_000}])
def test_what_cannot_be_kept_is_refused(jobs: Jobs, payload: dict[str, object]) -> None:
    """A payload is plain data of a bounded size."""
    with pytest.raises(InputError, match="payload"):
        jobs.add("draw", payload)


def test_unknown_jobs_are_named_so(jobs: Jobs) -> None:
    """An id that no job has is an error with a remedy."""
    with pytest.raises(NotFound, match="no job"):
        jobs.get("nothing")


def test_pauses_are_bounded(jobs: Jobs) -> None:
    """However often it failed, a job rests at most ten minutes."""
    asked = jobs.add("draw", {})
    from dataclasses import replace

    assert all(1 <= pause_seconds(replace(asked, attempts=each)) <= 600 for each in range(1, 200))


def test_all_of_a_project_that_have_not_ended_are_stopped(database: Database, jobs: Jobs) -> None:
    """Of one kind, whatever their state, with the reason; their workers keep nothing, the others stay."""
    held = {}
    for name in ("done", "failed", "running"):
        jobs.add("draw", {}, key=name, project_id="p")
        held[name] = taken(jobs)
    with jobs.finishing(held["done"], {}):
        pass
    jobs.fail(held["failed"], "no paper")
    for name, kind, project_id in (("queued", "draw", "p"), ("his", "draw", "q"), ("other", "measure", "p")):
        jobs.add(kind, {}, key=name, project_id=project_id)
    with database.write() as connection:
        stopped = jobs.cancel_all(connection, "p", "draw", "the project was deleted")
    found = jobs.by_keys(["done", "failed", "running", "queued", "his", "other"])
    assert {found[key].id for key in ("failed", "running", "queued")} == set(stopped)
    assert {(found[key].state, found[key].error) for key in ("failed", "running", "queued")} == {
        ("cancelled", "the project was deleted")
    }
    assert [found[key].state for key in ("done", "his", "other")] == ["done", "queued", "queued"]
    with pytest.raises(Cancelled, match="cancelled"):
        jobs.extend(held["running"])
    assert jobs.retry(found["running"].id).error == ""
