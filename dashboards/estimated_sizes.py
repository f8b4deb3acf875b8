"""How many bytes each table of an SQLite file takes, estimated where its `dbstat` is not built in.

What the file holds is known: its pages, less the free ones. How that divides among tables and indexes is
estimated: rows spread over each table are measured as SQLite lays them out, and what they come to is scaled
to the pages that are there. So the sum is right, and a table's share as good as its sample. Nothing is opened
a second time: another copy of SQLite in this process, or a plain read of the file, drops its locks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select
from sqlalchemy import table as table_named

SAMPLED_ROWS = 300
_CELL_BYTES = 5
"""A cell's place in its page, the length of its payload and its row's number, about."""

_TREES = "SELECT type, name, tbl_name FROM sqlite_master WHERE type IN ('table', 'index') AND rootpage > 0"
_COLUMNS = {
    "table": "SELECT name FROM pragma_table_info(?)",
    "index": "SELECT name FROM pragma_index_info(?)",
}
_LENGTH = """\
CASE typeof({0}) WHEN 'null' THEN 0 WHEN 'real' THEN 8 WHEN 'integer' THEN CASE
  WHEN abs({0}) < 128 THEN 1 WHEN abs({0}) < 32768 THEN 2 WHEN abs({0}) < 2147483648 THEN 4 ELSE 7 END
ELSE octet_length({0}) END"""
_SPREAD = """\
WITH RECURSIVE ends AS (SELECT min(rowid) AS low, max(rowid) AS high FROM {table}),
points(at) AS (SELECT low FROM ends WHERE low IS NOT NULL
  UNION ALL SELECT at + max(1, (high - low) / {most}) FROM points, ends
  WHERE at + max(1, (high - low) / {most}) <= high)
SELECT {lengths} FROM points
JOIN {table} AS t ON t.rowid = (SELECT min(rowid) FROM {table} WHERE rowid >= points.at)"""


@dataclass(frozen=True, slots=True)
class _Tree:
    """A table's or an index's tree of pages: whose it is, and what its rows come to."""

    table: str
    bytes: float


def estimated_bytes(connection: Connection, rows: Mapping[str, int]) -> dict[str, int]:
    """Return the bytes by table with its indexes; `rows` is how many rows each table has."""
    page, pages, free = (_pragma(connection, name) for name in ("page_size", "page_count", "freelist_count"))
    trees = list(_trees(connection, rows, page))
    small = sum(page for tree in trees if tree.bytes <= page)
    large = sum(tree.bytes for tree in trees if tree.bytes > page)
    scale = max(0.0, (pages - free) * page - small) / large if large else 1.0
    found: dict[str, float] = {}
    for tree in trees:
        size = page if tree.bytes <= page else tree.bytes * scale
        found[tree.table] = found.get(tree.table, 0.0) + size
    return {name: round(size) for name, size in found.items()}


def _trees(connection: Connection, rows: Mapping[str, int], page: int) -> Iterator[_Tree]:
    schema = connection.exec_driver_sql("SELECT sum(80 + octet_length(sql)) FROM sqlite_master").scalar_one()
    yield _Tree("sqlite_master", float(schema or 0))
    for kind, name, table in connection.exec_driver_sql(_TREES).all():
        count = rows[table] if table in rows else _count(connection, table)
        if count:
            columns = [each for (each,) in connection.exec_driver_sql(_COLUMNS[kind], (name,)) if each]
            sampled = _sampled(connection, table, columns)
            mean = sum(_laid_out(each, page) for each in sampled) / max(1, len(sampled))
            yield _Tree(table, count * mean)
        else:
            yield _Tree(table, 0.0)


def _sampled(connection: Connection, table: str, columns: Sequence[str]) -> list[int]:
    """Return the payloads, in bytes, of rows spread over the table: a header and the values."""
    if not columns:
        return [0]
    lengths = " + ".join(f"1 + {_LENGTH.format('t.' + _quoted(each))}" for each in columns)
    asked = _SPREAD.format(table=_quoted(table), lengths=lengths, most=SAMPLED_ROWS)
    return [int(length) for (length,) in connection.exec_driver_sql(asked)]


def _laid_out(payload: int, page: int) -> float:
    """Return what a row takes: in its page, or a part of it there and the rest in pages of its own."""
    if payload <= page - 35:
        return payload + _CELL_BYTES
    least = (page - 12) * 32 // 255 - 23
    kept = least + (payload - least) % (page - 4)
    if kept > page - 35:
        kept = least
    return kept + _CELL_BYTES + page * -(-(payload - kept) // (page - 4))


def _count(connection: Connection, table: str) -> int:
    return int(connection.execute(select(func.count()).select_from(table_named(table))).scalar_one())


def _pragma(connection: Connection, name: str) -> int:
    return int(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one())


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
