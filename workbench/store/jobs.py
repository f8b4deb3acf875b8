"""Jobs: work that outlives the process that asked for it.

A job is one row. Whoever asks for it writes the row in the transaction of its cause; whoever takes it
holds a lease that ends by itself, so the job of a process that died is taken by another. Each taking has
a number, the `token`. Only the holder of the newest one can finish, fail or extend, and the result is
written in the transaction that says "done": work may run twice, its result is kept once.

    queued ──claim──> running ──> done
      ^                 │ ├─────> dead       no attempts left, or no use in trying again
      └──── failed <────┘ └─────> cancelled  (from any state that has not ended)
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, RowMapping, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from workbench.errors import Cancelled, Conflict, InputError, NotFound
from workbench.spans import carried, resumed, span
from workbench.store import limits
from workbench.store.database import Database
from workbench.store.jobs_due import due_kinds, take_next
from workbench.store.rows import job

JobState = Literal["queued", "running", "failed", "done", "dead", "cancelled"]
ENDED: tuple[JobState, ...] = ("done", "dead", "cancelled")
LEASE_SECONDS = 60.0
MOST_ATTEMPTS = 5
FIRST_PAUSE_SECONDS = 2.0
LONGEST_PAUSE_SECONDS = 600.0

_LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it was read; `due_at` is when it may be taken, of a running one when its lease ends.

    `progress` is what the work last noted about itself, `trace` what it is part of; see `spans.carried`.
    """

    id: str
    kind: str
    key: str
    project_id: str | None
    payload: Mapping[str, Any]
    priority: int
    state: JobState
    attempts: int
    most_attempts: int
    due_at: datetime
    holder: str | None
    token: int
    result: Mapping[str, Any] | None
    error: str
    progress: Mapping[str, Any] | None
    trace: Mapping[str, str] | None
    created_at: datetime
    updated_at: datetime

    @property
    def ended(self) -> bool:
        """Whether nothing will happen to it unless somebody retries it."""
        return self.state in ENDED


