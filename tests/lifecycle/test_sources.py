"""Databases may share a folder of backups; none is judged by, pruned with or overwritten from another's."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from workbench.errors import InputError, NotFound
from workbench.lifecycle.backups import Backups
from workbench.lifecycle.health import find_shrunk, reported
from workbench.lifecycle.policy import read_policy
from workbench.store import Database, Project, Scenes
from workbench.store.engines import open_engine, parse_url
from workbench.store.sources import Source, source_of


@pytest.fixture
def backups(tmp_path: Path) -> Backups:
    return Backups(tmp_path / "backups")


@pytest.fixture
def other(empty_file: Path, tmp_path: Path) -> Iterator[Database]:
    """Give a second database, a file in the data folder."""
    shutil.copy(empty_file, tmp_path / "other.db")
    with Database.open(tmp_path / "other.db") as opened:
        yield opened


def named(address: str, home: Path) -> str:
    engine = open_engine(parse_url(address), power_safe=False)
    try:
        return source_of(engine, home).name
    finally:
        engine.dispose()


def test_another_databases_backups_are_not_ones_own(
    database: Database, project: Project, other: Database, backups: Backups
) -> None:
    """The last backup, the age of it and the alarm are those of the own database alone."""
    Scenes(database).add(project.id, "one")
    mine = backups.make(database.engine, "mine")
    assert list(find_shrunk(other, backups)) == []
    assert "backup_age_days" not in reported(other, backups, read_policy(None))
    theirs = backups.make(other.engine, "theirs")
    assert [each.id for each in backups.list()] == [theirs.id, mine.id]
    assert backups.list(database.engine) == (mine,)
    assert backups.list(other.engine) == (theirs,)
    with database.write() as connection:
        connection.execute(text("DELETE FROM revision"))
    assert {(each.table, each.backup) for each in find_shrunk(database, backups)} == {("revision", mine.id)}


def test_pruning_leaves_the_others(database: Database, other: Database, backups: Backups) -> None:
    """However many backups one database has, the other's stay, and so do the files they name."""
    theirs = backups.make(other.engine, "theirs", verify=False)
    made = [backups.make(database.engine, f"{number}", verify=False).id for number in range(3)]
    assert backups.prune(keep=1, weeks=0, among=backups.list(database.engine)) == (made[1], made[0])
    assert [each.id for each in backups.list()] == [made[2], theirs.id]


def test_another_ones_is_restored_on_purpose_only(
    empty_file: Path, other: Database, backups: Backups, tmp_path: Path
) -> None:
    """Replacing a database by another one's backup is refused until it is said; a new place takes any."""
    shutil.copy(empty_file, tmp_path / "first.db")
    with Database.open(tmp_path / "first.db") as first:
        made = backups.make(first.engine, "first")
    with pytest.raises(InputError, match=r"another database: first\.db, not other\.db.*--of first\.db"):
        backups.restore(made, other.url, over=True)
    assert backups.list(other.engine) == ()
    backups.restore(made, parse_url(tmp_path / "new.db"))
    backups.restore(made, other.url, over=True, another=True)
    assert [each.reason for each in backups.list(other.engine)] == [f"before restoring {made.id}"]


def test_backups_that_do_not_say_are_anybodys(database: Database, other: Database, backups: Backups) -> None:
    """A manifest of an older version counts for every database of its engine, as it always did."""
    made = backups.make(database.engine, "old", verify=False)
    place = backups.folder / made.id / "manifest.json"
    told = json.loads(place.read_text())
    del told["source"]
    place.write_text(json.dumps(told))
    assert [each.id for each in backups.list(database.engine)] == [made.id]
    assert bool(backups.list(other.engine)) is database.is_sqlite
    backups.restore(backups.get(), database.url, over=True)


def test_a_folder_that_is_moved_keeps_its_backups(empty_file: Path, tmp_path: Path) -> None:
    """A file in the data folder is known by its place there, one elsewhere by its whole path."""
    shutil.copy(empty_file, tmp_path / "workbench.db")
    assert named(str(tmp_path / "workbench.db"), tmp_path) == "workbench.db"
    assert named(str(tmp_path / "workbench.db"), tmp_path / "data") == str(tmp_path / "workbench.db")


def test_an_address_is_told_without_secrets(tmp_path: Path) -> None:
    """Neither the user nor a password, wherever it stands, is written beside a backup."""
    for given, shown in (
        ("postgresql://me:secret@127.0.0.1:1/w?sslpassword=secret", "postgresql://127.0.0.1:1/w"),
        ("postgresql://me@127.0.0.1/w?port=1", "postgresql://127.0.0.1:1/w"),
        ("postgresql://me:secret@/w?host=/nowhere", "postgresql:///w?host=%2Fnowhere"),
    ):
        assert named(given, tmp_path) == shown


def test_a_server_by_two_names_is_one() -> None:
    """The server's own number tells, and so does the address when a server was set up anew."""
    here = Source("postgresql://db/w", "1/w")
    assert here.is_same(Source("postgresql://10.0.0.7/w", "1/w"))
    assert here.is_same(Source("postgresql://db/w", "2/w"))
    assert not here.is_same(Source("postgresql://10.0.0.7/w", "2/w"))
    assert not Source("a.db").is_same(Source("b.db"))


def test_the_latest_of_whom(database: Database, other: Database, backups: Backups) -> None:
    """With backups of others alone there is no latest one, and the error tells whose there are."""
    made = backups.make(other.engine, "theirs", verify=False)
    with pytest.raises(NotFound, match=r"None of the 1 backups is of this database.*other\.db.*--of"):
        backups.get(among=backups.list(database.engine))
    assert backups.get(among=backups.called("other.db")) == made
    with pytest.raises(NotFound, match=r"other\.db"):
        backups.called("othr.db")
    with pytest.raises(InputError, match=r"of (sqlite|another)"):
        backups.refuse_another(made, database.engine)
