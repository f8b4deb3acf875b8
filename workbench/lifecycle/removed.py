"""Rows that were taken and wait out their grace: kept as they were, or gone for good."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, CursorResult, Float, TextClause, bindparam, inspect, text
from sqlalchemy.types import TypeEngine

from workbench.lifecycle.owners import Value, held_where
from workbench.lifecycle.selection import Selection
from workbench.store.rows import Moment

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
    bound = selection.places_among(places) | (grave.values if grave else {})
    if selection.sqlite:
        return _take_sqlite(connection, selection, bound, grave)
    return _take_postgresql(connection, selection, bound, grave)


def _take_sqlite(
    connection: Connection, selection: Selection, bound: dict[str, Any], grave: Grave | None
) -> tuple[int, int]:
    table = f'"{selection.table}" AS t WHERE {selection.among()} AND {selection.condition}'
    if grave:
        number = "printf('%06d', row_number() OVER ())"
        _run(connection, selection, grave, _kept(selection, number, table), bound)
    size = selection.bytes_of_row.replace('t."', '"')  # SQLite's RETURNING knows no alias
    mine = {name: value for name, value in bound.items() if name.startswith("places")}
    sizes = _run(connection, selection, None, f"DELETE FROM {table} RETURNING {size}", mine).scalars().all()
    return len(sizes), sum(map(int, sizes))


def _take_postgresql(
    connection: Connection, selection: Selection, bound: dict[str, Any], grave: Grave | None
) -> tuple[int, int]:
    number = "lpad(CAST(row_number() OVER () AS text), 6, '0')"
    kept = f", kept AS ({_kept(selection, number, 'gone AS t')})" if grave else ""
    taken = f"SELECT count(*), coalesce(sum({selection.bytes_of_row}), 0) FROM gone AS t"
    sql = f"WITH {_gone(selection)}{kept} {taken}"
    found = tuple(_run(connection, selection, grave, sql, bound).one())
    return int(found[0]), int(found[1])


def _gone(selection: Selection) -> str:
    """Return PostgreSQL's statements that take the rows at the places bound, the limit asked once a group."""
    table, last = f'"{selection.table}" AS t', selection.last
    same = " AND ".join(f't."{column}" = p.k{number}' for number, column in enumerate(selection.place))
    places, asked = f"p AS ({selection.places()})", f"{same} AND {selection.alone}"
    if last is None:
        return f"{places}, gone AS (DELETE FROM {table} USING p WHERE {asked} RETURNING t.*)"
    groups = f"SELECT DISTINCT {last.group} AS part FROM {table}, p WHERE {same}"
    if last.per in selection.place:
        groups = f"SELECT DISTINCT p.k{selection.place.index(last.per)} AS part FROM p"
    older = f'l.part = {last.group} AND t."{last.by}" < l.least'
    return (
        f"{places}, l AS MATERIALIZED ({last.limits(groups)}), "
        f"gone AS (DELETE FROM {table} USING p, l WHERE {asked} AND {older} RETURNING t.*)"
    )


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


@dataclass(frozen=True, slots=True)
class Purged:
    """How many rows went for good, how many a hold kept, and behind which moment and row the next are."""

    rows: int = 0
    held: int = 0
    behind: tuple[datetime, str] | None = None


def held_in_grace(connection: Connection, tables: Collection[str]) -> str:
    """Return the SQL that tells whether a row `r` of one of these tables, in its grace, is held."""
    inspector = inspect(connection)
    there = set(inspector.get_table_names())
    parts = []
    for table in sorted(there & set(tables)):
        key = tuple(inspector.get_pk_constraint(table)["constrained_columns"])
        if held := held_where(inspector, table, key, _value_of(connection)):
            parts.append(f"(r.table_name = '{table}' AND {held})")
    return " OR ".join(parts) or "FALSE"


def purge(
    connection: Connection, held: str, now: datetime, made_at: datetime, most: int, after: Purged
) -> Purged:
    """Let the next rows go whose grace has ended and that nobody holds; looks at so many at most.

    A hold that was released since `made_at` counts too. `behind` is None when there are no more.
    """
    beyond = "AND (r.purge_at, r.id) > (:moment, :id)" if after.behind else ""
    ended = f"FROM removed_row r WHERE r.purge_at <= :now {beyond}"
    moments = {"now": now, "made_at": made_at}
    mine = {} if after.behind is None else {"id": after.behind[1]}
    if after.behind:
        moments["moment"] = after.behind[0]
    order = "ORDER BY r.purge_at, r.id LIMIT"
    page = f"SELECT r.purge_at, r.id {ended} {order} {most}"
    last = f"SELECT count(*) OVER (), p.purge_at, p.id FROM ({page}) p ORDER BY 2 DESC, 3 DESC LIMIT 1"
    found = connection.execute(_at(last, moments), mine).one_or_none()
    if found is None:
        return Purged()
    moments["last_moment"] = _moment(found[1])
    chosen = f"SELECT r.id {ended} AND (r.purge_at, r.id) <= (:last_moment, :last_id) AND NOT ({held})"
    gone = connection.execute(
        _at(f"DELETE FROM removed_row WHERE id IN ({chosen})", moments), mine | {"last_id": found[2]}
    ).rowcount
    return Purged(gone, found[0] - gone, (moments["last_moment"], found[2]))


def _at(sql: str, moments: Mapping[str, datetime]) -> TextClause:
    named = {name: when for name, when in moments.items() if f":{name}" in sql}
    return text(sql).bindparams(*(bindparam(name, when, type_=Moment()) for name, when in named.items()))


def _moment(value: str | datetime) -> datetime:
    when = datetime.fromisoformat(value) if isinstance(value, str) else value
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _value_of(connection: Connection) -> Value:
    """Return the SQL for a value of the row that a removed row `r` keeps as JSON."""
    if connection.dialect.name == "sqlite":
        return lambda column: f"json_extract(r.content, '$.\"{column}\"')"
    return lambda column: f"(CAST(r.content AS json) ->> '{column}')"


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
