"""Housekeeping: films that no job names go; jobs are for the retention policy alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from workbench.lifecycle.holds import Holds
from workbench.lifecycle.retention import retention_of
from workbench.store.rows import job, removed_row
from workbench.studio.settings import Settings
from workbench.studio.workspace import Workspace

TWO_DAYS = 2 * 86_400


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(Settings(data=tmp_path, job_threads=0)) as workspace:
        yield workspace


def ended(workspace: Workspace, days: float, sha256: str = "", project_id: str | None = None) -> str:
    """Return a film job that ended some days ago."""
    jobs = workspace.jobs
    asked = jobs.add("film", {"number": days}, project_id=project_id)
    held = jobs.claim(["film"], "somebody")
    assert held is not None
    with jobs.finishing(held, {"sha256": sha256}):
        pass
    then = workspace.clock.now() - timedelta(days=days)
    with workspace.database.write() as connection:
        connection.execute(sa.update(job).where(job.c.id == asked.id).values(due_at=then, updated_at=then))
    return asked.id


def test_a_film_goes_after_the_job_that_names_it(workspace: Workspace) -> None:
    """The policy takes the job; its film stays while the job can be brought back, and then goes too."""
    old, new = (workspace.renders.put(content) for content in (b"old film", b"new film"))
    past = workspace.clock.now().timestamp() - TWO_DAYS
    for digest in (old, new):
        os.utime(workspace.renders.path(digest), (past, past))
    ended(workspace, 31, old)
    kept = ended(workspace, 29, new)
    waiting = workspace.jobs.add("film", {"number": 0}, delay_seconds=1000).id
    assert workspace.sweeper.sweep().files == 0
    retention = retention_of(workspace.database, workspace.settings.data)
    plan = retention.plan()
    assert [(item.rule, item.rows) for item in plan.items if item.rule == "ended_jobs"] == [("ended_jobs", 1)]
    retention.apply(plan, confirmed=["ended_jobs"])
    assert {each.id for each in workspace.jobs.list()} == {kept, waiting}
    assert workspace.sweeper.sweep().files == 0
    with workspace.database.write() as connection:
        connection.execute(sa.delete(removed_row))
    swept = workspace.sweeper.sweep()
    assert (swept.files, swept.file_bytes) == (1, 8)
    assert (workspace.renders.exists(old), workspace.renders.exists(new)) == (False, True)


def test_what_is_held_stays(workspace: Workspace) -> None:
    """A film under a hold stays although no job names it; one of a held project stays with its job."""
    own, projects = (workspace.renders.put(content) for content in (b"held film", b"film of a held project"))
    past = workspace.clock.now().timestamp() - TWO_DAYS
    for digest in (own, projects):
        os.utime(workspace.renders.path(digest), (past, past))
    project = workspace.projects.create("Demo").id
    job_id = ended(workspace, 31, projects, project)
    holds = Holds(workspace.database)
    held = [holds.place("file", own, why="law"), holds.place("project", project, why="law")]
    retention = retention_of(workspace.database, workspace.settings.data)
    assert retention.plan().rows == 0
    assert workspace.sweeper.sweep().files == 0
    assert [each.id for each in workspace.jobs.list()] == [job_id]
    for each in held:
        holds.release(each.id)
    assert workspace.sweeper.sweep().files == 1
    assert retention.plan().rows == 1


def test_young_files_stay(workspace: Workspace) -> None:
    """A film that was written just now stays although no job names it yet."""
    fresh = workspace.renders.put(b"being finished")
    workspace.sweeper.sweep()
    assert workspace.renders.exists(fresh)


def test_a_film_that_is_made_again_meanwhile_stays(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same film was old when it was looked at, and somebody kept it again before it went."""
    film = workspace.renders.put(b"film")
    place = workspace.renders.path(film)
    past = workspace.clock.now().timestamp() - TWO_DAYS
    os.utime(place, (past, past))
    look = Path.stat

    def kept_again(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        found = look(path, follow_symlinks=follow_symlinks)
        if path == place:
            os.utime(place)
        return found

    with monkeypatch.context() as patch:
        patch.setattr(Path, "stat", kept_again)
        assert workspace.sweeper.sweep().files == 0
    assert workspace.renders.get(film) == b"film"


def test_a_film_of_another_database_stays(workspace: Workspace) -> None:
    """Neither of two that share a data folder sweeps what only the other's jobs name; painters' rests go."""
    folder = workspace.settings.data
    theirs = Settings(data=folder, database=f"sqlite:///{folder / 'theirs.db'}", job_threads=0)
    with Workspace(theirs) as other:
        film, nobodys = other.renders.put(b"their film"), workspace.renders.put(b"nobody's film")
        ended(other, 1, film)
        rest = folder / "renders" / ".painting" / "rest.mp4"
        rest.parent.mkdir()
        rest.write_bytes(b"rest")
        past = workspace.clock.now().timestamp() - TWO_DAYS
        for place in (workspace.renders.path(film), workspace.renders.path(nobodys), rest):
            os.utime(place, (past, past))
        swept = [each.sweeper.sweep() for each in (workspace, other)]
        assert [(each.files, each.file_bytes) for each in swept] == [(1, 4), (0, 0)]
        assert other.renders.get(film) == b"their film"
        gone = next(each for each in workspace.renders.users() if each.told == "theirs.db")
    workspace.renders.forget_user(gone.id)
    assert workspace.sweeper.sweep().files == 2
