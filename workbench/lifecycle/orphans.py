"""Rows whose parent is gone: written down when seen, told by every door, and removed much later.

An orphan is a sign of an accident, so it is reported before anything else: each row by its key, with the
moment of the first report. Only rows that were reported for as long as the policy says are part of a plan,
and only while they are orphans still. Once its parent is back, a row's report is struck out, so that a later
loss begins anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Inspector, bindparam, delete, func, inspect, select, text
from sqlalchemy.types import LargeBinary

from workbench.lifecycle.parentless import Loss, key_of_row, ways_to_lose
from workbench.lifecycle.policy import NEVER, ONLY, Policy
from workbench.lifecycle.selection import (
    Selection,
    bytes_of,
    marked,
    named_by,
    only,
    referenced,
    select_rows,
    unheld,
)
from workbench.store.database import Database
from workbench.store.rows import Moment
from workbench.store.rows_lifecycle import orphan

_AT_ONCE = 1000
_SHOWN = 3
_YOUNG = "created_at"


@dataclass(frozen=True, slots=True)
class Orphaned:
    """Rows of one table that lost the same parent: how many, the `first` keys, and since when it is known.

    From `may_go_at` on a plan takes the first of them; it is None for those that `stay`, which tells why.
    """

    reference: str
    table: str
    rows: int
    first: tuple[str, ...]
    since: datetime
    may_go_at: datetime | None
    stay: str = ""


def note_orphans(database: Database, policy: Policy) -> None:
    """Write down which rows have no parent now, and strike out those that have one again.

    Nothing is written while all is well, and never the removal of anything.
    """
    with database.read() as connection:
        found = _differences(connection, policy)
    now = database.now()
    put = text(
        "INSERT INTO orphan (reference, row_key, table_name, reported_at) "
        "VALUES (:reference, :row_key, :table_name, :now) ON CONFLICT DO NOTHING"
    ).bindparams(bindparam("now", type_=Moment()))
    for part in _parts(found.fresh):
        with database.write() as connection:
            rows = [
                {"reference": loss.reference, "row_key": key, "table_name": loss.table, "now": now}
                for loss, key in part
            ]
            connection.execute(put, rows)
    for gone in _parts(found.gone):
        with database.write() as connection:
            for reference, key in gone:
                mine = (orphan.c.reference == reference) & (orphan.c.row_key == key)
                connection.execute(delete(orphan).where(mine))


def told_orphans(connection: Connection, policy: Policy) -> tuple[Orphaned, ...]:
    """Return what was written down, by table and parent."""
    number, since = func.count(), func.min(orphan.c.reported_at)
    asked = select(orphan.c.reference, orphan.c.table_name, number, since).group_by(
        orphan.c.reference, orphan.c.table_name
    )
    rows = connection.execute(asked.order_by(orphan.c.table_name, orphan.c.reference)).all()
    stay = _reasons(connection, policy) if rows else {}
    wait = timedelta(days=policy.orphans.wait_days) if policy.orphans else timedelta(0)
    return tuple(
        Orphaned(
            reference, table, count, _first(connection, reference), first,
            None if stay.get(reference) else first + wait, stay.get(reference, ""),
        )
        for reference, table, count, first in rows
    )  # fmt: skip


def due_tables(connection: Connection, policy: Policy, made_at: datetime) -> tuple[str, ...]:
    """Return the tables with rows that were reported for long enough, those that name others first."""
    if policy.orphans is None:
        return ()
    asked = select(orphan.c.table_name).distinct()
    due = asked.where(orphan.c.reported_at < made_at - timedelta(days=policy.orphans.wait_days))
    inspector = inspect(connection)
    tables = {table for table in connection.scalars(due) if not _stays(inspector, policy, table)}
    order = [loss.table for loss in ways_to_lose(inspector, keeps(policy))] if tables else []
    return tuple(table for table in dict.fromkeys(order) if table in tables)


def select_orphans(connection: Connection, policy: Policy, table: str, made_at: datetime) -> Selection | None:
    """Return the rows of a table that are orphans, were reported long enough ago, and that nothing keeps.

    What another rule takes for its age is not among them.
    """
    rule, inspector = policy.orphans, inspect(connection)
    names = set(inspector.get_table_names())
    if rule is None or table not in names or _stays(inspector, policy, table):
        return None
    sqlite = connection.dialect.name == "sqlite"
    key = tuple(inspector.get_pk_constraint(table)["constrained_columns"])
    columns = {column["name"]: column["type"] for column in inspector.get_columns(table)}
    losses = [
        loss for loss in ways_to_lose(inspector, keeps(policy)) if loss.table == table and not loss.soft
    ]
    mine = key_of_row(key, sqlite)
    known = f"SELECT o.row_key FROM orphan o WHERE o.table_name = '{table}' AND o.reported_at < :told"
    moments = {"told": made_at - timedelta(days=rule.wait_days), "made_at": made_at}
    reported = [
        f"({loss.where} AND {mine} IN ({known} AND o.reference = '{loss.reference}'))" for loss in losses
    ]
    parts = [
        f"{mine} IN ({known})",
        f"({' OR '.join(reported)})",
        *([f't."{_YOUNG}" < :told'] if _YOUNG in columns else ()),
        *(only(ONLY[table]) if table in ONLY else ()),
        *(each for other in policy.rules if other.table == table for each in marked(other)),
        *(each for other in policy.rules if other.table == table
          for each in named_by(other.keep_referenced_by, key, names)),
        *referenced(inspector, table, names),
        *unheld(inspector, table, key, names),
    ]  # fmt: skip
    for number, other in enumerate(each for each in policy.rules if each.table == table):
        old = made_at - timedelta(days=other.keep_days)
        if taken := select_rows(connection, other, old, made_at):
            moments[f"past{number}"] = old
            parts.append(f"({taken.condition.replace(':cutoff', f':past{number}')}) IS NOT TRUE")
    return Selection("", table, key, columns, " AND ".join(parts), bytes_of(columns, sqlite), moments, sqlite)


def keeps(policy: Policy) -> frozenset[str]:
    """Return the tables of which no orphan is ever taken."""
    return frozenset(policy.orphans.keep) | {"user"} if policy.orphans else NEVER


@dataclass(frozen=True, slots=True)
class _Differences:
    fresh: list[tuple[Loss, str]]
    gone: list[tuple[str, str]]


def _differences(connection: Connection, policy: Policy) -> _Differences:
    """Return what is to be written down and struck out, by one consistent reading."""
    inspector = inspect(connection)
    known: dict[str, int] = {
        str(row[0]): int(row[1])
        for row in connection.execute(select(orphan.c.reference, func.count()).group_by(orphan.c.reference))
    }
    sqlite = connection.dialect.name == "sqlite"
    fresh: list[tuple[Loss, str]] = []
    gone: list[tuple[str, str]] = []
    for loss in ways_to_lose(inspector, keeps(policy)):
        key = tuple(inspector.get_pk_constraint(loss.table)["constrained_columns"])
        rows = f'SELECT {key_of_row(key, sqlite)} FROM "{loss.table}" t WHERE {loss.where}'
        now = set(connection.exec_driver_sql(rows).scalars())
        noted: set[str] = set()
        if known.pop(loss.reference, 0):
            noted = set(
                connection.scalars(select(orphan.c.row_key).where(orphan.c.reference == loss.reference))
            )
        fresh += [(loss, each) for each in sorted(now - noted)]
        gone += [(loss.reference, each) for each in sorted(noted - now)]
    for reference in known:
        keys = select(orphan.c.row_key).where(orphan.c.reference == reference)
        gone += [(reference, key) for key in connection.scalars(keys)]
    return _Differences(fresh, gone)


def _parts(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]


def _first(connection: Connection, reference: str) -> tuple[str, ...]:
    asked = select(orphan.c.row_key).where(orphan.c.reference == reference)
    keys = connection.scalars(asked.order_by(orphan.c.reported_at, orphan.c.row_key).limit(_SHOWN))
    return tuple(" ".join(map(str, json.loads(key))) for key in keys)


def _reasons(connection: Connection, policy: Policy) -> Mapping[str, str]:
    inspector = inspect(connection)
    found = {}
    for loss in ways_to_lose(inspector, keeps(policy)):
        soft = "the row is good without it" if loss.soft else ""
        found[loss.reference] = _stays(inspector, policy, loss.table) or soft
    return found


def _stays(inspector: Inspector, policy: Policy, table: str) -> str:
    """Return why no orphan of a table is taken; empty when they may go."""
    if policy.orphans is None:
        return "the policy has no rule for them"
    if table in keeps(policy):
        return f"the policy keeps every {table}"
    if any(isinstance(column["type"], LargeBinary) for column in inspector.get_columns(table)):
        return "its bytes cannot be kept as JSON"
    return ""
