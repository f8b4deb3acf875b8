"""A database for each test, on both engines: a fresh SQLite file, and a throw-away PostgreSQL server."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest

from tests.store.servers import running_server
from workbench.store import Database, Project, Projects

_numbers = count(1)


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "empty.db"
    Database.open(path).close()
    return path


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    with running_server("--encoding=UTF8", "--locale=C") as folder:
        Database.open(f"postgresql://workbench@/postgres?host={folder}").close()
        yield folder


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
