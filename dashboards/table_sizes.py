"""How many bytes each table takes, with its indexes, where the engine can measure that."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.exc import SQLAlchemyError

from workbench.store.database import Database

_SQLITE = """\
SELECT owner.tbl_name, sum(pages.pgsize) FROM dbstat AS pages JOIN sqlite_master AS owner USING (name)
WHERE pages.aggregate = TRUE GROUP BY owner.tbl_name"""
_POSTGRESQL = """\
SELECT relname, pg_total_relation_size(oid) FROM pg_class
WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"""


def table_bytes(database: Database) -> Mapping[str, int] | None:
    """Return the bytes by table; None when this engine cannot tell, as SQLite built without `dbstat`."""
    try:
        with database.read() as connection:
            found = connection.exec_driver_sql(_SQLITE if database.is_sqlite else _POSTGRESQL).all()
    except SQLAlchemyError:
        return None
    return {str(name): int(size) for name, size in found}
