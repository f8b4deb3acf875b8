"""Prompts, history, templates, files and other processes, as a view hears of them."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.widgets.conftest import HELLO
from tests.widgets.views import FakeView
from workbench.studio.settings import Settings
from workbench.studio.studio import Studio
from workbench.studio.workspace import Workspace
from workbench.widgets.delivering import free_path
from workbench.widgets.following import Follower
from workbench.widgets.shelf import scene_as_template

pytestmark = pytest.mark.slow


def test_a_prompt_goes_through_stages_to_an_answer(view: FakeView) -> None:
    """Deciding comes first, the answer is a message with what can be restored, and then it is quiet."""
    view.say("ask", prompt='add a title that says "Orbit"')
    stages = [told["stage"] for told in view.heard("stage")]
    assert stages[0] == "deciding"
    assert stages[-1] == ""
    question, answer = view.last("messages")["messages"][-2:]
    assert question["role"] == "user"
    assert answer["scenes"][0]["id"] == view.outlet.state["selected"]


def test_messages_never_change(view: FakeView) -> None:
    """A later prompt leaves earlier messages letter for letter."""
    view.say("ask", prompt='add a title that says "Orbit"')
    before = view.last("messages")["messages"]
    view.say("ask", prompt="make the title of scene 2 orange")
    assert view.last("messages")["messages"][: len(before)] == before


def test_restoring_an_answer_brings_its_text_back(view: FakeView) -> None:
    """`Restore` on a message is the revision that the answer made."""
    view.say("ask", prompt='add a title that says "Orbit"')
    made = view.last("messages")["messages"][-1]["scenes"][0]
    then = view.desk.studio.scene(made["id"]).params
    view.say("save", scene=made["id"], text="# all gone", base=made["revision"])
    view.say("restore", scene=made["id"], revision=made["revision"])
    assert view.desk.studio.scene(made["id"]).params == then
    assert "# all gone" not in view.desk.studio.scene(made["id"]).source


def test_restore_keeps_unsaved_text_as_a_revision(view: FakeView) -> None:
    """Text that was not saved is in the history before an older revision comes back."""
    scene = view.desk.studio.scene(1)
    view.say("draft", scene=scene.id, text="# unsaved\n", stamp=1)
    view.say("restore", scene=scene.id, revision=1)
    assert [each.source for each in view.desk.studio.revisions(scene.id)] == [HELLO, "# unsaved\n", HELLO]


def test_a_revision_is_pinned_from_its_history(view: FakeView) -> None:
    """Every view hears of it, and the selected scene stays selected."""
    scene = view.desk.studio.scene(1)
    view.desk.studio.add_scene(source=HELLO, name="other")
    selected = view.desk.studio.selected
    for pinned in (True, False):
        view.say("pin", scene=scene.id, revision=1, pinned=pinned)
        assert view.last("pinned") == {"tell": "pinned", "scene": scene.id, "revision": 1, "pinned": pinned}
        view.say("revisions", scene=scene.id)
        assert [each["pinned"] for each in view.last("revisions")["revisions"]] == [pinned]
    assert view.desk.studio.selected == selected


def test_a_belief_is_shown_with_its_words_and_forgotten(view: FakeView) -> None:
    """What a prompt taught is told with its words; forgotten, it is told as gone, and can come back."""
    view.say("ask", prompt="From now on use teal accents.")
    assert view.heard("memory_changed")
    view.say("memory")
    (teal,) = view.last("memory")["beliefs"]
    assert (teal["key"], teal["value"], teal["scope"]) == ("accent", "teal", "project")
    assert (teal["state"], teal["used"], teal["elsewhere"]) == ("used", True, False)
    assert [each["said"] for each in teal["because"]] == ["From now on use teal accents."]
    view.say("forget", key="accent", value="teal", scope="project")
    assert view.last("memory")["beliefs"] == []
    assert view.last("done")["told"] == ["Forgot teal (accent colour)."]
    assert view.desk.studio.memory.beliefs == ()
    view.say("forget", key="accent", value="teal", scope="project")
    assert "teal" in view.last("error")["message"]
    gone = {"key": "accent", "value": "teal", "label": "accent colour", "scope": "project"}
    assert view.last("memory")["forgotten"] == [gone]
    view.say("unforget", key="accent", value="teal", scope="project")
    told = view.last("memory")
    assert ([each["value"] for each in told["beliefs"]], told["forgotten"]) == (["teal"], [])
    assert view.last("done")["told"] == ["Brought back teal (accent colour)."]


def test_what_another_project_said_is_marked_as_said_there(view: FakeView, workspace: Workspace) -> None:
    """A rule of another project leans here too, and cannot be forgotten from here; a pin can."""
    other = Studio(workspace, workspace.project("Other", create=True))
    other.memory.hear(workspace.messages.add(other.project_id, "user", "Always use teal accents."))
    view.say("memory")
    (teal,) = view.last("memory")["beliefs"]
    assert (teal["scope"], teal["used"], teal["elsewhere"]) == ("user", False, True)
    assert teal["state"] == "not sure enough to use"
    view.desk.studio.memory.pin("accent", "teal", scope="user")
    view.say("memory")
    (teal,) = view.last("memory")["beliefs"]
    assert (teal["state"], teal["used"], teal["elsewhere"]) == ("pinned", True, False)


def test_a_revision_is_compared_in_pictures_and_words(view: FakeView) -> None:
    """Two frames and what moved, from the revision to now."""
    scene = view.desk.studio.scene(1)
    view.say("save", scene=scene.id, text=HELLO.replace("120", "60"), base=1)
    view.say("compare", scene=scene.id, revision=1, frame=100)
    told = view.last("compared")
    assert told["shown"] == [True, True]
    assert any("size" in line for line in told["told"])
    assert len({*view.bytes_of("compared")}) == 2


def test_the_whole_project_plays_with_a_card_for_a_broken_scene(view: FakeView) -> None:
    """One film of every scene; a broken one takes its time and no neighbour with it."""
    view.desk.studio.add_scene(source="oops(", name="broken", duration_seconds=1)
    view.say("whole")
    told = view.last("piece")
    assert told["ends"] == [5.0, 6.0]
    assert told["frames"] == 180


def test_thumbnails_come_in_the_number_asked_for(view: FakeView) -> None:
    """A long scene gets several small pictures, a broken one its last good ones."""
    scene = view.desk.studio.scene(1)
    view.say("thumbs", scenes={scene.id: 3})
    assert len(view.bytes_of("thumb")) == 3


def test_templates_have_a_still_and_a_moving_picture(view: FakeView) -> None:
    """The gallery gets its list, a JPEG each, and a film of the one under the mouse."""
    folder = view.desk.studio.workspace.template_folder
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "mine.scene").write_text("text('x')")
    view.say("templates")
    assert "mine.scene lacks title" in view.last("templates")["problems"][0]
    names = [each["id"] for each in view.last("templates")["templates"]]
    assert "title" in names
    view.say("template_stills", names=["title"])
    assert view.bytes_of("template_still")[0][:2] == b"\xff\xd8"
    view.say("template_clip", name="title")
    assert view.bytes_of("template_clip")[0][4:8] == b"ftyp"


def test_a_scene_becomes_a_template(view: FakeView) -> None:
    """Kept in the user's folder, listed at once, and added as a scene with the same picture."""
    scene = view.desk.studio.scene(1)
    view.say("save_template", scene=scene.id, title="My opener")
    assert view.desk.studio.workspace.template("my-opener").category == "mine"
    view.say("act", action={"kind": "add_scene", "template": "my-opener"})
    assert view.last("scene")["checked"]["ok"]
    view.say("save_template", scene=scene.id, title="My opener")
    assert "already" in view.last("error")["message"]


