"""A census of a database: what a migration must find again when it is done.

For each table: how many rows, the fingerprint of its keys, the kind of type each key has, how many values
each column holds, and how many references find their row. A reference counts when it is declared as a
foreign key, and also when only its name says so: `user_id` next to a table `user` or `users`. Losing one of
the latter raises no error in any database, which is how people and what they made come apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from numbers import Number
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Inspector, Row, inspect
from sqlalchemy.types import Integer, Numeric, String, TypeEngine, Uuid

_UNCOUNTED = ("alembic_version", "_alembic_tmp_")
_ROWS_AT_ONCE = 10_000
_SEEN_ROWS = 250


@dataclass(frozen=True, slots=True)
class Reference:
    """A column that names rows of another table, declared or by its name alone."""

    table: str
    column: str
    parent: str
    parent_column: str
    declared: bool

    def __str__(self) -> str:
        return f"{self.table}.{self.column} -> {self.parent}.{self.parent_column}"


@dataclass(frozen=True, slots=True)
class Identity:
    """The type of a column that names rows: what kind it is, and the letters it holds at most."""

    kind: str
    letters: int | None = None

    def __str__(self) -> str:
        return f"{self.kind} of {self.letters}" if self.letters else self.kind

    def holds(self, other: Identity) -> bool:
        """Whether every id that fitted the other fits here and is compared as before."""
        return self.kind == other.kind and (
            self.letters is None or (other.letters is not None and other.letters <= self.letters)
        )


@dataclass(frozen=True, slots=True, eq=False)
class Keys:
    """The keys of a table, each as a hash of 64 bits; 8 bytes a row."""

    hashes: NDArray[np.uint64]

    @property
    def fingerprint(self) -> str:
        """One digest of all keys, whatever their order."""
        return blake2b(np.sort(self.hashes).tobytes(), digest_size=16).hexdigest()

    def missing_from(self, others: Keys) -> int:
        """Return how many of these keys the others lack."""
        return int(np.count_nonzero(~np.isin(self.hashes, others.hashes)))


@dataclass(frozen=True, slots=True)
class TableCount:
    """One table: its rows, its keys, and how many values each column holds.

    `seen` holds, for the first and the last rows by key, a hash of each value that is there.
    """

    rows: int
    key: tuple[str, ...]
    keys: Keys
    identities: Mapping[str, Identity]
    values: Mapping[str, int]
    seen: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Census:
    """Every table that was there, and every reference with the number of rows that find their parent."""

    tables: Mapping[str, TableCount]
    references: Mapping[Reference, int]

    @property
    def rows(self) -> int:
        """How many rows there are in all."""
        return sum(table.rows for table in self.tables.values())


def take_census(connection: Connection) -> Census:
    """Count everything, in the transaction that is open; reads each table three times at most."""
    inspector = inspect(connection)
    inspector.clear_cache()
    references = tuple(references_of(inspector))
    named = {(each.table, each.column) for each in references}
    tables = {name: _count(connection, inspector, name, named) for name in _names(inspector)}
    return Census(tables, {each: _found(connection, each) for each in references})


def count_rows(connection: Connection) -> dict[str, int]:
    """Return the number of rows of each table."""
    return {
        name: int(
            connection.exec_driver_sql(f"SELECT count(*) FROM {_quoted(connection, name)}").scalar_one()
        )
        for name in _names(inspect(connection))
    }


def _names(inspector: Inspector) -> list[str]:
    return sorted(name for name in inspector.get_table_names() if not name.startswith(_UNCOUNTED))


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote_identifier(name)


def _count(
    connection: Connection, inspector: Inspector, table: str, named: set[tuple[str, str]]
) -> TableCount:
    columns = {column["name"]: column["type"] for column in inspector.get_columns(table)}
    key = tuple(inspector.get_pk_constraint(table)["constrained_columns"])
    counts = ", ".join(f"count({_quoted(connection, name)})" for name in columns)
    asked = f"SELECT count(*){', ' + counts if counts else ''} FROM {_quoted(connection, table)}"
    rows, *values = connection.exec_driver_sql(asked).one()
    identities = {
        name: identity_of(kind) for name, kind in columns.items() if name in key or (table, name) in named
    }
    keys = _keys(connection, table, key)
    seen = _seen(connection, table, key, tuple(columns))
    return TableCount(rows, key, keys, identities, dict(zip(columns, values, strict=True)), seen)


def _seen(
    connection: Connection, table: str, key: tuple[str, ...], columns: tuple[str, ...]
) -> dict[str, dict[str, bytes]]:
    """Return hashes of the values in the first and the last rows by key."""
    if not key:
        return {}
    quoted = [_quoted(connection, name) for name in (*key, *columns)]
    found: dict[str, dict[str, bytes]] = {}
    for direction in ("", " DESC"):
        order = ", ".join(f"{name}{direction}" for name in quoted[: len(key)])
        source = f"{_quoted(connection, table)} ORDER BY {order} LIMIT {_SEEN_ROWS}"
        asked = f"SELECT {', '.join(quoted)} FROM {source}"
        for row in connection.exec_driver_sql(asked):
            values = zip(columns, row[len(key) :], strict=True)
            found["\x1f".join(map(str, row[: len(key)]))] = {
                name: blake2b(_plain(value).encode(), digest_size=8).digest()
                for name, value in values
                if value is not None
            }
    return found


def _plain(value: object) -> str:
    """Return a value as text that is the same for equal numbers, whatever their type."""
    return f"#{hash(value)}" if isinstance(value, Number) else str(value)


def _keys(connection: Connection, table: str, key: tuple[str, ...]) -> Keys:
    """Return the table's keys as text, as programs compare them."""
    if not key:
        return Keys(np.empty(0, np.uint64))
    columns = ", ".join(f"CAST({_quoted(connection, name)} AS VARCHAR)" for name in key)
    asked = connection.exec_driver_sql(
        f"SELECT {columns} FROM {_quoted(connection, table)}", execution_options={"stream_results": True}
    )
    pieces = [_hashes(rows) for rows in asked.partitions(_ROWS_AT_ONCE)]
    return Keys(np.concatenate([np.empty(0, np.uint64), *pieces]))


