"""Laws of removing rows without a parent, for any order of losses, reports, holds and returns."""

from __future__ import annotations

import json
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from tests.lifecycle.dying import die_after, done_or_dead
from tests.lifecycle.losing import lose
from tests.lifecycle.test_retention_laws import plan_at
from tests.lifecycle.world import DAY, World
from workbench.clock import FrozenClock
from workbench.errors import Conflict
from workbench.lifecycle.cleaning import Cleaner
from workbench.lifecycle.holds import Holds
from workbench.lifecycle.orphans import note_orphans
from workbench.lifecycle.planning import Plan, make_plan
from workbench.lifecycle.policy import Policy, policy_of
from workbench.store import Database

pytestmark = pytest.mark.slow
FEW = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
WAIT = 7
KEYS = {"message": ("id",), "change": ("project_id", "sequence"), "revision": ("scene_id", "number")}


def orphan_policy() -> Policy:
    pinned = {"table": "revision", "moment": "created_at", "keep_days": 9999, "keep_true": ["pinned"]}
    rule = {"wait_days": WAIT, "most_share": 1, "keep": ["project", "scene"]}
    return policy_of({"orphans": rule, "revisions": pinned})


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a file in which three projects were worked on."""
    place = tmp_path_factory.mktemp("lived") / "a.db"
    world = World(str(place))
    world.live(12, projects=3)
    world.database.close()
    return place


@contextmanager
def copy_of(template: Path) -> Iterator[World]:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "a.db"
        shutil.copy(template, place)
        world = World(str(place))
        world.clock.advance(12 * DAY)
        try:
            yield world
        finally:
            world.database.close()


def rows(world: World, table: str) -> list[dict[str, Any]]:
    with world.database.read() as connection:
        return [dict(row) for row in connection.execute(text(f'SELECT * FROM "{table}"')).mappings()]


def ids(world: World, table: str) -> list[str]:
    return sorted(str(row["id"]) for row in rows(world, table))


steps = st.lists(
    st.tuples(
        st.sampled_from(["project", "scene", "plan", "plan", "hold", "pin", "back", "wait", "wait"]),
        st.integers(0, 20),
    ),
    min_size=4,
    max_size=14,
)


class Story:
    """What happened in a world: who was lost, who is held, and when a row was first told to be an orphan."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.all = {"project": ids(world, "project"), "scene": ids(world, "scene")}
        self.kept = {table: {row["id"]: row for row in rows(world, table)} for table in self.all}
        self.owner = {row["id"]: row["project_id"] for row in rows(world, "scene")}
        self.told: dict[tuple[str, ...], datetime] = {}

    def orphans(self) -> dict[tuple[str, ...], str]:
        """Return every row that has no parent now, as the test sees it, and the parent it lacks."""
        there = {table: set(ids(self.world, table)) for table in self.all}
        found = {}
        for table, key in KEYS.items():
            column, parent = ("scene_id", "scene") if table == "revision" else ("project_id", "project")
            for row in rows(self.world, table):
                if row[column] not in there[parent]:
                    found[(table, *(str(row[name]) for name in key))] = str(row[column])
        return found

    def report(self) -> Plan:
        note_orphans(self.world.database, orphan_policy())
        now, lacking = self.world.clock.now(), self.orphans()
        self.told = {key: self.told.get(key, now) for key in lacking}
        return make_plan(self.world.database, orphan_policy())

    def step(self, what: str, number: int) -> None:
        world = self.world
        if what in self.all:
            lose(world.database, what, self.all[what][number % 3])
        elif what == "plan":
            self.clean()
        elif what == "hold":
            kind = "scene" if number % 2 else "project"
            key = self.all[kind][number % 3]
            if key in ids(world, kind) or key in self.orphans().values():
                Holds(world.database).place(kind, key, why="law")
        elif what == "pin":
            with world.database.write() as connection:
                pinned = {"key": self.all["scene"][number % 3], "number": 1 + number % 4}
                connection.execute(text("UPDATE revision SET pinned = TRUE WHERE scene_id = :key "
                                        "AND number = :number"), pinned)  # fmt: skip
        elif what == "back":
            self.bring_back("project" if number % 2 else "scene", number)
        else:
            world.clock.advance(number / 2 * DAY)

    def bring_back(self, table: str, number: int) -> None:
        key = self.all[table][number % 3]
        if key in ids(self.world, table) or (
            table == "scene" and self.owner[key] not in ids(self.world, "project")
        ):
            return
        row = self.kept[table][key]
        names = ", ".join(f":{name}" for name in row)
        with self.world.database.write() as connection:
            connection.execute(text(f'INSERT INTO "{table}" ({", ".join(row)}) VALUES ({names})'), row)

    def clean(self) -> None:
        """Clean, and hold what is gone against every law."""
        plan = self.report()
        before = {
            (table, *(str(row[name]) for name in key)): row for table, key in KEYS.items()
            for row in rows(self.world, table)
        }  # fmt: skip
        lacking, held = self.orphans(), {each.key for each in Holds(self.world.database).active()}
        report = self.world.cleaner(orphan_policy()).apply(plan)
        after = {
            (table, *(str(row[name]) for name in key)) for table, key in KEYS.items()
            for row in rows(self.world, table)
        }  # fmt: skip
        gone = before.keys() - after
        assert len(gone) == report.rows == plan.rows
        may_go = {key for key in lacking if self.free(key, before[key], lacking[key], held)}
        assert gone == may_go

    def free(self, key: tuple[str, ...], row: dict[str, Any], parent: str, held: set[str]) -> bool:
        waited = self.world.clock.now() - self.told[key] > timedelta(days=WAIT)
        owners = {parent, row.get("id"), row.get("scene_id")}
        owners.add(self.owner.get(parent) if parent in ids(self.world, "scene") else None)
        return waited and not row.get("pinned") and not owners & held


