"""Rows that were taken, as JSON: read, and put back where the rows they belong to are there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, inspect, select, text

from workbench.store.rows import removed_row

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Archived:
    """A row that was taken: its `content` by column, until when it is kept, and which parents it lacks."""

    table: str
    content: dict[str, Any]
    purge_at: datetime
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PutBack:
    """How many rows were put back; those before `below` are next, and None when there are no more."""

    rows: int
    below: str | None


@dataclass(frozen=True, slots=True)
class _Parent:
    column: str
    table: str
    key: str
    soft: bool


class Family:
    """Looks up whether the rows that others name by a declared reference are there."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._inspector = inspect(connection)
        self._parents: dict[str, tuple[_Parent, ...]] = {}
        self._there: dict[tuple[str, str, Any], bool] = {}

    def missing(self, table: str, content: dict[str, Any]) -> tuple[list[str], list[str]]:
        """Return the parents a row cannot do without, and the columns to empty since it can."""
        needed, emptied = [], []
        for parent in self._of(table):
            value = content.get(parent.column)
            if value is None or self._has(parent, value):
                continue
            if parent.soft:
                emptied.append(parent.column)
            else:
                needed.append(f"{parent.table} {value}")
        return needed, emptied

    def _of(self, table: str) -> tuple[_Parent, ...]:
        if table not in self._parents:
            self._parents[table] = tuple(
                _Parent(
                    each["constrained_columns"][0], each["referred_table"], each["referred_columns"][0],
                    (each.get("options") or {}).get("ondelete") == "SET NULL",
                )
                for each in self._inspector.get_foreign_keys(table)
                if len(each["constrained_columns"]) == 1
            )  # fmt: skip
        return self._parents[table]

    def _has(self, parent: _Parent, value: object) -> bool:
        place = (parent.table, parent.key, value)
        if place not in self._there:
            asked = text(f'SELECT 1 FROM "{parent.table}" WHERE "{parent.key}" = :value')
            self._there[place] = self._connection.execute(asked, {"value": value}).scalar() is not None
        return self._there[place]


def archived(connection: Connection, cleanup_id: str) -> Iterator[Archived]:
    """Give every row that a cleanup took and that is kept still, in the order they were taken."""
    family, below = Family(connection), ""
    while True:
        mine = (removed_row.c.cleanup_id == cleanup_id) & (removed_row.c.id > below)
        asked = select(removed_row).where(mine).order_by(removed_row.c.id).limit(_AT_ONCE)
        rows = connection.execute(asked).all()
        for row in rows:
            content = json.loads(row.content)
            missing, _ = family.missing(row.table_name, content)
            yield Archived(row.table_name, content, row.purge_at, tuple(missing))
        if not rows:
            return
        below = rows[-1].id


def put_back(connection: Connection, cleanup_id: str, most: int, below: str | None = None) -> PutBack:
    """Put the last taken rows of a cleanup back, at most so many; one that lacks a parent stays."""
    mine = select(removed_row.c.id, removed_row.c.table_name, removed_row.c.content)
    mine = mine.where(removed_row.c.cleanup_id == cleanup_id)
    if below is not None:
        mine = mine.where(removed_row.c.id < below)
    rows = connection.execute(mine.order_by(removed_row.c.id.desc()).limit(most)).all()
    family = Family(connection)
    done = [row.id for row in rows if _restored(connection, family, row)]
    connection.execute(delete(removed_row).where(removed_row.c.id.in_(done)))
    return PutBack(len(done), rows[-1].id if rows else None)


def _restored(connection: Connection, family: Family, row: Row[str, str, str]) -> bool:
    content = json.loads(row.content)
    missing, emptied = family.missing(row.table_name, content)
    if missing:
        return False
    told = json.dumps(content | dict.fromkeys(emptied)) if emptied else row.content
    connection.execute(*_insertion(connection, row.table_name, told))
    return True


def _insertion(connection: Connection, table: str, content: str) -> tuple[Any, dict[str, Any]]:
    if connection.dialect.name == "sqlite":
        row = json.loads(content)
        names = ", ".join(f'"{name}"' for name in row)
        places = ", ".join(f":v{place}" for place in range(len(row)))
        sql = f'INSERT INTO "{table}" ({names}) VALUES ({places}) ON CONFLICT DO NOTHING'
        return text(sql), {f"v{place}": value for place, value in enumerate(row.values())}
    sql = f'INSERT INTO "{table}" SELECT * FROM json_populate_record(NULL::"{table}", CAST(:row AS json))'
    return text(f"{sql} ON CONFLICT DO NOTHING"), {"row": content}
