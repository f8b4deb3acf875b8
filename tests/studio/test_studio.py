"""What an author can rely on when a project changes."""

from pathlib import Path

import pytest

from workbench.errors import Conflict, InputError, NotFound, SceneBroken
from workbench.events import Event
from workbench.studio.actions import (
    ApplyTemplate,
    DeleteScene,
    DuplicateScene,
    MoveScene,
    PinRevision,
    RenameProject,
    RestoreScene,
    SetFormat,
    SetTransition,
    action_kinds,
    read_action,
)
from workbench.studio.performing import Performer
from workbench.studio.project_views import project_view
from workbench.studio.settings import Settings
from workbench.studio.studio import Studio, open_studio
from workbench.studio.workspace import Workspace

HELLO = 'text("Hello", size=96, enter=fade())\n'
BROKEN = 'text("Hello", sise=96)\n'


def test_an_added_scene_is_selected_at_once_and_can_be_saved(studio: Studio) -> None:
    """Add Scene selects the new scene, which takes a save without a reload."""
    done = studio.add_scene()
    assert done.scene is not None
    assert studio.selected == done.scene.id
    assert done.scene.name == "Scene 1"
    saved = studio.save_scene(done.scene.id, source=HELLO, base_revision=1)
    assert saved.scene is not None
    assert saved.scene.revision == 2


def test_the_default_scene_is_a_title_that_can_be_painted(studio: Studio) -> None:
    """A scene nobody described is the fade-in title, five seconds long, without errors."""
    done = studio.add_scene()
    assert done.checked is not None
    assert done.checked.worst != "error"
    assert done.checked.draft.duration_seconds == 5


def test_a_scene_of_a_template_begins_with_the_scene(studio: Studio, workspace: Workspace) -> None:
    """Added or applied, it has no header; the director knows which template it is, of older scenes too."""
    whole = workspace.template("hero")
    studio.add_scene(template="hero")
    studio.do(ApplyTemplate(scene=studio.add_scene(source=HELLO).scene.id, template="hero"))
    studio.add_scene(source=whole.source)
    sources = [scene.source for scene in studio.scenes]
    assert sources == [whole.scene_source, whole.scene_source, whole.source]
    assert sources[0].startswith("kicker = param(")
    views = project_view(workspace, Performer(workspace, studio.project_id), None).scenes
    assert [view.template for view in views] == ["hero"] * 3


def test_a_broken_save_is_kept_marked_and_leaves_neighbours_alone(studio: Studio) -> None:
    """Broken text is kept with its findings; the other scene still paints."""
    studio.add_scene(source=HELLO, name="one")
    studio.add_scene(source=HELLO, name="two")
    done = studio.save_scene("one", source=BROKEN)
    assert done.checked is not None
    assert not done.checked.ok
    assert done.checked.findings[0].line == 1
    assert studio.scene("one").status == "broken"
    assert studio.check("two").ok


def test_mending_a_broken_scene_is_told_as_that(studio: Studio) -> None:
    """A save that can be painted again after a broken one is not told as one that changed nothing to see."""
    studio.add_scene(source=HELLO, name="one")
    studio.save_scene("one", source=BROKEN)
    done = studio.save_scene("one", source='text("Goodbye", size=96, enter=fade())\n')
    assert done.told == ("'one' can be painted again, with revision 3.",)


def test_other_values_are_told_without_what_follows_from_them(studio: Studio) -> None:
    """A param that is set is named with its scene and its value; the colours mixed from it are not listed."""
    studio.add_scene(name="one")
    done = studio.save_scene("one", params={"accent": "#14b8a6", "title": "Good morning"})
    assert done.told == ("accent of 'one' is #14b8a6 now.", "title of 'one' is \"Good morning\" now.")
    assert studio.save_scene("one", params={"title": "Good morning"}).told == (
        "accent of 'one' is its default now.",
    )


