"""Retention takes what its plan names, and never what a preserve rule keeps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import bindparam, text

from tests.lifecycle.world import DAY, World, small_policy
from workbench.errors import Conflict, InputError
from workbench.lifecycle.books import entries, tampered
from workbench.lifecycle.cleaning import Budget
from workbench.lifecycle.holds import Holds
from workbench.lifecycle.planning import make_plan, read_plan, write_plan
from workbench.lifecycle.policy import policy_of, read_policy
from workbench.lifecycle.state import find_lags
from workbench.store import History
from workbench.store.rows import Moment


@pytest.fixture
def world(place: str) -> Iterator[World]:
    made = World(place)
    yield made
    made.database.close()


def test_shipped_policy() -> None:
    """The shipped file has the four periods, and begins with no rule that names what people own."""
    days = {rule.name: rule.keep_days for rule in read_policy().rules}
    wanted = {
        "image_analysis": 30, "conversation": 90, "history": 60, "revisions": 60, "temporary_memory": 180,
    }  # fmt: skip
    assert wanted.items() <= days.items()
    assert {rule.shelf for rule in read_policy().shelves} >= {"files", "telemetry"}


def test_plan_is_what_apply_does(world: World) -> None:
    """Rows and bytes of the plan are exactly those that are removed."""
    world.live(100)
    plan = make_plan(world.database, small_policy())
    assert {item.rule for item in plan.items if item.rows} == {"conversation", "history", "revisions"}
    report = world.cleaner(small_policy()).apply(plan)
    assert (report.rows, report.bytes, report.finished) == (plan.rows, plan.bytes, True)
    assert make_plan(world.database, small_policy()).rows == 0


def test_what_undo_still_needs_is_no_lag(world: World) -> None:
    """Before a cleanup the rules are behind; after it none is, though old revisions stay for undo."""
    world.live(100)
    policy = small_policy(history={"keep_last": {"count": 18, "per": "project_id", "by": "sequence"}})
    assert max(lag.days or 0.0 for lag in find_lags(world.database, policy)) > 30
    plan = make_plan(world.database, policy)
    assert sum(item.kept_for_undo for item in plan.items) > 0
    world.cleaner(policy).apply(plan)
    assert [lag.days for lag in find_lags(world.database, policy)] == [0.0] * 3


def test_work_after_a_cleanup_is_no_lag(world: World) -> None:
    """Old steps that today's work pushed out of the kept ones are late since the last cleanup, not by age."""
    (project, *_) = world.live(100)
    world.cleaner(small_policy()).apply(make_plan(world.database, small_policy()))
    for number in range(2):
        world.messages.add(project, "user", f"today {number}")
    world.clock.advance(3600)
    lag = max(lag.days or 0.0 for lag in find_lags(world.database, small_policy()))
    assert 0 <= lag < 0.1
    world.clock.advance(200 * 86_400)
    assert max(lag.days or 0.0 for lag in find_lags(world.database, small_policy())) > 100


def test_undo_puts_everything_back(world: World) -> None:
    """Within the grace, undo restores every row as it was, to the last letter."""
    world.live(100)
    before = world.content()
    report = world.cleaner(small_policy()).apply(make_plan(world.database, small_policy()))
    assert world.content() != before
    for entry in report.entries:
        assert world.cleaner(small_policy()).undo(entry.id) == entry.removed_rows
    assert world.content() == before


def test_grace_ends(world: World) -> None:
    """After the grace the rows are gone, and undo finds nothing."""
    world.live(100)
    report = world.cleaner(small_policy()).apply(make_plan(world.database, small_policy()))
    world.clock.advance(8 * DAY)
    later = world.cleaner(small_policy()).apply(make_plan(world.database, small_policy()))
    assert later.purged_rows == report.rows
    assert world.cleaner(small_policy()).undo(report.entries[0].id) == 0


def test_undo_and_restore_work_after_a_cleanup(world: World) -> None:
    """Everything a project's history still shows can be undone, and every revision shown can be restored."""
    project = world.live(100, saves=2)[0]
    world.cleaner(small_policy()).apply(make_plan(world.database, small_policy()))
    scene = world.scenes.list(project)[0]
    for revision in world.scenes.revisions(scene.id):
        assert world.scenes.restore(scene.id, revision.number).source == revision.source
    history = History(world.database)
    while history.undoable(project):
        history.undo(project)
    assert history.list(project)[0].kind == "undo"


def test_a_short_history_can_be_undone_whole(world: World) -> None:
    """While a project has fewer steps than the history keeps, however old, no revision they name goes."""
    project = world.live(40)[0]
    world.clock.advance(200 * DAY)
    policy = small_policy(history={"keep_last": {"count": 200, "per": "project_id", "by": "sequence"}})
    plan = make_plan(world.database, policy)
    assert {item.rule: item.rows for item in plan.items}["revisions"] == 0
    assert sum(item.kept_for_undo for item in plan.items) > 0
    world.cleaner(policy).apply(plan)
    history = History(world.database)
    while history.undoable(project):
        history.undo(project)
    assert history.list(project)[0].kind == "undo"


