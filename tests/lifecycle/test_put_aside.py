"""What telemetry put aside is kept for its days, told by a plan, and waits out a grace; nothing else goes."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.telemetry.making import NOON, World, spanned
from workbench.clock import FrozenClock, SystemClock
from workbench.lifecycle.planning import PlanItem
from workbench.lifecycle.retention import Retention, retention_of
from workbench.store import Database
from workbench.telemetry.compactor import Compactor
from workbench.telemetry.segments import microseconds

DAY = 86_400.0
RULE = "telemetry_unreadable"


class Room:
    """A data folder with two files that were put aside now, of six bytes each."""

    def __init__(self, place: str, folder: Path) -> None:
        self.clock = FrozenClock(SystemClock().now())
        self.database = Database.open(place, clock=self.clock, power_safe=False)
        self.folder = folder / "telemetry"
        self.rows, self.text = self.put("raw/2026-03-01/s-1"), self.put("spool/s-2")
        self.policy = folder / "policy.toml"
        rule = f'[{RULE}]\nshelf = "{RULE}"\nkeep_days = 30\ngrace_days = 14\nmost_share = 1.0\n'
        self.policy.write_text(rule)

    def put(self, name: str, ending: str = ".unreadable") -> Path:
        place = self.folder / f"{name}{ending}"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(b"broken")
        return place

    def retention(self) -> Retention:
        return retention_of(self.database, self.policy.parent, self.policy)

    def days(self, number: float) -> None:
        self.clock.advance(number * DAY)


@pytest.fixture
def room(place: str, tmp_path: Path) -> Iterator[Room]:
    made = Room(place, tmp_path)
    yield made
    made.database.close()


def test_it_goes_by_plan_and_comes_back(room: Room) -> None:
    """Not before its days are over; a plan tells files and bytes and takes none, and undo restores them."""
    whole = room.put("raw/2026-03-01/s-3", ".parquet")
    room.days(29)
    assert [(item.rows, item.table_rows) for item in room.retention().plan().items] == [(0, 2)]
    room.days(2)
    plan = room.retention().plan()
    assert [(item.rule, item.rows, item.bytes) for item in plan.items] == [(RULE, 2, 12)]
    assert room.rows.exists()
    report = room.retention().apply(plan)
    assert (report.rows, report.bytes, report.finished) == (2, 12, True)
    assert [each.exists() for each in (room.rows, room.text, whole)] == [False, False, True]
    assert room.retention().undo(report.entries[0].id) == 2
    assert room.rows.read_bytes() == room.text.read_bytes() == b"broken"
    assert room.retention().undo(report.entries[0].id) == 0


def test_its_grace_ends(room: Room) -> None:
    """Until then it waits in the trash, which no plan counts; then it is gone."""
    room.days(31)
    room.retention().apply(room.retention().plan())
    waiting = list(room.folder.rglob("*.unreadable"))
    assert len(waiting) == 2
    room.days(13)
    plan = room.retention().plan()
    assert [(item.rows, item.table_rows) for item in plan.items] == [(0, 0)]
    assert room.retention().apply(plan).purged_rows == 0
    room.days(2)
    assert room.retention().apply(room.retention().plan()).purged_rows == 2
    assert not list(room.folder.rglob("*.unreadable"))


def test_its_days_count_from_when_it_was_put_aside(room: Room) -> None:
    """A file of a year ago that was found to be broken today is kept as long as any other."""
    long_ago = room.clock.now().timestamp() - 400 * DAY
    os.utime(room.rows, (long_ago, long_ago))
    room.days(29)
    assert room.retention().plan().rows == 0


def test_what_was_put_aside_since_the_plan_stays(room: Room) -> None:
    """A file that came under a name the plan had seen has days of its own."""
    room.days(31)
    plan = room.retention().plan()
    room.rows.write_bytes(b"another")
    now = room.clock.now().timestamp()
    os.utime(room.rows, (now, now))
    assert room.retention().apply(plan).rows == 1
    assert room.rows.read_bytes() == b"another"


def test_undo_leaves_what_was_put_aside_since(room: Room) -> None:
    """Under the name of one in its grace another one may lie by then; both are kept."""
    room.days(31)
    report = room.retention().apply(room.retention().plan())
    room.rows.write_bytes(b"another")
    assert room.retention().undo(report.entries[0].id) == 1
    assert room.rows.read_bytes() == b"another"
    room.rows.unlink()
    assert room.retention().undo(report.entries[0].id) == 1
    assert room.rows.read_bytes() == b"broken"


@pytest.mark.slow
def test_whatever_telemetry_puts_aside_is_told_by_the_shipped_policy(tmp_path: Path) -> None:
    """Torn rows and a text of no rows; one that is still in the list stays until it was taken off it."""
    world = World(tmp_path)

    def compact() -> None:
        Compactor(world.folder, world.manifest, clock=world.clock).run()

    def told() -> PlanItem:
        return next(each for each in retention_of(world.database, tmp_path).plan().items if each.rule == RULE)

    world.keep([spanned("ask", 0, 5)])
    torn = world.folder / world.manifest.live()[0].path
    torn.write_bytes(torn.read_bytes()[:60])
    odd = {"ts": microseconds(NOON), "kind": "count", "name": "tick", "value": "two", "sample": False}
    spool = world.folder / "spool"
    spool.mkdir()
    (spool / "s-odd.jsonl").write_text(json.dumps(odd))
    world.clock.advance(2 * 3600)
    compact()
    assert {each.stem for each in world.folder.rglob("*.unreadable")} == {torn.stem, "s-odd"}
    world.clock.advance((SystemClock().now() - world.clock.now()).total_seconds() + 31 * DAY)
    assert (told().state, told().rows) == ("ready", 2)
    world.keep([spanned("ask", 0, 5)])
    listed = world.folder / world.manifest.live()[0].path
    listed.rename(listed.with_suffix(".unreadable"))
    assert (told().rows, told().table_rows) == (2, 3)
    world.clock.advance(2 * 3600)
    compact()
    assert (told().rows, told().table_rows) == (3, 3)
    world.close()
