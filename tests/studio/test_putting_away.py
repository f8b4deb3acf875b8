"""Deleting a project ends its unfinished films; once it is back, one is made when its job is retried."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from workbench.errors import Cancelled, NotFound
from workbench.render.reserve import Reserve
from workbench.studio.film_jobs import FILM
from workbench.studio.putting_away import WHY_ENDED, put_away
from workbench.studio.settings import Settings
from workbench.studio.studio import Studio
from workbench.studio.workspace import Workspace


@pytest.fixture
def idle(tmp_path: Path) -> Iterator[Studio]:
    """A studio with a scene, whose films nobody paints until `drain` is called."""
    with Workspace(Settings(data=tmp_path, job_threads=0, workers=1)) as workspace:
        studio = Studio(workspace, workspace.project("Test", create=True))
        workspace.projects.set_format(studio.project_id, 160, 90, 10)
        studio.add_scene(source="circle(30)", duration_seconds=0.5)
        yield studio


def test_films_that_wait_or_are_painted_are_cancelled(idle: Studio) -> None:
    """With the reason; whoever paints one hears of it and keeps nothing. Other projects' films stay."""
    room = idle.workspace
    other = Studio(room, room.project("Other", create=True))
    other.add_scene(source="circle(30)")
    painted, waiting, his = idle.export_job(), idle.export_job(), other.export_job()
    held = room.jobs.claim([FILM], "a painter")
    assert held is not None
    assert held.id == painted.id
    assert put_away(room, idle.project_id, who="you") == 2
    assert [(each.state, each.error) for each in map(room.jobs.get, (painted.id, waiting.id))] == [
        ("cancelled", WHY_ENDED)
    ] * 2
    with pytest.raises(Cancelled, match="cancelled"), room.jobs.finishing(held, {}):
        pass
    assert other.jobs.get(his).state == "queued"


def test_a_project_that_is_not_there_is_not_deleted_again(idle: Studio) -> None:
    """The second time it is not found, and nothing is cancelled that was retried since."""
    job = idle.export_job()
    assert put_away(idle.workspace, idle.project_id, who="you") == 1
    idle.workspace.jobs.retry(job.id)
    with pytest.raises(NotFound):
        put_away(idle.workspace, idle.project_id, who="you")
    assert idle.workspace.jobs.get(job.id).state == "queued"


def test_a_film_that_is_asked_for_meanwhile_is_not_left_behind(
    idle: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The project goes while its film is being ordered: there is no project, and no film of it."""
    room = idle.workspace
    monkeypatch.setattr(Reserve, "check", lambda *_: put_away(room, idle.project_id, who="you"))
    with pytest.raises(NotFound):
        idle.export_job()
    assert room.jobs.list(kind=FILM) == ()


@pytest.mark.slow
def test_a_film_is_made_once_its_project_is_back(idle: Studio, tmp_path: Path) -> None:
    """While it is away nothing is painted; then the film that was asked for is, where it was wanted."""
    job = idle.export_job(tmp_path / "film.mp4", quality="draft")
    put_away(idle.workspace, idle.project_id, who="you")
    assert idle.workspace.background.drain() == 0
    idle.workspace.projects.undelete(idle.project_id)
    assert [each.state for each in idle.jobs] == ["cancelled"]
    assert idle.jobs.retry(job).state == "queued"
    idle.workspace.background.drain()
    assert (idle.jobs.get(job).state, idle.jobs.get(job).error) == ("done", "")
    assert (tmp_path / "film.mp4").is_file()