def test_a_run_that_ends_before_the_history_leaves_what_undo_needs(world: World) -> None:
    """While steps are there, the revisions they name are; the next plan takes what the run passed over."""
    project = world.live(100)[0]
    whole = make_plan(world.database, small_policy())
    begun = replace(whole, items=tuple(each for each in whole.items if each.rule == "revisions"))
    assert begun.rows > 0
    assert world.cleaner(small_policy()).apply(begun).rows == 0
    history = History(world.database)
    while history.undoable(project):
        history.undo(project)
    while history.redoable(project):
        history.redo(project)
    world.clock.advance(1)
    world.cleaner(small_policy()).apply(make_plan(world.database, small_policy()))
    assert make_plan(world.database, small_policy()).rows == 0


def test_undo_tells_which_revision_a_cleanup_took(world: World) -> None:
    """Steps that came back without their revisions are refused whole; once those are back, undo goes on."""
    project = world.live(100)[0]
    report = world.cleaner(small_policy()).apply(make_plan(world.database, small_policy()))
    taken = {entry.table_name: entry.id for entry in report.entries}
    world.cleaner(small_policy()).undo(taken["change"])
    history = History(world.database)

    def undo_all() -> None:
        while history.undoable(project):
            history.undo(project)

    with pytest.raises(InputError, match=r"a cleanup has taken revision \d+ of 'Scene 1'") as refused:
        undo_all()
    assert "workbench lifecycle undo" in refused.value.remedy
    before = world.content()
    with pytest.raises(InputError, match="a cleanup has taken"):
        history.undo(project)
    assert world.content() == before
    world.cleaner(small_policy()).undo(taken["revision"])
    undo_all()
    assert world.scenes.list(project) == ()


def test_pinned_and_held_stay(world: World) -> None:
    """A pinned revision and everything of a held project stay, whatever their age."""
    held, free = world.live(100)
    scene = world.scenes.list(free)[0].id
    world.scenes.pin(scene, 1)
    Holds(world.database).place("project", held, why="court order 7")
    world.cleaner(small_policy()).apply(make_plan(world.database, small_policy()))
    assert len(world.messages.list(held)) == 25
    assert len(world.scenes.revisions(world.scenes.list(held)[0].id)) == 26
    assert 1 in {revision.number for revision in world.scenes.revisions(scene)}
    assert len(world.messages.list(free)) < 25


def test_hold_after_the_plan_wins(world: World) -> None:
    """A hold placed between plan and apply is obeyed; one released in between still counts."""
    first, second = world.live(100)
    holds = Holds(world.database)
    before = holds.place("project", first, why="audit")
    plan = make_plan(world.database, small_policy())
    holds.place("project", second, why="audit")
    holds.release(before.id)
    assert world.cleaner(small_policy()).apply(plan).rows == 0


def test_evidence_of_a_preference_stays(world: World) -> None:
    """A message that a preference leans on is kept."""
    project = world.live(100)[0]
    first = world.messages.list(project)[0].id
    with world.database.write() as connection:
        connection.execute(
            text("INSERT INTO preference (id, user_id, key, value, created_at) "
                 "VALUES ('p', 'local', 'pace', 'fast', CURRENT_TIMESTAMP)")
        )  # fmt: skip
        connection.execute(
            text("INSERT INTO preference_evidence (id, preference_id, sign, stance, source, source_id, "
                 "project_id, said, created_at) VALUES ('e', 'p', 1, 'wish', 'message', :m, :p, 'fast', "
                 "CURRENT_TIMESTAMP)"),
            {"m": first, "p": project},
        )  # fmt: skip
    world.cleaner(small_policy()).apply(make_plan(world.database, small_policy()))
    assert world.messages.list(project)[0].id == first


def test_breaker(world: World) -> None:
    """A rule that would take more than its share stops the whole plan until it is named."""
    world.live(100)
    policy = small_policy(conversation={"most_share": 0.05})
    plan = make_plan(world.database, policy)
    before = world.content()
    with pytest.raises(InputError, match=r"conversation.*--confirm conversation"):
        world.cleaner(policy).apply(plan)
    assert world.content() == before
    assert world.cleaner(policy).apply(plan, confirmed={"conversation"}).finished


