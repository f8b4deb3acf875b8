"""Tables are made and upgraded when a database is opened, and nothing is ever lost on the way."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Float, inspect, text

from workbench.errors import EnvironmentFault, InputError
from workbench.store import Database, Project, Projects, Scenes, schema
from workbench.store.rows import metadata

NOBODY = {"table:user": "there is nobody but the local user"}


def test_models_are_the_migrations(database: Database) -> None:
    """The tables the migrations make are exactly those the code describes."""
    with database.write() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_down_and_up(database: Database) -> None:
    """Every migration goes back to nothing and forward again."""
    schema.move(database.engine, "base", reviewed=NOBODY)
    with database.read() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]
    schema.move(database.engine, "head")
    assert Projects(database).create("Again").sequence == 1


def test_a_database_taken_down_to_base_is_brought_up_again(database: Database, place: str) -> None:
    """Alembic's table is left, empty: opened anew, the database is filled as an empty one is."""
    schema.move(database.engine, "base", reviewed=NOBODY)
    with Database.open(place) as again:
        assert again.health().schema == schema.head()
        assert Projects(again).create("Again").sequence == 1


def test_an_empty_list_of_versions_makes_no_tables_ours(database: Database, place: str) -> None:
    """With somebody's table beside it the database is refused by that table's name, and left as it is."""
    schema.move(database.engine, "base", reviewed=NOBODY)
    with database.write() as connection:
        connection.execute(text("CREATE TABLE theirs (id INTEGER)"))
    with pytest.raises(InputError, match=r"other tables \(theirs\) and none of ours"):
        Database.open(place)
    with database.read() as connection:
        assert sorted(inspect(connection).get_table_names()) == ["alembic_version", "theirs"]


def test_newer_database_is_refused(place: str, database: Database) -> None:
    """A database of a later workbench is left alone, with the remedy."""
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(EnvironmentFault, match=r"newer workbench.*9999.*Upgrade"):
        Database.open(place)


def test_foreign_database_is_refused(database: Database, place: str) -> None:
    """A database with somebody else's tables is not touched."""
    with database.write() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    with pytest.raises(InputError, match="none of ours"):
        Database.open(place)


def test_upgrade_can_be_refused(tmp_path: Path) -> None:
    """With migrate=False an empty database is not filled."""
    with pytest.raises(InputError, match="schema none"):
        Database.open(tmp_path / "new.db", migrate=False)


def test_rebuilding_a_parent_keeps_its_children(tmp_path: Path) -> None:
    """Rebuilding a SQLite table in a migration, which drops the old one, cascades into nothing."""

    def rebuild(connection: Connection) -> None:
        with schema.operations(connection).batch_alter_table("project", recreate="always") as batch:
            batch.alter_column("fps", type_=Float())

    with Database.open(tmp_path / "a.db") as database:
        scene = Scenes(database).add(Projects(database).create("Demo").id, "one")
        schema.guarded(database.engine, rebuild)
        assert Scenes(database).get(scene.id) == scene


def test_lost_parent_stops_a_migration(database: Database, project: Project) -> None:
    """A step that leaves rows without their parent is rolled back as a whole."""
    Scenes(database).add(project.id, "one")
    with pytest.raises(Exception, match=r"without their parent|violates foreign key"):
        schema.guarded(database.engine, lambda connection: connection.execute(text("DELETE FROM project")))
    assert len(Projects(database).list()) == 1


@pytest.mark.slow
def test_opened_by_many_at_once(tmp_path: Path) -> None:
    """A new file opened by several at the same moment gets its tables once."""
    opened: list[Database] = []
    threads = [
        threading.Thread(target=lambda: opened.append(Database.open(tmp_path / "new.db"))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {each.health().schema for each in opened} == {schema.head()}
    for each in opened:
        each.close()
