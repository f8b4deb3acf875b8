"""Rows that were taken and wait out their grace: kept as they were, put back, or gone for good."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, text

from workbench.identity import NewId
from workbench.lifecycle.selection import Selection
from workbench.store.rows import Moment, removed_row

Key = tuple[Any, ...]


def take(
    connection: Connection, selection: Selection, after: Sequence[Any], last: Key, spared: Sequence[Key]
) -> list[tuple[str, int]]:
    """Delete the selected rows between two keys, but the spared ones; return content and bytes of each."""
    bound = selection.key_values("after", after) | selection.key_values("last", last)
    parts = [selection.condition, selection.compared("<=", "last")]
    if after:
        parts.append(selection.compared(">", "after"))
    for place, key in enumerate(spared):
        parts.append(f"NOT {selection.compared('=', f'spared{place}_')}")
        bound |= selection.key_values(f"spared{place}_", key)
    given = f"{selection.bytes_of_row} AS row_bytes_, {_content(selection)}"
    if selection.sqlite:
        given = given.replace('t."', '"')  # SQLite's RETURNING knows no alias
    condition = " AND ".join(parts)
    sql = f'DELETE FROM "{selection.table}" AS t WHERE {condition} RETURNING {given}'
    rows = connection.execute(selection.bound(sql), bound).all()
    return [(_written(selection, row[1:]), int(row[0])) for row in rows]


def keep(
    connection: Connection,
    selection: Selection,
    contents: Sequence[str],
    cleanup_id: str,
    moments: tuple[datetime, datetime],
    make_id: NewId,
) -> None:
    """Keep what was taken until its grace ends."""
    rows = [
        {
            "id": make_id(),
            "cleanup_id": cleanup_id,
            "table_name": selection.table,
            "content": content,
            "removed_at": moments[0],
            "purge_at": moments[1],
        }
        for content in contents
    ]
    if rows:
        connection.execute(insert(removed_row), rows)


def put_back(connection: Connection, cleanup_id: str, most: int) -> int:
    """Put the last taken rows of a cleanup back, at most so many; return how many were handled."""
    mine = select(removed_row.c.id, removed_row.c.table_name, removed_row.c.content)
    asked = mine.where(removed_row.c.cleanup_id == cleanup_id).order_by(removed_row.c.id.desc()).limit(most)
    rows = connection.execute(asked).all()
    for _, table, content in rows:
        connection.execute(*_insertion(connection, table, content))
    connection.execute(delete(removed_row).where(removed_row.c.id.in_([row[0] for row in rows])))
    return len(rows)


def purge(connection: Connection, now: datetime, most: int) -> int:
    """Let the rows go whose grace has ended, at most so many; return how many."""
    chosen = f"SELECT id FROM removed_row WHERE purge_at <= :now ORDER BY id LIMIT {most}"
    sql = text(f"DELETE FROM removed_row WHERE id IN ({chosen})").bindparams(
        bindparam("now", now, type_=Moment())
    )
    return connection.execute(sql).rowcount


def _content(selection: Selection) -> str:
    if not selection.rule.grace_days:
        return "NULL"
    if selection.sqlite:
        return ", ".join(f't."{name}"' for name in selection.columns)
    return "row_to_json(t)::text AS content_"


def _written(selection: Selection, values: Sequence[Any]) -> str:
    if not selection.sqlite or not selection.rule.grace_days:
        return str(values[0])
    return json.dumps(dict(zip(selection.columns, values, strict=True)), ensure_ascii=False)


def _insertion(connection: Connection, table: str, content: str) -> tuple[Any, dict[str, Any]]:
    if connection.dialect.name == "sqlite":
        row = json.loads(content)
        names = ", ".join(f'"{name}"' for name in row)
        places = ", ".join(f":v{place}" for place in range(len(row)))
        sql = f'INSERT INTO "{table}" ({names}) VALUES ({places}) ON CONFLICT DO NOTHING'
        return text(sql), {f"v{place}": value for place, value in enumerate(row.values())}
    sql = f'INSERT INTO "{table}" SELECT * FROM json_populate_record(NULL::"{table}", CAST(:row AS json))'
    return text(f"{sql} ON CONFLICT DO NOTHING"), {"row": content}
