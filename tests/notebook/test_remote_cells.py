"""The parts by themselves and `%%scene` cells over a studio at a service."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.notebook.conftest import Notebook
from tests.notebook.test_scene_cells import BROKEN, GOOD, shown
from tests.service.forked import Forked, forked
from workbench.errors import Conflict, InputError, NotFound
from workbench.studio.remote.studio import RemoteStudio
from workbench.widgets import opening
from workbench.widgets.alone import gallery, history, player
from workbench.widgets.opening import open as open_project
from workbench.widgets.opening import studio_of

pytestmark = pytest.mark.slow
TITLED = 'words = param("title", "Hello")\ntext(words, size=90)\n'


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forked]:
    with forked(tmp_path_factory.mktemp("far") / "data") as service:
        yield service


@pytest.fixture
def far(running: Forked, request: pytest.FixtureRequest, notebook: Notebook) -> Iterator[RemoteStudio]:
    """Give a project of this test's own at the service, opened as `studio` in the notebook."""
    with open_project(request.node.name, "320x180", url=running.url, token=running.token) as studio:
        notebook.shell.user_ns["studio"] = studio
        yield studio


def test_parts_stand_alone_over_a_service(far: RemoteStudio) -> None:
    """A player and a history of a scene there, and a gallery, each with a picture to fall back on."""
    far.add_scene(source=GOOD, name="one")
    scene = far.scene(1)
    for widget in (player(scene), history(far, "one"), gallery(far)):
        fallen_back: dict[str, Any] = widget._repr_mimebundle_()
        assert "data:image/jpeg" in fallen_back["text/html"]
    assert player(scene) is player(far, 1)
    assert gallery() is gallery(far)
    assert opening.open_workspace() is None
    far.close()
    with pytest.raises(NotFound, match=r"wb.open"):
        studio_of(far.project_id)
    with pytest.raises(InputError, match=r"studio.scene\(1\)"):
        player("one")  # type: ignore[arg-type]


def test_a_cell_is_a_scene_at_the_service(far: RemoteStudio, notebook: Notebook) -> None:
    """Running it adds, then saves; it plays, and a broken one shows its finding and the last picture."""
    still, clip = notebook.run(f"%%scene one --seconds 1\n{GOOD}").outputs
    assert ("<img" in still.data["text/html"], "<video" in clip.data["text/html"]) == (True, True)
    notebook.run(f"%%scene one --no-video\n{GOOD.replace('Hello', 'Bye')}")
    assert (far.scene("one").revision, far.scene("one").duration_seconds) == (2, 1)
    html = shown(notebook.run(f"%%scene one\n\n{BROKEN}"))
    assert "line 3, column 15" in html
    assert "last picture that worked" in html
    assert "<img" in html
    assert far.scene("one").source == f"\n{BROKEN}"


def test_a_cell_and_others_at_the_service(far: RemoteStudio, notebook: Notebook) -> None:
    """What a prompt changed is a conflict with both texts; --replace saves over it."""
    notebook.run(f"%%scene three --no-video\n{GOOD}")
    far.save_scene("three", source=GOOD.replace("300", "280"), why="smaller")
    changed = GOOD.replace("300", "320")
    notebook.run(f"%%scene three --no-video\n{changed}")
    assert isinstance(notebook.error, Conflict)
    assert "size=280" in notebook.error.evidence["theirs"]
    notebook.run(f"%%scene three --no-video --replace\n{changed}")
    assert far.scene("three").source == changed


def test_params_that_a_cell_still_declares_stay(far: RemoteStudio, notebook: Notebook) -> None:
    """A value set by hand stays while the text declares its param, and goes with it."""
    notebook.run(f"%%scene one --no-video\n{TITLED}")
    far.save_scene("one", params={"title": "Mine"})
    notebook.run(f"%%scene one --no-video --replace\n{TITLED.replace('90', '80')}")
    assert far.scene("one").params == {"title": "Mine"}
    notebook.run(f"%%scene one --no-video\n{GOOD}")
    assert notebook.error is None
    assert far.scene("one").params == {}


def test_another_project_by_name(
    far: RemoteStudio, running: Forked, notebook: Notebook, tmp_path: Path
) -> None:
    """--project finds a project at the service that is open here, before it opens one on this machine."""
    with open_project("Other", "320x180", url=running.url, token=running.token) as other:
        notebook.shell.user_ns["other"] = other
        notebook.run(f"%%scene one --project Other --no-video\n{GOOD}")
        assert [each.name for each in other.scenes] == ["one"]
    assert far.scenes == ()
    assert not (tmp_path / "data" / "workbench.db").exists()
