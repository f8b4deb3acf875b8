"""Takes a row away behind the database's back, as an accident does: what belongs to it has no parent."""

from __future__ import annotations

import psycopg

from workbench.store.database import Database
from workbench.store.engines import sqlite_library


def lose(database: Database, table: str, key: str) -> None:
    """Delete a row while nothing looks at references."""
    if database.is_sqlite:
        connection = sqlite_library().module.connect(str(database.url.database))
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(f'DELETE FROM "{table}" WHERE id = ?', (key,))
        connection.commit()
        connection.close()
        return
    address = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as server:
        server.execute("SET session_replication_role = replica")
        server.execute(f'DELETE FROM "{table}" WHERE id = %s', (key,))
