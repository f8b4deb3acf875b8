"""Rows whose parent is gone are reported first, and removed only when they were for long enough."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from tests.lifecycle.losing import lose
from tests.lifecycle.world import DAY, World
from workbench.errors import InputError
from workbench.lifecycle.cleaning import CleaningReport
from workbench.lifecycle.figures import figures
from workbench.lifecycle.holds import Holds
from workbench.lifecycle.orphans import note_orphans, told_orphans
from workbench.lifecycle.planning import Plan, make_plan
from workbench.lifecycle.policy import Policy, policy_of, read_policy
from workbench.store import Projects, schema

SHIPPED_KEEP = ("project", "scene", "asset", "preference")


@pytest.fixture
def world(place: str) -> Iterator[World]:
    made = World(place)
    yield made
    made.database.close()


def orphan_policy(**fields: Any) -> Policy:
    return policy_of({"orphans": {"wait_days": 7, "most_share": 1, "keep": SHIPPED_KEEP} | fields})


def plan(world: World, policy: Policy) -> Plan:
    """Report what is seen, then plan, as every door does."""
    note_orphans(world.database, policy)
    return make_plan(world.database, policy)


def clean(world: World, policy: Policy, **options: Any) -> CleaningReport:
    return world.cleaner(policy).apply(plan(world, policy), **options)


def without_project(world: World) -> str:
    """Lose one of two projects, and return its id."""
    lost, _ = world.live(8)
    lose(world.database, "project", lost)
    return lost


def count(world: World, table: str) -> int:
    with world.database.read() as connection:
        return int(connection.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one())


def test_reported_first(world: World) -> None:
    """A first plan names table, count, keys and moment, and takes nothing; only after the wait one does."""
    lost = without_project(world)
    policy = orphan_policy()
    first = plan(world, policy)
    told = {each.reference: each for each in first.orphans}
    messages = told["message.project_id -> project.id"]
    assert (messages.table, messages.rows, messages.since) == ("message", 2, world.clock.now())
    assert set(messages.first) == {each.id for each in world.messages.list(lost)}
    assert told["change.project_id -> project.id"].first[0].startswith(lost)
    assert first.items == ()
    world.clock.advance(6.9 * DAY)
    assert clean(world, policy).rows == 0
    world.clock.advance(0.2 * DAY)
    due = plan(world, policy)
    assert {item.rule: item.rows for item in due.items} == {"orphans.message": 2, "orphans.change": 4}
    assert world.cleaner(policy).apply(due).rows == due.rows == 6
    assert (count(world, "message"), count(world, "scene")) == (2, 2)


def test_each_row_is_planned_once(world: World) -> None:
    """What its age takes is not taken as an orphan too, so that a plan counts no row twice."""
    lost, _ = world.live(40)
    lose(world.database, "project", lost)
    old = {"table": "message", "moment": "created_at", "keep_days": 30, "most_share": 1,
           "keep_last": {"count": 2, "per": "project_id", "by": "number"}}  # fmt: skip
    rule = {"wait_days": 7, "most_share": 1, "keep": SHIPPED_KEEP}
    policy = policy_of({"conversation": old, "orphans": rule})
    plan(world, policy)
    world.clock.advance(8 * DAY)
    due = plan(world, policy)
    rows = {item.rule: item.rows for item in due.items}
    assert (rows["conversation"], rows["orphans.message"]) == (10, 5)
    report = world.cleaner(policy).apply(due)
    assert (report.rows, report.bytes) == (due.rows, due.bytes)


def test_what_people_made_stays(world: World) -> None:
    """Scenes without a project are told and stay, with their revisions, until the policy lets them go."""
    without_project(world)
    scenes = next(each for each in plan(world, orphan_policy()).orphans if each.table == "scene")
    assert (scenes.may_go_at, scenes.stay) == (None, "the policy keeps every scene")
    world.clock.advance(8 * DAY)
    clean(world, orphan_policy())
    assert (count(world, "scene"), count(world, "revision")) == (2, 6)
    free = orphan_policy(keep=[])
    assert [each.table for each in plan(world, free).orphans if each.rows == 3] == ["revision"]
    world.clock.advance(8 * DAY)
    assert clean(world, free).rows == 3
    assert clean(world, free).rows == 1
    assert (count(world, "scene"), count(world, "revision")) == (1, 3)


def test_a_parent_that_is_back(world: World) -> None:
    """Once the parent is back nothing is reported; a later loss is counted from its own report."""
    lost = without_project(world)
    policy = orphan_policy()
    plan(world, policy)
    world.clock.advance(20 * DAY)
    bring_back(world, lost)
    assert plan(world, policy).orphans == ()
    lose(world.database, "project", lost)
    assert plan(world, policy).items == ()
    assert count(world, "message") == 4


def test_back_after_the_report(world: World) -> None:
    """A plan takes none whose parent came back since, however long it was reported."""
    lost = without_project(world)
    policy = orphan_policy()
    plan(world, policy)
    world.clock.advance(8 * DAY)
    due = plan(world, policy)
    bring_back(world, lost)
    assert due.rows > 0
    assert world.cleaner(policy).apply(due).rows == 0


def bring_back(world: World, project: str) -> None:
    other = next(each for each in Projects(world.database).list() if each.id != project)
    with world.database.write() as connection:
        row = connection.execute(text("SELECT * FROM project WHERE id = :id"), {"id": other.id})
        values = dict(row.mappings().one()) | {"id": project, "name": "Back again"}
        if not world.database.is_sqlite:
            values["settings"] = json.dumps(values["settings"])
        names = ", ".join(f":{name}" for name in values)
        connection.execute(text(f"INSERT INTO project ({', '.join(values)}) VALUES ({names})"), values)


def test_undo_waits_for_the_parent(world: World) -> None:
    """What was taken is shown as it was, stays archived while the parent is gone, and comes back after it."""
    lost = without_project(world)
    before = world.content()
    policy = orphan_policy()
    plan(world, policy)
    world.clock.advance(8 * DAY)
    cleaner = world.cleaner(policy)
    entries = clean(world, policy).entries
    assert [cleaner.undo(each.id) for each in entries] == [0, 0]
    bring_back(world, lost)
    assert sorted(cleaner.undo(each.id) for each in entries) == [2, 4]
    assert world.content() == before


def test_held_and_pinned_orphans_stay(world: World) -> None:
    """A hold on the project that is gone keeps what belonged to it; a pinned revision stays of itself."""
    lost, free = world.live(8)
    scene = world.scenes.list(free)[0].id
    world.scenes.pin(scene, 1)
    lose(world.database, "project", lost)
    lose(world.database, "scene", scene)
    policy = policy_of(
        {
            "orphans": {"wait_days": 7, "most_share": 1, "keep": SHIPPED_KEEP},
            "revisions": {
                "table": "revision", "moment": "created_at", "keep_days": 900, "keep_true": ["pinned"],
            },
        }
    )  # fmt: skip
    plan(world, policy)
    world.clock.advance(8 * DAY)
    Holds(world.database).place("project", lost, why="accident of November")
    due = plan(world, policy)
    assert {item.rule: item.rows for item in due.items if item.rows} == {"orphans.revision": 2}
    assert world.cleaner(policy).apply(due).rows == 2
    assert [each["number"] for each in rows(world, "revision") if each["scene_id"] == scene] == [1]


def rows(world: World, table: str) -> list[dict[str, Any]]:
    with world.database.read() as connection:
        return [dict(row) for row in connection.execute(text(f'SELECT * FROM "{table}"')).mappings()]


def test_more_than_its_share(world: World) -> None:
    """Half of a table's rows without a parent are an accident: the plan stops until the rule is named."""
    without_project(world)
    policy = orphan_policy(most_share=0.2)
    plan(world, policy)
    world.clock.advance(8 * DAY)
    with pytest.raises(InputError, match=r"orphans\.message.*--confirm orphans\.message"):
        clean(world, policy)
    assert clean(world, policy, confirmed={"orphans.message", "orphans.change"}).rows == 6


