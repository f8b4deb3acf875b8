"""Objects that nobody names: put aside in the bucket, had back, gone after their grace; no named one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import nbformat
import pytest

from workbench.cli.main import run
from workbench.clock import FrozenClock, SystemClock
from workbench.errors import EnvironmentFault, NotFound
from workbench.lifecycle.holds import Holds
from workbench.lifecycle.objects import others
from workbench.lifecycle.repairing import find_repairs
from workbench.lifecycle.retention import Retention, retention_of
from workbench.store import Assets, Database, Projects
from workbench.store.object_blobs import ObjectBlobs, blobs_at
from workbench.store.object_trash import TRASH, modified
from workbench.store.object_users import USERS

pytestmark = pytest.mark.slow
NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "batch" / "cleanup.ipynb"
DAY = 86_400.0
POLICY = '[files]\nshelf = "files"\nkeep_days = 1\ngrace_days = 14\nmost_share = 1.0\n'


class Room:
    """A database that names one of two objects; its clock stands two days after they were put."""

    def __init__(self, folder: Path, address: str) -> None:
        self.folder, self.address = folder, address
        self.clock = FrozenClock(SystemClock().now())
        self.database = Database.open(folder / "workbench.db", clock=self.clock, power_safe=False)
        (folder / "policy.toml").write_text(POLICY)
        self.blobs = self.seen_from(folder)
        self.project = Projects(self.database).create("Demo").id
        self.named, self.orphan = self.blobs.put(b"named"), self.blobs.put(b"orphan")
        self.name(self.named)
        self.clock.advance(2 * DAY)

    def seen_from(self, folder: Path, database: Database | None = None) -> ObjectBlobs:
        blobs = blobs_at(folder, self.address, "files", database or self.database)
        assert isinstance(blobs, ObjectBlobs)
        return blobs

    def name(self, digest: str) -> None:
        Assets(self.database).add(self.project, f"p{digest[:8]}", digest, "image/png", bytes=5)

    def retention(self) -> Retention:
        return retention_of(self.database, self.folder, self.folder / "policy.toml", storage=self.address)

    def objects(self) -> list[str]:
        files, root = self.blobs._files, self.blobs._root
        return sorted(each.removeprefix(f"{root}/") for each in files.find(root) if USERS not in each)


@pytest.fixture
def address(storage: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A bucket's prefix; the same for a folder, which any address of fsspec may be."""
    return getattr(request, "param", "") or f"{storage}/{request.node.name}"


@pytest.fixture
def room(tmp_path: Path, address: str) -> Iterator[Room]:
    made = Room(tmp_path, address.replace("TMP", str(tmp_path)))
    yield made
    made.database.close()


@pytest.mark.parametrize("address", ["", "file://TMP/bucket"], indirect=True)
def test_unnamed_objects_go_and_come_back(room: Room) -> None:
    """The plan tells objects and bytes, takes just those with their copies here, and undo restores them."""
    plan = room.retention().plan()
    assert [(item.rows, item.bytes, item.table_rows) for item in plan.items] == [(1, 6, 2)]
    report = room.retention().apply(plan)
    assert (report.rows, report.bytes, report.finished) == (1, 6, True)
    assert not room.blobs.exists(room.orphan)
    assert not room.blobs.place(room.orphan).exists()
    assert [each for each in room.objects() if room.orphan in each] == [
        f"{TRASH}/{report.entries[0].id}/{room.orphan}"
    ]
    assert room.retention().undo(report.entries[0].id) == 1
    assert room.seen_from(room.folder / "elsewhere").get(room.orphan) == b"orphan"
    assert room.retention().undo(report.entries[0].id) == 0


def test_grace_ends_and_what_is_named_after_all_comes_back(room: Room) -> None:
    """Before it an object waits aside; after it, it is gone, unless a row names it by then."""
    late = room.blobs.put(b"named too late")
    room.clock.advance(1)
    report = room.retention().apply(room.retention().plan())
    assert report.rows == 2
    room.name(late)
    room.clock.advance(13 * DAY)
    assert room.retention().apply(room.retention().plan()).purged_rows == 0
    room.clock.advance(2 * DAY)
    assert room.retention().apply(room.retention().plan()).purged_rows == 1
    assert not [each for each in room.objects() if TRASH in each]
    assert room.blobs.get(late) == b"named too late"
    assert room.retention().undo(report.entries[0].id) == 0


