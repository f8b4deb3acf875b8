"""Which rows a rule takes: one condition in SQL, the same for the plan, the removal and the status.

Preserve rules are part of the condition, so nothing can remove a row without asking them again in the same
statement. Groups are judged as they were when the plan was made: what is saved later makes no older row fall
out of the last N.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Dialect, Inspector, TextClause, bindparam, inspect, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import LargeBinary, TypeEngine

from workbench.errors import InputError
from workbench.lifecycle.last import Last, last_of
from workbench.lifecycle.owners import held_where
from workbench.lifecycle.policy import Rule
from workbench.store.engines import sqlite_library
from workbench.store.rows import Moment

_OCTET_LENGTH = (3, 43)
"""Since this version SQLite tells a value's bytes without reading the value."""


@dataclass(frozen=True, slots=True)
class Found:
    """A row that was found: where it is, its key, and the bytes of its values."""

    place: tuple[Any, ...]
    key: tuple[Any, ...]
    bytes: int


@dataclass(frozen=True, slots=True)
class Selection:
    """The rows of one rule: its table, keys and columns, and the condition with its moments.

    `alone` is what is asked of the row alone, `last` what is asked of its group.

    `moment` is the column that tells a row's age, empty when the rule asks for none.
    """

    moment: str
    table: str
    key: tuple[str, ...]
    columns: Mapping[str, TypeEngine[Any]]
    alone: str
    bytes_of_row: str
    moments: Mapping[str, datetime]
    sqlite: bool
    last: Last | None = None

    @property
    def condition(self) -> str:
        """The whole condition; for a group without a limit it may have no answer, which is not true."""
        return f"{self.alone} AND {self.last.beyond}" if self.last else self.alone

    def bound(self, sql: str) -> TextClause:
        """Return a statement with the moments of this selection bound."""
        named = {name: when for name, when in self.moments.items() if f":{name}" in sql}
        return text(sql).bindparams(*(bindparam(name, when, type_=Moment()) for name, when in named.items()))

    @property
    def place(self) -> tuple[str, ...]:
        """The columns rows are worked through by: SQLite's row number, which is how they lie in the file.

        Rows that were written together go together, so whole pages become free, each touched once.
        """
        return ("rowid",) if self.sqlite else self.key

    def page(
        self, connection: Connection, after: Sequence[Any], most: int, *, measured: bool = True
    ) -> list[Found]:
        """Return the next rows after a place, in the order of places; their bytes when `measured`."""
        self.by_index(connection)
        order = ", ".join(f't."{name}"' for name in self.place)
        keys = [f't."{name}"' for name in self.key if self.place != self.key]
        size = self.bytes_of_row if measured else "0"
        beyond = f" AND ({order}) > ({', '.join(_names(after))})" if after else ""
        asked = self.bound(
            f'SELECT {", ".join([order, *keys, size])} FROM "{self.table}" t {self._walked()}{beyond} '
            f"ORDER BY {order} LIMIT {most}"
        )
        rows = connection.execute(asked, {f"after{number}": value for number, value in enumerate(after)})
        end = len(self.place)
        if not keys:
            return [Found(row[:end], row[:end], int(row[end] or 0)) for row in map(tuple, rows)]
        return [Found(row[:end], row[end:-1], int(row[-1] or 0)) for row in map(tuple, rows)]

    def by_age(self, connection: Connection, most: int = 500) -> Iterator[list[Found]]:
        """Give the rows from the oldest on, page by page; the place of each begins with its moment."""
        self.by_index(connection)
        order = ", ".join(f't."{name}"' for name in (self.moment, *self.key))
        after: Sequence[Any] = ()
        while True:
            beyond = f" AND ({order}) > ({', '.join(_names(after))})" if after else ""
            asked = self.bound(
                f'SELECT {order} FROM "{self.table}" t '
                f"WHERE {self.condition}{beyond} ORDER BY {order} LIMIT {most}"
            )
            bound = {f"after{number}": value for number, value in enumerate(after)}
            rows = [tuple(row) for row in connection.execute(asked, bound)]
            if not rows:
                return
            yield [Found(row, row[1:], 0) for row in rows]
            after = rows[-1]

    def by_index(self, connection: Connection) -> None:
        """Let PostgreSQL find the last of a group by walking the index, for the rest of the transaction.

        It takes a group for small enough to be fetched and sorted as a whole, which it does for every row.
        """
        if not self.sqlite:
            connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off")

    def _walked(self) -> str:
        """Return the condition for walking the table in the order of places.

        SQLite shall not sort what an index on the moment gives, PostgreSQL ask once for each group.
        """
        if self.sqlite:
            moment = f't."{self.moment}" <'
            return f"WHERE {self.condition.replace(moment, f'+{moment}', 1)}"
        if self.last is None:
            return f"WHERE {self.condition}"
        return f"{self.last.remembered} WHERE {self.alone} AND {self.last.beyond_remembered}"

    def among(self) -> str:
        """Return the condition for rows of SQLite whose place is one of those `places_among` binds."""
        return f't."{self.place[0]}" IN (SELECT value FROM json_each(:places))'

    def places(self) -> str:
        """Return PostgreSQL's query that gives the places `places_among` binds, as `k0` and so on."""
        dialect: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy's own
        kinds = ", ".join(
            f"k{number} {self.columns[column].compile(dialect)}" for number, column in enumerate(self.place)
        )
        return f"SELECT * FROM json_to_recordset(CAST(:places AS json)) AS m ({kinds})"

    def places_among(self, places: Sequence[Sequence[Any]]) -> dict[str, Any]:
        if self.sqlite:
            return {"places": json.dumps([place[0] for place in places])}
        names = [f"k{number}" for number in range(len(self.place))]
        return {"places": json.dumps([dict(zip(names, place, strict=True)) for place in places])}


