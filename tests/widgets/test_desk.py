"""What a view says and what it hears, without a browser."""

import threading
from collections.abc import Sequence

import pytest

from tests.widgets.conftest import HELLO
from tests.widgets.views import FakeView
from workbench.brain.lexical import LetterGrams
from workbench.brain.offline import OfflineDirector
from workbench.errors import ModelFailed
from workbench.studio.studio import Studio
from workbench.widgets.desk import Desk
from workbench.widgets.hearing import COMMANDS
from workbench.widgets.looking import film_soon

pytestmark = pytest.mark.slow

BROKEN = "text(1 +\n"


def test_an_added_scene_is_selected_and_shown_at_once(view: FakeView) -> None:
    """Add Scene: the new scene is in the state, selected, and its text is told."""
    view.say("act", action={"kind": "add_scene"})
    assert [scene["name"] for scene in view.outlet.state["scenes"]] == ["one", "Scene 2"]
    assert view.outlet.state["selected"] == view.scene(2)["id"]
    assert view.last("scene")["scene"] == view.scene(2)["id"]
    assert view.last("scene")["checked"]["ok"]


def test_a_scene_added_by_code_appears_without_being_asked_for(view: FakeView, studio: Studio) -> None:
    """A change by another door of the same kernel shows in the state."""
    studio.add_scene(source=HELLO, name="by code")
    assert view.desk.rest()
    assert view.scene(2)["name"] == "by code"


def test_typing_marks_the_scene_and_shows_the_new_frame(view: FakeView) -> None:
    """A draft is dirty, is checked, and gives a still of the frame that was asked for."""
    scene = view.desk.studio.scene(1)
    view.say("draft", scene=scene.id, text=HELLO + "circle(90)\n", frame=30, height=180, n=7, stamp=1)
    assert view.scene()["dirty"]
    assert view.last("still")["n"] == 7
    assert view.last("still")["frame"] == 30
    assert view.bytes_of("still")[0][:2] == b"\xff\xd8"
    assert view.desk.studio.scene(1).revision == 1


def test_typing_back_to_the_kept_text_is_not_dirty(view: FakeView) -> None:
    """Text equal to what is kept leaves nothing unsaved."""
    scene = view.desk.studio.scene(1)
    view.say("draft", scene=scene.id, text="# x", stamp=1)
    view.say("draft", scene=scene.id, text=HELLO, stamp=2)
    assert not view.scene()["dirty"]


def test_unsaved_text_outlives_the_studio(view: FakeView, studio: Studio) -> None:
    """A desk opened later over the same data has the text and the mark."""
    scene = studio.scene(1)
    view.say("draft", scene=scene.id, text="# unsaved", stamp=1)
    view.desk.close()
    later = FakeView(studio)
    later.say("mount")
    assert later.scene()["dirty"]
    assert later.last("scene")["text"] == "# unsaved"
    assert later.last("scene")["kept"] == HELLO
    later.desk.close()


def test_save_keeps_a_revision_and_paints_a_preview(view: FakeView) -> None:
    """Save makes revision 2, clears the mark and streams a film that begins with its header."""
    scene = view.desk.studio.scene(1)
    view.say("save", scene=scene.id, text=HELLO.replace("Hello", "Bye"), base=1, frame=10)
    assert view.scene()["revision"] == 2
    assert not view.scene()["dirty"]
    assert view.last("scene")["saved"]
    film = b"".join(held[0] for content, held in view.outlet.messages if content["tell"] == "piece" and held)
    assert film[4:8] == b"ftyp"
    assert view.last("piece")["last"]