def test_a_broken_scene_shows_its_last_good_picture(studio: Studio) -> None:
    """The newest revision that can be painted stands in for a broken one."""
    studio.add_scene(source=HELLO, name="one")
    studio.save_scene("one", source=BROKEN)
    good = studio.last_good("one")
    assert good is not None
    assert good.draft.source == HELLO


def test_a_stale_save_is_a_conflict_with_both_texts(studio: Studio) -> None:
    """A save based on an older revision changes nothing and shows both texts."""
    studio.add_scene(source=HELLO, name="one")
    studio.save_scene("one", source=HELLO + "# theirs\n", base_revision=1)
    with pytest.raises(Conflict) as conflict:
        studio.save_scene("one", source=HELLO + "# mine\n", base_revision=1)
    assert conflict.value.evidence["yours"]["source"].endswith("# mine\n")
    assert conflict.value.evidence["theirs"]["source"].endswith("# theirs\n")


def test_every_action_is_done_and_undone(studio: Studio) -> None:
    """Each kind of change takes effect, and undo brings the project back."""
    studio.add_scene(source=HELLO, name="one")
    studio.add_scene(source=HELLO, name="two")
    before = [(scene.name, scene.source, scene.duration_seconds) for scene in studio.scenes]
    for action in (
        MoveScene(scene="two", position=1),
        DuplicateScene(scene="one"),
        DeleteScene(scene="one"),
        ApplyTemplate(scene="one", template="title"),
        SetTransition(scene="two", transition="fade"),
        SetFormat(format="9:16"),
        RenameProject(name="Other"),
        read_action({"kind": "save_scene", "scene": "one", "duration_seconds": 2}),
    ):
        done = studio.do(action)
        assert done.told
        studio.undo()
        now = [(scene.name, scene.source, scene.duration_seconds) for scene in studio.scenes]
        assert now == before, action
    assert studio.name == "Test"
    assert studio.format.aspect == "wide"


def test_redo_does_again_what_undo_took_back(studio: Studio) -> None:
    """Undo and redo are each other's inverse."""
    studio.add_scene(source=HELLO, name="one")
    studio.undo()
    assert studio.scenes == ()
    studio.redo()
    assert [scene.name for scene in studio.scenes] == ["one"]


def test_restore_makes_a_new_revision(studio: Studio) -> None:
    """Restoring revision 1 keeps what was in between."""
    studio.add_scene(source=HELLO, name="one")
    studio.save_scene("one", source=HELLO + "# later\n")
    studio.do(RestoreScene(scene="one", revision=1))
    assert studio.scene("one").source == HELLO
    assert [each.number for each in studio.revisions("one")] == [3, 2, 1]


def test_a_pinned_revision_is_no_step_of_the_history(studio: Studio) -> None:
    """It stays as it looks, undo passes over the pin, and a revision that is not there cannot be pinned."""
    studio.add_scene(source=HELLO, name="one")
    studio.save_scene("one", source=HELLO + "# later\n")
    done = studio.do(PinRevision(scene="one", revision=1))
    assert "Pinned revision 1 of 'one'" in done.told[0]
    assert [each.pinned for each in studio.revisions("one")] == [False, True]
    studio.undo()
    assert studio.scene("one").source == HELLO
    assert studio.revisions("one")[-1].pinned
    studio.do(PinRevision(scene="one", revision=1, pinned=False))
    assert not any(each.pinned for each in studio.revisions("one"))
    with pytest.raises(NotFound, match="9"):
        studio.do(PinRevision(scene="one", revision=9))


def test_scenes_are_found_by_number_name_mention_and_place(studio: Studio) -> None:
    """All the ways to name a scene lead to the same one."""
    studio.add_scene(source=HELLO, name="Opening")
    studio.add_scene(source=HELLO, name="Ending")
    assert {studio.scene(word).name for word in (1, "1", "opening", "@Opening", "first")} == {"Opening"}
    assert studio.scene("last").name == "Ending"
    with pytest.raises(NotFound, match="Did you mean 'Ending'"):
        studio.scene("Endng")