def test_what_is_asked_for_comes_back_from_the_trash(room: Room) -> None:
    """A row that names it late finds it at once, whatever machine asks."""
    room.retention().apply(room.retention().plan())
    elsewhere = room.seen_from(room.folder / "elsewhere")
    assert elsewhere.get(room.orphan) == b"orphan"
    assert elsewhere.exists(room.orphan)
    with pytest.raises(NotFound):
        elsewhere.get("0" * 64)


@pytest.mark.parametrize("address", ["", "file://TMP/bucket"], indirect=True)
def test_what_a_killed_upload_left_goes_after_a_day(room: Room) -> None:
    """The next cleanup takes it, and `doctor --repair` tells it; a young one may still be going on."""
    kept = room.objects()
    room.blobs._files.pipe_file(f"{room.blobs._root}/.new-1a2b", b"whole")
    room.clock.advance(-1.5 * DAY)
    room.retention().apply(room.retention().plan())
    assert found_left(room) == []
    assert room.objects() == sorted([*kept, ".new-1a2b"])
    room.clock.advance(1.5 * DAY)
    assert [each.partition(" that ")[0] for each in found_left(room)] == [f"1 at {room.blobs.address}"]
    Holds(room.database).place("file", room.orphan, why="only what was left is to go")
    assert room.retention().apply(room.retention().plan()).purged_rows == 0
    assert room.objects() == kept
    assert found_left(room) == []


def found_left(room: Room) -> list[str]:
    found = find_repairs(room.database, room.folder, room.folder / "temporary", room.blobs)
    return [each.found for each in found if each.name == "left behind"]


def test_held_objects_stay(room: Room) -> None:
    """A hold that was placed since the plan is obeyed."""
    plan = room.retention().plan()
    held = Holds(room.database).place("file", room.orphan, why="court order")
    assert room.retention().apply(plan).rows == 0
    Holds(room.database).release(held.id)
    assert room.blobs.exists(room.orphan)


def test_young_and_renewed_objects_stay(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of today; put again since the plan, by whatever machine."""
    room.clock.advance(-2 * DAY)
    assert room.retention().plan().rows == 0
    put_before(monkeypatch, DAY * 2)
    room.blobs.place(room.orphan).unlink()
    plan = room.retention().plan()
    assert plan.rows == 1
    monkeypatch.undo()
    assert room.retention().apply(plan).rows == 0
    assert room.blobs.exists(room.orphan)


def test_an_old_object_is_put_again_so_that_no_cleaner_takes_it(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same bytes make it young again; one that became younger since it was looked at is not moved."""
    other = room.seen_from(room.folder / "elsewhere")
    sent: list[str] = []
    send, move = other._files.pipe_file, other._files.mv
    monkeypatch.setattr(other._files, "pipe_file", lambda key, value: (sent.append(key), send(key, value)))
    monkeypatch.setattr(other._files, "mv", lambda beside, key: (sent.append(key), move(beside, key)))
    other.put(b"orphan")
    assert not [each for each in sent if USERS not in each]
    put_before(monkeypatch, 13 * 3600)
    other.put(b"orphan")
    beside, key = (each for each in sent if USERS not in each)
    assert key == other._key(room.orphan)
    assert not other._files.exists(beside)
    monkeypatch.undo()
    then = SystemClock().now() - timedelta(days=1)
    assert other.trash.take([(room.orphan, then)], "C", then) == []
    assert other.exists(room.orphan)


def put_before(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Have the storage say that everything was put so long before it was."""

    def earlier(files: Any, key: str, told: Any) -> datetime:
        return modified(files, key, told) - timedelta(seconds=seconds)

    for module in ("object_blobs", "object_trash"):
        monkeypatch.setattr(f"workbench.store.{module}.modified", earlier)


def test_a_bucket_that_two_databases_use_is_left_alone(
    room: Room, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What one names the other does not: nothing is removed until one of them is said to be gone."""
    plan = room.retention().plan()
    assert plan.rows == 1
    with Database.open(tmp_path / "other.db") as second:
        room.seen_from(tmp_path / "other", second).put(b"theirs")
        (theirs,) = others(room.blobs, room.database)
    assert "other.db" in theirs.told
    room.retention().apply(plan)
    assert room.blobs.exists(room.orphan)
    assert room.retention().plan().rows == 0
    monkeypatch.setenv("WORKBENCH_FILES", room.address)
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path))
    assert run(["lifecycle", "status"]) == 0
    told = capsys.readouterr().out
    assert "other databases use it" in told
    assert f"workbench lifecycle forget {theirs.id}" in told
    assert run(["lifecycle", "forget", theirs.id]) == 0
    assert run(["lifecycle", "forget", theirs.id]) == 2
    room.clock.advance(60)
    assert room.retention().apply(room.retention().plan()).rows == 2
    assert room.blobs.exists(room.named)


