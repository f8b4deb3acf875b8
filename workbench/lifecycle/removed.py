"""Rows that were taken and wait out their grace: kept as they were, put back, or gone for good."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, CursorResult, Float, bindparam, delete, select, text
from sqlalchemy.types import TypeEngine

from workbench.lifecycle.selection import Selection
from workbench.store.rows import Moment, removed_row

Place = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Grave:
    """Where taken rows wait out their grace: the entry they belong to, and the moments they came and go."""

    cleanup_id: str
    stem: str
    removed_at: datetime
    purge_at: datetime

    @property
    def values(self) -> dict[str, Any]:
        return {"cleanup_id": self.cleanup_id, "stem": self.stem}


def take(
    connection: Connection, selection: Selection, places: Sequence[Place], grave: Grave | None
) -> tuple[int, int]:
    """Delete the rows at these places that the selection still takes; return how many, and their bytes.

    With a `grave` they are kept in it. All of it happens inside the database, in two statements at most.
    """
    selection.by_index(connection)
    chosen = f"{selection.among()} AND {selection.condition}"
    bound = selection.places_among(places) | (grave.values if grave else {})
    if selection.sqlite:
        return _take_sqlite(connection, selection, chosen, bound, grave)
    return _take_postgresql(connection, selection, chosen, bound, grave)


def _take_sqlite(
    connection: Connection, selection: Selection, chosen: str, bound: dict[str, Any], grave: Grave | None
) -> tuple[int, int]:
    table = f'"{selection.table}" AS t WHERE {chosen}'
    if grave:
        number = "printf('%06d', row_number() OVER ())"
        _run(connection, selection, grave, _kept(selection, number, table), bound)
    size = selection.bytes_of_row.replace('t."', '"')  # SQLite's RETURNING knows no alias
    mine = {name: value for name, value in bound.items() if name.startswith("places")}
    sizes = _run(connection, selection, None, f"DELETE FROM {table} RETURNING {size}", mine).scalars().all()
    return len(sizes), sum(map(int, sizes))


def _take_postgresql(
    connection: Connection, selection: Selection, chosen: str, bound: dict[str, Any], grave: Grave | None
) -> tuple[int, int]:
    gone = f'gone AS (DELETE FROM "{selection.table}" AS t WHERE {chosen} RETURNING t.*)'
    number = "lpad(CAST(row_number() OVER () AS text), 6, '0')"
    kept = f", kept AS ({_kept(selection, number, 'gone AS t')})" if grave else ""
    sql = f"WITH {gone}{kept} SELECT count(*), coalesce(sum({selection.bytes_of_row}), 0) FROM gone AS t"
    found = tuple(_run(connection, selection, grave, sql, bound).one())
    return int(found[0]), int(found[1])


def _kept(selection: Selection, number: str, source: str) -> str:
    return (
        "INSERT INTO removed_row (id, cleanup_id, table_name, content, removed_at, purge_at) "
        f"SELECT CAST(:stem AS varchar) || {number}, CAST(:cleanup_id AS varchar), '{selection.table}', "
        f"{_content(selection)}, :removed_at, :purge_at FROM {source}"
    )


def _run(
    connection: Connection, selection: Selection, grave: Grave | None, sql: str, bound: dict[str, Any]
) -> CursorResult[Any]:
    moments = {"removed_at": grave.removed_at, "purge_at": grave.purge_at} if grave else {}
    given = [bindparam(name, when, type_=Moment()) for name, when in moments.items()]
    return connection.execute(selection.bound(sql).bindparams(*given), bound)


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
    """Return the SQL that writes a row as a JSON object, every value as it was."""
    if not selection.sqlite:
        return "row_to_json(t)::text"
    pairs = ", ".join(f"'{name}', {_exact(name, kind)}" for name, kind in selection.columns.items())
    return f"json_object({pairs})"


def _exact(name: str, kind: TypeEngine[Any]) -> str:
    """Return SQLite's SQL for a value; its own JSON writes 15 digits of a float, which needs 17."""
    if not isinstance(kind, Float):
        return f't."{name}"'
    place = f't."{name}"'
    return f"CASE typeof({place}) WHEN 'real' THEN json(printf('%!.17g', {place})) ELSE {place} END"


def _insertion(connection: Connection, table: str, content: str) -> tuple[Any, dict[str, Any]]:
    if connection.dialect.name == "sqlite":
        row = json.loads(content)
        names = ", ".join(f'"{name}"' for name in row)
        places = ", ".join(f":v{place}" for place in range(len(row)))
        sql = f'INSERT INTO "{table}" ({names}) VALUES ({places}) ON CONFLICT DO NOTHING'
        return text(sql), {f"v{place}": value for place, value in enumerate(row.values())}
    sql = f'INSERT INTO "{table}" SELECT * FROM json_populate_record(NULL::"{table}", CAST(:row AS json))'
    return text(f"{sql} ON CONFLICT DO NOTHING"), {"row": content}
