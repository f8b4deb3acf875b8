"""How many bytes each table takes, with its indexes: measured by the engine, or estimated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.exc import SQLAlchemyError

from dashboards.estimated_sizes import estimated_bytes
from workbench.store.database import Database

How = Literal["measured", "estimated", "unknown"]
_SQLITE = """\
SELECT owner.tbl_name, sum(pages.pgsize) FROM dbstat AS pages JOIN sqlite_master AS owner USING (name)
WHERE pages.aggregate = TRUE GROUP BY owner.tbl_name"""
_POSTGRESQL = """\
SELECT relname, pg_total_relation_size(oid) FROM pg_class
WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"""


@dataclass(frozen=True, slots=True)
class TableSizes:
    """Bytes by table, and how they are known."""

    bytes: Mapping[str, int]
    how: How


def table_sizes(database: Database, rows: Mapping[str, int]) -> TableSizes:
    """Return the bytes by table; estimated where SQLite was built without `dbstat`; `rows` are the counts."""
    try:
        return TableSizes(_measured(database), "measured")
    except SQLAlchemyError:
        if not database.is_sqlite:
            return TableSizes({}, "unknown")
    try:
        with database.read() as connection:
            return TableSizes(estimated_bytes(connection, rows), "estimated")
    except SQLAlchemyError:
        return TableSizes({}, "unknown")


def _measured(database: Database) -> Mapping[str, int]:
    with database.read() as connection:
        found = connection.exec_driver_sql(_SQLITE if database.is_sqlite else _POSTGRESQL).all()
    return {str(name): int(size) for name, size in found}
