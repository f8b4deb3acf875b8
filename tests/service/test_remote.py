"""A remote studio is the same studio: the same script gives the same results, errors and events."""

from __future__ import annotations

import inspect
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.service.conftest import bearer
from tests.service.script import SVG, played
from tests.service.server import served
from workbench.brain.prompting import Prompting
from workbench.errors import EnvironmentFault, InputError, NotFound
from workbench.events import Event
from workbench.lifecycle.litter import OWNER
from workbench.render.warm import WarmRenderer
from workbench.service.app import create_app
from workbench.studio import actions as act
from workbench.studio.model_settings import ModelSettings
from workbench.studio.remote.calling import Calling
from workbench.studio.remote.differences import ABSENT, ADDED, INNER, OTHERWISE
from workbench.studio.remote.studio import RemoteStudio, open_remote
from workbench.studio.settings import Settings
from workbench.studio.shaping import refuse_other_format
from workbench.studio.studio import Studio
from workbench.studio.workspace import Workspace
from workbench.telemetry.report import Report
from workbench.widgets.opening import open as open_anywhere


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
    """Its card has a picture of each scene, where it is kept, and nothing more without a browser."""
    remote.add_scene(template="title", name="opening")
    shown = remote._repr_mimebundle_()
    assert "opening" in shown["text/html"]
    assert "data:image/jpeg" in shown["text/html"]
    assert "Kept at http://testserver." in shown["text/html"]
    assert shown["text/plain"] == "RemoteStudio('Talk' at http://testserver, 1 scene)"


def test_opening_again_finds_it(remote: RemoteStudio) -> None:
    """By name and by id it is the same project; another format than its own is refused, not passed over."""
    for name in ("Talk", remote.project_id):
        for shape in (None, "320x180", "320x180@15"):
            assert open_remote(name, shape, remote._calling).project_id == remote.project_id
    refuse_other_format(remote.project, "320x180")
    assert str(remote.format) == "320x180@15"
    with pytest.raises(InputError, match="is 320x180@15, not 1080x1920@15"):
        open_remote("Talk", "9:16", remote._calling)


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


def test_a_plan_and_a_packet_are_about_what_they_name_and_select_nothing(remote: RemoteStudio) -> None:
    """The scene and the pictures they name are told; unknown ones are refused; the selection stays."""
    for name in ("one", "two"):
        remote.add_scene(source='text("Hi", size=96, name="word")\n', name=name, duration_seconds=1)
    remote.add_picture(SVG, "logo")
    for selected in (1, "one"):
        told = remote.packet("make it red", selected=selected, images=["logo"]).text
        assert "Selected: scene 1." in told
        assert "came with this prompt" in told
    plan = remote.plan("make it red", selected=1)
    assert plan.steps[0].scene == remote.scene(1).id
    told = remote.packet("make it red").text
    assert "Selected: scene 2." in told
    assert "came with this prompt" not in told
    assert "Selected: scene 2." in str(remote._calling.post(f"{remote._path}/packet", {"prompt": "x"}))
    for path in ("plan", "packet"):
        with pytest.raises(NotFound, match="nosuch"):
            remote._calling.post(f"{remote._path}/{path}", {"prompt": "x", "images": ["nosuch"]})
        with pytest.raises(NotFound, match="nosuch"):
            remote._calling.post(f"{remote._path}/{path}", {"prompt": "x", "selected": "nosuch"})


def test_a_prompt_after_the_selected_scene_was_deleted(remote: RemoteStudio) -> None:
    """It means no scene then; it is not refused."""
    remote.add_scene(template="title", duration_seconds=1)
    remote.do(act.DeleteScene(scene="1"))
    assert remote.ask("Add a title").shots


def test_learning_is_switched_off_at_the_service(remote: RemoteStudio) -> None:
    """Set from afar, it holds at the service and for whoever opens the project there again."""
    assert remote.memory.learning
    remote.memory.learning = False
    remote.ask("From now on use teal accents")
    again = open_remote("Talk", None, remote._calling)
    again.ask("From now on use teal accents")
    assert again.memory.beliefs == ()
    assert not again.memory.learning
    assert "Nothing is learned in this project" in again.memory._repr_mimebundle_()["text/html"]
    again.memory.learning = True
    again.ask("From now on use teal accents")
    assert [(each.key, each.value) for each in remote.memory.in_force] == [("accent", "teal")]


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

            assert open_anywhere("Talk", url=running.url, token=token) is studio
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
                fetched = studio.jobs.file(studio.jobs.list()[0])
                assert fetched.read_bytes() == film.path.read_bytes()
                assert (fetched.parent / OWNER).read_text() == str(os.getpid())
    assert [each.data["action"] for each in heard] == ["add_scene", "add_scene", "undo"]
    assert [each.data["sequence"] for each in heard] == sorted(each.data["sequence"] for each in heard)


