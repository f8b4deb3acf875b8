"""A remote studio is the same studio: the same script gives the same results, errors and events."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.service.conftest import bearer
from tests.service.script import SVG, played
from tests.service.server import served
from workbench.errors import EnvironmentFault, InputError, NotFound
from workbench.events import Event
from workbench.render.warm import WarmRenderer
from workbench.service.app import create_app
from workbench.studio.model_settings import ModelSettings
from workbench.studio.remote.calling import Calling
from workbench.studio.remote.studio import RemoteStudio, open_remote
from workbench.studio.settings import Settings
from workbench.studio.studio import Studio
from workbench.studio.workspace import Workspace
from workbench.widgets.opening import open as open_anywhere

AUTHORS_WORDS = """accept add_picture add_scene ask card check clip close do export export_job facts format
frame history last_good messages name on packet picture plan preview project redo revisions save_scene scene
scenes undo video"""


def room(folder: Path, database: str = "", job_threads: int = 1) -> Workspace:
    """Return a workspace whose renderer has patience with a machine that does much else."""
    offline = ModelSettings(model="offline")
    chosen = Settings(
        data=folder, database=database, user="ada", workers=1, models=offline, job_threads=job_threads
    )
    workspace = Workspace(chosen)
    workspace.renderer = WarmRenderer(patience_seconds=120)
    return workspace


class Near(Calling):
    """A connection to a service in this process."""

    def __init__(self, client: TestClient, token: str) -> None:
        super().__init__("http://testserver", token)
        self._client.close()
        self._client = client


@pytest.fixture
def remote(tmp_path: Path) -> Iterator[RemoteStudio]:
    """Give a studio at a service in this process, for a second user of it."""
    with room(tmp_path / "far") as workspace, TestClient(create_app(workspace)) as client:
        header = bearer(workspace, "ada")
        client.headers.update(header)
        yield open_remote("Talk", "320x180@15", Near(client, header["Authorization"][7:]))


@pytest.mark.slow
def test_the_same_script_gives_the_same(tmp_path: Path, place: str) -> None:
    """Local, and remote as another user, on SQLite and PostgreSQL: told, painted and raised alike."""
    address = place if place.startswith("postgresql") else f"sqlite:///{place}"
    with room(tmp_path / "near") as workspace:
        local = played(Studio(workspace, workspace.project("Talk", _picture(), create=True)))
    with room(tmp_path / "far", address) as workspace, TestClient(create_app(workspace)) as client:
        header = bearer(workspace, "ada")
        client.headers.update(header)
        far = played(open_remote("Talk", "320x180@15", Near(client, header["Authorization"][7:])))
    for key, value in local.items():
        assert far[key] == value, key


def _picture() -> object:
    from workbench.scene.format import Format

    return Format.parse("320x180@15")


def test_it_says_what_is_shown(remote: RemoteStudio) -> None:
    """Its card has a picture of each scene, where it is kept, and that this is no editor."""
    remote.add_scene(template="title", name="opening")
    shown = remote._repr_mimebundle_()
    assert "opening" in shown["text/html"]
    assert "data:image/jpeg" in shown["text/html"]
    assert "Kept at http://testserver: pictures, not the live editor" in shown["text/html"]
    assert shown["text/plain"] == "RemoteStudio('Talk' at http://testserver, 1 scene)"


def test_opening_again_finds_it(remote: RemoteStudio) -> None:
    """By name and by id it is the same project; the format counts only for a new one."""
    for name in ("Talk", remote.project_id):
        assert open_remote(name, "9:16", remote._calling).project_id == remote.project_id
    assert str(remote.format) == "320x180@15"


def test_pictures_come_with_a_prompt(remote: RemoteStudio, tmp_path: Path) -> None:
    """Bytes and a path of the same content are brought in once; what is no picture is not read as a path."""
    (tmp_path / "mark.svg").write_bytes(SVG)
    take = remote.ask("Show the picture", images=[SVG, tmp_path / "mark.svg"])
    assert [each.name for each in remote.pictures] == ["picture"]
    assert remote.pictures.wait("picture", 60).state == "ready"
    assert take.shots
    assert take.pictures[0].name == "picture"
    with pytest.raises(NotFound):
        remote._calling.post(f"{remote._path}/ask", {"prompt": "Show it", "images": ["/etc/hostname"]})


@pytest.mark.slow
def test_late_facts_reach_another_users_scene(tmp_path: Path) -> None:
    """Facts that come after the answer are applied in the project of the user who asked."""
    with room(tmp_path / "far", job_threads=0) as workspace, TestClient(create_app(workspace)) as client:
        header = bearer(workspace, "grace")
        client.headers.update(header)
        studio = open_remote("Talk", "320x180@15", Near(client, header["Authorization"][7:]))
        take = studio.ask("Show the picture", images=[SVG])
        assert [each.became for each in take.late] == ["waiting"]
        workspace.background.drain()
        assert [each.became for each in take.late] == ["applied"]
        assert studio.scene(take.shots[0].scene_id).revision == 2


def test_the_stages_of_an_answer_are_heard(remote: RemoteStudio) -> None:
    """Whoever listens hears how far the answer is, and gets the same take."""
    stages: list[str] = []
    take = remote.ask('A title that says "Hi"', on_stage=stages.append)
    assert stages[0] == "deciding"
    assert stages[-1] == "done"
    assert take.ok
    assert remote.messages[-1].text == take.text


def test_a_service_that_is_not_there(tmp_path: Path) -> None:
    """The error names the address and the command; a wrong address or no token is said before."""
    calling = Calling("http://127.0.0.1:9", "wb_a_b", pause=lambda _: None)
    with pytest.raises(EnvironmentFault, match=r"http://127.0.0.1:9 cannot be reached.*workbench serve"):
        calling.get("/projects")
    with pytest.raises(InputError, match="no address"):
        open_anywhere("Talk", url="localhost", token="x")
    with pytest.raises(InputError, match="WORKBENCH_TOKEN"):
        open_anywhere("Talk", url="http://127.0.0.1:9")


@pytest.mark.slow
def test_over_a_real_connection(tmp_path: Path) -> None:
    """`wb.open(url=...)`: events come in order past a restart; changes sent again are done once."""
    data = tmp_path / "data"
    with served(data) as running:
        token = running.token()
        port = running.url.rpartition(":")[2]
        with open_anywhere("Talk", "320x180@15", url=running.url, token=token) as studio:
            heard: list[Event] = []
            enough = threading.Condition()

            def hear(event: Event) -> None:
                with enough:
                    heard.append(event)
                    enough.notify_all()

            studio.on(hear, "project_changed")
            studio.add_scene(template="title", duration_seconds=0.5)
            running.kill()
            with served_again(data, port):
                studio.add_scene(template="title", duration_seconds=0.5)
                studio.undo()
                with enough:
                    assert enough.wait_for(lambda: len(heard) >= 3, 60)
                film = studio.export(tmp_path / "talk.mp4", quality="draft")
                assert (tmp_path / "talk.mp4").read_bytes()[4:8] == b"ftyp"
                assert film.frames == 8
                assert studio.jobs.file(studio.jobs.list()[0]).read_bytes() == film.path.read_bytes()
    assert [each.data["action"] for each in heard] == ["add_scene", "add_scene", "undo"]
    assert [each.data["sequence"] for each in heard] == sorted(each.data["sequence"] for each in heard)


def served_again(data: Path, port: str):
    return served(data, "--port", port)


def test_it_offers_what_a_studio_offers(remote: RemoteStudio) -> None:
    """Everything an author works with is there; what is not says so and what to do."""
    here = {name for name in dir(Studio) if not name.startswith("_")} - {"workspace", "view"}
    for name in sorted(here - set(dir(remote))):
        with pytest.raises(
            AttributeError, match=f"has no '{name}'. Open the project where its data folder is"
        ):
            getattr(remote, name)
    assert set(AUTHORS_WORDS.split()) <= here & set(dir(remote))
