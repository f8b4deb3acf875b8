"""Which rows a rule takes: one condition in SQL, the same for the plan, the removal and the status.

Preserve rules are part of the condition, so nothing can remove a row without asking them again in the same
statement. Groups are judged as they were when the plan was made: what is saved later makes no older row fall
out of the last N.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Dialect, Inspector, TextClause, bindparam, inspect, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import LargeBinary, TypeEngine

from workbench.errors import InputError
from workbench.lifecycle.policy import Rule
from workbench.store.engines import sqlite_library
from workbench.store.rows import Moment

_DEEPEST_OWNER = 4
_OCTET_LENGTH = (3, 43)
"""Since this version SQLite tells a value's bytes without reading the value."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The rows of one rule: its table, keys and columns, and the condition with its moments."""

    rule: Rule
    table: str
    key: tuple[str, ...]
    columns: Mapping[str, TypeEngine[Any]]
    condition: str
    bytes_of_row: str
    moments: Mapping[str, datetime]
    sqlite: bool

    def bound(self, sql: str) -> TextClause:
        """Return a statement with the moments of this selection bound."""
        named = {name: when for name, when in self.moments.items() if f":{name}" in sql}
        return text(sql).bindparams(*(bindparam(name, when, type_=Moment()) for name, when in named.items()))

    def page(
        self, connection: Connection, after: Sequence[Any], most: int
    ) -> list[tuple[tuple[Any, ...], int]]:
        """Return the keys and bytes of the next rows after a key, in key order."""
        order = ", ".join(f't."{name}"' for name in self.key)
        found = f'SELECT {order}, {self.bytes_of_row} FROM "{self.table}" t WHERE {self.condition}'
        asked = self.bound(f"{found}{self.beyond(after)} ORDER BY {order} LIMIT {most}")
        rows = connection.execute(asked, self.key_values("after", after)).all()
        return [(tuple(row[:-1]), int(row[-1] or 0)) for row in rows]

    def keys(self, connection: Connection, after: Sequence[Any], most: int) -> list[tuple[Any, ...]]:
        """Return the keys of the next rows after a key, in key order."""
        order = ", ".join(f't."{name}"' for name in self.key)
        found = f'SELECT {order} FROM "{self.table}" t WHERE {self.condition}{self.beyond(after)}'
        asked = self.bound(f"{found} ORDER BY {order} LIMIT {most}")
        return [tuple(row) for row in connection.execute(asked, self.key_values("after", after))]

    def beyond(self, after: Sequence[Any]) -> str:
        """Return the condition for rows after a key; nothing when there is none."""
        return f" AND {self.compared('>', 'after')}" if after else ""

    def compared(self, sign: str, name: str) -> str:
        """Compare the key with values bound as `name0`, `name1`, ..."""
        mine = ", ".join(f't."{column}"' for column in self.key)
        given = ", ".join(f":{name}{place}" for place in range(len(self.key)))
        return f"({mine}) {sign} ({given})"

    def key_values(self, name: str, key: Sequence[Any]) -> dict[str, Any]:
        return {f"{name}{place}": value for place, value in enumerate(key)}

    def among(self) -> str:
        """Return the condition for rows whose key is one of those `keys_among` binds."""
        mine = ", ".join(f't."{column}"' for column in self.key)
        if self.sqlite:
            given = ", ".join(f"value ->> {place}" for place in range(len(self.key)))
            return f"({mine}) IN (SELECT {given} FROM json_each(:keys))"
        dialect: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy's own
        arrays = ", ".join(
            f"CAST(:keys{place} AS {self.columns[column].compile(dialect)}[])"
            for place, column in enumerate(self.key)
        )
        return f"({mine}) IN (SELECT * FROM unnest({arrays}))"

    def keys_among(self, keys: Sequence[Sequence[Any]]) -> dict[str, Any]:
        if self.sqlite:
            return {"keys": json.dumps([list(key) for key in keys])}
        return {f"keys{place}": [key[place] for key in keys] for place in range(len(self.key))}


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
        *(f't."{name}" IS NOT TRUE' for name in rule.keep_true),
        *(f't."{name}" IS NULL' for name in rule.keep_set),
        *(f't."{name}" IN ({_literals(values)})' for name, values in rule.only.items()),
        *_last(rule),
        *_referenced(inspector, rule, key, names),
        *_unheld(inspector, rule, key, names),
    ]
    condition = " AND ".join(parts)
    moments = {"cutoff": cutoff, "made_at": made_at}
    return Selection(rule, rule.table, key, columns, condition, _bytes(columns, sqlite), moments, sqlite)


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