def _hashes(rows: Sequence[Row[Any]]) -> NDArray[np.uint64]:
    digests = (blake2b("\x1f".join(map(str, row)).encode(), digest_size=8).digest() for row in rows)
    return np.frombuffer(b"".join(digests), np.uint64)


def identity_of(column_type: TypeEngine[Any]) -> Identity:
    """Return what kind of identity a column type makes."""
    if isinstance(column_type, String):
        return Identity("text", column_type.length)
    for kind, name in ((Uuid, "uuid"), (Integer, "integer"), (Numeric, "number")):
        if isinstance(column_type, kind):
            return Identity(name)
    return Identity(str(column_type).lower())


def references_of(inspector: Inspector) -> Iterator[Reference]:
    """Give every column that names rows of another table, declared or by its name alone."""
    names = _names(inspector)
    for table in names:
        declared = set()
        for foreign in inspector.get_foreign_keys(table):
            pairs = zip(foreign["constrained_columns"], foreign["referred_columns"], strict=True)
            for column, parent_column in pairs:
                declared.add(column)
                yield Reference(table, column, foreign["referred_table"], parent_column, declared=True)
        for name in (each["name"] for each in inspector.get_columns(table)):
            parent = _parent(name, names)
            if parent and name not in declared and parent != table:
                key = inspector.get_pk_constraint(parent)["constrained_columns"]
                if len(key) == 1:
                    yield Reference(table, name, parent, key[0], declared=False)


def _parent(column: str, tables: list[str]) -> str | None:
    stem = column.removesuffix("_id")
    if stem == column:
        return None
    return next((name for name in (stem, f"{stem}s", f"{stem}es") if name in tables), None)


def _found(connection: Connection, reference: Reference) -> int:
    """Return how many rows name a parent that is there; texts are compared, as programs compare them."""
    child, parent = _quoted(connection, reference.table), _quoted(connection, reference.parent)
    column, key = _quoted(connection, reference.column), _quoted(connection, reference.parent_column)
    asked = (
        f"SELECT count(*) FROM {child} AS child WHERE EXISTS (SELECT 1 FROM {parent} AS parent "
        f"WHERE {_compared(connection, 'parent', key)} = {_compared(connection, 'child', column)})"
    )
    return int(connection.exec_driver_sql(asked).scalar_one())


def _compared(connection: Connection, alias: str, column: str) -> str:
    cast = connection.dialect.name != "sqlite"
    return f"CAST({alias}.{column} AS VARCHAR)" if cast else f"{alias}.{column}"
