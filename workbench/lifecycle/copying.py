"""Copies a database as one moment saw it: SQLite's backup, PostgreSQL's pg_dump, and the way back.

The rows are counted in the very snapshot that is copied, so a copy that holds fewer is told from one that
was merely made a moment later.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine

from workbench.errors import EnvironmentFault
from workbench.identity import new_id
from workbench.lifecycle.files import named_files
from workbench.store.engines import READING, open_engine, sqlite_library
from workbench.store.guard.census import Census, take_census

_ALL_PAGES = -1
"""Smaller steps begin anew whenever somebody writes, and under steady writers never end."""


def copy_out(engine: Engine, target: Path) -> tuple[Census, frozenset[str]]:
    """Write the database into the new file `target`, durably; return what it held, and the files it names."""
    with _snapshot(engine) as connection:
        if engine.dialect.name == "sqlite":
            _copy_sqlite(connection, target)
        else:
            _dump(connection, engine.url, target)
        census, files = take_census(connection), named_files(connection)
    sync(target)
    return census, files


@contextmanager
def copy_in(copy: Path, *, near: URL) -> Iterator[Engine]:
    """Give an engine on a throw-away database made from `copy`: a file, or one on the same server."""
    if near.get_backend_name() == "sqlite":
        with tempfile.TemporaryDirectory(prefix=".restored-", dir=copy.parent) as folder:
            place = Path(folder) / "restored.db"
            shutil.copyfile(copy, place)
            yield from _opened(near.set(database=str(place)))
        return
    with throw_away(near) as url:
        load_dump(copy, url)
        yield from _opened(url)


def restore_sqlite(copy: Path, engine: Engine) -> None:
    """Replace the content of a SQLite file by the copy's, as one transaction other connections can watch."""
    source = sqlite_library().module.connect(f"{copy.absolute().as_uri()}?mode=ro", uri=True)
    try:
        if not source.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise EnvironmentFault(
                f"The copy at {copy} holds no tables; nothing was replaced.",
                remedy="Restore another backup: workbench db backup --list",
            )
        with engine.connect() as write:
            source.backup(_driver(write), pages=_ALL_PAGES)
    finally:
        source.close()


def load_dump(copy: Path, url: URL, *, over: bool = False) -> None:
    """Load a dump into an empty PostgreSQL database; `over` replaces what is there, as one transaction."""
    if not over:
        _run("pg_restore", url, "--no-owner", "--exit-on-error", "--single-transaction", str(copy))
        return
    with tempfile.TemporaryDirectory(prefix=".restored-", dir=copy.parent) as folder:
        script = Path(folder) / "script.sql"
        _run("pg_restore", None, "--no-owner", f"--file={script}", str(copy))
        empty = "--command=DROP SCHEMA public CASCADE; CREATE SCHEMA public"
        stop = "--set=ON_ERROR_STOP=1"
        _run("psql", url, "--no-psqlrc", "--single-transaction", stop, empty, f"--file={script}")


def sync(path: Path) -> None:
    """Wait until the disk has the file and its name."""
    for place in (path, path.parent):
        if place.is_dir() and os.name == "nt":
            continue
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def _snapshot(engine: Engine) -> Iterator[Connection]:
    options = (
        READING
        if engine.dialect.name == "sqlite"
        else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    )
    with engine.connect() as fresh:
        connection = fresh.execution_options(**options)
        with connection.begin():
            yield connection


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


def _copy_sqlite(connection: Connection, target: Path) -> None:
    connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one()
    copy = sqlite_library().module.connect(str(target))
    try:
        _driver(connection).backup(copy, pages=_ALL_PAGES)
        copy.execute("PRAGMA journal_mode = DELETE")
    finally:
        copy.close()


def _dump(connection: Connection, url: URL, target: Path) -> None:
    snapshot = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
    _run("pg_dump", url, "--format=custom", "--compress=0", f"--snapshot={snapshot}", f"--file={target}")


_LETTERS = """
SELECT 'ENCODING ' || quote_literal(pg_encoding_to_char(encoding))
    || ' LC_COLLATE ' || quote_literal(datcollate) || ' LC_CTYPE ' || quote_literal(datctype)
FROM pg_database WHERE datname = current_database()
"""
"""How the copy keeps text: as the database does, which is not what the server gives to a new one."""


@contextmanager
def throw_away(near: URL) -> Iterator[URL]:
    """Give an empty database beside `near`, of its encoding and locale; it is dropped afterwards."""
    name = f"workbench_copy_{new_id().lower()}"
    admin = open_engine(near, power_safe=False).execution_options(isolation_level="AUTOCOMMIT")
    try:
        with admin.connect() as connection:
            letters = connection.exec_driver_sql(_LETTERS).scalar_one()
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0 {letters}")
        try:
            yield near.set(database=name)
        finally:
            with admin.connect() as connection:
                connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    finally:
        admin.dispose()


def _opened(url: URL) -> Iterator[Engine]:
    engine = open_engine(url, power_safe=False)
    try:
        yield engine
    finally:
        engine.dispose()


def _run(program: str, url: URL | None, *arguments: str) -> None:
    """Run one of PostgreSQL's programs; the password travels in the environment, never in arguments."""
    environment, command = dict(os.environ), [str(_program(program))]
    if url:
        address = url.set(drivername="postgresql")._replace(password=None)
        command += ["--no-password", f"--dbname={address.render_as_string()}"]
        environment |= {"PGPASSWORD": str(url.password)} if url.password else {}
    command += arguments
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        said = " ".join(done.stderr.split())[-300:]
        raise EnvironmentFault(
            f"{program} failed: {said.rstrip('.')}.", remedy="Check the address, rights and free space."
        )


def _program(name: str) -> Path:
    newest = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=_version, reverse=True)
    found = newest[0] if newest else shutil.which(name)
    if not found:
        raise EnvironmentFault(
            f"{name} is not installed.", remedy="Install PostgreSQL's client programs (postgresql-client)."
        )
    return Path(found)


def _version(program: Path) -> int:
    with suppress(ValueError):
        return int(program.parts[-3])
    return 0
