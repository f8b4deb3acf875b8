"""Preferences are kept with the statements behind them, once each, within bounds, and can be forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from workbench.clock import FrozenClock
from workbench.store import Database, Project, Projects, Users, preferences
from workbench.store.preferences import Preferences
from workbench.store.rows import preference, preference_evidence
from workbench.store.statements import Statement

START = datetime(2026, 3, 1, tzinfo=UTC)
TEAL = Statement("accent", "teal", 1, "standing", "words", "m1", "Always teal.", "p1", START)


def rows(database: Database) -> tuple[int, int]:
    with database.read() as connection:
        counts = [
            connection.scalar(select(func.count()).select_from(t)) for t in (preference, preference_evidence)
        ]
    return counts[0] or 0, counts[1] or 0


def test_a_statement_is_kept_once(database: Database) -> None:
    """The same source cannot say the same thing twice."""
    kept = Preferences(database)
    assert (kept.add("local", [TEAL]), kept.add("local", [TEAL])) == (1, 0)
    assert kept.statements("local") == (TEAL,)


def test_project_and_user_are_two_preferences(database: Database, project: Project) -> None:
    """A taste of one project stands beside the same taste of the user."""
    kept = Preferences(database)
    kept.add("local", [TEAL, replace(TEAL, project_id=project.id)])
    assert [each.project_id for each in kept.statements("local")] == [None, project.id]


EDITED = replace(TEAL, stance="wish", source="edit", source_id="s@2", said="accent teal")


def test_what_is_forgotten_comes_back_as_it_was(database: Database) -> None:
    """Words, an edit and a pin count no longer, the sentence is known as forgotten; then all count again."""
    kept = Preferences(database)
    kept.add("local", [TEAL, EDITED])
    kept.pin("local", None, "accent", "teal")
    assert kept.forget("local", None, "accent", "teal", said_in="p1") == 1
    assert (kept.statements("local"), kept.pins("local")) == ((), ())
    assert kept.forgotten("local") == ("Always teal.",)
    assert kept.lately_forgotten("local") == ((TEAL, EDITED), ((None, "accent", "teal"),))
    assert kept.forget("local", None, "accent") == 0
    assert kept.unforget("local", None, "accent", "teal") == 1
    assert kept.statements("local") == (TEAL, EDITED)
    assert kept.pins("local") == ((None, "accent", "teal"),)
    assert kept.forgotten("local") == ()
    assert kept.lately_forgotten("local") == ((), ())
    assert kept.unforget("local", None, "accent", "teal") == 0


@pytest.mark.parametrize("by", ["the next word", "the service"])
def test_after_a_week_only_the_sentence_is_left(place: str, by: str) -> None:
    """It cannot be brought back, and what a hand did and pinned is gone from the database."""
    clock = FrozenClock(START)
    with Database.open(place, clock=clock, power_safe=False) as database:
        kept = Preferences(database)
        kept.add("local", [TEAL, EDITED, replace(EDITED, key="pace", value="fast")])
        kept.pin("local", None, "accent", "teal")
        kept.forget("local", None)
        clock.advance(7 * 86_400)
        kept.sweep()
        assert rows(database) == (2, 4)
        clock.advance(1)
        assert kept.lately_forgotten("local") == ((), ())
        assert kept.unforget("local", None) == 0
        if by == "the service":
            assert kept.sweep() == 3
            assert kept.sweep() == 0
        else:
            kept.add("local", [])
        assert rows(database) == (1, 1)
        assert kept.forgotten("local") == ("Always teal.",)


def test_what_one_forgot_another_cannot_bring_back(database: Database, project: Project) -> None:
    """Neither another user, nor the user in another place."""
    kept = Preferences(database)
    kept.add("local", [TEAL])
    kept.forget("local", None, "accent")
    ada = Users(database).create("ada")
    assert kept.unforget(ada.id, None) == 0
    assert kept.lately_forgotten(ada.id) == ((), ())
    assert kept.unforget("local", project.id) == 0
    assert kept.unforget("local", None, "pace") == 0
    assert kept.unforget("local", None) == 1


def test_forgetting_one_project_leaves_the_user(database: Database, project: Project) -> None:
    """Forgetting everything of a project does not touch what holds everywhere."""
    kept = Preferences(database)
    kept.add("local", [TEAL, replace(TEAL, project_id=project.id)])
    kept.forget("local", project.id)
    assert [each.project_id for each in kept.statements("local")] == [None]


def test_pins_need_no_statement(database: Database) -> None:
    """A preference can be pinned before anybody stated it, and unpinned twice."""
    kept = Preferences(database)
    kept.pin("local", None, "pace", "fast")
    assert kept.pins("local") == ((None, "pace", "fast"),)
    kept.unpin("local", None, "pace", "fast")
    kept.unpin("local", None, "pace", "fast")
    assert kept.pins("local") == ()


def test_an_undone_source_is_withdrawn(database: Database) -> None:
    """What an undone edit said is gone; a rule stays."""
    kept = Preferences(database)
    kept.add("local", [TEAL, replace(TEAL, stance="wish", source="edit", source_id="s@2")])
    assert kept.withdraw(["s@2", "m1"]) == 1
    assert kept.statements("local") == (TEAL,)


def test_memory_is_bounded(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest statements and preferences stay, and pinned ones whatever their age."""
    monkeypatch.setattr(preferences, "MOST_STATEMENTS", 3)
    monkeypatch.setattr(preferences, "MOST_PREFERENCES", 2)
    kept = Preferences(database)
    for day, value in enumerate(["red", "teal", "teal", "teal", "teal", "gold"]):
        said = replace(TEAL, value=value, source_id=f"m{day}", when=START + timedelta(days=day))
        kept.add("local", [said])
        if value == "red":
            kept.pin("local", None, "accent", "red")
    kept.add("local", [replace(TEAL, value="lime", source_id="m9", when=START + timedelta(days=9))])
    assert [each.value for each in kept.statements("local")] == ["red", "gold", "lime"]


