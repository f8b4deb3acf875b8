"""Two who do the same thing at the same time: neither undoes what the other did."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Connection

from tests.store.abreast import abreast
from workbench.store import Database, History, Project, Projects, schema
from workbench.store.prompts import Prompts


def test_settings_amended_at_once_are_all_kept(database: Database, project: Project) -> None:
    """Each change is made of what the other left, and undone alone."""
    projects = Projects(database)

    def amends(name: str) -> Callable[[], object]:
        return lambda: projects.amend_settings(project.id, lambda held: {**held, name: True})

    abreast(amends("one"), amends("two"))
    assert projects.get(project.id).settings == {"one": True, "two": True}
    History(database).undo(project.id)
    assert len(projects.get(project.id).settings) == 1


def test_two_who_roll_back_at_once_go_back_two_steps(database: Database, project: Project) -> None:
    """Each takes back the move that the other left."""
    prompts = Prompts(database)
    for name in ("first", "second", "third"):
        prompts.add(project.id, name, {}, who="ada")
    abreast(*(lambda: prompts.roll_back(project.id, who="ada") for _ in range(2)))
    assert [move.number for move in prompts.moves(project.id)] == [1, 2, 3, 2, 1]


@pytest.mark.slow
def test_another_may_make_the_tables_between_two_looks(
    blank_postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a second server opens is a database of ours, not one of somebody else's tables."""
    look = schema.version_of

    def looks(connection: Connection) -> str | None:
        found = look(connection)
        monkeypatch.setattr(schema, "version_of", look)
        Database.open(blank_postgresql).close()
        return found

    monkeypatch.setattr(schema, "version_of", looks)
    Database.open(blank_postgresql, migrate=False).close()
