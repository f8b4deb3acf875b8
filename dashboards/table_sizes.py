"""How many bytes each table takes, with its indexes: measured by the engine, or estimated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
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

_WHOLE = "SELECT pg_database_size(current_database())"


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


def database_bytes(database: Database) -> int | None:
    """Return the bytes of the whole database: of its files, or as the server tells; None if neither can."""
    place = database.url.database
    if database.is_sqlite:
        files = [Path(f"{place}{end}") for end in ("", "-wal")]
        return sum(each.stat().st_size for each in files if each.is_file()) if place else None
    try:
        with database.read() as connection:
            return int(connection.exec_driver_sql(_WHOLE).scalar_one())
    except SQLAlchemyError:
        return None


def _measured(database: Database) -> Mapping[str, int]:
    with database.read() as connection:
        found = connection.exec_driver_sql(_SQLITE if database.is_sqlite else _POSTGRESQL).all()
    return {str(name): int(size) for name, size in found}
