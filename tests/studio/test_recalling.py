"""A prompt loads of what is known of its user what it makes use of, and is told as if it had loaded all."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from tests.memory.statements import NOW, START, VALUES, laws, statements
from workbench.clock import FrozenClock
from workbench.memory.evidence import KEYS, Evidence
from workbench.store import Database, Messages, Projects, Users, preferences
from workbench.store.preferences import Preferences
from workbench.store.statements import Statement
from workbench.studio.remembering import LATEST_MESSAGES, Memory
from workbench.studio.studio import Studio
from workbench.studio.workspace import Workspace

_users = count(1)
tastes = st.tuples(st.sampled_from(["p", "q", None]), st.sampled_from(sorted(KEYS)), st.sampled_from(VALUES))
SAID = Statement("accent", "teal", 1, "standing", "words", "m", "Always teal.", "", START)


class Everything(Preferences):
    """Preferences that give all there is of a user, whoever asks."""

    def statements(self, user_id: str, project_id: str | None = None) -> tuple[Statement, ...]:
        return super().statements(user_id)

    def pins(self, user_id: str, project_id: str | None = None) -> tuple[tuple[str | None, str, str], ...]:
        return tuple(each for each in super().pins(user_id) if each[0] in (None, project_id))


def told_of(database: Database, project_id: str, kept: Preferences) -> tuple[object, ...]:
    room = SimpleNamespace(
        database=database, projects=Projects(database), messages=Messages(database), clock=FrozenClock(NOW)
    )
    room.projects.get = room.projects.by_id
    memory = Memory(room, project_id, dict)  # type: ignore[arg-type]
    memory._kept = kept
    return memory.beliefs, memory.recall(), memory.digest


@pytest.mark.slow
@settings(laws, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(statements, max_size=30),
    st.lists(tastes, max_size=3),
    st.lists(st.tuples(tastes, st.booleans()), max_size=3),
)
def test_what_is_not_loaded_changes_nothing(
    workspace: Workspace,
    evidence: list[Evidence],
    pinned: list[tuple[str | None, str, str]],
    forgotten: list[tuple[tuple[str | None, str, str], bool]],
) -> None:
    """Beliefs, packet and digest of a project are those that all of its user's statements and pins give."""
    database, kept = workspace.database, Preferences(workspace.database)
    user = Users(database).create(f"user {next(_users)}").id
    places: dict[str | None, str] = {each: Projects(database, user).create(each).id for each in "pq"}
    for each in evidence:
        said_in = places[each.project_id]
        of = said_in if each.scope == "project" else None
        kept.add(
            user,
            [Statement(each.key, each.value, each.sign, each.stance, each.source, each.source_id, each.said,
                       said_in, each.when, of)],
        )  # fmt: skip
        Messages(database).add(said_in, "user", each.said)
    for place, key, value in pinned:
        kept.pin(user, places.get(place), key, value)
    for (place, key, value), whole in forgotten:
        kept.forget(user, places.get(place), key, None if whole else value)
    for place in "pq":
        few, every = (told_of(database, places[place], of(database)) for of in (Preferences, Everything))
        assert few == every


def test_what_other_projects_said_is_not_loaded_once_the_user_has_a_rule(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 60 statements about colours in other projects a prompt reads none beside the user's own rule."""
    database, loaded = studio.workspace.database, []
    kept, read = Preferences(database), preferences.statement_of
    said = replace(SAID, when=studio.workspace.clock.now())
    monkeypatch.setattr(preferences, "statement_of", lambda row: loaded.append(row) or read(row))
    for number in range(6):
        other = Projects(database).create(f"Other {number}").id
        kept.add(
            "local",
            [replace(said, source_id=f"m{each}", said_in=other, project_id=other) for each in range(10)],
        )
    studio.memory.recall()
    assert len(loaded) == 60
    loaded.clear()
    kept.add("local", [replace(said, value="gold", source_id="all", said_in=other)])
    assert [each.value for each in studio.memory.recall().hints] == ["gold"]
    assert len(loaded) == 1


def test_what_is_to_be_forgotten_is_asked_for_once(studio: Studio) -> None:
    """Of a long conversation forgotten sentences are left out, of digest and messages, by one question."""
    messages, asked = studio.workspace.messages, []
    for number in range(LATEST_MESSAGES + 4):
        message = messages.add(studio.project_id, "user", f"Never use pink. Move circle {number} a little.")
        studio.memory.hear(message)
    studio.memory.forget("accent", "pink")
    event.listen(
        studio.workspace.database.engine, "before_cursor_execute", lambda *told: asked.append(told[2])
    )
    recalled = studio.memory.recall()
    assert "pink" not in str(recalled)
    assert "circle 0 " in str(recalled.sections)
    assert sum("forgotten_at IS NOT NULL" in each for each in asked) == 1