def test_a_template_made_of_a_template_has_one_header_and_every_comment(studio: Studio) -> None:
    """The old header gives way to the new one; comments of one's own stay, wherever they stand."""
    source = studio.workspace.template("title").source + "# note: mine\n"
    done = studio.add_scene(source="# title: Old\n# category: x\n\n# note: first\n" + source)
    assert done.scene
    made = scene_as_template(done.scene, studio, "My card").source
    assert made.startswith("# title: My card\n# category: mine\n")
    assert "Old" not in made
    assert "# note: first" in made
    assert made.endswith("# note: mine\n")


def test_export_tells_progress_and_the_file(view: FakeView, tmp_path: Path) -> None:
    """A file appears under exports; the last progress is all of it."""
    view.say("export", quality="low")
    told = view.last("exported")
    assert Path(told["path"]).is_file()
    assert view.last("progress")["done"] == view.last("progress")["total"]
    view.say("download", name=told["name"])
    assert view.bytes_of("file")[0][4:8] == b"ftyp"


def test_an_export_of_a_broken_project_is_refused_with_the_reason(view: FakeView) -> None:
    """Refused by default, and done without the scene when it is to be left out."""
    view.desk.studio.add_scene(source="oops(", name="broken")
    view.say("export", quality="low")
    assert "broken" in view.last("error")["message"]
    view.say("export", quality="low", broken="skip")
    assert view.last("exported")["skipped"] == ["broken"]


