"""Widgets in a kernel without a browser: one of each, shown where nothing is alive too."""

from collections.abc import Iterator
from time import monotonic

import pytest

from tests.widgets.conftest import HELLO
from workbench.errors import InputError, NotFound
from workbench.studio.studio import Studio
from workbench.studio.workspace import Workspace
from workbench.widgets.alone import gallery, history, player
from workbench.widgets.board import Board
from workbench.widgets.bundle import bundle
from workbench.widgets.opening import open as open_project
from workbench.widgets.opening import shown, studio_of
from workbench.widgets.part_widget import PartWidget, Widget

pytestmark = pytest.mark.slow


@pytest.fixture
def studio(workspace: Workspace) -> Iterator[Studio]:
    studio = open_project("Test", workspace=workspace)
    studio.add_scene(source=HELLO, name="one")
    yield studio
    shown(studio).desk.close()
    studio.close()


def test_opening_again_gives_the_same_studio_and_widget(studio: Studio, workspace: Workspace) -> None:
    """Running the cell again re-displays what is open; once closed, it is opened anew."""
    again = open_project("Test", workspace=workspace)
    assert again is studio
    assert shown(again).part("studio") is shown(studio).part("studio")
    studio.close()
    assert open_project("Test", workspace=workspace) is not studio


def test_every_kind_of_widget_hears_what_a_view_says() -> None:
    """A kind that forgot to would lose every click."""
    kinds = Widget.__subclasses__()
    assert {Board, PartWidget} <= set(kinds)
    assert all(kind.hear is not Widget.hear for kind in kinds)


def test_a_studio_shows_a_widget_with_picture_and_words_to_fall_back_on(studio: Studio) -> None:
    """The bundle has a live view, HTML with the scene's picture, and a text without addresses."""
    shown_as = studio._repr_mimebundle_()
    assert shown_as["application/vnd.jupyter.widget-view+json"]["model_id"]
    assert "data:image/jpeg" in shown_as["text/html"]
    assert shown_as["text/plain"].startswith("Studio('Test'")


def test_parts_stand_alone(studio: Studio) -> None:
    """A player and a history of a scene, and a gallery, each with words and a picture to fall back on."""
    scene = studio.scene(1)
    for widget in (player(scene), history(studio, "one"), gallery(studio)):
        shown_as = widget._repr_mimebundle_()
        assert "data:image/jpeg" in shown_as["text/html"]
        assert "0x" not in shown_as["text/plain"]
    assert player(scene) is player(studio, 1)


def test_a_part_says_what_it_needs(studio: Studio) -> None:
    """Something that is no scene, and a project that is not open, are refused with a way on."""
    with pytest.raises(InputError, match=r"studio.scene\(1\)"):
        player("one")
    studio.close()
    with pytest.raises(NotFound, match=r"wb.open"):
        studio_of(studio.project_id)


def test_the_bundle_is_told_when_a_page_asks(studio: Studio) -> None:
    """A page that has no script gets it by message; anything that is no command is passed over."""
    widget = shown(studio).part("studio")
    sent = []
    widget.send = lambda content, buffers=None: sent.append((content, buffers))
    widget._hear(widget, {"do": "bundle"}, [])
    widget._hear(widget, "nonsense", [])
    assert sent == [({"tell": "bundle"}, [bundle().content])]


def test_closing_from_a_view_tells_every_view(studio: Studio) -> None:
    """Close shows every view that it is closed, and the studio knows."""
    widget = shown(studio).part("studio")
    widget.hear({"do": "close", "view": "v"})
    assert widget.state["closed"]
    assert widget.desk.closed


def test_a_studio_closed_by_code_closes_its_views(studio: Studio) -> None:
    """`studio.close()` in a cell: the views say within a look that it is closed."""
    widget = shown(studio).part("studio")
    widget.hear({"do": "mount", "view": "v"})
    assert widget.desk.rest()
    studio.close()
    until = monotonic() + 20
    while not widget.state.get("closed") and monotonic() < until:
        widget.desk.quick.rest(0.05)
    assert widget.state["closed"]
    assert widget.desk.closed
