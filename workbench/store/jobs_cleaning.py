"""Ended jobs grow old: counted first, then removed in small batches.

Only rows that have ended go; what a job made (facts, films, revisions) is kept where it was kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select

from workbench.store.database import Database
from workbench.store.rows import job

KEPT_DAYS = 30.0
BATCH = 250


@dataclass(frozen=True, slots=True)
class OldJobs:
    """How many ended jobs of each kind are older than `before`; what `remove_old_jobs` would take."""

    before: datetime
    counts: Mapping[tuple[str, str], int]

    @property
    def total(self) -> int:
        """How many there are in all."""
        return sum(self.counts.values())


def old_jobs(database: Database, kept_days: float = KEPT_DAYS) -> OldJobs:
    """Return which jobs ended more than `kept_days` ago, by kind and state; removes nothing."""
    before = database.now() - timedelta(days=kept_days)
    asked = select(job.c.kind, job.c.state, func.count()).where(*_old(before))
    with database.read() as connection:
        rows = connection.execute(asked.group_by(job.c.kind, job.c.state)).all()
    return OldJobs(before, {(kind, state): count for kind, state, count in rows})


def remove_old_jobs(database: Database, old: OldJobs, *, most: int = BATCH) -> tuple[Mapping[str, Any], ...]:
    """Remove at most `most` of the jobs that `old_jobs` counted; returns the results they had.

    Call it until it returns fewer than `most`.
    """
    with database.write() as connection:
        wanted = select(job.c.id).where(*_old(old.before)).order_by(job.c.id).limit(most)
        gone = delete(job).where(job.c.id.in_(wanted.scalar_subquery())).returning(job.c.result)
        return tuple(row.result or {} for row in connection.execute(gone))


def _old(before: datetime) -> tuple[ColumnElement[bool], ...]:
    ended = job.c.state.in_(("done", "dead", "cancelled"))
    return ended, job.c.due_at < before, job.c.updated_at < before