def _names(after: Sequence[Any]) -> list[str]:
    return [f":after{number}" for number in range(len(after))]


def select_rows(connection: Connection, rule: Rule, cutoff: datetime, made_at: datetime) -> Selection | None:
    """Return the selection of a rule; None while its table does not exist."""
    inspector = inspect(connection)
    names = set(inspector.get_table_names())
    if rule.table not in names:
        return None
    columns = {column["name"]: column["type"] for column in inspector.get_columns(rule.table)}
    _refuse_unknown(rule, columns)
    sqlite = connection.dialect.name == "sqlite"
    key = tuple(inspector.get_pk_constraint(rule.table)["constrained_columns"])
    parts = [
        f't."{rule.moment}" < :cutoff',
        *marked(rule),
        *only(rule.only),
        *named_by(rule.keep_referenced_by, key, names),
        *referenced(inspector, rule.table, names),
        *unheld(inspector, rule.table, key, names),
    ]
    alone = " AND ".join(parts)
    moments = {"cutoff": cutoff, "made_at": made_at}
    return Selection(
        rule.moment, rule.table, key, columns, alone, bytes_of(columns, sqlite), moments, sqlite,
        last_of(rule),
    )  # fmt: skip


def _refuse_unknown(rule: Rule, columns: Mapping[str, Any]) -> None:
    wanted = {rule.moment, *rule.keep_true, *rule.keep_set, *rule.only}
    wanted |= {rule.keep_last.per, rule.keep_last.by} if rule.keep_last else set()
    if missing := sorted(wanted - set(columns)):
        raise InputError(
            f"The rule {rule.name!r} names the columns {missing}, which {rule.table} lacks.",
            remedy=f"Correct the policy; {rule.table} has {', '.join(columns)}.",
        )
    if rule.grace_days and any(isinstance(kind, LargeBinary) for kind in columns.values()):
        raise InputError(
            f"{rule.table} holds binary columns, which cannot wait to be undone.",
            remedy="Set grace_days = 0.",
        )


def marked(rule: Rule) -> list[str]:
    """Return the conditions by which columns of a row keep it."""
    kept = [f't."{name}" IS NOT TRUE' for name in rule.keep_true]
    return kept + [f't."{name}" IS NULL' for name in rule.keep_set]


def only(values: Mapping[str, Collection[str]]) -> list[str]:
    """Return the conditions that a row has one of these values in each of these columns."""
    return [f't."{name}" IN ({_literals(sorted(each))})' for name, each in values.items()]


def _literals(values: Sequence[str]) -> str:
    return ", ".join("'" + value.replace("'", "''").replace(":", "\\:") + "'" for value in values)


def named_by(places: Sequence[str], key: tuple[str, ...], names: set[str]) -> list[str]:
    """Keep rows that columns the policy names refer to."""
    pairs = [place.split(".") for place in places]
    return [
        f'NOT EXISTS (SELECT 1 FROM "{table}" r WHERE r."{column}" = t."{key[0]}")'
        for table, column in pairs
        if table in names
    ]


def referenced(inspector: Inspector, table: str, names: set[str]) -> list[str]:
    """Keep rows that a declared foreign key names."""
    parts = []
    for child in sorted(names):
        for foreign in inspector.get_foreign_keys(child):
            softly = (foreign.get("options") or {}).get("ondelete") == "SET NULL"
            if foreign["referred_table"] == table and not softly:
                pairs = zip(foreign["constrained_columns"], foreign["referred_columns"], strict=True)
                same = " AND ".join(f'r."{mine}" = t."{theirs}"' for mine, theirs in pairs)
                parts.append(f'NOT EXISTS (SELECT 1 FROM "{child}" r WHERE {same})')
    return parts


def unheld(inspector: Inspector, table: str, key: tuple[str, ...], names: set[str]) -> list[str]:
    """Keep rows that are held themselves, or whose scene, asset, project or user is."""
    held = held_where(inspector, table, key, lambda name: f't."{name}"') if "hold" in names else ""
    return [f"NOT {held}"] if held else []


def bytes_of(columns: Mapping[str, Any], sqlite: bool) -> str:
    """Return the SQL for the bytes a row's values take; what the engine adds around them is not counted."""
    if not sqlite:
        return " + ".join(f'coalesce(octet_length(CAST(t."{name}" AS text)), 0)' for name in columns)
    measure = "octet_length({})" if sqlite_library().version >= _OCTET_LENGTH else "length(CAST({} AS BLOB))"
    return " + ".join(f"coalesce({measure.format(f't.{chr(34)}{name}{chr(34)}')}, 0)" for name in columns)
