"""The signs that data is safe, each shown to fail when it is not."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text, update

from tests.lifecycle.world import World, small_policy
from workbench.lifecycle.backups import Backups
from workbench.lifecycle.health import examine, find_shrunk, reported
from workbench.lifecycle.planning import make_plan
from workbench.lifecycle.replays import first_seen
from workbench.lifecycle.schedule import CLEANUP
from workbench.store import Assets, Blobs, Database, Project, Projects, Scenes
from workbench.store.jobs import Jobs
from workbench.store.rows import preference
from workbench.store.rows import project as project_table


def ill(database: Database, tmp_path: Path) -> dict[str, str]:
    signs = examine(database, Backups(tmp_path / "backups"), small_policy(), Blobs(tmp_path / "files"))
    return {sign.name: sign.seen for sign in signs if not sign.well}


def test_healthy(database: Database, project: Project, tmp_path: Path) -> None:
    """With a verified backup and nothing amiss every sign is well."""
    assert set(ill(database, tmp_path)) == {"Backup"}
    Backups(tmp_path / "backups").make(database.engine, "test")
    assert ill(database, tmp_path) == {}


def test_rows_that_vanish(database: Database, project: Project, tmp_path: Path) -> None:
    """A table that lost more than a twentieth of its rows since the last backup raises an alarm."""
    for number in range(20):
        Scenes(database).add(project.id, f"{number}")
    Backups(tmp_path / "backups").make(database.engine, "test")
    with database.write() as connection:
        connection.execute(
            text("DELETE FROM revision WHERE scene_id IN (SELECT min(scene_id) FROM revision)")
        )
    assert ill(database, tmp_path) == {}
    with database.write() as connection:
        connection.execute(text("DELETE FROM revision"))
    told = ill(database, tmp_path)
    assert list(told) == ["Rows of revision"]
    assert told["Rows of revision"].startswith("0, where 20 are expected by the backup ")
    assert told["Rows of revision"].endswith(": 20 are gone (100.0%)")


def test_what_comes_and_goes_is_no_loss(database: Database, project: Project, tmp_path: Path) -> None:
    """Old signed requests, and a preference or two that people forget, are no alarm; most of them are."""
    with database.write() as connection:
        for number in range(12):
            connection.execute(
                preference.insert().values(
                    id=f"p{number}", user_id=project.user_id, project_id=None, key="color", value=f"{number}",
                    created_at=database.now(),
                )
            )  # fmt: skip
    first_seen(database, "a request")
    Backups(tmp_path / "backups").make(database.engine, "test")
    with database.write() as connection:
        connection.execute(text("DELETE FROM signed_request"))
        connection.execute(text("DELETE FROM preference WHERE id IN ('p1', 'p2')"))
    assert ill(database, tmp_path) == {}
    with database.write() as connection:
        connection.execute(text("DELETE FROM preference"))
    assert list(ill(database, tmp_path)) == ["Rows of preference"]


def test_a_backup_does_not_hide_a_loss(place: str, tmp_path: Path) -> None:
    """Rows lost just before a backup are told for a day; then what is there is what there should be."""
    world = World(place)
    world.live(8)
    backups = Backups(tmp_path / "backups", clock=world.clock)
    backups.make(world.database.engine, "before")
    with world.database.write() as connection:
        connection.execute(text("DELETE FROM message"))
    world.clock.advance(60)
    backups.make(world.database.engine, "after")
    assert [each.table for each in find_shrunk(world.database, backups)] == ["message"]
    world.clock.advance(86_400)
    assert list(find_shrunk(world.database, backups)) == []
    world.database.close()


def test_a_daily_chore_that_failed(database: Database, project: Project, tmp_path: Path) -> None:
    """A cleanup or backup of the schedule that failed for good is a sign until the next is done."""
    Backups(tmp_path / "backups").make(database.engine, "test")
    jobs = Jobs(database)
    for outcome, signs in (("failed", ["Daily cleanup"]), ("done", [])):
        made = jobs.add(CLEANUP, {}, key=outcome, most_attempts=1)
        claimed = jobs.claim([CLEANUP], "me")
        assert claimed is not None
        assert claimed.id == made.id
        if outcome == "failed":
            jobs.fail(claimed, "The rule 'conversation' would remove 9 of 10 rows", again=False)
        else:
            with jobs.finishing(claimed, {}):
                pass
        assert list(ill(database, tmp_path)) == signs


def test_retention_is_no_alarm(place: str, tmp_path: Path) -> None:
    """Rows that a cleanup took are accounted for."""
    world = World(place)
    world.live(100)
    Backups(tmp_path / "backups", clock=world.clock).make(world.database.engine, "test")
    assert "Retention" in ill(world.database, tmp_path)
    world.clock.advance(1)
    world.cleaner(small_policy()).apply(make_plan(world.database, small_policy()))
    assert ill(world.database, tmp_path) == {}
    world.database.close()


@pytest.mark.parametrize("harm", ["missing", "damaged"])
def test_files(database: Database, project: Project, tmp_path: Path, harm: str) -> None:
    """A named file that is gone or changed is found."""
    blobs = Blobs(tmp_path / "files")
    digest = blobs.put(b"picture")
    Assets(database).add(project.id, "logo", digest, "image/png", bytes=7)
    Backups(tmp_path / "backups").make(database.engine, "test")
    if harm == "missing":
        blobs.path(digest).unlink()
    else:
        blobs.path(digest).write_bytes(b"other")
    assert f"1 {harm}" in ill(database, tmp_path)["Files"]


def test_positions(database: Database, project: Project, tmp_path: Path) -> None:
    """A gap in the scenes' positions is found."""
    Backups(tmp_path / "backups").make(database.engine, "test")
    Scenes(database).add(project.id, "one")
    with database.write() as connection:
        connection.execute(text("UPDATE scene SET position = 3"))
    assert ill(database, tmp_path) == {"Scene positions": "1 projects with gaps"}


def test_the_age_of_a_backup_that_was_never_made(database: Database, tmp_path: Path) -> None:
    """It counts from the first project on; with nothing to lose there is none."""
    backups, policy = Backups(tmp_path / "backups"), small_policy()
    assert "backup_age_days" not in reported(database, backups, policy)
    Projects(database).create("Film")
    with database.write() as connection:
        connection.execute(update(project_table).values(created_at=database.now() - timedelta(days=9)))
    assert reported(database, backups, policy)["backup_age_days"] == pytest.approx(9, abs=0.1)
    backups.make(database.engine, "at last")
    assert reported(database, backups, policy)["backup_age_days"] < 1
