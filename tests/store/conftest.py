"""A database for each test, on both engines: a fresh SQLite file, and a throw-away PostgreSQL server."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest

from workbench.store import Database, Project, Projects

_numbers = count(1)


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "empty.db"
    Database.open(path).close()
    return path


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin")) or [
        Path(found).parent for found in [shutil.which("initdb")] if found
    ]
    if not programs:
        pytest.fail("PostgreSQL is not installed. On Debian: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="workbench-postgresql-"))
    as_owner: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
        as_owner = ["runuser", "-u", "postgres", "--"]

    def run(program: str, *arguments: str) -> None:
        command = [*as_owner, str(programs[-1] / program), "-D", str(folder / "data"), *arguments]
        subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL)

    run("initdb", "--auth=trust", "--username=workbench", "--no-sync", "--encoding=UTF8", "--locale=C")
    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c max_connections=200"
    run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        Database.open(f"postgresql://workbench@/postgres?host={folder}").close()
        yield str(folder)
    finally:
        run("pg_ctl", "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def blank_postgresql(postgresql_server: str) -> Iterator[str]:
    """Give the address of a database without any table."""
    yield from _postgresql_database(postgresql_server, "template0")


def _postgresql_database(server: str, template: str) -> Iterator[str]:
    name = f"test{next(_numbers)}"
    with psycopg.connect(f"postgresql://workbench@/template1?host={server}", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield f"postgresql://workbench@/{name}?host={server}"
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of a database with our tables and no project."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("empty_file"), tmp_path / "test.db")
        yield str(tmp_path / "test.db")
    else:
        yield from _postgresql_database(request.getfixturevalue("postgresql_server"), "postgres")


@pytest.fixture
def database(place: str) -> Iterator[Database]:
    with Database.open(place, power_safe=False) as opened:
        yield opened


@pytest.fixture
def project(database: Database) -> Project:
    return Projects(database).create("Demo")
