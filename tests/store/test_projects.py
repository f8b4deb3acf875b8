"""Projects, their conversation and assets."""

from __future__ import annotations

import pytest

from workbench.errors import InputError, NotFound
from workbench.store import Assets, Blobs, Database, History, Messages, Project, Projects, Scenes, Users
from workbench.store.values import Said


@pytest.fixture
def projects(database: Database) -> Projects:
    return Projects(database)


def test_found_by_name_or_id(projects: Projects, project: Project) -> None:
    """A project is found by its name and by its id; a near miss is told the right name."""
    assert projects.get("Demo") == projects.get(project.id) == project
    with pytest.raises(NotFound, match="Did you mean 'Demo'"):
        projects.get("Demp")


def test_names_are_unique_among_the_living(projects: Projects, project: Project) -> None:
    """A name can be used again once its project is deleted, and not before."""
    with pytest.raises(InputError, match="already"):
        projects.create(" Demo ")
    projects.delete(project.id)
    assert projects.create("Demo").id != project.id
    with pytest.raises(InputError, match="already"):
        projects.undelete(project.id)
    assert projects.undelete(project.id, name="Demo 2").name == "Demo 2"


def test_deleted_project_is_whole_again(database: Database, projects: Projects, project: Project) -> None:
    """A deleted project is not listed, takes no scene, and comes back with all it had."""
    Scenes(database).add(project.id, "one")
    projects.delete(project.id)
    assert projects.list() == ()
    with pytest.raises(NotFound):
        Scenes(database).add(project.id, "two")
    projects.undelete(project.id)
    assert [each.source for each in Scenes(database).list(project.id)] == ["one"]


def test_last_changed_comes_first(database: Database, projects: Projects, project: Project) -> None:
    """The list begins with the project that was changed last."""
    projects.create("Other")
    Scenes(database).add(project.id, "one")
    assert [each.name for each in projects.list()] == ["Demo", "Other"]


def test_format_and_name_can_be_undone(database: Database, projects: Projects, project: Project) -> None:
    """Undo gives back the old name and the old format."""
    projects.rename(project.id, "New")
    assert projects.set_format(project.id, 1080, 1920, 60).fps == 60
    History(database).undo(project.id)
    History(database).undo(project.id)
    found = projects.get("Demo")
    assert (found.width, found.height, found.fps) == (1920, 1080, 30)


def test_undone_name_may_be_taken(database: Database, projects: Projects, project: Project) -> None:
    """An undo that would give a name twice is refused and changes nothing."""
    projects.rename(project.id, "New")
    projects.create("Demo")
    with pytest.raises(InputError, match="has that name by now"):
        History(database).undo(project.id)
    assert projects.by_id(project.id).name == "New"


@pytest.mark.parametrize("picture", [(15, 1080, 30), (1920, 1081, 30), (1920, 1080, 0), (8000, 80, 30)])
def test_impossible_formats(projects: Projects, picture: tuple[int, int, int]) -> None:
    """Odd, tiny and huge pictures and impossible rates are refused."""
    with pytest.raises(InputError):
        projects.create("Odd", width=picture[0], height=picture[1], fps=picture[2])


def test_users_own_their_names(database: Database, project: Project) -> None:
    """Two users may have projects of the same name and see only their own."""
    ana = Users(database).create("ana")
    hers = Projects(database, ana.id).create(project.name)
    assert Projects(database, ana.id).list() == (hers,)
    assert [each.name for each in Users(database).list()] == ["ana", "local"]
    with pytest.raises(NotFound):
        Projects(database, ana.id).get(project.id)


def test_conversation_is_numbered(database: Database, project: Project) -> None:
    """Messages keep their order and their take; the last few, or those after one, can be asked for."""
    messages = Messages(database)
    said = [messages.add(project.id, "user", text, take={"cost_usd": None}) for text in "abc"]
    assert [each.number for each in said] == [1, 2, 3]
    assert messages.list(project.id) == tuple(said)
    assert messages.list(project.id, most=1) == messages.list(project.id, after=2) == (said[2],)
    assert messages.named(project.id, said[1].id) == said[1]
    assert messages.named(project.id, "nobody") is None
    assert messages.named(said[0].id, said[1].id) is None


def test_the_words_of_a_conversation_alone(database: Database, project: Project) -> None:
    """Who said what can be read without what was made of it: all, one role, between numbers, the last."""
    messages = Messages(database)
    for number in range(6):
        messages.add(project.id, "user" if number % 2 == 0 else "assistant", f"m{number}", take={"much": "x"})
    everything = tuple(Said(each.number, each.role, each.text) for each in messages.list(project.id))
    assert messages.said(project.id) == everything
    assert messages.said(project.id, role="user") == everything[::2]
    assert messages.said(project.id, after=2, before=5) == everything[2:4]
    assert messages.said(project.id, most=2) == everything[-2:]


def test_message_about_a_foreign_scene(database: Database, projects: Projects, project: Project) -> None:
    """A message can only speak of a scene of its own project."""
    scene = Scenes(database).add(projects.create("Other").id, "one")
    with pytest.raises(NotFound, match="scene"):
        Messages(database).add(project.id, "user", "hello", scene_id=scene.id)


def test_asset_names(database: Database, project: Project, tmp_path_factory: pytest.TempPathFactory) -> None:
    """An asset is found by name; names are unique; deletion and renaming can be undone."""
    assets, history = Assets(database), History(database)
    digest = Blobs(tmp_path_factory.mktemp("blobs")).put(b"picture")
    logo = assets.add(project.id, "logo.png", digest, "image/png", bytes=7, width=2, height=2)
    with pytest.raises(InputError, match="already"):
        assets.add(project.id, "logo.png", digest, "image/png", bytes=7)
    assert assets.rename(project.id, "logo.png", "mark.png").name == "mark.png"
    assets.delete(project.id, "mark.png")
    assert assets.list(project.id) == ()
    history.undo(project.id)
    history.undo(project.id)
    assert assets.get(project.id, "logo.png") == logo


def test_asset_must_be_a_blob(database: Database, project: Project) -> None:
    """Neither a path nor a strange media type passes for an asset."""
    with pytest.raises(InputError, match="SHA-256"):
        Assets(database).add(project.id, "a", "../../etc/passwd", "image/png", bytes=1)
    with pytest.raises(InputError, match="media type"):
        Assets(database).add(project.id, "a", "0" * 64, "picture", bytes=1)
