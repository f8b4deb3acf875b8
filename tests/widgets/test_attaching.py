"""Pictures at the desk: how far they are is told, a bad one is refused by name, an offer is accepted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.images.making import encoded, poster
from tests.widgets.views import FakeView
from workbench.brain.offline import OfflineDirector
from workbench.studio.settings import Settings
from workbench.studio.studio import Studio
from workbench.studio.workspace import Workspace

pytestmark = pytest.mark.slow


@pytest.fixture
def view(tmp_path: Path) -> Iterator[FakeView]:
    """A view of an empty project whose pictures nobody measures until `drain` is called."""
    with Workspace(Settings(data=tmp_path, job_threads=0), model=OfflineDirector()) as workspace:
        view = FakeView(Studio(workspace, workspace.project("Test", create=True)))
        yield view
        view.desk.close()


def test_how_far_a_picture_is_and_an_offer_that_is_accepted(view: FakeView) -> None:
    """A picture waits and is shown; after a save of somebody its facts are offered, and applied on a word."""
    studio = view.desk.studio
    view.say("upload", key="k", parts=1, name="summer.png", buffers=[encoded(poster(4))])
    view.say("pictures")
    assert view.last("uploaded")["name"] == "summer"
    assert [(each["name"], each["state"]) for each in view.last("pictures")["pictures"]] == [
        ("summer", "queued")
    ]
    view.say("ask", prompt="make a scene like this", images=["summer"])
    assert 'image("summer"' in studio.scene(1).source
    studio.save_scene(1, source='text("mine")')
    while studio.workspace.background.drain():
        pass
    view.say("pictures")
    view.say("messages")
    note = view.last("messages")["messages"][-1]
    assert (view.last("pictures")["pictures"][0]["state"], note["offer"]) == ("ready", True)
    view.say("accept", message=note["id"])
    assert "rect(" in studio.scene(1).source


def test_the_rest_of_a_file_that_is_too_large_is_not_held(
    view: FakeView, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Parts that were under way when it was refused are let go, and it is refused once."""
    monkeypatch.setattr("workbench.widgets.uploading.MOST_UPLOAD_BYTES", 10)
    for _ in range(4):
        view.say("upload", key="big", parts=4, name="big.png", buffers=[b"x" * 6])
    assert view.desk.uploads == {}
    assert len(view.heard("upload_failed")) == 1
    assert len(view.desk.studio.pictures) == 0


def test_a_bad_file_is_told_to_who_sent_it(view: FakeView) -> None:
    """The view that sent a file that is no picture hears why, by the key it sent."""
    view.say("upload", key="bad", parts=1, name="notes.txt", buffers=[b"no picture"])
    failed = view.last("upload_failed")
    assert (failed["key"], "no picture" in failed["message"]) == ("bad", True)
    assert len(view.desk.studio.pictures) == 0