def test_two_scenes_of_one_name_are_told_apart_by_number(studio: Studio) -> None:
    """An ambiguous name is refused with the numbers to choose from."""
    studio.add_scene(source=HELLO, name="A")
    studio.add_scene(source=HELLO, name="A")
    with pytest.raises(InputError, match="Scenes 1 and 2"):
        studio.scene("a")


def test_every_view_of_a_project_hears_of_a_change(studio: Studio, workspace: Workspace) -> None:
    """A change by one studio reaches the listeners of another on the same project, and only those."""
    heard: list[Event] = []
    other = open_studio("Test", workspace=workspace)
    stranger = open_studio("Else", workspace=workspace)
    other.on(heard.append)
    stranger.add_scene(source=HELLO)
    assert heard == []
    studio.add_scene(source=HELLO, name="one")
    assert [(event.name, event.data["action"]) for event in heard] == [
        ("project_changed", "add_scene"),
        ("scene_saved", "add_scene"),
    ]
    assert other.scene("one").source == HELLO


def test_a_saved_scene_is_an_event_of_its_own(studio: Studio) -> None:
    """It tells the scene and its revision; what saves nothing is none."""
    heard: list[Event] = []
    studio.on(heard.append, "scene_saved")
    scene = studio.add_scene(source=HELLO, name="one").scene
    assert scene is not None
    studio.save_scene("one", source=HELLO + "\n")
    studio.undo()
    studio.do(read_action({"kind": "rename_project", "name": "Other"}))
    assert [(each.scene_id, each.data["revision"]) for each in heard] == [(scene.id, 1), (scene.id, 2)]


def test_export_refuses_broken_scenes_and_says_which(studio: Studio, tmp_path: Path) -> None:
    """Nothing broken is exported silently, and nothing is left behind."""
    studio.add_scene(source=HELLO, name="good")
    studio.add_scene(source=BROKEN, name="bad")
    with pytest.raises(SceneBroken, match="bad"):
        studio.export(tmp_path / "out.mp4")
    assert not (tmp_path / "out.mp4").exists()


def test_a_wrong_action_changes_nothing_and_names_the_field(studio: Studio) -> None:
    """Bad input is refused before anything happens."""
    with pytest.raises(InputError, match="duration_seconds"):
        studio.add_scene(duration_seconds=-1)
    with pytest.raises(InputError, match="tempo"):
        studio.add_scene(tempo=3)
    for kind in ("restore_scene", "pin_revision"):
        with pytest.raises(InputError, match="revision"):
            read_action({"kind": kind, "scene": "1", "revision": 2**31})
    assert studio.scenes == ()


def test_every_kind_of_action_has_a_handler(studio: Studio) -> None:
    """No action in the list of kinds is unknown to the performer."""
    scene = {"scene": "nothing"}
    fields: dict[str, dict[str, object]] = {
        "add_scene": {},
        "save_scene": scene,
        "apply_template": {**scene, "template": "title"},
        "duplicate_scene": scene,
        "split_scene": {**scene, "at_seconds": 1.0},
        "move_scene": {**scene, "position": 1},
        "delete_scene": scene,
        "restore_scene": {**scene, "revision": 1},
        "pin_revision": {**scene, "revision": 1},
        "set_transition": {**scene, "transition": "cut"},
        "set_format": {"format": "1:1"},
        "rename_project": {"name": "Other"},
        "undo": {},
        "redo": {},
    }
    assert sorted(fields) == sorted(action_kinds())
    for kind, given in fields.items():
        try:
            studio.do(read_action({"kind": kind, **given}))
        except InputError as error:
            refused = str(error)
            assert "no scene" in refused or "nothing to" in refused.lower()


def test_settings_come_from_the_environment_and_are_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A setting is read from WORKBENCH_..., and a wrong one is refused by name."""
    monkeypatch.setenv("WORKBENCH_WORKERS", "3")
    assert Settings().workers == 3
    monkeypatch.setenv("WORKBENCH_WORKERS", "0")
    with pytest.raises(InputError, match="WORKBENCH_WORKERS is '0'"):
        Settings()
