"""Films as jobs: asked for, painted in the background, found again."""

from __future__ import annotations

import errno
import threading
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import Connection

from workbench.errors import EnvironmentFault, InputError, NotFound, RenderFailed
from workbench.events import Event
from workbench.render import reserve as reserves
from workbench.render.film import FilmReport
from workbench.scene.format import Format
from workbench.studio import film_jobs
from workbench.studio.settings import Settings
from workbench.studio.studio import Studio
from workbench.studio.working import Outcome
from workbench.studio.workspace import Workspace

SCENE = 'background("#102030")\ncircle(60, x=lambda t: width * t, y=height / 2, fill="#38bdf8")'


@pytest.fixture
def idle(tmp_path: Path) -> Iterator[Studio]:
    """A studio whose films nobody paints until `drain` is called."""
    with Workspace(Settings(data=tmp_path, job_threads=0, workers=1)) as workspace:
        studio = Studio(workspace, workspace.project("Test", create=True))
        workspace.projects.set_format(studio.project_id, 160, 90, 10)
        studio.add_scene(source=SCENE, duration_seconds=1, name="one")
        yield studio


@pytest.mark.slow
def test_a_film_is_asked_for_and_painted_later(idle: Studio, tmp_path: Path) -> None:
    """The job is there at once; the film is as the scenes were when it was asked for, and announced."""
    heard: list[Event] = []
    idle.on(heard.append)
    job = idle.export_job(tmp_path / "out" / "film.mp4", quality="draft")
    idle.save_scene(1, source="nonsense(")
    before = (job.state, (tmp_path / "out").exists())
    idle.workspace.background.drain()
    done = idle.jobs.get(job)
    assert before == ("queued", False)
    assert (done.state, done.result and done.result["frames"]) == ("done", 10)
    assert (tmp_path / "out" / "film.mp4").read_bytes() == idle.jobs.file(job).read_bytes()
    assert [each.name for each in (tmp_path / "out").iterdir()] == ["film.mp4"]
    shares = [event.data["share"] for event in heard if event.name == "render_progress"]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert done.progress is not None
    assert [e.name for e in heard if e.name != "render_progress"][-2:] == ["film_ready", "job_changed"]


@pytest.mark.slow
def test_the_same_film_is_the_same_file(idle: Studio) -> None:
    """Asked twice, a film has the same bytes; asked with the same key it is one job."""
    first, second = idle.export_job(quality="draft", key="a"), idle.export_job(quality="draft")
    assert idle.export_job(quality="draft", key="a").id == first.id
    idle.workspace.background.drain()
    results = [idle.jobs.get(each).result for each in (first, second)]
    assert results[0] is not None
    assert results[1] is not None
    assert results[0]["sha256"] == results[1]["sha256"]
    assert (results[0]["cached_frames"], results[1]["painted_frames"]) == (0, 0)


@pytest.mark.slow
def test_frames_come_as_a_zip(idle: Studio) -> None:
    """A `zip` holds every frame as a PNG."""
    job = idle.export_job(file="zip")
    idle.workspace.background.drain()
    with zipfile.ZipFile(BytesIO(idle.jobs.file(job).read_bytes())) as archive:
        assert len(archive.namelist()) == 10
        assert archive.read("frame-000001.png")[:4] == b"\x89PNG"


def test_a_film_that_cannot_be_made_is_dead_at_once(idle: Studio) -> None:
    """A broken scene fails the job with its finding, untried again; a retry after mending is a new film."""
    idle.save_scene(1, source="nonsense(")
    job = idle.export_job()
    idle.workspace.background.drain()
    found = idle.jobs.get(job)
    assert (found.state, found.attempts, "cannot be painted" in found.error) == ("dead", 1, True)
    with pytest.raises(InputError, match="dead"):
        idle.jobs.file(job)
    assert "cannot be painted" in idle.jobs._repr_mimebundle_()["text/html"]


def test_what_could_never_work_is_refused_when_it_is_asked(idle: Studio) -> None:
    """Unknown qualities, endings and kinds are told at once and leave no job."""
    with pytest.raises(NotFound, match="quality"):
        idle.export_job(quality="brilliant")
    with pytest.raises(InputError, match="ending"):
        idle.export_job("film.avi")
    with pytest.raises(InputError, match="is no gif"):
        idle.export_job("film.mp4", file="gif")
    with pytest.raises(InputError, match="cannot be a"):
        idle.export_job(file="avi")
    assert len(idle.jobs) == 0