def test_a_film_that_is_to_play_plays_though_another_was_asked_for_meanwhile(view: FakeView) -> None:
    """A preview replaced by one of the same scene hands on that it plays; one of another does not play."""
    view.desk.studio.add_scene(source=HELLO, name="two")
    one, two = (scene.id for scene in view.desk.studio.scenes)
    gate = threading.Event()
    view.desk.film.queue(lambda _: _waited(gate))
    film_soon(view.desk, one, play=True)
    view.desk.hear({"do": "preview", "view": "v", "scene": one})
    gate.set()
    assert view.desk.rest()
    assert view.last("piece")["play"]
    view.say("preview", scene=one)
    assert not view.last("clip")["play"]
    film_soon(view.desk, one, play=True)
    view.say("preview", scene=two)
    view.say("preview", scene=one)
    assert not view.last("clip")["play"]


def _waited(gate: threading.Event) -> None:
    gate.wait(30)


def test_the_same_preview_is_painted_once(view: FakeView) -> None:
    """A preview asked for again comes whole from what was kept."""
    scene = view.desk.studio.scene(1)
    view.say("preview", scene=scene.id)
    pieces = len(view.heard("piece"))
    view.say("preview", scene=scene.id)
    assert len(view.heard("piece")) == pieces
    assert view.bytes_of("clip")[0][4:8] == b"ftyp"


def test_a_stale_save_tells_both_texts_and_keeps_mine(view: FakeView) -> None:
    """When the scene changed elsewhere, saving is a conflict; nothing is overwritten or lost."""
    studio = view.desk.studio
    scene = studio.scene(1)
    studio.save_scene(1, source="# theirs", base_revision=1)
    view.say("save", scene=scene.id, text="# mine", base=1)
    assert view.last("conflict")["yours"] == "# mine"
    assert view.last("conflict")["theirs"] == "# theirs"
    assert studio.scene(1).source == "# theirs"
    assert view.desk.drafts.get(scene.id).source == "# mine"
    view.say("save", scene=scene.id, text="# mine", base=view.last("conflict")["revision"])
    assert studio.scene(1).source == "# mine"


def test_a_broken_draft_has_findings_and_the_last_good_frame(view: FakeView) -> None:
    """The frame of the last revision that can be painted stands in, and is marked as old."""
    scene = view.desk.studio.scene(1)
    view.say("draft", scene=scene.id, text=BROKEN, stamp=1)
    assert view.last("checked")["checked"]["findings"][0]["line"]
    assert view.last("still")["stale"]


def test_params_change_the_picture_and_save_nothing(view: FakeView) -> None:
    """Moving a control re-paints; the kept scene stays until Save, which keeps text and params."""
    scene = view.desk.studio.scene(1)
    view.say("still", scene=scene.id, frame=60)
    before = view.bytes_of("still")[0]
    view.say("params", scene=scene.id, params={"title": "Changed"}, frame=60)
    assert view.bytes_of("still")[0] != before
    assert dict(view.desk.studio.scene(1).params) == {}
    view.say("save", scene=scene.id)
    assert dict(view.desk.studio.scene(1).params) == {"title": "Changed"}


def test_discard_goes_back_to_what_is_kept(view: FakeView) -> None:
    """Thrown-away text is gone, and the editor is told to replace its text."""
    scene = view.desk.studio.scene(1)
    view.say("draft", scene=scene.id, text="# x", stamp=1)
    view.say("discard", scene=scene.id)
    assert view.last("scene")["text"] == HELLO
    assert view.last("scene")["replace"]
    assert not view.scene()["dirty"]


def test_a_click_on_an_element_names_its_line(view: FakeView) -> None:
    """The middle of the picture belongs to the text of line 2; a corner to nothing."""
    scene = view.desk.studio.scene(1)
    view.say("point", scene=scene.id, frame=100, x=0.5, y=0.5)
    assert view.last("pointed")["line"] == 2
    view.say("point", scene=scene.id, frame=100, x=0.01, y=0.01)
    assert "line" not in view.last("pointed")


def test_what_goes_wrong_is_told(view: FakeView) -> None:
    """An unknown command and a failing one are messages, with a way on; nothing is raised."""
    view.say("dance")
    assert "dance" in view.last("error")["message"]
    view.say("act", action={"kind": "move_scene", "scene": "one", "position": 99})
    assert view.last("error")["remedy"]
    view.say("still", scene="no such scene")
    assert "no such scene" in view.last("error")["message"]