class Jobs:
    """The jobs of a database, shared by every process that has it open."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, kind: str, payload: Mapping[str, Any], **options: Any) -> Job:
        """Enqueue a job in a transaction of its own; options as for `enqueue`."""
        with self._database.write() as connection:
            return self.enqueue(connection, kind, payload, **options)

    def enqueue(
        self,
        connection: Connection,
        kind: str,
        payload: Mapping[str, Any],
        *,
        key: str | None = None,
        project_id: str | None = None,
        priority: int = 0,
        most_attempts: int = MOST_ATTEMPTS,
        delay_seconds: float = 0.0,
    ) -> Job:
        """Write a job into the caller's transaction: it is there exactly when its cause is.

        `key` makes asking twice the same as asking once: the job that has it is returned. Jobs of a
        higher `priority` go first. Raises Conflict when the key belongs to a job that does something else.
        """
        now = self._database.now()
        fresh = self._database.new_id()
        row = {
            "id": fresh,
            "kind": limits.name(kind, "job's kind"),
            "key": _checked_key(key or fresh),
            "project_id": project_id,
            "payload": _plain(payload, "payload"),
            "priority": priority,
            "state": "queued",
            "attempts": 0,
            "most_attempts": max(1, most_attempts),
            "due_at": now + timedelta(seconds=delay_seconds),
            "holder": None,
            "token": 0,
            "error": "",
            "trace": carried() or None,
            "created_at": now,
            "updated_at": now,
        }
        insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        connection.execute(insert(job).values(row).on_conflict_do_nothing(index_elements=[job.c.key]))
        held = _one(connection, job.c.key == row["key"])
        if (held.kind, held.payload) != (row["kind"], row["payload"]):
            raise Conflict(
                f"The key {held.key!r} belongs to another job.", remedy="Choose another key.", held=held
            )
        return held

    def claim(self, kinds: Iterable[str], holder: str, *, lease_seconds: float = LEASE_SECONDS) -> Job | None:
        """Take the next due job of these kinds, or None; it is the holder's until the lease ends."""
        with self._database.read() as connection:
            wanted = due_kinds(connection, kinds, self._database.now())
        if not wanted:
            return None
        with self._database.write() as connection:
            while (key := take_next(connection, wanted, self._database.now())) is not None:
                found = _one(connection, job.c.id == key)
                if found.attempts < found.most_attempts:
                    due_at = self._database.now() + timedelta(seconds=lease_seconds)
                    taken = {"attempts": found.attempts + 1, "token": found.token + 1, "holder": holder}
                    return self._set(connection, key, state="running", due_at=due_at, **taken)
                told = f"Every worker that took it stopped without an answer ({found.attempts} times)."
                self._set(connection, key, state="dead", holder=None, error=told)
        return None

    def extend(self, held: Job, *, lease_seconds: float = LEASE_SECONDS) -> Job:
        """Make the lease end later; raises Cancelled when the job is not this holder's any more."""
        with self._holding(held) as connection:
            due_at = self._database.now() + timedelta(seconds=lease_seconds)
            return self._set(connection, held.id, due_at=due_at)

    def note(self, held: Job, progress: Mapping[str, Any]) -> Job:
        """Keep how far the job is, for every process to see; raises Cancelled as `extend` does."""
        with self._holding(held) as connection:
            return self._set(connection, held.id, progress=_plain(progress, "progress"))

    @contextmanager
    def finishing(self, held: Job, result: Mapping[str, Any]) -> Iterator[Connection]:
        """Give the transaction that makes the job done: what is written in it is kept with the result.

        Raises Cancelled, and keeps nothing, when the job is not this holder's any more.
        """
        kept = _plain(result, "result")
        with self._holding(held) as connection:
            yield connection
            self._set(connection, held.id, state="done", holder=None, result=kept, error="")

    def fail(self, held: Job, error: str, *, again: bool = True) -> Job:
        """Note that the attempt failed; with `again` it is tried later while attempts are left."""
        last = not again or held.attempts >= held.most_attempts
        due_at = self._database.now() + timedelta(seconds=0 if last else pause_seconds(held))
        with self._holding(held) as connection:
            state = "dead" if last else "failed"
            return self._set(connection, held.id, state=state, due_at=due_at, holder=None, error=_told(error))

    def release(self, held: Job) -> Job:
        """Give the job back untried, as a worker does that is told to stop."""
        with self._holding(held) as connection:
            now = self._database.now()
            return self._set(
                connection, held.id, state="queued", due_at=now, holder=None, attempts=held.attempts - 1
            )

    def expire(self, held: Job) -> Job:
        """End the lease of a worker that is known to be gone, so that another may take the job at once."""
        with self._holding(held) as connection:
            return self._set(connection, held.id, due_at=self._database.now())

    def remark(self, job_id: str, progress: Mapping[str, Any]) -> Job:
        """Keep what became of an ended job's result, such as that an offer was accepted."""
        with self._database.write() as connection:
            found = _one(connection, job.c.id == job_id, lock=True)
            if not found.ended:
                raise InputError(f"The job {job_id} is {found.state}.", remedy="Wait until it has ended.")
            return self._set(connection, job_id, progress=_plain(progress, "progress"))

    def waiting(self, most: int = 10_000) -> int:
        """Return how many jobs are due and not taken yet; counts no further than `most`."""
        due = (job.c.state.in_(("queued", "failed")), job.c.due_at <= self._database.now())
        with self._database.read() as connection:
            some = select(job.c.id).where(*due).limit(most).subquery()
            return connection.execute(select(func.count()).select_from(some)).scalar_one()

    def cancel(self, job_id: str) -> Job:
        """Stop a job that has not ended; a worker that runs it is told, and its result is not kept."""
        with self._database.write() as connection:
            found = _one(connection, job.c.id == job_id, lock=True)
            return found if found.ended else self._set(connection, job_id, state="cancelled", holder=None)

    def cancel_all(self, connection: Connection, project_id: str, kind: str, why: str) -> tuple[str, ...]:
        """Stop a project's jobs of a kind that have not ended, in an open transaction; returns their ids."""
        theirs = (job.c.project_id == project_id, job.c.kind == kind, job.c.state.not_in(ENDED))
        stopped = {"state": "cancelled", "holder": None, "error": _told(why)}
        changed = update(job).where(*theirs).values(updated_at=self._database.now(), **stopped)
        return tuple(connection.scalars(changed.returning(job.c.id)))

    def retry(self, job_id: str) -> Job:
        """Queue a job again that failed, died or was cancelled, with all its attempts."""
        with self._database.write() as connection:
            found = _one(connection, job.c.id == job_id, lock=True)
            if found.state == "done":
                raise InputError(f"The job {job_id} is done.", remedy="Enqueue a new one.")
            if found.state in ("queued", "running"):
                return found
            now = self._database.now()
            fresh = {"attempts": 0, "error": "", "progress": None}
            return self._set(connection, job_id, state="queued", due_at=now, **fresh)

    def now(self) -> datetime:
        """Return the moment as the store tells it."""
        return self._database.now()

    def get(self, job_id: str) -> Job:
        """Return a job by its id."""
        with self._database.read() as connection:
            return _one(connection, job.c.id == job_id)

    def by_key(self, key: str) -> Job | None:
        """Return the job that was enqueued under `key`, or None."""
        with self._database.read() as connection:
            row = connection.execute(select(job).where(job.c.key == key)).mappings().one_or_none()
            return None if row is None else _job(row)

    def by_keys(self, keys: Collection[str]) -> dict[str, Job]:
        """Return the jobs that were enqueued under these keys, by key, as many as are there."""
        with self._database.read() as connection:
            rows = connection.execute(select(job).where(job.c.key.in_(keys))).mappings()
            return {row["key"]: _job(row) for row in rows}

    def list(
        self, *, kind: str | None = None, project_id: str | None = None, state: Iterable[JobState] = (),
        most: int = 100,
    ) -> tuple[Job, ...]:  # fmt: skip
        """Return jobs, newest first; each condition that is given narrows them."""
        asked = select(job)
        if kind is not None:
            asked = asked.where(job.c.kind == kind)
        if project_id is not None:
            asked = asked.where(job.c.project_id == project_id)
        if states := tuple(state):
            asked = asked.where(job.c.state.in_(states))
        with self._database.read() as connection:
            rows = connection.execute(asked.order_by(job.c.id.desc()).limit(most)).mappings()
            return tuple(_job(row) for row in rows)

    def counts(self) -> dict[tuple[str, JobState], int]:
        """Return how many jobs of each kind are in each state."""
        asked = select(job.c.kind, job.c.state, func.count()).group_by(job.c.kind, job.c.state)
        with self._database.read() as connection:
            return {(kind, state): number for kind, state, number in connection.execute(asked)}

    def wait(
        self, job_id: str, timeout_seconds: float, *, pause: Callable[[float], object] = time.sleep
    ) -> Job:
        """Return the job once it has ended, or as it is when the time is over.

        Standing there is measured as `wait.job` in the trace of whoever asked for the job.
        """
        found = self.get(job_id)
        if found.ended:
            return found
        with (
            resumed(found.trace or {}),
            span("wait.job", job_kind=found.kind, project_id=found.project_id),
        ):
            return self._waited(job_id, timeout_seconds, pause)

    def _waited(self, job_id: str, timeout_seconds: float, pause: Callable[[float], object]) -> Job:
        clock = self._database.clock
        deadline = clock.monotonic() + timeout_seconds
        naps = 0.005
        while not (found := self.get(job_id)).ended and clock.monotonic() < deadline:
            pause(min(naps, max(0.0, deadline - clock.monotonic())))
            naps = min(2 * naps, 0.25)
        return found

    @contextmanager
    def _holding(self, held: Job) -> Iterator[Connection]:
        with self._database.write() as connection:
            found = _one(connection, job.c.id == held.id, lock=True)
            if (found.state, found.token) != ("running", held.token):
                why = "it was cancelled" if found.state == "cancelled" else "its lease ended and was given on"
                raise Cancelled(f"The job {held.id} is not held any more: {why}.", job=found)
            yield connection

    def _set(self, connection: Connection, job_id: str, **values: Any) -> Job:
        changed = update(job).where(job.c.id == job_id).values(updated_at=self._database.now(), **values)
        return _job(connection.execute(changed.returning(*job.c)).mappings().one())