def test_a_soft_reference_is_told(world: World) -> None:
    """A message about a scene that is gone is told and stays: it is good without the scene."""
    project, _ = world.live(8)
    message = world.messages.add(project, "user", "about it", scene_id=world.scenes.list(project)[0].id)
    lose(world.database, "scene", str(message.scene_id))
    policy = orphan_policy()
    told = next(each for each in plan(world, policy).orphans if each.table == "message")
    assert told.stay == "the row is good without it"
    world.clock.advance(8 * DAY)
    assert "orphans.message" not in {item.rule for item in plan(world, policy).items if item.rows}


def test_only_ended_jobs(world: World) -> None:
    """Of the jobs of a project that is gone only those that have ended go, though no key is declared."""
    lost, _ = world.live(8)
    with world.database.write() as connection:
        for number, state in enumerate(("done", "queued")):
            connection.execute(
                text("INSERT INTO job (id, kind, key, project_id, payload, priority, state, attempts, "
                     "most_attempts, due_at, token, error, created_at, updated_at) VALUES (:id, 'film', :id, "
                     ":project, '{}', 0, :state, 0, 1, '2020-01-01', 0, '', '2020-01-01', '2020-01-01')"),
                {"id": f"j{number}", "project": lost, "state": state},
            )  # fmt: skip
    lose(world.database, "project", lost)
    policy = orphan_policy()
    plan(world, policy)
    world.clock.advance(8 * DAY)
    clean(world, policy)
    assert [each["state"] for each in rows(world, "job")] == ["queued"]


def test_all_doors_tell_it(world: World) -> None:
    """The figures tell what was reported, and whether and when it may go."""
    without_project(world)
    told = figures(plan(world, orphan_policy()))["orphans"]
    assert [(each["of"], each["rows"], bool(each["may_go_at"])) for each in told] == [
        ("change", 4, True), ("message", 2, True), ("scene", 1, False),
    ]  # fmt: skip
    assert json.loads(json.dumps(told)) == told


def test_a_policy_without_the_rule(world: World) -> None:
    """Without a rule they are told all the same and stay; the shipped policy has one."""
    without_project(world)
    policy = policy_of({})
    note_orphans(world.database, policy)
    with world.database.read() as connection:
        told = told_orphans(connection, policy)
    assert {each.stay for each in told} == {"the policy has no rule for them"}
    shipped = read_policy().orphans
    assert shipped is not None
    assert shipped.wait_days >= 7
    assert set(SHIPPED_KEEP) <= set(shipped.keep)
    assert schema.head() >= "0013"
