"""How many jobs of a kind there are: asked for lately, for limits of a day, or not ended yet, of a user."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from workbench.store.rows import OPEN_JOB, job, project, user


def asked_since(connection: Connection, kind: str, since: datetime) -> int:
    """Return how many jobs of a kind were enqueued since a moment, cancelled ones aside."""
    wanted = (job.c.kind == kind) & (job.c.created_at >= since) & (job.c.state != "cancelled")
    return int(connection.scalar(select(func.count()).select_from(job).where(wanted)) or 0)


def unfinished_of(connection: Connection, user_id: str, kind: str, most: int | None = None) -> int:
    """Return how many jobs of a kind a user has that did not end; counts no further than `most`, if given."""
    his = select(job.c.id).join(project, project.c.id == job.c.project_id).where(project.c.user_id == user_id)
    some = his.where(job.c.kind == kind, OPEN_JOB).limit(most).subquery()
    return int(connection.scalar(select(func.count()).select_from(some)) or 0)


def one_at_a_time(connection: Connection, user_id: str) -> None:
    """Let no other transaction that asks for the same count the user's jobs until this one has ended."""
    connection.execute(select(user.c.id).where(user.c.id == user_id).with_for_update(key_share=True))
