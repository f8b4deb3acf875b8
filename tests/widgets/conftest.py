"""A project in a folder of its own with a view at its desk."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.widgets.views import FakeView
from workbench.studio.settings import Settings
from workbench.studio.studio import Studio
from workbench.studio.workspace import Workspace

HELLO = 'title = param("title", "Hello")\ntext(title, size=120, enter=rise(), name="title")\n'


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(Settings(data=tmp_path)) as workspace:
        yield workspace


@pytest.fixture
def studio(workspace: Workspace) -> Studio:
    return Studio(workspace, workspace.project("Test", create=True))


@pytest.fixture
def view(studio: Studio) -> Iterator[FakeView]:
    studio.add_scene(source=HELLO, name="one")
    view = FakeView(studio)
    yield view
    view.desk.close()
