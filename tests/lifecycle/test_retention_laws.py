"""Laws of retention that hold for any history, any policy and any place a process may die at."""

from __future__ import annotations

import json
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from tests.lifecycle.dying import die_after, done_or_dead
from tests.lifecycle.world import DAY, World, small_policy
from workbench.clock import FrozenClock
from workbench.errors import Conflict
from workbench.lifecycle.cleaning import Cleaner
from workbench.lifecycle.holds import Holds
from workbench.lifecycle.planning import Plan, make_plan
from workbench.lifecycle.policy import Policy
from workbench.store import Database, History

pytestmark = pytest.mark.slow
FEW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@contextmanager
def new_world(template: Path) -> Iterator[World]:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "a.db"
        shutil.copy(template, place)
        world = World(str(place))
        try:
            yield world
        finally:
            world.database.close()


work = st.lists(
    st.tuples(st.sampled_from(["say", "save", "undo", "pin", "hold", "wait"]), st.integers(0, 40)),
    max_size=40,
)
policies = st.builds(
    lambda days, count, steps: small_policy(
        conversation={"keep_days": days, "keep_last": {"count": count, "per": "project_id", "by": "number"}},
        revisions={"keep_days": days, "keep_last": {"count": count, "per": "scene_id", "by": "number"}},
        history={"keep_days": days, "keep_last": {"count": steps, "per": "project_id", "by": "sequence"}},
    ),
    st.integers(1, 60),
    st.integers(1, 6),
    st.integers(1, 6) | st.integers(10, 60),
)


def play(world: World, steps: list[tuple[str, int]]) -> None:
    """Let people work as the steps say, in two projects."""
    projects = world.live(8, every=2)
    for step, number in steps:
        project = projects[number % 2]
        scene = world.scenes.list(project)[0]
        if step == "say":
            world.messages.add(project, "user", f"{number}")
        elif step == "save":
            world.scenes.save(scene.id, source=f"{number}")
        elif (
            step == "undo"
            and (last := History(world.database).undoable(project))
            and last.kind == "save_scene"
        ):
            History(world.database).undo(project)
        elif step == "pin":
            world.scenes.pin(scene.id, 1 + number % scene.revision)
        elif step == "hold" and number < 5:
            Holds(world.database).place("scene", scene.id, why="law")
        world.clock.advance(number * DAY / 10)


def gone(world: World, table: str, before: dict[str, Any]) -> list[dict[str, Any]]:
    key = {"message": ("id",), "revision": ("scene_id", "number"), "change": ("project_id", "sequence")}[
        table
    ]
    after = {tuple(str(row[name]) for name in key) for row in rows(world, table)}
    return [row for row in before[table] if tuple(str(row[name]) for name in key) not in after]


def rows(world: World, table: str) -> list[dict[str, Any]]:
    with world.database.read() as connection:
        return [dict(row) for row in connection.execute(text(f'SELECT * FROM "{table}"')).mappings()]


@FEW
@given(steps=work, policy=policies)
def test_what_is_kept_is_kept(empty_file: Path, steps: list[tuple[str, int]], policy: Policy) -> None:
    """No younger, pinned, held, recent or still needed row is removed, whatever was done before."""
    with new_world(empty_file) as world:
        play(world, steps)
        before = {table: rows(world, table) for table in ("message", "revision", "change")}
        plan = make_plan(world.database, policy)
        world.cleaner(policy).apply(plan)
        cutoff = {item.table: item.cutoff.replace(tzinfo=None).isoformat(" ") for item in plan.items}
        held = {hold.key for hold in Holds(world.database).active()}
        named = {
            (scene, number)
            for change in rows(world, "change")
            for side in ("before", "after")
            for scene, number in json.loads(change[side]).get("scenes", {}).items()
        }
        for table in before:
            assert all(row["created_at"] < cutoff[table] for row in gone(world, table, before))
        for row in gone(world, "revision", before):
            assert not row["pinned"]
            assert row["scene_id"] not in held
            assert (row["scene_id"], row["number"]) not in named
        current = {(scene["id"], scene["revision"]) for scene in rows(world, "scene")}
        assert current <= {(row["scene_id"], row["number"]) for row in rows(world, "revision")}


@FEW
@given(steps=work, policy=policies)
def test_undo_is_the_way_back(empty_file: Path, steps: list[tuple[str, int]], policy: Policy) -> None:
    """Whatever a plan removed, undoing its entries gives the very same rows."""
    with new_world(empty_file) as world:
        play(world, steps)
        before = world.content()
        for entry in world.cleaner(policy).apply(make_plan(world.database, policy)).entries:
            world.cleaner(policy).undo(entry.id)
        assert world.content() == before


def test_two_cleaners_equal_one(empty_file: Path) -> None:
    """Two cleaners on one plan at once remove each row once and leave what one alone leaves."""
    contents = []
    for cleaners in (1, 2):
        with new_world(empty_file) as world:
            world.live(160, every=2)
            plan = make_plan(world.database, small_policy())
            removed: list[int] = []

            def clean(world: World = world, plan: Plan = plan, removed: list[int] = removed) -> None:
                while True:
                    try:
                        removed.append(world.cleaner(small_policy()).apply(plan).rows)
                    except Conflict:
                        continue
                    return

            threads = [threading.Thread(target=clean) for _ in range(cleaners)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert sum(removed) == plan.rows
            contents.append(world.content())
    assert contents[0] == contents[1]


def clean_and_die(place: str, plan: Plan, minutes: int, statements: int) -> None:
    clock = FrozenClock(plan.made_at + timedelta(minutes=minutes))
    world_ = Database.open(place, clock=clock, power_safe=False)
    die_after(Engine, statements)
    Cleaner(world_, small_policy(), pause=lambda _: None).apply(plan)
    world_.close()


def test_killed_anywhere_and_run_again(empty_file: Path, tmp_path: Path) -> None:
    """A cleaner killed at any point and run again leaves what one undisturbed run leaves."""
    template = tmp_path / "template.db"
    shutil.copy(empty_file, template)
    world = World(str(template))
    world.live(160, every=2)
    plan = make_plan(world.database, small_policy())
    world.database.close()
    ends = []
    for kills in ((), (0, 5), (9, 14, 20), (25, 31, 37, 44), (50, 60)):
        place = tmp_path / f"{len(ends)}.db"
        shutil.copy(template, place)
        here = plan_at(plan, place)
        for attempt, statements in enumerate(kills):
            done_or_dead(clean_and_die, str(place), here, 2 * attempt, statements)
        assert done_or_dead(clean_and_die, str(place), here, 30, 1_000_000)
        end = World(str(place))
        ends.append(end.content())
        end.database.close()
    assert all(end == ends[0] for end in ends)


def plan_at(plan: Plan, place: Path) -> Plan:
    return replace(plan, database=f"sqlite:///{place}")