def test_a_project_is_given_what_counts_there(database: Database, project: Project) -> None:
    """Its own statements and its user's; of other projects those of keys the user said nothing of for all."""
    kept, other = Preferences(database), Projects(database).create("Other").id
    here = replace(TEAL, project_id=project.id, said_in=project.id)
    there = replace(TEAL, project_id=other, said_in=other, source_id="m2")
    pace = replace(there, key="pace", value="fast", source_id="m3")
    general = replace(TEAL, value="gold", said_in=other, source_id="m4")
    hers = Users(database).create("ana").id
    kept.add(hers, [replace(TEAL, key="pace", value="slow", source_id="m5")])
    kept.add("local", [here, there, pace])
    assert set(kept.statements("local", project.id)) == {here, there, pace}
    kept.add("local", [general])
    assert set(kept.statements("local", project.id)) == {here, pace, general}
    assert set(kept.statements("local", other)) == {there, pace, general}
    kept.forget("local", None, "accent")
    assert set(kept.statements("local", project.id)) == {here, there, pace}


def test_a_pin_of_another_project_is_not_given(database: Database, project: Project) -> None:
    """A project has its own pins and those that hold everywhere."""
    kept, other = Preferences(database), Projects(database).create("Other").id
    for place, value in ((None, "gold"), (project.id, "teal"), (other, "lime")):
        kept.pin("local", place, "accent", value)
    assert {value for _, _, value in kept.pins("local", project.id)} == {"gold", "teal"}
    assert len(kept.pins("local")) == 3


def test_a_sentence_that_was_forgotten_is_told_once(database: Database) -> None:
    """However many tastes it had given, and without those that were not said in words."""
    kept = Preferences(database)
    kept.add("local", [TEAL, replace(TEAL, value="gold"), replace(TEAL, value="lime", said="Lime, too.")])
    kept.add("local", [replace(TEAL, value="rose", said="")])
    kept.forget("local", None, "accent")
    assert kept.forgotten("local") == ("Always teal.", "Lime, too.")