@pytest.mark.parametrize("address", ["file://TMP/bucket"], indirect=True)
def test_the_batch_notebook_looks_into_the_storage(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its plan counts an object of which no copy lies here, by the folder's own policy."""
    put_before(monkeypatch, 2 * DAY)
    room.blobs.place(room.orphan).unlink()
    (room.folder / "policy.toml").rename(room.folder / "retention.toml")
    monkeypatch.setenv("WORKBENCH_FILES", room.address)
    cells = [cell["source"] for cell in nbformat.read(NOTEBOOK, as_version=4)["cells"]]
    begins = next(number for number, source in enumerate(cells) if "= retention_of(" in source)
    noted: dict[str, Any] = {}
    exec(cells[begins - 1], noted)  # its parameters
    noted["data"] = str(room.folder)
    exec(cells[begins], noted)
    plan = noted["retention"].plan()
    noted["telemetry"].close()
    noted["database"].close()
    assert [(item.rows, item.bytes) for item in plan.items] == [(1, 6)]


@pytest.mark.parametrize("address", ["file://TMP/bucket"], indirect=True)
def test_what_another_keeps_in_the_folder_alone_stays_there(
    room: Room, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second database of the data folder, without the storage, loses nothing until it is forgotten."""
    with Database.open(room.folder / "second.db") as second:
        near = blobs_at(room.folder, "", "files", second)
        same, own = near.put(b"orphan"), near.put(b"only here")
    then = room.clock.now().timestamp() - 3 * DAY
    for digest in (same, own):
        os.utime(near.path(digest), (then, then))
    assert room.retention().apply(room.retention().plan()).rows == 1
    assert not room.blobs.exists(same)
    assert (near.get(same), near.get(own)) == (b"orphan", b"only here")
    monkeypatch.setenv("WORKBENCH_FILES", room.address)
    monkeypatch.setenv("WORKBENCH_DATA", str(room.folder))
    assert run(["lifecycle", "status"]) == 0
    mark = next(each.id for each in near.users() if each.told == "second.db")
    told = capsys.readouterr().out
    assert "No file is removed from the data folder" in told
    assert f"second.db; if it is gone for good: workbench lifecycle forget {mark}" in told
    assert run(["lifecycle", "forget", mark]) == 0
    assert run(["lifecycle", "status"]) == 0
    assert "other databases" not in capsys.readouterr().out


@pytest.mark.parametrize("address", ["file://TMP/bucket"], indirect=True)
def test_who_only_fetches_is_known_too(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mark is left with the first object that is fetched; a storage that takes none still gives."""
    with Database.open(room.folder / "reader.db") as reader:
        assert room.seen_from(room.folder / "reader", reader).get(room.named) == b"named"
        assert any("reader.db" in each.told for each in room.blobs.users())
    with Database.open(room.folder / "guest.db") as guest:
        seen = room.seen_from(room.folder / "guest", guest)
        monkeypatch.setattr(seen._files, "pipe_file", forbidden)
        assert seen.get(room.named) == b"named"
        assert not any("guest.db" in each.told for each in room.blobs.users())


def forbidden(key: str, content: bytes) -> None:
    raise PermissionError(f"{key} may not be written, all {len(content)} bytes of it")


def test_a_cleaner_that_dies_between_loses_nothing(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """Copied aside and not yet removed: the next run does it again, and undo still restores it."""
    plan = room.retention().plan()

    def dies(key: str) -> None:
        raise OSError(f"killed before {key} went")

    monkeypatch.setattr(room.blobs._files, "rm_file", dies)
    with pytest.raises(EnvironmentFault, match="killed before"):
        room.retention().apply(plan)
    monkeypatch.undo()
    assert room.blobs.exists(room.orphan)
    report = room.retention().apply(plan)
    assert report.rows == 1
    assert not room.blobs.exists(room.orphan)
    assert room.retention().undo(report.entries[0].id) == 1
    assert room.blobs.exists(room.orphan)