def _literals(values: Sequence[str]) -> str:
    return ", ".join("'" + value.replace("'", "''").replace(":", "\\:") + "'" for value in values)


def _last(rule: Rule) -> list[str]:
    if rule.keep_last is None:
        return []
    group, order, count = rule.keep_last.per, rule.keep_last.by, rule.keep_last.count
    newest = (
        f'SELECT n."{order}" FROM "{rule.table}" n WHERE n."{group}" = t."{group}" '
        f'AND n."{rule.moment}" <= :made_at ORDER BY n."{order}" DESC LIMIT 1'
    )
    last = (  # but for one row, this is answered by the index on group and order alone
        f'SELECT k."{order}" FROM "{rule.table}" k WHERE k."{group}" = t."{group}" '
        f'AND k."{order}" <= ({newest}) ORDER BY k."{order}" DESC LIMIT 1 OFFSET {count - 1}'
    )
    return [f't."{order}" < ({last})']


def _referenced(inspector: Inspector, rule: Rule, key: tuple[str, ...], names: set[str]) -> list[str]:
    """Keep rows that a declared foreign key names, and those the policy says are named."""
    parts = []
    for place in rule.keep_referenced_by:
        table, column = place.split(".")
        if table in names:
            parts.append(f'NOT EXISTS (SELECT 1 FROM "{table}" r WHERE r."{column}" = t."{key[0]}")')
    for table in sorted(names):
        for foreign in inspector.get_foreign_keys(table):
            softly = (foreign.get("options") or {}).get("ondelete") == "SET NULL"
            if foreign["referred_table"] == rule.table and not softly:
                pairs = zip(foreign["constrained_columns"], foreign["referred_columns"], strict=True)
                same = " AND ".join(f'r."{mine}" = t."{theirs}"' for mine, theirs in pairs)
                parts.append(f'NOT EXISTS (SELECT 1 FROM "{table}" r WHERE {same})')
    return parts


def _unheld(inspector: Inspector, rule: Rule, key: tuple[str, ...], names: set[str]) -> list[str]:
    """Keep rows that are held themselves, or whose scene, asset, project or user is."""
    if "hold" not in names:
        return []
    owners = _owners(inspector, rule.table, "t", 0)
    if len(key) == 1:
        owners.append((rule.table, f't."{key[0]}"'))
    held = " OR ".join(f"(h.kind = '{kind}' AND h.key = {expression})" for kind, expression in owners)
    if not held:
        return []
    active = "h.released_at IS NULL OR h.released_at >= :made_at"
    return [f"NOT EXISTS (SELECT 1 FROM hold h WHERE ({active}) AND ({held}))"]


def _owners(inspector: Inspector, table: str, alias: str, depth: int) -> list[tuple[str, str]]:
    """Return each table a row belongs to by its foreign keys, and the SQL that gives its id there."""
    found: list[tuple[str, str]] = []
    for foreign in inspector.get_foreign_keys(table):
        parent = foreign["referred_table"]
        if len(foreign["constrained_columns"]) != 1 or parent == table or depth >= _DEEPEST_OWNER:
            continue
        mine = f'{alias}."{foreign["constrained_columns"][0]}"'
        found.append((parent, mine))
        above = f"o{depth}"
        for kind, expression in _owners(inspector, parent, above, depth + 1):
            key = foreign["referred_columns"][0]
            found.append(
                (kind, f'(SELECT {expression} FROM "{parent}" {above} WHERE {above}."{key}" = {mine})')
            )
    return found


def _bytes(columns: Mapping[str, Any], sqlite: bool) -> str:
    """Return the SQL for the bytes a row's values take; what the engine adds around them is not counted."""
    if not sqlite:
        return " + ".join(f'coalesce(octet_length(CAST(t."{name}" AS text)), 0)' for name in columns)
    measure = "octet_length({})" if sqlite_library().version >= _OCTET_LENGTH else "length(CAST({} AS BLOB))"
    return " + ".join(f"coalesce({measure.format(f't.{chr(34)}{name}{chr(34)}')}, 0)" for name in columns)
