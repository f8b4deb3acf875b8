"""Short background work never waits behind films: lanes of their own, a higher priority, gentler painters."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.images.making import encoded, poster
from workbench.errors import Cancelled
from workbench.render.process import RenderProcess
from workbench.studio.analysing import IMAGE_FACTS
from workbench.studio.background import FILMS, PICTURES
from workbench.studio.film_jobs import FILM
from workbench.studio.painting import FILM_NICENESS, PaintShop
from workbench.studio.settings import Settings
from workbench.studio.studio import Studio
from workbench.studio.working import Outcome, Task, Workers
from workbench.studio.workspace import Workspace

PATIENCE_SECONDS = 120


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    with Workspace(Settings(data=tmp_path / "data", workers=1)) as workspace:
        yield Studio(workspace, workspace.project("Talk", create=True))


@pytest.mark.slow
def test_facts_come_while_films_are_still_painted(studio: Studio) -> None:
    """A queue of films that does not end keeps no picture waiting: its facts are there before any film."""
    over, painting = threading.Event(), threading.Event()

    def paint(task: Task) -> Outcome:
        painting.set()
        assert over.wait(PATIENCE_SECONDS)
        return Outcome()

    background = studio.workspace.background
    background.add(FILM, paint, FILMS)
    films = [studio.workspace.jobs.add(FILM, {}, project_id=studio.project_id) for _ in range(5)]
    background.work(FILM)
    assert painting.wait(PATIENCE_SECONDS)
    try:
        studio.add_picture(encoded(poster(1)), "poster")
        assert studio.pictures.wait("poster", PATIENCE_SECONDS).state == "ready"
        states = [studio.jobs.get(each).state for each in films]
        assert states == ["running", "queued", "queued", "queued", "queued"]
    finally:
        over.set()
    assert [studio.jobs.wait(each, PATIENCE_SECONDS).state for each in films] == ["done"] * 5


@pytest.mark.slow
def test_one_worker_for_everything_takes_short_work_first(tmp_path: Path) -> None:
    """Where a single worker does all kinds, a picture that came last goes before the films that wait."""
    with Workspace(Settings(data=tmp_path / "data", workers=1, job_threads=0)) as workspace:
        studio = Studio(workspace, workspace.project("Talk", create=True))
        for _ in range(3):
            workspace.jobs.add(FILM, {})
        studio.add_picture(encoded(poster(1)), "poster")
        taken: list[str] = []

        def do(task: Task) -> Outcome:
            taken.append(task.job.kind)
            return Outcome()

        with Workers(workspace.jobs, {FILM: do, IMAGE_FACTS: do}, threads=0) as workers:
            workers.drain()
    assert taken == [IMAGE_FACTS, FILM, FILM, FILM]


def test_pictures_and_films_are_in_lanes_of_their_own(studio: Studio) -> None:
    """No kind of the pictures' lane is in the films'."""
    assert IMAGE_FACTS in studio.workspace.background.lane(PICTURES)
    assert set(studio.workspace.background.lane(FILMS)) == {FILM}


@pytest.mark.slow
def test_painters_of_films_give_way(tmp_path: Path) -> None:
    """Films leave the processors to measuring, prompts and stills; none begins once the shop is closed."""
    shop = PaintShop(Settings(data=tmp_path, workers=1))
    ours = os.getpriority(os.PRIO_PROCESS, 0)
    with shop.crew() as crew, RenderProcess() as stills:
        crew.start(1)
        stills.start()
        painters = crew.pids()  # type: ignore[attr-defined]
        assert [os.getpriority(os.PRIO_PROCESS, each) for each in painters] == [min(19, ours + FILM_NICENESS)]
        assert stills.pid is not None
        assert os.getpriority(os.PRIO_PROCESS, stills.pid) == ours
    shop.close()
    with pytest.raises(Cancelled, match="was closed"), shop.crew():
        raise AssertionError("no painters are begun for a workspace that is gone")