def pause_seconds(failed: Job) -> float:
    """Return how long a failed job rests: twice as long each time, spread so that jobs do not march."""
    longest = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2.0 ** min(failed.attempts - 1, 30))
    return longest * Random(f"{failed.id}:{failed.token}").uniform(0.5, 1.0)


def _one(connection: Connection, which: ColumnElement[bool], *, lock: bool = False) -> Job:
    asked = select(job).where(which)
    row = connection.execute(asked.with_for_update() if lock else asked).mappings().one_or_none()
    if row is None:
        raise NotFound("There is no job of that id.", remedy="List the jobs; ended ones may be cleaned up.")
    return _job(row)


def _job(row: RowMapping) -> Job:
    return Job(**row)


def _checked_key(key: str) -> str:
    if not 0 < len(key) <= _LONGEST_KEY:
        raise InputError(
            f"A job's key has {len(key)} letters.", remedy=f"Give 1 to {_LONGEST_KEY}; hash what is longer."
        )
    return limits.text(key, "job's key")


def _plain(value: Mapping[str, Any], kind: str) -> dict[str, Any]:
    try:
        written = json.dumps(value, allow_nan=False)
    except (TypeError, ValueError) as failure:
        raise InputError(f"A job's {kind} cannot be kept: {failure}.", remedy="Use plain data.") from None
    if len(written) > limits.MAX_JSON_BYTES:
        raise InputError(
            f"A job's {kind} takes {len(written)} bytes.",
            remedy=f"Keep it within {limits.MAX_JSON_BYTES // 1024} kB; put files into the blob store.",
        )
    plain: dict[str, Any] = json.loads(written)
    return plain


def _told(error: str) -> str:
    return error.replace("\x00", "").encode("utf-8", "replace").decode()[:4000]
