"""Measuring in a process of its own: the same facts, and whatever ends it costs one picture at most."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from PIL import Image

from tests.images.fragile_process import ENDS, ENDS_ONCE, FILLS, WAITS
from tests.images.making import encoded, logo, poster
from workbench.cli.serve import in_service
from workbench.errors import Cancelled, InputError, TooSlow
from workbench.images.apart import Measurer
from workbench.stress.footprint import held_bytes
from workbench.studio.analysing import IMAGE_FACTS, analyst, measured_here
from workbench.studio.picture_settings import PictureSettings
from workbench.studio.pictures import add_picture
from workbench.studio.settings import Settings
from workbench.studio.working import Workers
from workbench.studio.workspace import Workspace

pytestmark = pytest.mark.slow
FRAGILE = "tests.images.fragile_process"
SVG = (
    b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'>"
    b"<rect width='8' height='8' fill='#06d6a0'/></svg>"
)
PICTURE = encoded(logo(1))


@pytest.fixture(scope="module")
def measurer() -> Iterator[Measurer]:
    with Measurer(module=FRAGILE) as opened:
        yield opened


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds; the test's own limit of time ends it."""
    while not holds():
        time.sleep(0.01)


def test_the_same_facts_as_here(measurer: Measurer) -> None:
    """A process of its own measures what this one does, text and drawings included, one after the other."""
    contents = [encoded(poster(1)), SVG, encoded(logo(2), "WEBP")]
    assert [measurer.facts(each) for each in contents] == [measured_here(each) for each in contents]
    assert len(measurer.pids) == 1


def test_a_refusal_is_the_same_as_here(measurer: Measurer) -> None:
    """Wrong and damaged files are refused with the same words, and the process goes on."""
    for content in (b"", b"%PDF-1.7", PICTURE[: len(PICTURE) // 2]):
        with pytest.raises(InputError) as here:
            measured_here(content)
        with pytest.raises(InputError) as apart:
            measurer.facts(content)
        assert (apart.value.message, apart.value.remedy) == (here.value.message, here.value.remedy)
    assert len(measurer.pids) == 1


def test_what_a_picture_took_is_given_back() -> None:
    """Measuring takes some 150 MB for a moment; 60 are left once it has been answered, and stay so."""
    with Measurer() as fresh:
        fresh.facts(encoded(Image.effect_noise((1280, 720), 40).convert("RGB"), "JPEG"))
        (measuring,) = map(psutil.Process, fresh.pids)
        until(lambda: held_bytes(measuring) < 110_000_000)


def test_a_picture_that_ends_the_process(measurer: Measurer) -> None:
    """It is tried in a fresh one and refused with the reason; the next picture is measured."""
    with pytest.raises(InputError, match=r"'bad' ended its process twice: signal SIGKILL\."):
        measurer.facts(PICTURE + ENDS, "bad")
    assert measurer.facts(PICTURE) == measured_here(PICTURE)


def test_a_process_that_ended_for_once(measurer: Measurer, tmp_path: Path) -> None:
    """A picture whose process was killed once is measured all the same, and so is one after a quiet death."""
    assert measurer.facts(PICTURE + ENDS_ONCE + bytes(tmp_path / "ended")).kind == "logo"
    gone = psutil.Process(measurer.pids[0])
    gone.kill()
    until(lambda: not gone.is_running() or gone.status() == psutil.STATUS_ZOMBIE)
    assert measurer.facts(PICTURE).kind == "logo"
    assert not gone.is_running()


def test_a_picture_that_wants_all_memory(measurer: Measurer) -> None:
    """It is refused, and the process goes on."""
    assert measurer.facts(PICTURE).kind == "logo"
    before = measurer.pids
    with pytest.raises(InputError, match="more memory than allowed"):
        measurer.facts(PICTURE + FILLS)
    assert measurer.pids == before


def test_a_picture_that_takes_too_long() -> None:
    """It is given up after its time, and its process is gone."""
    with Measurer(module=FRAGILE, patience_seconds=0.5) as measurer:
        with pytest.raises(TooSlow, match=r"within 0\.5 s"):
            measurer.facts(PICTURE + WAITS)
        assert measurer.pids == ()


def test_closing_ends_what_is_being_measured() -> None:
    """Whoever waits hears that it was cancelled; no process is left, not even a dead one."""
    raised: list[BaseException] = []

    def waits() -> None:
        try:
            measurer.facts(PICTURE + WAITS)
        except Cancelled as cancelled:
            raised.append(cancelled)

    with Measurer(module=FRAGILE) as measurer:
        assert measurer.facts(PICTURE).kind == "logo"
        waiting = threading.Thread(target=waits)
        waiting.start()
        pids = measurer.pids
    waiting.join()
    measurer.close()
    assert len(raised) == 1
    assert not any(map(psutil.pid_exists, pids))
    with pytest.raises(Cancelled):
        measurer.facts(PICTURE)


def test_without_work_it_rests() -> None:
    """A process that has had nothing to do for a while is gone; the next picture starts another."""
    with Measurer(idle_seconds=0) as measurer:
        assert measurer.facts(PICTURE).kind == "logo"
        until(lambda: measurer.pids == ())
        assert measurer.facts(PICTURE).kind == "logo"


def test_a_job_fails_alone(tmp_path: Path) -> None:
    """The picture that ends its process fails with the reason and is not tried again; others are ready."""
    with Workspace(Settings(data=tmp_path, job_threads=0)) as workspace, Measurer(module=FRAGILE) as measurer:
        project_id = workspace.project("Test", create=True).id
        contents = {"before": PICTURE, "bad": PICTURE + ENDS, "after": encoded(logo(3))}
        assets = [add_picture(workspace, project_id, each, name) for name, each in contents.items()]
        run = analyst(workspace.blobs, workspace.analyses, workspace.hot_facts, measurer.facts)
        assert Workers(workspace.jobs, {IMAGE_FACTS: run}).drain() == 3
        found = [workspace.analysing.of(each) for each in assets]
    assert [each.state for each in found] == ["ready", "failed", "ready"]
    assert "ended its process twice" in found[1].error


def test_a_service_measures_apart(tmp_path: Path) -> None:
    """A service has a process of its own for pictures unless it was decided otherwise."""
    settings = Settings(data=tmp_path)
    assert (settings.pictures.apart, in_service(settings).pictures.apart) == (None, True)
    decided = Settings(data=tmp_path, pictures=PictureSettings(apart=False))
    assert in_service(decided).pictures.apart is False
    with Workspace(in_service(settings)) as workspace:
        asset = add_picture(workspace, workspace.project("Test", create=True).id, PICTURE, "logo")
        job_id = workspace.analysing.of(asset).job_id
        assert job_id
        workspace.background.work()
        assert workspace.jobs.wait(job_id, 120).state == "done"
        child = psutil.Process().children(recursive=True)
        assert any("workbench.images.apart_process" in " ".join(each.cmdline()) for each in child)
    assert not any("apart_process" in " ".join(each.cmdline()) for each in child if each.is_running())