def test_a_desk_closes_twice(studio: Studio) -> None:
    """Closing gives back the painter and is harmless the second time."""
    desk = FakeView(studio).desk
    desk.close()
    desk.close()
    assert desk.painter.pid is None


def test_every_command_has_words() -> None:
    """Each thing a view can say is described."""
    assert all(command.__doc__ for command in COMMANDS.values())
    assert Desk.__doc__


def test_a_click_on_an_older_picture_finds_its_line_in_the_newer_text(view: FakeView) -> None:
    """Text typed above moves the line; a click on the picture from before is told where it is now."""
    scene = view.desk.studio.scene(1)
    view.say("still", scene=scene.id, frame=100, height=180, n=1)
    newer = "# one\n# two\n# three\n" + HELLO
    click = {"scene": scene.id, "picture": "v 1", "frame": 100, "x": 0.5, "y": 0.5}
    view.say("point", **click, text=newer)
    assert (view.last("pointed")["line"], view.last("pointed")["old"]) == (5, True)
    view.say("point", **click, text=HELLO)
    assert (view.last("pointed")["line"], view.last("pointed")["old"]) == (2, False)


def test_a_click_on_what_is_gone_asks_the_newest_text(view: FakeView) -> None:
    """What was clicked is no longer written: what the newest text draws there is meant."""
    scene = view.desk.studio.scene(1)
    view.say("still", scene=scene.id, frame=100, height=180, n=1)
    newer = "# quite\n# another\n# scene\n# this is\ncircle(200)\n"
    view.say("point", scene=scene.id, picture="v 1", frame=100, x=0.5, y=0.5, text=newer)
    assert (view.last("pointed")["line"], view.last("pointed")["old"]) == (5, False)


def test_a_scene_is_split_where_the_picture_stands(view: FakeView, studio: Studio) -> None:
    """Unsaved text is kept before the split, both sides have it, and the second is selected."""
    scene = studio.scene(1)
    view.say("draft", scene=scene.id, text=HELLO + "circle(9)\n", stamp=1)
    view.say("split", scene=scene.id, frame=60, text=HELLO + "circle(90)\n")
    assert [each["seconds"] for each in view.outlet.state["scenes"]] == [2.0, 3.0]
    assert [each.source for each in studio.scenes] == [HELLO + "circle(90)\n"] * 2
    assert view.outlet.state["selected"] == view.scene(2)["id"]
    assert not any(each["dirty"] for each in view.outlet.state["scenes"])
    view.say("act", action={"kind": "undo"})
    assert [each["seconds"] for each in view.outlet.state["scenes"]] == [5.0]


def test_what_a_first_prompt_waits_for_is_loaded_while_it_is_written(
    view: FakeView, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is loaded beside other work from the first focus on, and once, even if the prompt overtakes it."""
    loaded: list[int] = []

    def similarity(texts: Sequence[str]) -> LetterGrams:
        loaded.append(len(texts))
        return LetterGrams(texts)

    workspace = view.desk.studio.workspace
    monkeypatch.setitem(vars(workspace), "model", OfflineDirector(similarity))
    view.desk.hear({"do": "begun", "view": "v"})
    view.say("ask", prompt="make the title red")
    assert view.last("messages")["messages"][-1]["role"] == "assistant"
    assert loaded == [len(workspace.templates())]


def test_a_model_that_cannot_get_ready_says_so_when_it_is_asked(
    view: FakeView, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beginning to write a prompt brings no error up; asking does."""

    class Unready(OfflineDirector):
        def get_ready(self, templates: object) -> None:
            raise ModelFailed("There is no key.", remedy="Set one.")

        decide = get_ready

    monkeypatch.setitem(vars(view.desk.studio.workspace), "model", Unready())
    view.say("begun")
    assert view.heard("error") == []
    view.say("ask", prompt="make the title red")
    assert view.last("error")["message"] == "There is no key."