def test_jobs_of_other_projects_are_not_seen(idle: Studio) -> None:
    """A project knows its own jobs alone."""
    job = idle.export_job()
    other = Studio(idle.workspace, idle.workspace.project("Other", create=True))
    assert len(other.jobs) == 0
    with pytest.raises(NotFound):
        other.jobs.cancel(job)
    assert idle.jobs.cancel(job).state == "cancelled"
    assert idle.jobs.retry(job).state == "queued"


@pytest.mark.slow
def test_a_cancelled_film_leaves_nothing(tmp_path: Path) -> None:
    """A film that is cancelled in the middle stops, keeps no result, and leaves no file behind."""
    begun = threading.Event()
    with Workspace(Settings(data=tmp_path, workers=1)) as workspace:
        studio = Studio(workspace, workspace.project("Test", create=True))
        studio.add_scene(source=SCENE, duration_seconds=60)
        studio.on(lambda event: begun.set(), "render_progress")
        ended = threading.Event()
        studio.on(lambda event: event.data["state"] == "cancelled" and ended.set(), "job_changed")
        job = studio.export_job(tmp_path / "film.mp4", quality="draft")
        assert begun.wait(60)
        studio.jobs.cancel(job)
        assert ended.wait(60)
        assert studio.jobs.get(job).result is None
    assert not (tmp_path / "film.mp4").exists()
    assert list((tmp_path / "renders" / ".painting").iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("file", ["mp4", "zip"])
def test_a_film_that_would_fill_the_disk(
    idle: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: Any
) -> None:
    """It is refused when it is asked for, ended while it is painted, and made when there is room again."""
    free = [0]
    monkeypatch.setattr(reserves.shutil, "disk_usage", lambda _: SimpleNamespace(free=free[-1]))
    with pytest.raises(EnvironmentFault, match="had 0 MB left"):
        idle.export_job(file=file)
    assert len(idle.jobs) == 0
    free.append(2**30)
    job = idle.export_job(tmp_path / "out" / f"film.{file}", file=file)
    stop = idle.on(lambda _: free.append(0), "render_progress")
    idle.workspace.background.drain()
    found = idle.jobs.get(job)
    assert (found.state, "leave 512 MB of it free" in found.error) == ("failed", True)
    assert list((tmp_path / "renders" / ".painting").iterdir()) == []
    assert list((tmp_path / "renders").glob("[0-9a-f][0-9a-f]/*")) == []
    assert not (tmp_path / "out").exists()
    stop()
    free.append(2**30)
    idle.jobs.retry(job)
    idle.workspace.background.drain()
    assert idle.jobs.get(job).state == "done"
    assert (tmp_path / "out" / f"film.{file}").is_file()


def test_a_copy_that_the_disk_does_not_take_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of a film beside its place is removed, and what happened is told with what to do."""

    def full(_: Path, half: Path) -> None:
        half.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(film_jobs.shutil, "copyfile", full)
    with pytest.raises(RenderFailed, match=r"film\.mp4 could not be written: No space left"):
        film_jobs._copied(tmp_path / "made", tmp_path / ".film.mp4.J1-1.partial", tmp_path / "film.mp4")
    assert list(tmp_path.iterdir()) == []


def test_an_attempt_that_lost_its_job_takes_nothing_from_the_next(tmp_path: Path) -> None:
    """Each attempt waits under a name of its own: the old one drops its file, the new one keeps its film."""
    made, target = tmp_path / "made", tmp_path / "film.mp4"
    made.write_bytes(b"a film")
    report = FilmReport(made, "mp4", Format(160, 90, 10), "draft", 10, 10, 0, 0.1, 1)
    order: Any = SimpleNamespace(path=str(target), name="film", file="mp4")

    def attempt(token: int) -> Outcome:
        task: Any = SimpleNamespace(job=SimpleNamespace(id="J1", token=token, project_id="P1"))
        return film_jobs._outcome(task, order, report, "digest", 6, made)

    (tmp_path / ".film.mp4.J1-1.partial").write_bytes(b"of one that was killed")
    new, old = attempt(3), attempt(2)
    assert sorted(each.name for each in tmp_path.glob(".*")) == [
        f".film.mp4.J1-{number}.partial" for number in (2, 3)
    ]
    assert old.drop
    assert new.keep
    old.drop()
    new.keep(cast("Connection", None))
    assert target.read_bytes() == b"a film"
    assert list(tmp_path.glob(".*")) == []
