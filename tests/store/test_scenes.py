"""Scenes are added, saved, moved, deleted and restored; every saved state stays."""

from __future__ import annotations

from dataclasses import replace

import pytest

from workbench.errors import Conflict, InputError, NotFound
from workbench.store import Database, History, NewScene, Project, Scenes


@pytest.fixture
def scenes(database: Database) -> Scenes:
    return Scenes(database)


def names(scenes: Scenes, project: Project) -> list[tuple[int | None, str]]:
    return [(each.position, each.name) for each in scenes.list(project.id)]


def test_add_appends(scenes: Scenes, project: Project) -> None:
    """Scenes without a name are numbered; a position pushes the later ones down."""
    scenes.add(project.id, "a")
    scenes.add(project.id, "b")
    scenes.add(project.id, "c", name="First", position=1)
    assert names(scenes, project) == [(1, "First"), (2, "Scene 1"), (3, "Scene 2")]


def test_add_many_is_one_step(database: Database, scenes: Scenes, project: Project) -> None:
    """Scenes that come together are taken back by one undo."""
    scenes.add_many(project.id, [NewScene("a"), NewScene("b")])
    History(database).undo(project.id)
    assert scenes.list(project.id) == ()


def test_save_makes_a_revision(scenes: Scenes, project: Project) -> None:
    """A save keeps the new text, the old one, who did it and why."""
    first = scenes.add(project.id, "one", params={"size": 3})
    saved = scenes.save(first.id, first.revision, source="two", who="ana", why="shorter")
    newest, oldest = scenes.revisions(first.id)
    assert saved == replace(first, source="two", revision=2, updated_at=saved.updated_at)
    assert (newest.source, newest.who, newest.why, newest.base) == ("two", "ana", "shorter", 1)
    assert (oldest.source, oldest.params) == ("one", {"size": 3})


def test_stale_save_conflicts(scenes: Scenes, project: Project) -> None:
    """A save based on an older revision is refused with both texts, and changes nothing."""
    scene = scenes.add(project.id, "one")
    scenes.save(scene.id, 1, source="theirs")
    with pytest.raises(Conflict) as caught:
        scenes.save(scene.id, 1, source="yours")
    assert caught.value.evidence["yours"]["source"] == "yours"
    assert caught.value.evidence["theirs"]["source"] == "theirs"
    assert scenes.get(scene.id).source == "theirs"


def test_repeated_save_is_harmless(database: Database, scenes: Scenes, project: Project) -> None:
    """Sending the same save again, as after a lost answer, neither conflicts nor makes a revision."""
    scene = scenes.add(project.id, "one")
    once = scenes.save(scene.id, 1, source="two")
    steps = len(History(database).list(project.id))
    assert scenes.save(scene.id, 1, source="two") == once
    assert len(History(database).list(project.id)) == steps


def test_restore_keeps_what_came_between(scenes: Scenes, project: Project) -> None:
    """Restoring an old revision makes a new one; the newer text can still be restored too."""
    scene = scenes.add(project.id, "one", name="A")
    scenes.save(scene.id, source="two", name="B", duration_seconds=9)
    restored = scenes.restore(scene.id, 1)
    assert (restored.source, restored.name, restored.duration_seconds, restored.revision) == (
        "one",
        "A",
        5,
        3,
    )
    assert scenes.restore(scene.id, 2).source == "two"


def test_duplicate_follows_its_original(scenes: Scenes, project: Project) -> None:
    """A copy comes right after its original, with its own history."""
    scene = scenes.add(project.id, "one", name="A")
    scenes.add(project.id, "two", name="B")
    copy = scenes.duplicate(scene.id)
    assert names(scenes, project) == [(1, "A"), (2, "A copy"), (3, "B")]
    assert (copy.source, copy.revision) == ("one", 1)


@pytest.mark.parametrize(("position", "order"), [(1, "CAB"), (2, "ACB"), (3, "ABC")])
def test_move(scenes: Scenes, project: Project, position: int, order: str) -> None:
    """A moved scene gets the position; the others close up."""
    added = scenes.add_many(project.id, [NewScene("", name) for name in "ABC"])
    scenes.move(added[2].id, position)
    assert names(scenes, project) == list(enumerate(order, 1))


