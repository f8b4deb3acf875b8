"""Files that nobody names go by plan, after a day, and come back; everything else on a shelf stays."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import bindparam, text

from workbench.clock import FrozenClock, SystemClock
from workbench.errors import InputError
from workbench.lifecycle.files import TRASH
from workbench.lifecycle.holds import Holds
from workbench.lifecycle.retention import Retention, retention_of
from workbench.store import Assets, Blobs, Database, Projects
from workbench.store.object_users import user_of

DAY = 86_400.0


class Room:
    """A data folder with files that are two days old, one of them named by an asset."""

    def __init__(self, place: str, folder: Path) -> None:
        self.clock = FrozenClock(SystemClock().now())
        self.database = Database.open(place, clock=self.clock, power_safe=False)
        self.blobs = Blobs(folder / "files")
        self.project = Projects(self.database).create("Demo").id
        self.named = self.old(b"named")
        Assets(self.database).add(self.project, "logo", self.named, "image/png", bytes=5)
        self.orphan = self.old(b"orphan")
        self.policy = folder / "policy.toml"
        self.policy.write_text('[files]\nshelf = "files"\nkeep_days = 1\ngrace_days = 14\nmost_share = 1.0\n')
        self.folder = folder

    def old(self, content: bytes) -> str:
        digest = self.blobs.put(content)
        self.age(digest)
        return digest

    def age(self, digest: str) -> None:
        then = self.clock.now().timestamp() - 2 * DAY
        os.utime(self.blobs.path(digest), (then, then))

    def retention(self) -> Retention:
        return retention_of(self.database, self.folder, self.policy)


@pytest.fixture
def room(place: str, tmp_path: Path) -> Iterator[Room]:
    made = Room(place, tmp_path)
    yield made
    made.database.close()


def test_orphans_go_and_come_back(room: Room) -> None:
    """The plan tells files and bytes, takes just those, and undo restores them to the letter."""
    plan = room.retention().plan()
    assert [(item.rows, item.bytes, item.table_rows) for item in plan.items] == [(1, 6, 2)]
    report = room.retention().apply(plan)
    assert (report.rows, report.bytes, report.finished) == (1, 6, True)
    assert not room.blobs.exists(room.orphan)
    assert room.blobs.get(room.named) == b"named"
    assert room.retention().undo(report.entries[0].id) == 1
    assert room.blobs.get(room.orphan) == b"orphan"
    assert room.retention().undo(report.entries[0].id) == 0


def test_grace_ends(room: Room) -> None:
    """After its grace a file is gone from the disk; before, it waits aside."""
    report = room.retention().apply(room.retention().plan())
    assert list((room.folder / "files" / TRASH).glob(f"*/{room.orphan}"))
    room.clock.advance(15 * DAY)
    assert room.retention().apply(room.retention().plan()).purged_rows == 1
    assert not list((room.folder / "files" / TRASH).glob("*"))
    assert room.retention().undo(report.entries[0].id) == 0


def test_young_and_held_files_stay(room: Room) -> None:
    """A file of today, and one under a hold, even one released since the plan, is not taken."""
    young = room.blobs.put(b"young")
    held = Holds(room.database).place("file", room.orphan, why="court order")
    assert room.retention().plan().rows == 0
    Holds(room.database).release(held.id)
    room.clock.advance(1)
    assert room.retention().plan().rows == 1
    assert room.retention().apply(room.retention().plan()).rows == 1
    assert room.blobs.exists(young)
    with pytest.raises(InputError, match="SHA-256"):
        Holds(room.database).place("file", "../etc/passwd", why="x")


def test_hold_after_the_plan(room: Room) -> None:
    """A hold placed, or a name given, between plan and apply is obeyed."""
    other = room.old(b"other")
    plan = room.retention().plan()
    assert plan.rows == 2
    Holds(room.database).place("file", room.orphan, why="court order")
    Assets(room.database).add(room.project, "late", other, "image/png", bytes=5)
    assert room.retention().apply(plan).rows == 0
    assert room.blobs.exists(room.orphan)
    assert room.blobs.exists(other)


def test_kept_again_is_young_again(room: Room) -> None:
    """Keeping the same bytes once more, before their row is written, saves them from a plan made before."""
    plan = room.retention().plan()
    assert room.blobs.put(b"orphan") == room.orphan
    assert room.retention().apply(plan).rows == 0
    assert room.blobs.get(room.orphan) == b"orphan"


def test_a_database_is_one_user_of_a_bucket_however_often_it_is_opened(
    room: Room, place: str, tmp_path: Path
) -> None:
    """On both engines; another database is another one, and no password is told."""
    known = user_of(room.database)
    with Database.open(place, migrate=False) as again, Database.open(tmp_path / "other.db") as other:
        assert user_of(again) == known
        assert user_of(other).id != known.id
    assert len(known.id) == 16
    assert "password" not in known.told


def test_partitions_of_telemetry(place: str, tmp_path: Path) -> None:
    """Old partitions are taken out of telemetry's list; without a list the rule waits."""
    with Database.open(place, clock=FrozenClock(), power_safe=False) as database:
        (tmp_path / "p.toml").write_text(
            '[telemetry]\nshelf = "telemetry"\nkeep_days = 30\nmost_share = 1.0\n'
        )
        retention = retention_of(database, tmp_path, tmp_path / "p.toml")
        now_us = int(database.now().timestamp() * 1_000_000)
        with database.write() as connection:
            connection.execute(text("DROP TABLE IF EXISTS telemetry_segment"))
        assert retention.plan().items[0].state == "waiting for its table"
        with database.write() as connection:
            connection.execute(
                text("CREATE TABLE telemetry_segment (id VARCHAR(64) PRIMARY KEY, kind VARCHAR(16), "
                     "bytes BIGINT, last_us BIGINT, retired_at TIMESTAMP)")
            )  # fmt: skip
            for key, days in (("old", 31), ("new", 29)):
                connection.execute(
                    text("INSERT INTO telemetry_segment VALUES (:key, 'raw', 100, :last, NULL)"),
                    {"key": key, "last": now_us - days * 86_400_000_000},
                )
        plan = retention.plan()
        assert (plan.rows, plan.bytes) == (1, 100)
        assert retention.apply(plan).rows == 1
        assert retention.plan().rows == 0
        with database.read() as connection:
            asked = text("SELECT id FROM telemetry_segment WHERE retired_at IS NULL AND bytes = :b")
            assert connection.execute(asked.bindparams(bindparam("b", 100))).scalars().all() == ["new"]