@FEW
@given(what=steps)
def test_only_what_was_told_long_enough(lived: Path, what: list[tuple[str, int]]) -> None:
    """Exactly those rows go that have no parent, were told for the wait, and are neither held nor pinned."""
    with copy_of(lived) as world:
        story = Story(world)
        for each in what:
            story.step(*each)
        story.clean()


def lost_and_due(lived: Path, place: Path) -> Plan:
    """Make a copy in which one project and one scene are lost, and a plan for what they left."""
    shutil.copy(lived, place)
    world = World(str(place))
    world.clock.advance(12 * DAY)
    lose(world.database, "project", ids(world, "project")[0])
    lose(world.database, "scene", ids(world, "scene")[1])
    note_orphans(world.database, orphan_policy())
    world.clock.advance(8 * DAY)
    plan = make_plan(world.database, orphan_policy())
    world.database.close()
    assert plan.rows > 5
    return plan


def clean_and_die(place: str, plan: Plan, minutes: int, statements: int) -> None:
    clock = FrozenClock(plan.made_at + timedelta(minutes=minutes))
    database = Database.open(place, clock=clock, power_safe=False)
    die_after(Engine, statements)
    Cleaner(database, orphan_policy(), pause=lambda _: None).apply(plan)
    database.close()


def content(place: Path) -> tuple[Any, ...]:
    world = World(str(place))
    kept = [rows(world, table) for table in KEYS]
    graves = sorted(json.dumps(json.loads(row["content"])) for row in rows(world, "removed_row"))
    world.database.close()
    return kept, graves


def test_killed_anywhere_and_run_again(lived: Path, tmp_path: Path) -> None:
    """A cleaner killed among orphans and run again leaves, and keeps in its archive, what one run does."""
    ends = []
    for number, kills in enumerate(((), (3, 12), (19, 25))):
        place = tmp_path / f"{number}.db"
        plan = plan_at(lost_and_due(lived, place), place)
        for attempt, statements in enumerate(kills):
            done_or_dead(clean_and_die, str(place), plan, 2 * attempt, statements)
        assert done_or_dead(clean_and_die, str(place), plan, 30, 1_000_000)
        ends.append(content(place))
    assert all(end == ends[0] for end in ends)


def test_two_cleaners_equal_one(lived: Path, tmp_path: Path) -> None:
    """Two cleaners at once take each orphan once."""
    ends = []
    for cleaners in (1, 2):
        place = tmp_path / f"{cleaners}.db"
        plan = plan_at(lost_and_due(lived, place), place)
        removed: list[int] = []

        def clean(place: Path = place, plan: Plan = plan, removed: list[int] = removed) -> None:
            database = Database.open(place, clock=FrozenClock(plan.made_at), power_safe=False)
            while True:
                try:
                    removed.append(Cleaner(database, orphan_policy(), pause=lambda _: None).apply(plan).rows)
                    break
                except Conflict:
                    continue
            database.close()

        threads = [threading.Thread(target=clean) for _ in range(cleaners)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(removed) == plan.rows
        ends.append(content(place))
    assert ends[0] == ends[1]
