"""What passes by itself is no result: a cell is tried again from its beginning, and pays only for what is new."""

from pathlib import Path

import pytest
from PIL import Image

from tests.experiments.model_server import ModelServer
from tests.models import troubled_server as answers
from workbench.experiments import running
from workbench.experiments.opening import open_experiment
from workbench.studio.workspace import Workspace

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again without a rest."""
    monkeypatch.setattr(running, "AGAIN_SECONDS", 0.0)


@pytest.mark.parametrize("status", [400, 422, 500])
def test_a_server_without_json_schema_answers_every_cell(
    workspace: Workspace, server: ModelServer, status: int
) -> None:
    """A way of asking for JSON that is not known there costs no cell, and no cell an attempt."""
    server.refusal = answers.fails(status, "response_format is not known")
    with open_experiment(workspace, "plain", models=["m1"], cases=["a", "b"], repeats=2) as experiment:
        report = experiment.run(threads=2)
        assert report.counts == {"done": 4}, [cell.error for cell in experiment.cells]
        assert {cell.attempts for cell in experiment.cells} == {1}
    assert server.paid.total() == 8


def test_a_refused_way_of_asking_spends_nothing(workspace: Workspace, server: ModelServer) -> None:
    """What a plan may cost is reserved for one request: the refused one gave its reserve back."""
    server.refusal = answers.fails(400, "response_format is not known")
    model = {"name": "m1", "price": [0.0, 1000.0], "output_tokens": 200}
    with open_experiment(workspace, "capped", models=[model], cases=["a"], most_usd=1.63) as experiment:
        assert experiment.run(threads=1).ended == "done"


def test_a_cell_is_tried_again_from_its_beginning(
    workspace: Workspace, server: ModelServer, tmp_path: Path
) -> None:
    """An answer that broke off: what was answered before is not paid again, scenes and pictures are there once."""
    picture = tmp_path / "logo.png"
    Image.new("RGB", (64, 48), "teal").save(picture)
    broken = answers.streams(answers.chunk("half"))
    server.trouble = lambda number: broken if number == 2 else None
    case = {
        "brief": "Make the title larger",
        "start": [{"source": 'text("Before", name="title")\n', "name": "One"}],
        "images": [{"path": str(picture)}],
    }
    with open_experiment(workspace, "again", models=["m1"], cases=[case]) as experiment:
        report = experiment.run(threads=1)
        assert report.counts == {"done": 1}, [cell.error for cell in experiment.cells]
        cell = experiment.cell(experiment.cells[0].id)
    assert cell.attempts == 2
    assert [scene["name"] for scene in (cell.result or {})["scenes"]] == ["One"]
    assert server.asked == 3
    assert set(server.paid.values()) == {1}
    plan, _, source = server.heard
    assert str(plan).count("Make the title larger") == 1
    assert str(source["messages"]) == str(server.heard[1]["messages"])
