"""The database opens what it should, refuses what it must, and keeps transactions apart."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from sqlalchemy import text

from workbench.errors import EnvironmentFault, InputError
from workbench.store import Database, Project, Projects, Scenes, schema
from workbench.store.engines import Library, parse_url, sqlite_library


def test_health(database: Database) -> None:
    """A healthy database says what it runs on and has nothing to warn of."""
    health = database.health()
    assert (health.intact, health.warnings, health.journal_mode) == (True, (), "wal")
    assert health.schema == schema.head()


def test_acknowledged_means_on_disk(tmp_path: Path) -> None:
    """By default each commit waits for the disk."""
    with Database.open(tmp_path / "a.db") as database:
        assert database.health().synchronous == "FULL"


def test_old_libraries_are_not_safe() -> None:
    """A library with the write-ahead race is told apart, and the newest one is used."""
    assert not Library(SimpleNamespace(__name__="sqlite3"), (3, 51, 2)).safe
    assert Library(SimpleNamespace(__name__="sqlite3"), (3, 51, 3)).safe
    assert sqlite_library().version >= sqlite3.sqlite_version_info


def test_unsafe_library_warns(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unsafe library is a warning with the remedy, on SQLite alone."""
    old = Library(sqlite3, (3, 40, 1))
    monkeypatch.setattr("workbench.store.database.sqlite_library", lambda: old)
    warned = database.health().warnings
    assert [("3.40.1" in each, "pip install pysqlite3" in each) for each in warned] == (
        [(True, True)] if database.is_sqlite else []
    )


@pytest.mark.slow
@pytest.mark.parametrize("letters", ["SQL_ASCII", "LATIN1"])
def test_a_database_that_has_no_place_for_each_letter(postgresql_server: str, letters: str) -> None:
    """It is refused at the door, with how to make another that has; a later save would be too late."""
    server, name = f"host={postgresql_server}", f"of_{letters.lower()}"
    with psycopg.connect(f"postgresql://workbench@/template1?{server}", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING '{letters}'")  # type: ignore[arg-type]
        with pytest.raises(InputError, match=f"keeps text as {letters}") as refused:
            Database.open(f"postgresql://workbench@/{name}?{server}")
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]
    assert f"--encoding=UTF8 {name}_utf8" in refused.value.remedy  # one of its own name is there


@pytest.mark.parametrize("address", ["sqlite://", "mysql://a/b", "://nowhere", "sqlite:///:memory:"])
def test_strange_addresses(address: str) -> None:
    """What is neither a file nor PostgreSQL is refused with what to give."""
    with pytest.raises(InputError, match="Give a"):
        parse_url(address)


def test_not_a_database(tmp_path: Path) -> None:
    """A file of something else is refused and left as it is."""
    (tmp_path / "notes.txt").write_text("these are my notes " * 100)
    with pytest.raises(InputError, match="not a database"):
        Database.open(tmp_path / "notes.txt")
    assert (tmp_path / "notes.txt").read_text().startswith("these are my notes")


def test_server_that_is_not_there(tmp_path: Path) -> None:
    """An address where no server answers is told as such."""
    with pytest.raises(EnvironmentFault, match="cannot be reached"):
        Database.open(f"postgresql://nobody@/none?host={tmp_path}")


@pytest.mark.slow
def test_database_or_user_that_is_not_there(postgresql_server: str) -> None:
    """A server that answers and has no such database, or no such user, is told by that name."""
    for user, name, told in (
        ("workbench", "none", "database named 'none'"),
        ("ana", "x", "role named 'ana'"),
    ):
        with pytest.raises(InputError, match=told):
            Database.open(f"postgresql://{user}@/{name}?host={postgresql_server}")


def test_readers_cannot_write(database: Database, project: Project) -> None:
    """A reading block sees one moment, whatever is written meanwhile."""
    count = text("SELECT count(*) FROM scene")
    with database.read() as connection:
        before = connection.scalar(count)
        Scenes(database).add(project.id, "one")
        assert connection.scalar(count) == before == 0


def test_failed_block_leaves_nothing(database: Database) -> None:
    """What a failing block wrote is taken back, and the next write works."""
    with pytest.raises(ZeroDivisionError), database.write() as connection:
        connection.execute(text("DELETE FROM alembic_version")).rowcount / 0
    assert Projects(database).create("After").sequence == 1


def test_write_inside_write(database: Database) -> None:
    """A write begun inside another is an error at once, not a wait forever."""
    with database.write(), pytest.raises(InputError, match="inside another"):
        Projects(database).create("Inner")


def test_two_databases_in_one_process(place: str, database: Database, project: Project) -> None:
    """Two openings of one place see each other's work."""
    with Database.open(place) as other:
        scene = Scenes(other).add(project.id, "one")
        assert Scenes(database).get(scene.id) == scene
        assert Scenes(database).save(scene.id, 1, source="two") == Scenes(other).get(scene.id)


@pytest.mark.slow
def test_threads(database: Database, project: Project) -> None:
    """Threads that share one database add scenes without a gap or an error."""
    scenes = Scenes(database)
    threads = [
        threading.Thread(target=lambda: [scenes.add(project.id, "") for _ in range(5)]) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [each.position for each in scenes.list(project.id)] == list(range(1, 31))


def test_closing_twice(tmp_path: Path) -> None:
    """Closing a database twice does no harm."""
    database = Database.open(tmp_path / "a.db")
    database.close()
    database.close()
