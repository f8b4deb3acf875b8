"""A model decides about pictures, and the studio does it as it does for the offline director."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.images.making import encoded, logo, poster
from tests.models import troubled_server as trouble
from tests.models.troubled_server import TroubledServer
from workbench.brain.model import Model, ScriptedModel
from workbench.brain.offline import OfflineDirector
from workbench.brain.plan import EditScene, Plan, WriteScene
from workbench.brain.remote.model import OpenAIModel, Roles
from workbench.brain.remote.wire import Wire
from workbench.studio.settings import Settings
from workbench.studio.studio import Studio
from workbench.studio.workspace import Workspace

pytestmark = pytest.mark.slow

HELLO = 'text("Hello", size=96, name="title")\n'
BROKEN = "```scene\ntext(\n```"


@contextmanager
def studio_with(folder: Path, model: Model, *, measured: bool = False) -> Iterator[Studio]:
    """A studio with one scene and two pictures, `logo` and `poster`."""
    with Workspace(Settings(data=folder, job_threads=0), model=model) as workspace:
        studio = Studio(workspace, workspace.project("P", create=True))
        studio.add_scene(name="Hello", source=HELLO)
        for name, picture in (("logo", logo(2)), ("poster", poster(4))):
            studio.add_picture(encoded(picture), name)
        while measured and workspace.background.drain():
            pass
        yield studio


def step(**fields: Any) -> str:
    return json.dumps({"outcome": "steps", "steps": [{"action": "add_image", **fields}]})


@pytest.fixture
def model(troubled: TroubledServer, wired: Callable[..., Wire]) -> OpenAIModel:
    return OpenAIModel(wired(troubled.url), Roles("m1"))


@pytest.mark.parametrize(
    ("prompt", "fields"),
    [
        ("use the logo in scene 1, top right", {"use": "embed", "scene": "1", "place": "top_right"}),
        ("put the logo behind everything in scene 1", {"use": "embed", "scene": "1", "place": "background"}),
        ("make a new scene with the logo", {"use": "embed", "scene": ""}),
        ("give scene 1 the colours of the logo", {"use": "colors", "scene": "1"}),
    ],
)
def test_a_decision_about_a_picture_is_done_as_offline(
    troubled: TroubledServer, model: OpenAIModel, tmp_path: Path, prompt: str, fields: dict[str, Any]
) -> None:
    """The same scene comes of both, and the model is asked for the decision alone."""
    sources = []
    troubled.answers(trouble.says(step(pictures=["logo"], **fields)))
    for director in (OfflineDirector(), model):
        folder = tmp_path / director.name.split()[0]
        with studio_with(folder, director, measured=fields["use"] == "colors") as studio:
            take = studio.ask(prompt)
            assert take.ok
            assert take.pictures[0].use == fields["use"]
            last = studio.scenes[-1]
            sources.append((last.source, last.params, len(studio.scenes)))
    assert sources[0] == sources[1]
    assert len(troubled.heard) == 1
    asked = troubled.heard[0]
    assert "add_image" in asked["messages"][0]["content"]
    named = asked["response_format"]["json_schema"]["schema"]["properties"]["steps"]["items"]["properties"]
    assert sorted(named["pictures"]["items"]["enum"]) == ["logo", "poster"]


def test_a_picture_that_is_not_there_is_heard_once_and_mended(
    troubled: TroubledServer, model: OpenAIModel, tmp_path: Path
) -> None:
    """The second answer counts."""
    wrong, right = (step(pictures=[name], use="embed", scene="1") for name in ("emblem", "logo"))
    troubled.answers(trouble.says(wrong), trouble.says(right))
    with studio_with(tmp_path, model) as studio:
        take = studio.ask("put the emblem there")
        assert take.ok
        assert 'image("logo"' in studio.scene(1).source
    assert "Step 1: there is no picture 'emblem'" in troubled.heard[1]["messages"][-1]["content"]


def test_a_look_is_rebuilt_by_the_model(troubled: TroubledServer, model: OpenAIModel, tmp_path: Path) -> None:
    """It is told which picture, and that the picture itself is not wanted."""
    written = '```scene\ntext("Rebuilt", size=90)\n```'
    troubled.answers(trouble.says(step(pictures=["poster"], use="recreate")), trouble.says(written))
    with studio_with(tmp_path, model) as studio:
        studio.ask("recreate the poster")
        assert studio.scene(2).source.strip() == 'text("Rebuilt", size=90)'
    assert "Rebuild the look of 'poster'" in troubled.heard[1]["messages"][-1]["content"]


def test_a_look_that_the_model_cannot_rebuild_is_rebuilt_here(
    troubled: TroubledServer, model: OpenAIModel, tmp_path: Path
) -> None:
    """After its repairs the measured look stands in, and the take says why."""
    troubled.answers(trouble.says(step(pictures=["poster"], use="recreate")), trouble.says(BROKEN))
    with studio_with(tmp_path, model, measured=True) as studio:
        take = studio.ask("recreate the poster")
        assert take.ok
        assert "What the model wrote cannot be used" in take.text
        assert "rect(" in studio.scene(2).source


def test_a_look_is_there_although_the_server_is_gone(tmp_path: Path) -> None:
    """A model that decides and then writes nothing costs no scene."""
    plan = Plan("steps", (WriteScene("rebuild it", pictures=("poster",), use="recreate"),))
    with studio_with(tmp_path, ScriptedModel([plan])) as studio:
        take = studio.ask("recreate the poster")
        assert take.ok
        assert "The model did not answer" in take.text


def test_a_step_about_a_picture_that_is_not_there_changes_nothing(tmp_path: Path) -> None:
    """Whoever planned it hears the nearest name, and the project is as it was."""
    plan = Plan("steps", (EditScene("1", "show it", pictures=("lgo",), use="embed"),))
    scripted = ScriptedModel([plan])
    with studio_with(tmp_path, scripted) as studio:
        take = studio.ask("show the lgo")
        assert not take.ok
        assert "Did you mean 'logo'?" in take.text
        assert studio.scene(1).source == HELLO
        assert scripted.steps == []


def test_the_source_of_a_model_that_names_no_such_picture_is_repaired(tmp_path: Path) -> None:
    """A finding with the line goes back to the model, and the repaired source is kept."""
    plan = Plan("steps", (EditScene("1", "show the logo", "creative"),))
    scripted = ScriptedModel([plan], ['image("lgo", width=200)\n', 'image("logo", width=200)\n'])
    with studio_with(tmp_path, scripted) as studio:
        studio.ask("show the logo")
        assert studio.scene(1).source == 'image("logo", width=200)\n'
    finding = scripted.findings[1][0]
    assert (finding.line, "lgo" in finding.message) == (1, True)
