"""Legal holds: while one is active, no rule takes anything that belongs to what is held."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, inspect, select, text, update

from workbench.errors import InputError, NotFound
from workbench.store import limits
from workbench.store.database import Database
from workbench.store.guard.census import references_of
from workbench.store.rows import cleanup, hold, removed_row

FILE = "file"
_SHA256 = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Hold:
    """One hold: the table and id of what is held, who holds it and why."""

    id: str
    kind: str
    key: str
    who: str
    why: str
    created_at: datetime
    released_at: datetime | None


_FIELDS = tuple(Hold.__dataclass_fields__)


class Holds:
    """Every hold of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def place(self, kind: str, key: str, *, why: str, who: str = "you") -> Hold:
        """Hold a user, project, scene, asset or message, with everything that belongs to it.

        A `file` is held by its SHA-256, whether anybody names it or not. What waits out its grace can be
        held, and so can one that is gone while rows still name it.
        """
        with self._database.read() as connection:
            names = inspect(connection).get_table_names()
            if kind not in {*names, FILE}:
                raise NotFound.among("table", kind, names)
            if kind == FILE:
                if not _SHA256.fullmatch(key):
                    raise InputError(f"{key!r} is not a SHA-256.", remedy="Give the name of a kept file.")
            elif not _known(connection, kind, key):
                raise NotFound(
                    f"There is no {kind} with the id {key!r}.", remedy="Give the id, not the name."
                )
        if not why.strip():
            raise InputError("A hold needs a reason.", remedy="Add --why")
        fresh = Hold(
            self._database.new_id(), kind, key, limits.name(who, "author's"), why, self._database.now(), None
        )
        with self._database.write() as connection:
            connection.execute(insert(hold).values(**{field: getattr(fresh, field) for field in _FIELDS}))
        return fresh

    def release(self, hold_id: str) -> None:
        """End a hold; plans made before still keep what was held."""
        mine = (hold.c.id == hold_id) & hold.c.released_at.is_(None)
        with self._database.write() as connection:
            ended = update(hold).where(mine).values(released_at=self._database.now())
            if not connection.execute(ended).rowcount:
                raise NotFound(f"There is no active hold {hold_id!r}.", remedy="workbench lifecycle status")

    def active(self) -> tuple[Hold, ...]:
        """Return the holds that are not released, the oldest first."""
        asked = select(hold).where(hold.c.released_at.is_(None)).order_by(hold.c.id)
        with self._database.read() as connection:
            rows = connection.execute(asked).mappings().all()
        return tuple(Hold(**{field: row[field] for field in _FIELDS}) for row in rows)


def _known(connection: Connection, kind: str, key: str) -> bool:
    """Whether there is such a row, or one that names it, or one in its grace that is it or names it."""
    asked = [(kind, "id")]
    asked += [(each.table, each.column) for each in references_of(inspect(connection)) if each.parent == kind]
    if any(_has(connection, table, column, key) for table, column in asked):
        return True
    tables = {table for table, _ in asked}
    taken = select(cleanup.c.id).where(cleanup.c.table_name.in_(tables))
    like = removed_row.c.content.like(f'%"{_plain(key)}"%', escape="!")
    waits = select(removed_row.c.id).where(removed_row.c.cleanup_id.in_(taken), like).limit(1)
    return connection.scalar(waits) is not None


def _has(connection: Connection, table: str, column: str, key: str) -> bool:
    asked = text(f'SELECT 1 FROM "{table}" WHERE "{column}" = :key LIMIT 1')
    return bool(connection.scalar(asked, {"key": key}))


def _plain(key: str) -> str:
    return key.replace("!", "!!").replace("%", "!%").replace("_", "!_")