def test_an_export_is_never_written_over_another(tmp_path: Path) -> None:
    """The second file of a name gets a number; names of files are safe."""
    assert free_path(tmp_path, "A/B", ".mp4").name == "A-B.mp4"
    (tmp_path / "A-B.mp4").touch()
    assert free_path(tmp_path, "A/B", ".mp4").name == "A-B 2.mp4"


def test_a_scene_added_by_another_process_appears(view: FakeView, tmp_path: Path) -> None:
    """Another workspace on the same data adds a scene; the next look shows it and selects nothing else."""
    follower = Follower(view.desk)
    view.say("mount")
    with Workspace(Settings(data=tmp_path)) as other:
        elsewhere = Studio(other, other.project("Test"))
        elsewhere.add_scene(source=HELLO, name="from elsewhere")
    assert follower.look()
    assert view.desk.rest()
    assert view.scene(2)["name"] == "from elsewhere"
    assert view.outlet.state["selected"] == view.scene(1)["id"]
    assert not follower.look()
    view.say("save", scene=view.scene(2)["id"], text="circle(9)\n", base=1)
    assert view.scene(2)["revision"] == 2


def test_another_process_never_overwrites_unsaved_text(view: FakeView, tmp_path: Path) -> None:
    """The scene moves on elsewhere; the text typed here stays, with the revision it began from."""
    scene = view.desk.studio.scene(1)
    view.say("draft", scene=scene.id, text="# mine", base=1, stamp=1)
    with Workspace(Settings(data=tmp_path)) as other:
        Studio(other, other.project("Test")).save_scene(1, source="# theirs")
    view.say("scene", scene=scene.id)
    told = view.last("scene")
    assert (told["text"], told["kept"], told["base"], told["revision"]) == ("# mine", "# theirs", 1, 2)


def test_a_picture_comes_in_parts(view: FakeView) -> None:
    """A picture sent in two messages is in the project under its file's name; a second gets a number."""
    file = BytesIO()
    Image.new("RGB", (32, 32), "#38bdf8").save(file, "PNG")
    half = len(file.getvalue()) // 2
    for key, expected in (("a", "logo"), ("b", "logo 2")):
        for part in (file.getvalue()[:half], file.getvalue()[half:]):
            view.say("upload", key=key, parts=2, name="logo.png", buffers=[memoryview(part)])
        assert view.last("uploaded")["name"] == expected
    assert view.outlet.state["pictures"] == ["logo", "logo 2"]


def test_what_is_no_picture_is_refused(view: FakeView) -> None:
    """A file that is no picture is an error with a way on, and nothing is kept."""
    view.say("upload", key="a", parts=1, name="notes.txt", buffers=[b"hello"])
    assert view.last("error")["remedy"]
    assert view.outlet.state.get("pictures", []) == []
