"""Work that waits for the facts of a picture: a job that is due when they are there, whoever comes first.

Both sides lock the picture's row, so that no job is enqueued unseen while the facts are being written.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from workbench.store.jobs import Job, Jobs
from workbench.store.rows import asset, image_analysis, job

LATE_FACTS = "late_facts"
LONGEST_WAIT_SECONDS = 30 * 86400.0


def wait_for_facts(
    jobs: Jobs,
    connection: Connection,
    asset_id: str,
    version: int,
    payload: Mapping[str, Any],
    *,
    name: str,
    project_id: str,
) -> Job:
    """Enqueue what is to be done once an asset is measured; due at once when it is already."""
    _lock(connection, asset_id)
    known = select(image_analysis.c.id).where(
        image_analysis.c.asset_id == asset_id, image_analysis.c.version == version
    )
    delay = 0.0 if connection.scalar(known) else LONGEST_WAIT_SECONDS
    key = f"{_prefix(asset_id)}{name}"
    return jobs.enqueue(
        connection, LATE_FACTS, payload, key=key, project_id=project_id, delay_seconds=delay, priority=1
    )


def wake_waiting(connection: Connection, asset_id: str, now: datetime) -> int:
    """Make what waits for an asset's facts due, in the transaction that keeps them; returns how many."""
    _lock(connection, asset_id)
    first, last = _prefix(asset_id), f"{_prefix(asset_id)[:-1]};"
    waiting = (job.c.key >= first) & (job.c.key < last) & (job.c.state == "queued")
    return connection.execute(update(job).where(waiting).values(due_at=now, updated_at=now)).rowcount


def _lock(connection: Connection, asset_id: str) -> None:
    connection.execute(select(asset.c.id).where(asset.c.id == asset_id).with_for_update())


def _prefix(asset_id: str) -> str:
    return f"{LATE_FACTS}:{asset_id}:"
