"""Measuring pictures without making anybody wait, and without losing one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.images.making import chart, encoded, logo
from tests.jobs.analyser import Analyser
from workbench.errors import InputError
from workbench.events import Event
from workbench.images.facts import facts
from workbench.store.rows import image_analysis
from workbench.store.values import Asset
from workbench.studio.analysing import IMAGE_FACTS, analyst
from workbench.studio.pictures import add_picture
from workbench.studio.settings import Settings
from workbench.studio.working import Workers
from workbench.studio.workspace import Workspace

SVG = (
    b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 80 40'>"
    b"<rect width='80' height='40' fill='#06d6a0'/></svg>"
)


@pytest.fixture
def idle(tmp_path: Path) -> Iterator[Workspace]:
    """A workspace that leaves its jobs to others."""
    with Workspace(Settings(data=tmp_path, job_threads=0)) as workspace:
        yield workspace


def workers(workspace: Workspace) -> Workers:
    run = analyst(workspace.blobs, workspace.analyses, workspace.hot_facts, facts)
    return Workers(workspace.jobs, {IMAGE_FACTS: run}, emit=workspace.bus.emit)


def added(workspace: Workspace, content: bytes, name: str = "picture") -> Asset:
    return add_picture(workspace, workspace.project("Test", create=True).id, content, name)


def test_an_upload_returns_before_anything_is_measured(idle: Workspace) -> None:
    """The asset is there with its job queued; the facts follow, and are announced."""
    heard: list[Event] = []
    idle.bus.on("image_facts_ready", heard.append)
    asset = added(idle, encoded(logo(1)))
    before = idle.analysing.of(asset)
    workers(idle).drain()
    after = idle.analysing.of(asset)
    assert (before.state, before.facts, after.state) == ("queued", None, "ready")
    assert after.facts is not None
    assert after.facts.kind == "logo"
    assert [(event.project_id, event.data["asset_id"]) for event in heard] == [
        (idle.project("Test").id, asset.id)
    ]


def test_facts_that_come_while_somebody_looks_are_not_called_expired(
    idle: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The measuring ends between two readings of one look."""
    asset = added(idle, encoded(logo(1)))
    known, by_keys = idle.analyses.of_assets, idle.jobs.by_keys

    def then_it_ends(*asked: object) -> object:
        found = known(*asked)  # type: ignore[arg-type]
        with monkeypatch.context() as patched:
            patched.setattr(idle.jobs, "by_keys", by_keys)
            workers(idle).drain()
        return found

    monkeypatch.setattr(idle.analyses, "of_assets", then_it_ends)
    assert idle.analysing.of(asset).state == "queued"
    assert idle.analysing.of(asset).state == "ready"


def test_many_pictures_are_looked_up_together(idle: Workspace) -> None:
    """A prompt in a project of thirty pictures asks the store a few times, not a few times for each."""
    assets = [added(idle, encoded(logo(each)), f"logo-{each}") for each in range(30)]
    asked: list[str] = []
    sa.event.listen(
        idle.database.engine, "before_cursor_execute", lambda *told: asked.append(told[2]) or None
    )
    found = idle.analysing.of_all(assets)
    assert 0 < len([each for each in asked if each.startswith("SELECT")]) < 6
    assert found == tuple(idle.analysing.of(each) for each in assets)
    assert [each.asset_id for each in found] == [each.id for each in assets]


def test_a_refused_upload_leaves_no_job(idle: Workspace) -> None:
    """A name that is taken takes back the job with the asset."""
    added(idle, encoded(logo(1)), "logo")
    with pytest.raises(InputError, match="already"):
        added(idle, encoded(logo(2)), "logo")
    with pytest.raises(InputError, match="no picture"):
        added(idle, b"nothing", "other")
    assert len(idle.jobs.list()) == 1


def test_a_failure_is_shown_and_can_be_retried(idle: Workspace) -> None:
    """A picture whose file is gone is failed with the reason; once it is back a retry measures it."""
    asset = added(idle, encoded(logo(1)))
    file = idle.blobs.path(asset.sha256)
    kept = file.read_bytes()
    file.unlink()
    workers(idle).drain()
    failed = idle.analysing.of(asset)
    assert (failed.state, failed.facts, "not kept here" in failed.error) == ("failed", None, True)
    file.write_bytes(kept)
    idle.analysing.again(asset, idle.project("Test").id)
    workers(idle).drain()
    assert idle.analysing.of(asset).state == "ready"


def test_expired_facts_can_be_asked_for_again(idle: Workspace) -> None:
    """Facts that were cleaned up are expired, not failed; asking again measures anew, asking twice once."""
    asset = added(idle, encoded(logo(1)))
    workers(idle).drain()
    with idle.database.write() as connection:
        connection.execute(sa.delete(image_analysis))
    assert idle.analysing.of(asset).state == "expired"
    project_id = idle.project("Test").id
    assert idle.analysing.again(asset, project_id) == idle.analysing.again(asset, project_id)
    assert idle.analysing.of(asset).state == "queued"
    workers(idle).drain()
    assert idle.analysing.of(asset).state == "ready"


def test_the_same_picture_is_measured_once(idle: Workspace) -> None:
    """Two assets of the same content share the measuring and have facts of their own."""
    content = encoded(chart(1))
    assets = [added(idle, content, name) for name in ("one", "two")]
    workers(idle).drain()
    assert [idle.analysing.of(each).state for each in assets] == ["ready", "ready"]
    assert (idle.hot_facts.statistics().misses, idle.hot_facts.statistics().hits) == (1, 1)


def test_an_svg_becomes_a_picture_that_can_be_painted(idle: Workspace) -> None:
    """An SVG is kept as a PNG of its shape, at least 512 pixels long."""
    asset = added(idle, SVG)
    assert (asset.media_type, asset.width, asset.height) == ("image/png", 512, 256)


@pytest.mark.slow
def test_a_killed_measuring_is_done_after_a_restart(tmp_path: Path) -> None:
    """kill -9 in the middle of a picture loses nothing: the next workspace that opens measures it."""
    with Workspace(Settings(data=tmp_path, job_threads=0)) as first:
        assets = [added(first, encoded(logo(seed)), f"logo {seed}") for seed in range(3)]
    analyser = Analyser(tmp_path)
    struck = analyser.begun()
    analyser.kill()
    with Workspace(Settings(data=tmp_path)) as again:
        for job in again.jobs.list():
            assert again.jobs.wait(job.id, 60).state == "done"
        assert [again.analysing.of(each).state for each in assets] == ["ready"] * 3
        assert again.jobs.get(struck).attempts == 2
