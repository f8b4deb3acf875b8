"""The books of retention: a row for each rule of each applied plan, chained so that a change is seen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from workbench.errors import NotFound
from workbench.lifecycle.planning import PlanItem
from workbench.store.database import Database
from workbench.store.rows import cleanup

CleanupState = Literal["running", "done", "undone"]
_CHAINED = ("id", "plan_digest", "rule", "table_name", "cutoff", "planned_rows", "removed_rows",
            "removed_bytes", "who", "started_at", "sequence")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cleanup:
    """What one rule of one plan did, or is doing; `cursor` is the last key it has passed."""

    id: str
    plan_digest: str
    rule: str
    table_name: str
    cutoff: datetime
    state: CleanupState
    cursor: Sequence[Any]
    planned_rows: int
    removed_rows: int
    removed_bytes: int
    undone_rows: int
    who: str
    started_at: datetime
    updated_at: datetime
    sequence: int
    previous_digest: str
    digest: str


_FIELDS = tuple(Cleanup.__dataclass_fields__)


def open_cleanup(
    database: Database, connection: Connection, digest: str, item: PlanItem, who: str
) -> Cleanup:
    """Return the entry of a rule of a plan; begun before, it goes on where it was."""
    mine = (cleanup.c.plan_digest == digest) & (cleanup.c.rule == item.rule)
    found = connection.execute(select(cleanup).where(mine)).mappings().one_or_none()
    if found is None:
        now = database.now()
        last = connection.execute(select(func.max(cleanup.c.sequence))).scalar() or 0
        values: dict[str, Any] = {
            "id": database.new_id(), "plan_digest": digest, "rule": item.rule, "table_name": item.table,
            "cutoff": item.cutoff, "state": "running", "cursor": [], "planned_rows": item.rows,
            "removed_rows": 0, "removed_bytes": 0, "undone_rows": 0, "who": who, "started_at": now,
            "updated_at": now, "sequence": last + 1, "previous_digest": "", "digest": "",
        }  # fmt: skip
        connection.execute(insert(cleanup).values(**values))
        found = connection.execute(select(cleanup).where(mine)).mappings().one()
    return _cleanup(found)


def note_batch(
    connection: Connection, entry: Cleanup, cursor: Sequence[Any], rows: int, size: int, now: datetime
) -> None:
    """Write down one batch, in its own transaction."""
    connection.execute(
        update(cleanup)
        .where(cleanup.c.id == entry.id)
        .values(
            cursor=list(cursor),
            removed_rows=cleanup.c.removed_rows + rows,
            removed_bytes=cleanup.c.removed_bytes + size,
            updated_at=now,
        )
    )


def close_cleanup(connection: Connection, entry: Cleanup, now: datetime) -> None:
    """Finish an entry and chain it to the one before."""
    row = connection.execute(select(cleanup).where(cleanup.c.id == entry.id)).mappings().one()
    asked = (
        select(cleanup.c.digest)
        .where(cleanup.c.digest != "")
        .order_by(cleanup.c.updated_at.desc(), cleanup.c.sequence.desc())
    )
    previous = connection.execute(asked.limit(1)).scalar() or ""
    values = {
        "state": "done",
        "updated_at": now,
        "previous_digest": previous,
        "digest": _digest(row, previous),
    }
    connection.execute(update(cleanup).where(cleanup.c.id == entry.id).values(**values))


def entries(database: Database, *, most: int = 50) -> tuple[Cleanup, ...]:
    """Return the last entries, the newest first."""
    asked = select(cleanup).order_by(cleanup.c.sequence.desc()).limit(most)
    with database.read() as connection:
        return tuple(_cleanup(row) for row in connection.execute(asked).mappings())


def last_cleaned(database: Database) -> dict[str, datetime]:
    """Return for each rule when its last finished cleanup began; one that was undone does not count."""
    began = func.max(cleanup.c.started_at).label("began")
    asked = select(cleanup.c.rule, began).where(cleanup.c.state == "done").group_by(cleanup.c.rule)
    with database.read() as connection:
        return {row.rule: row.began for row in connection.execute(asked)}


def entry_of(connection: Connection, cleanup_id: str) -> Cleanup:
    """Return an entry by its id."""
    found = connection.execute(select(cleanup).where(cleanup.c.id == cleanup_id)).mappings().one_or_none()
    if found is None:
        raise NotFound.among("cleanup", cleanup_id, connection.scalars(select(cleanup.c.id).limit(50)))
    return _cleanup(found)


def tampered(database: Database) -> tuple[str, ...]:
    """Return the ids of closed entries that were changed, or whose predecessor is missing."""
    with database.read() as connection:
        rows = connection.execute(select(cleanup).where(cleanup.c.digest != "")).mappings().all()
    known = {row["digest"] for row in rows} | {""}
    return tuple(
        row["id"]
        for row in rows
        if row["digest"] != _digest(row, row["previous_digest"]) or row["previous_digest"] not in known
    )


def _digest(row: RowMapping, previous: str) -> str:
    said = [previous, *(_plain(row[field]) for field in _CHAINED)]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _cleanup(row: RowMapping) -> Cleanup:
    return Cleanup(**{field: row[field] for field in _FIELDS})
