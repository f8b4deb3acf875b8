"""How many jobs of a kind were asked for lately, for limits of a day."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from workbench.store.rows import job


def asked_since(connection: Connection, kind: str, since: datetime) -> int:
    """Return how many jobs of a kind were enqueued since a moment, cancelled ones aside."""
    wanted = (job.c.kind == kind) & (job.c.created_at >= since) & (job.c.state != "cancelled")
    return int(connection.scalar(select(func.count()).select_from(job).where(wanted)) or 0)
