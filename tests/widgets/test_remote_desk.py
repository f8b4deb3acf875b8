"""The live editor over a service: typing is painted here, everything that is kept is kept there."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest

from tests.images.making import encoded, logo
from tests.service.server import Served, served
from tests.widgets.conftest import HELLO
from tests.widgets.views import FakeView
from workbench.errors import InputError
from workbench.studio.remote.calling import Calling
from workbench.studio.remote.near import NearStudio
from workbench.studio.remote.studio import RemoteStudio, open_remote
from workbench.studio.settings import Settings
from workbench.studio.studio import Studio
from workbench.widgets.following import Follower

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, str]]:
    """Give a service in a process of its own, and a token."""
    with served(tmp_path_factory.mktemp("far") / "data") as service:
        yield service, service.token()


@pytest.fixture
def opened(
    running: tuple[Served, str], tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[tuple[RemoteStudio, NearStudio]]:
    """Give a project of this test's own at the service, as authors have it and as the editor sees it."""
    service, token = running
    calling = Calling(service.url, token)
    with open_remote(request.node.name, "640x360@30", calling) as far:
        far.add_scene(source=HELLO, name="one")
        yield far, NearStudio(far, calling, Settings(data=tmp_path / "here"))


@pytest.fixture
def view(opened: tuple[RemoteStudio, NearStudio]) -> Iterator[FakeView]:
    view = FakeView(cast("Studio", opened[1]))
    view.desk.painter._process.patience_seconds = 120
    opened[1].workspace.renderer._process.patience_seconds = 120
    yield view
    view.desk.close()


def soon(condition: Callable[[], object]) -> None:
    """Wait until it holds."""
    tick = threading.Event()
    for _ in range(600):
        if condition():
            return
        tick.wait(0.1)
    raise AssertionError("it did not come to hold within a minute")


def test_typing_is_painted_here_and_kept_only_when_saved(
    view: FakeView, opened: tuple[RemoteStudio, NearStudio]
) -> None:
    """A draft gives controls, findings and a still at once; the service knows of it after the save."""
    far, near = opened
    scene = far.scene(1)
    view.say("mount")
    assert view.last("scene")["text"] == HELLO
    assert view.last("scene")["checked"]["params"][0]["name"] == "title"
    text = HELLO.replace("size=120", "size=60")
    view.say("draft", scene=scene.id, text=text, base=1)
    assert view.bytes_of("still")[0][:2] == b"\xff\xd8"
    assert view.scene()["dirty"] is True
    assert far.scene(1).source == HELLO
    view.say("save", scene=scene.id, text=text, base=1)
    assert view.last("scene")["saved"] is True
    assert (far.scene(1).source, far.scene(1).revision) == (text, 2)
    assert view.last("piece")["last"] is True
    view.say("draft", scene=scene.id, text="nonsense(", base=2)
    assert view.last("checked")["checked"]["ok"] is False
    assert view.last("still")["stale"] is True
    assert list((near.workspace.settings.data / "drafts" / far.project_id).glob("*.json"))


def test_what_others_save_meanwhile_is_a_conflict(
    view: FakeView, opened: tuple[RemoteStudio, NearStudio], running: tuple[Served, str]
) -> None:
    """A change of somebody else appears by the service's events, and a stale save is told with both texts."""
    far, _ = opened
    scene = far.scene(1)
    view.say("mount")
    with open_remote(far.project_id, None, Calling(running[0].url, running[1])) as other:
        other.save_scene(1, source='text("theirs")\n')
    soon(lambda: view.scene()["revision"] == 2)
    view.say("save", scene=scene.id, text='text("ours")\n', base=1)
    told = view.last("conflict")
    assert (told["yours"], told["theirs"]) == ('text("ours")\n', 'text("theirs")\n')


def test_prompts_pictures_films_and_the_past(view: FakeView, opened: tuple[RemoteStudio, NearStudio]) -> None:
    """A prompt is answered there and shown here; a picture of the project is painted here; undo, compare."""
    far, near = opened
    view.say("mount")
    view.say("ask", prompt='Add a title that says "Sleep well"')
    assert "deciding" in {each["stage"] for each in view.heard("stage")}
    assert len(view.outlet.state["scenes"]) == 2
    assert view.last("messages")["messages"][-1]["role"] != "user"
    assert view.outlet.state["undo"] == "add scene"
    view.say("act", action={"kind": "undo"})
    assert len(view.outlet.state["scenes"]) == 1
    assert view.outlet.state["redo"] == "add scene"
    near.add_picture(encoded(logo(1)), "mark")
    shows = 'image("mark", width=200)\n'
    view.say("save", scene=far.scene(1).id, text=shows, base=1)
    found = view.last("checked")["checked"]["findings"]
    assert [each["code"] for each in found if each["severity"] == "error"] == []
    view.say("compare", scene=far.scene(1).id, revision=1)
    assert view.last("compared")["shown"] == [True, True]
    view.say("whole")
    assert view.last("piece")["last"] is True
    view.say("thumbs", scenes={far.scene(1).id: 2})
    assert len(view.bytes_of("thumb")) == 2
    view.say("point", x=0.5, y=0.5, frame=10, picture="none", text=shows)
    assert view.last("pointed")["line"] == 1
    view.say("template_stills", names=["title"])
    assert view.bytes_of("template_still")
    view.say("export", kind="gif", quality="draft")
    assert Path(view.last("exported")["path"]).read_bytes()[:3] == b"GIF"
    view.say("save_template", scene=far.scene(1).id)
    assert "lie where the service is" in view.last("error")["message"]
    assert not [each for each in view.heard("error") if each["trace"]]


def test_closing_gives_back_what_shows_it(opened: tuple[RemoteStudio, NearStudio]) -> None:
    """Closing the studio ends its painter, and a follower that looks afterwards closes the desk."""
    far, near = opened
    view = FakeView(cast("Studio", near))
    near.workspace.renderer.start()
    assert near.workspace.renderer.pid is not None
    follower = Follower(view.desk, 0.05)
    follower.somebody_looks()
    far.close()
    soon(lambda: view.desk.closed and view.outlet.state.get("closed"))
    assert near.workspace.renderer.pid is None
    follower.close()
    with pytest.raises(InputError):
        _ = near.workspace.template_folder


def test_what_the_service_remembers_is_forgotten_there(
    view: FakeView, opened: tuple[RemoteStudio, NearStudio]
) -> None:
    """A prompt teaches there and is shown here with its words; they are forgotten and brought back there."""

    def here() -> list[tuple[str, str]]:
        view.say("memory")
        mine = [each for each in view.last("memory")["beliefs"] if each["scope"] == "project"]
        return [(each["value"], each["because"][0]["said"]) for each in mine]

    view.say("ask", prompt="From now on use teal accents.")
    assert here() == [("teal", "From now on use teal accents.")]
    view.say("forget", key="accent", value="teal", scope="project")
    assert here() == []
    assert [each for each in opened[0].memory.beliefs if each.scope == "project"] == []
    view.say("unforget", key="accent", value="teal", scope="project")
    assert here() == [("teal", "From now on use teal accents.")]
    assert opened[0].memory.forgotten == ()
