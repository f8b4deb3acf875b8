"""A project's history is complete, can be followed, and goes back and forth like a simple model."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from workbench.errors import InputError
from workbench.store import Database, History, Project, Projects, Scenes


def test_following(database: Database, project: Project) -> None:
    """Another process that asks for the changes since the last it saw gets each exactly once."""
    history, scenes = History(database), Scenes(database)
    scene = scenes.add(project.id, "one", who="ana", why="a start")
    seen = history.changes_since(project.id, project.sequence)
    assert [(each.sequence, each.kind, each.who, each.why) for each in seen] == [
        (2, "add_scene", "ana", "a start")
    ]
    scenes.save(scene.id, source="two")
    assert [each.kind for each in history.changes_since(project.id, 2)] == ["save_scene"]
    assert history.list(project.id)[0].sequence == Projects(database).by_id(project.id).sequence


def test_undo_makes_revisions(database: Database, project: Project) -> None:
    """Undo and redo bring texts back as new revisions; none is ever taken away."""
    scenes, history = Scenes(database), History(database)
    scene = scenes.add(project.id, "one")
    scenes.save(scene.id, source="two")
    history.undo(project.id, who="ana")
    history.redo(project.id)
    texts = [each.source for each in reversed(scenes.revisions(scene.id))]
    assert texts == ["one", "two", "one", "two"]


def test_undo_names_its_step(database: Database, project: Project) -> None:
    """An undo says what it reverses, and what can be undone and redone next is known."""
    history = History(database)
    Scenes(database).add(project.id, "one")
    step = history.undoable(project.id)
    undo = history.undo(project.id)
    assert step is not None
    assert (undo.kind, undo.reverses, undo.why) == ("undo", step.sequence, "undo add_scene")
    assert history.undoable(project.id) is None
    again = history.redoable(project.id)
    assert again is not None
    assert (again.sequence, again.undone_by) == (step.sequence, undo.sequence)


def test_nothing_to_undo(database: Database, project: Project) -> None:
    """A new project has nothing to undo or redo, and says so."""
    for act in (History(database).undo, History(database).redo):
        with pytest.raises(InputError, match="nothing to"):
            act(project.id)


def test_a_change_ends_redo(database: Database, project: Project) -> None:
    """What was undone cannot be redone once something else was changed."""
    history, scenes = History(database), Scenes(database)
    scenes.add(project.id, "one")
    history.undo(project.id)
    scenes.add(project.id, "two")
    with pytest.raises(InputError, match="nothing to redo"):
        history.redo(project.id)


class ProjectMachine(RuleBasedStateMachine):
    """Does what people do to a project, next to a model of lists that remembers every state."""

    empty: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.file = Path(self.folder.name) / "a.db"
        shutil.copy(self.empty, self.file)
        self.database = Database.open(self.file, power_safe=False)
        self.scenes, self.history = Scenes(self.database), History(self.database)
        self.states: list[list[tuple[str, str]]] = [[]]
        self.now = 0

    @initialize()
    def create(self) -> None:
        self.project = Projects(self.database).create("Machine")

    def teardown(self) -> None:
        self.database.close()
        self.folder.cleanup()

    def did(self, state: list[tuple[str, str]]) -> None:
        if state != self.states[self.now]:
            self.states[self.now + 1 :] = [state]
            self.now += 1

    def pick(self, data: Any) -> tuple[int, list[tuple[str, str]]]:
        state = list(self.states[self.now])
        return data.draw(st.integers(0, len(state) - 1)), state

    def alive(self) -> bool:
        return bool(self.states[self.now])

    @rule(source=st.sampled_from("abc"), data=st.data())
    def add(self, source: str, data: Any) -> None:
        state = list(self.states[self.now])
        place = data.draw(st.integers(0, len(state)))
        scene = self.scenes.add(self.project.id, source, position=place + 1)
        self.did([*state[:place], (scene.id, source), *state[place:]])

    @precondition(alive)
    @rule(source=st.sampled_from("abc"), data=st.data())
    def save(self, source: str, data: Any) -> None:
        place, state = self.pick(data)
        held = self.scenes.get(state[place][0])
        self.scenes.save(held.id, held.revision, source=source)
        state[place] = (held.id, source)
        self.did(state)

    @precondition(alive)
    @rule(data=st.data())
    def move(self, data: Any) -> None:
        place, state = self.pick(data)
        target = data.draw(st.integers(0, len(state) - 1))
        self.scenes.move(state[place][0], target + 1)
        state.insert(target, state.pop(place))
        self.did(state)

    @precondition(alive)
    @rule(data=st.data())
    def delete(self, data: Any) -> None:
        place, state = self.pick(data)
        self.scenes.delete(state.pop(place)[0])
        self.did(state)

    @precondition(alive)
    @rule(data=st.data())
    def duplicate(self, data: Any) -> None:
        place, state = self.pick(data)
        copy = self.scenes.duplicate(state[place][0])
        state.insert(place + 1, (copy.id, state[place][1]))
        self.did(state)

    @rule()
    def undelete(self) -> None:
        for gone in self.scenes.deleted(self.project.id)[:1]:
            self.scenes.undelete(gone.id)
            self.did([*self.states[self.now], (gone.id, gone.source)])

    @precondition(lambda self: self.now > 0)
    @rule()
    def undo(self) -> None:
        self.history.undo(self.project.id)
        self.now -= 1

    @precondition(lambda self: self.now < len(self.states) - 1)
    @rule()
    def redo(self) -> None:
        self.history.redo(self.project.id)
        self.now += 1

    @invariant()
    def same_as_model(self) -> None:
        if hasattr(self, "project"):
            held = self.scenes.list(self.project.id)
            assert [(each.id, each.source) for each in held] == self.states[self.now]
            assert [each.position for each in held] == list(range(1, len(held) + 1))
            assert (self.history.undoable(self.project.id) is None) == (self.now == 0)
            assert (self.history.redoable(self.project.id) is None) == (self.now == len(self.states) - 1)

    @invariant()
    def gapless(self) -> None:
        if hasattr(self, "project"):
            numbers = [each.sequence for each in self.history.changes_since(self.project.id, 0)]
            assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.slow
def test_history_is_like_its_model(empty_file: Path) -> None:
    """Whatever is done, undone and redone, scenes, order and history match a simple model."""
    ProjectMachine.empty = empty_file
    run_state_machine_as_test(
        ProjectMachine,
        settings=settings(
            max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