def served_again(data: Path, port: str):
    return served(data, "--port", port)


def names_of(studio: object) -> set[str]:
    """Return everything public that a studio has, methods and attributes."""
    return {name for name in dir(studio) if not name.startswith("_")} | {
        name for name in vars(studio) if not name.startswith("_")
    }


def test_what_differs_is_named_in_one_place(remote: RemoteStudio, tmp_path: Path) -> None:
    """Every public name of a studio is there, with the same parameters, or listed with the reason why not."""
    with room(tmp_path / "near") as workspace:
        local = Studio(workspace, workspace.project("Near", create=True))
        here, there = names_of(local), names_of(remote)
        assert here - there == set(ABSENT)
        assert there - here == set(ADDED)
        assert {name.partition(".")[0] for name in OTHERWISE} <= here & there
        for name in sorted((here & there) - {"export_job"}):
            if callable(getattr(Studio, name, None)):
                near, far = (inspect.signature(getattr(kind, name)) for kind in (Studio, RemoteStudio))
                assert list(near.parameters) == list(far.parameters), name
        for part, inner in INNER.items():
            near_names, far_names = names_of(getattr(local, part)), names_of(getattr(remote, part))
            assert near_names - far_names == inner, part


def test_what_is_not_there_says_why(remote: RemoteStudio) -> None:
    """The error tells the reason of the list, and what to do."""
    for name, why in ABSENT.items():
        with pytest.raises(AttributeError, match=f"has no '{name}': {why}. Open the project where"):
            getattr(remote, name)


def test_the_differences_are_documented() -> None:
    """The page about the service names each with its reason."""
    page = Path("docs/service.md").read_text("utf-8")
    for name, why in {**ABSENT, **ADDED, **OTHERWISE}.items():
        assert f"| `{name}` | {why} |" in page


def test_prompts_are_versioned_over_http(remote: RemoteStudio) -> None:
    """Versions are added, used, rolled back and read with the values of a studio of one's own."""
    calm = remote.prompts.add("calm", {"extra_rules": "Move slowly."}, note="too hectic")
    remote.prompts.add("loud", Prompting(brief="{prompt} Be loud."), label=None)
    assert (calm.number, calm.who, remote.prompts.live) == (1, "ada", calm)
    assert remote.prompts.prompting.extra_rules == "Move slowly."
    remote.prompts.use(2, why="try it")
    assert remote.prompts.labelled("live") == remote.prompts.versions[0]
    assert remote.prompts.roll_back().number == 1
    assert [each.number for each in remote.prompts.history] == [1, 2, 1]
    remote.prompts.use(None)
    assert remote.prompts.live is None
    with pytest.raises(NotFound, match="prompt version"):
        remote.prompts.use(9)
    with pytest.raises(InputError, match="64"):
        remote._calling.post(f"{remote._path}/prompts", {"name": "x", "prompting": {}, "label": "y" * 65})


@pytest.mark.slow
def test_performance_over_http(tmp_path: Path) -> None:
    """The report is the one that the service gives of the project, and shows itself alike."""
    with room(tmp_path / "far") as workspace, TestClient(create_app(workspace)) as client:
        header = bearer(workspace, "ada")
        client.headers.update(header)
        studio = open_remote("Talk", "320x180@15", Near(client, header["Authorization"][7:]))
        studio.ask('A title that says "Hi"')
        far = studio.performance(hours=1)
        near = workspace.performance_report(hours=1, project_id=studio.project_id)
        assert isinstance(far, Report)
        assert far.project_id == studio.project_id
        assert {"takes", "calls"} <= {*far.parts["cost_of_takes"].columns, *far.parts["usage"].columns}
        assert far.slowest == near.slowest
        assert far.parts["operations"].rows == near.parts["operations"].rows
        assert far.parts["operations"].question == near.parts["operations"].question
        assert str(far).splitlines()[1:] == str(near).splitlines()[1:]
        assert "<h3>Performance from" in far._repr_html_()
