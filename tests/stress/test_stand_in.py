"""The stand-in for a model answers what the workbench asks, after as long as it was told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from random import Random

import httpx
import numpy as np
import pytest

from workbench.errors import ModelFailed
from workbench.stress.scenarios import picture
from workbench.stress.stand_in import SHOW, StandIn, Thinking, fill
from workbench.studio.model_settings import ModelSettings
from workbench.studio.settings import Settings
from workbench.studio.studio import Studio, open_studio
from workbench.studio.workspace import Workspace


@pytest.fixture
def model() -> Iterator[StandIn]:
    server = StandIn(Thinking(0.0, 0.0))
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def studio(model: StandIn, tmp_path: Path) -> Iterator[Studio]:
    address = f"http://127.0.0.1:{model.server_address[1]}/v1"
    models = ModelSettings(base_url=address, model="stand-in", model_tries=1)
    with (
        Workspace(Settings(data=tmp_path, models=models)) as workspace,
        open_studio("Load", "320x180", workspace=workspace) as opened,
    ):
        yield opened


@pytest.mark.slow
def test_prompts_become_scenes_and_edits_without_help(studio: Studio) -> None:
    """No repair, no falling back: an added scene is valid, an edit changes what was asked and saves."""
    for prompt in (
        "Add a scene with a title",
        "Make the title bigger",
        "Make the title bigger",
        "Add a scene",
    ):
        take = studio.ask(prompt)
        assert take.ok, take.text
        assert "offline" not in take.text
    assert [(scene.name, scene.revision) for scene in studio.scenes] == [("Load", 3), ("Load", 1)]
    assert all(studio.check(scene.id).ok for scene in studio.scenes)


@pytest.mark.slow
def test_pictures_that_are_asked_for_come_into_a_scene(studio: Studio) -> None:
    """Those that the prompt names and no others; an edit afterwards is an edit of scene 1 still."""
    assert studio.ask("Add a scene with a title").ok
    for name in ("picture-1-1", "picture-1-10", "picture-1-2"):
        studio.add_picture(picture(Random(1)), name)
    take = studio.ask(f"{SHOW} picture-1-10 and picture-1-2", images=["picture-1-10", "picture-1-2"])
    assert take.ok, take.text
    source = studio.scene(2).source
    assert "picture-1-10" in source
    assert "picture-1-2" in source
    assert '"picture-1-1"' not in source
    assert studio.check(2).ok
    assert studio.ask("Make the title bigger").ok
    assert [scene.revision for scene in studio.scenes] == [2, 1]


@pytest.mark.slow
def test_a_model_that_fails_is_a_failed_request(model: StandIn, studio: Studio) -> None:
    """Thinking may be changed while it runs."""
    model_url = f"http://127.0.0.1:{model.server_address[1]}"
    said = httpx.post(f"{model_url}/thinking", json={"median_seconds": 0.0, "failing": 1.0})
    assert "100% of requests answered with 503" in said.text
    with pytest.raises(ModelFailed, match="overloaded"):
        studio.ask("Add a scene with a title")


def test_its_time_is_the_stated_distribution() -> None:
    """The median and the spread are those that were asked for, the same with the same seed."""
    drawn = np.array([Thinking(0.3, 0.5, seed=4).draw()[0] for _ in range(3)])
    assert len(set(drawn)) == 1
    thinking = Thinking(0.3, 0.5)
    seconds = np.array([thinking.draw()[0] for _ in range(4000)])
    assert abs(np.median(seconds) - 0.3) < 0.02
    assert abs(np.log(seconds).std() - 0.5) < 0.03


def test_a_schema_is_filled_with_the_least_it_allows() -> None:
    """Enums by their first word, numbers by their minimum, lists as short as may be."""
    schema = {
        "type": "object",
        "properties": {
            "word": {"type": "string", "enum": ["a", "b"]},
            "number": {"type": "integer", "minimum": 2},
            "list": {"type": "array", "items": {"type": "boolean"}, "minItems": 1},
        },
    }
    assert fill(schema) == {"word": "a", "number": 2, "list": [False]}
