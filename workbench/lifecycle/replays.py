"""Signed requests that were obeyed: each id once, for as long as its time would still be accepted."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, insert, select

from workbench.lifecycle.signing import TOLERANCE_SECONDS
from workbench.store.database import Database
from workbench.store.rows_lifecycle import signed_request

_KEPT = timedelta(seconds=3 * TOLERANCE_SECONDS)


def first_seen(database: Database, request_id: str) -> bool:
    """Write an id down and return whether it is new; of two at once, one is."""
    now = database.now()
    with database.write() as connection:
        connection.execute(delete(signed_request).where(signed_request.c.seen_at < now - _KEPT))
        if not database.is_sqlite:
            connection.exec_driver_sql("LOCK TABLE signed_request IN EXCLUSIVE MODE")
        known = select(signed_request.c.id).where(signed_request.c.id == request_id)
        if connection.execute(known).first() is not None:
            return False
        connection.execute(insert(signed_request).values(id=request_id, seen_at=now))
    return True
