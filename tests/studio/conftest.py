"""A workspace in a folder of its own, with a model that answers from a list."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from workbench.brain.model import ScriptedModel
from workbench.studio.settings import Settings
from workbench.studio.studio import Studio
from workbench.studio.workspace import Workspace


@pytest.fixture
def model() -> ScriptedModel:
    return ScriptedModel()


@pytest.fixture
def workspace(tmp_path: Path, model: ScriptedModel) -> Iterator[Workspace]:
    with Workspace(Settings(data=tmp_path), model=model) as workspace:
        yield workspace


@pytest.fixture
def studio(workspace: Workspace) -> Studio:
    return Studio(workspace, workspace.project("Test", create=True))
