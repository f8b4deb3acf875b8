"""Which job is next: the due one of the highest priority, of these the one that has waited longest.

One look into an index for each kind, however many jobs wait: the index holds only jobs that have not ended,
in this order, which is why the condition must be written in the index's own words.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select

from workbench.store.rows import OPEN_JOB, job


def due_kinds(connection: Connection, kinds: Iterable[str], now: datetime) -> list[str]:
    """Return the kinds that have a due job, the kind of the next one first."""
    found = [
        (-row.priority, row.due_at, row.id, kind)
        for kind in kinds
        if (row := connection.execute(_due(kind, now)).first()) is not None
    ]
    return [kind for *_, kind in sorted(found)]


def take_next(connection: Connection, kinds: Iterable[str], now: datetime) -> str | None:
    """Return the id of the next due job of the first of these kinds that has one, locked for the caller."""
    for kind in kinds:
        row = connection.execute(_due(kind, now).with_for_update(skip_locked=True)).first()
        if row is not None:
            return str(row.id)
    return None


def _due(kind: str, now: datetime) -> Select[Any]:
    return (
        select(job.c.id, job.c.priority, job.c.due_at)
        .where(job.c.kind == kind, OPEN_JOB, job.c.due_at <= now)
        .order_by(job.c.priority.desc(), job.c.due_at, job.c.id)
        .limit(1)
    )