def test_nothing_but_the_plan(world: World, tmp_path: Path) -> None:
    """A plan that was edited, is too old, or was made for another policy is refused; younger rows stay."""
    world.live(100)
    plan = make_plan(world.database, small_policy())
    write_plan(plan, tmp_path / "plan.json")
    assert read_plan(tmp_path / "plan.json") == plan
    edited = (tmp_path / "plan.json").read_text().replace('"rows": ', '"rows": 1', 1)
    (tmp_path / "plan.json").write_text(edited)
    with pytest.raises(InputError, match="changed after it was made"):
        read_plan(tmp_path / "plan.json")
    with pytest.raises(InputError, match="another policy"):
        world.cleaner(small_policy(history={"keep_days": 61})).apply(plan)
    world.clock.advance(5 * DAY)
    assert world.cleaner(small_policy()).apply(plan).rows == plan.rows
    world.clock.advance(5 * DAY)
    with pytest.raises(InputError, match="10 days old"):
        world.cleaner(small_policy()).apply(plan)


def test_budget(world: World) -> None:
    """A run out of budget stops between batches; the next goes on and the sum is the plan."""
    world.live(100)
    plan = make_plan(world.database, small_policy())
    first = world.cleaner(small_policy()).apply(plan, budget=Budget(rows=1))
    second = world.cleaner(small_policy()).apply(plan)
    assert not first.finished or first.rows == plan.rows
    assert second.finished
    assert first.rows + second.rows == plan.rows


def test_one_at_a_time(world: World) -> None:
    """A second cleaner is turned away while the first one holds the lease, and welcome once it ended."""
    world.live(100)
    plan = make_plan(world.database, small_policy())
    first, second = world.cleaner(small_policy()), world.cleaner(small_policy())
    first._lease.acquire()
    with pytest.raises(Conflict, match="Another process holds the lifecycle lease"):
        second.apply(plan)
    world.clock.advance(61)
    assert second.apply(plan).rows == plan.rows


def test_books_cannot_be_changed_unseen(world: World) -> None:
    """An entry that was altered after it was closed is found."""
    world.live(100)
    world.cleaner(small_policy()).apply(make_plan(world.database, small_policy()))
    assert tampered(world.database) == ()
    entry = entries(world.database)[0]
    with world.database.write() as connection:
        connection.execute(text("UPDATE cleanup SET removed_rows = 1 WHERE id = :id"), {"id": entry.id})
    assert tampered(world.database) == (entry.id,)


@pytest.mark.parametrize("table", ["user", "project", "preference"])
def test_what_people_own_is_out_of_reach(table: str) -> None:
    """A policy that names users, projects or preferences is refused as a whole."""
    with pytest.raises(InputError, match="never by age"):
        policy_of({"all": {"table": table, "moment": "created_at", "keep_days": 1}})


@pytest.mark.parametrize(
    ("table", "only"),
    [("job", {}), ("job", {"state": ["queued"]}), ("preference_evidence", {"stance": ["passing", "wish"]})],
)
def test_what_is_still_needed_is_out_of_reach(table: str, only: dict[str, list[str]]) -> None:
    """Of jobs only ended ones may go, and of what people said only what was said in passing."""
    with pytest.raises(InputError, match="still needed"):
        policy_of({"all": {"table": table, "moment": "created_at", "keep_days": 1, "only": only}})


def test_temporary_memory(world: World) -> None:
    """What was said in passing goes after its time; a wish, a rule and a forgotten sentence stay."""
    project = world.live(4)[0]
    told = [("passing", None), ("passing", "2026-01-01"), ("wish", None), ("standing", None)]
    with world.database.write() as connection:
        connection.execute(
            text("INSERT INTO preference (id, user_id, key, value, created_at) "
                 "VALUES ('p', 'local', 'pace', 'fast', CURRENT_TIMESTAMP)")
        )  # fmt: skip
        for place, (stance, forgotten) in enumerate(told):
            connection.execute(
                text("INSERT INTO preference_evidence (id, preference_id, sign, stance, source, source_id, "
                     "project_id, said, created_at, forgotten_at) VALUES (:id, 'p', 1, :stance, 'words', "
                     ":id, :p, 'fast', :now, :forgotten)").bindparams(
                         bindparam("now", world.database.now(), type_=Moment())),
                {"id": f"e{place}", "stance": stance, "p": project, "forgotten": forgotten},
            )  # fmt: skip
    world.clock.advance(181 * DAY)
    rule = next(rule for rule in read_policy().rules if rule.name == "temporary_memory")
    policy = policy_of({rule.name: rule.model_dump(exclude={"name"})})
    report = world.cleaner(policy).apply(make_plan(world.database, policy))
    with world.database.read() as connection:
        left = connection.execute(text("SELECT id FROM preference_evidence ORDER BY id")).scalars().all()
    assert left == ["e1", "e2", "e3"]
    assert world.cleaner(policy).undo(report.entries[0].id) == 1


def test_missing_table_waits(world: World) -> None:
    """A rule whose table does not exist yet is said to wait."""
    policy = policy_of({"later": {"table": "things_to_come", "moment": "created_at", "keep_days": 1}})
    assert make_plan(world.database, policy).items[0].state == "waiting for its table"