def test_deleted_scene_comes_back(scenes: Scenes, project: Project) -> None:
    """A deleted scene leaves the order, is listed as deleted, and returns with its text."""
    first, _second = scenes.add_many(project.id, [NewScene("one", "A"), NewScene("two", "B")])
    scenes.delete(first.id)
    assert names(scenes, project) == [(1, "B")]
    assert [each.name for each in scenes.deleted(project.id)] == ["A"]
    assert scenes.undelete(first.id, position=1).source == "one"
    assert names(scenes, project) == [(1, "A"), (2, "B")]


def test_deleted_scene_cannot_be_saved(scenes: Scenes, project: Project) -> None:
    """A save to a deleted scene says so."""
    scene = scenes.add(project.id, "one")
    scenes.delete(scene.id)
    with pytest.raises(InputError, match="deleted"):
        scenes.save(scene.id, source="two")


def test_mark_needs_the_same_revision(scenes: Scenes, project: Project) -> None:
    """A verdict on an older revision is dropped; a save makes the scene unchecked again."""
    scene = scenes.add(project.id, "one")
    assert scenes.mark(scene.id, 1, "ready")
    assert scenes.save(scene.id, source="two").status == "unchecked"
    assert not scenes.mark(scene.id, 1, "broken")


def test_pin(scenes: Scenes, project: Project) -> None:
    """A revision can be pinned and unpinned."""
    scene = scenes.add(project.id, "one")
    scenes.pin(scene.id, 1)
    assert scenes.revisions(scene.id)[0].pinned
    scenes.pin(scene.id, 1, pinned=False)
    assert not scenes.revisions(scene.id)[0].pinned


WRONG = {
    "no name": ({"name": "  "}, "no name"),
    "long name": ({"name": "x" * 121}, "121 letters"),
    "two lines": ({"name": "a\nb"}, "line break"),
    "no time": ({"duration_seconds": 0}, "0 seconds"),
    "not a number": ({"duration_seconds": float("nan")}, "nan seconds"),
    "too long": ({"duration_seconds": 120.5}, "120.5 seconds"),
    "too big": ({"source": "é" * 33_000}, "66000 bytes"),
    "nul": ({"source": "a\x00b"}, "U\\+0000"),
    "half a letter": ({"source": "\ud800"}, "U\\+D800"),
    "null param": ({"params": {"a": None}}, "params.a"),
    "endless param": ({"params": {"a": [float("inf")]}}, r"params.a\[0\]"),
}


@pytest.mark.parametrize(("given", "said"), WRONG.values(), ids=WRONG)
def test_wrong_input_is_told(scenes: Scenes, project: Project, given: dict[str, object], said: str) -> None:
    """What cannot be kept is refused in words, both when adding and when saving."""
    scene = scenes.add(project.id, "one")
    with pytest.raises(InputError, match=said):
        scenes.add(project.id, **{"source": "", **given})
    with pytest.raises(InputError, match=said):
        scenes.save(scene.id, **given)
    assert scenes.list(project.id) == (scene,)


@pytest.mark.parametrize("position", [0, 3, -1])
def test_position_must_exist(scenes: Scenes, project: Project, position: int) -> None:
    """A position outside 1 to n+1 is refused."""
    scenes.add(project.id, "one")
    with pytest.raises(InputError, match="Give 1 to 2"):
        scenes.add(project.id, "two", position=position)


def test_unknown_ids(scenes: Scenes, project: Project) -> None:
    """Unknown scenes, projects and revisions are told apart."""
    scene = scenes.add(project.id, "one")
    with pytest.raises(NotFound, match="scene"):
        scenes.save("nobody", source="")
    with pytest.raises(NotFound, match="project"):
        scenes.list("nobody")
    with pytest.raises(NotFound, match="project"):
        scenes.add("nobody", "")
    with pytest.raises(NotFound, match="revision"):
        scenes.restore(scene.id, 7)
