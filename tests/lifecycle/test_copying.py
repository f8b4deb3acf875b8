"""Where a backup is restored to be counted is as the database that it came from."""

from __future__ import annotations

import psycopg
import pytest

from workbench.lifecycle.copying import throw_away
from workbench.store.engines import parse_url


@pytest.mark.slow
def test_the_copy_keeps_text_as_the_database_does(postgresql_server: str) -> None:
    """Not as the server does for a new one: a server made without a locale would make it SQL_ASCII."""
    server = f"host={postgresql_server}"
    with psycopg.connect(f"postgresql://workbench@/template1?{server}", autocommit=True) as admin:
        admin.execute("CREATE DATABASE worded TEMPLATE template0 LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'")
        with throw_away(parse_url(f"postgresql://workbench@/worded?{server}")) as copy:
            seen = admin.execute(
                "SELECT datcollate, datctype FROM pg_database WHERE datname = %s", [copy.database]
            ).fetchone()
        admin.execute("DROP DATABASE worded WITH (FORCE)")
    assert seen == ("C.UTF-8", "C.UTF-8")
