"""Two databases in one data folder name its files together; no cleanup of one takes what the other names."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from workbench.cli.main import run
from workbench.clock import FrozenClock, SystemClock
from workbench.errors import NotFound
from workbench.lifecycle.files import TRASH
from workbench.lifecycle.retention import Retention, retention_of
from workbench.store import Assets, Database, Projects
from workbench.store.object_blobs import blobs_at
from workbench.studio.settings import Settings
from workbench.studio.workspace import Workspace

DAY = 86_400.0


class Half:
    """One of the databases of a data folder, with a project and files that are two days old."""

    def __init__(self, place: str | Path, folder: Path, clock: FrozenClock, project: str = "Demo") -> None:
        self.database = Database.open(place, clock=clock, power_safe=False)
        self.folder, self.clock = folder, clock
        self.blobs = blobs_at(folder, "", "files", self.database)
        self.project = Projects(self.database).create(project).id

    def keep(self, content: bytes, *, named: bool) -> str:
        digest = self.blobs.put(content)
        if named:
            Assets(self.database).add(self.project, content.decode(), digest, "image/png", bytes=5)
        then = self.clock.now().timestamp() - 2 * DAY
        os.utime(self.blobs.path(digest), (then, then))
        return digest

    def retention(self) -> Retention:
        return retention_of(self.database, self.folder, self.folder / "policy.toml")


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(SystemClock().now())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "policy.toml").write_text(
        '[files]\nshelf = "files"\nkeep_days = 1\ngrace_days = 14\nmost_share = 1.0\n'
    )
    return tmp_path


@pytest.fixture
def ours(place: str, folder: Path, clock: FrozenClock) -> Iterator[Half]:
    half = Half(place, folder, clock)
    yield half
    half.database.close()


@pytest.fixture
def theirs(folder: Path, clock: FrozenClock) -> Iterator[Half]:
    half = Half(folder / "theirs.db", folder, clock)
    yield half
    half.database.close()


def test_one_database_alone_lets_files_go(ours: Half) -> None:
    """Its own mark, left however often, is no other's."""
    nobodys = ours.keep(b"nobodys", named=False)
    ours.keep(b"named", named=True)
    again = blobs_at(ours.folder, "", "files", ours.database)
    again.put(b"once more")
    assert len(again.users()) == 1
    assert ours.retention().apply(ours.retention().plan()).rows == 1
    assert not ours.blobs.exists(nobodys)


def test_a_stray_file_is_no_database(ours: Half) -> None:
    """What a file manager or a network disk leaves beside the mark keeps no file."""
    ours.keep(b"nobodys", named=False)
    for name in (".DS_Store", ".nfs0001"):
        (ours.folder / "files" / ".users" / name).write_bytes(b"\x00\xff")
    assert ours.retention().plan().rows == 1


def test_files_stay_while_a_second_database_names_some(ours: Half, theirs: Half) -> None:
    """Neither plan takes any, nor does one made before the other came; `status` names the other."""
    nobodys = ours.keep(b"nobodys", named=False)
    plan = ours.retention().plan()
    assert plan.rows == 1
    named = theirs.keep(b"named", named=True)
    for half in (ours, theirs):
        assert half.retention().plan().rows == 0
    assert ours.retention().apply(plan).rows == 0
    assert ours.blobs.exists(nobodys)
    assert ours.blobs.get(named) == b"named"
    assert [each.told for each in ours.retention().status().orphans.shared_with] == ["theirs.db"]


def test_a_mark_that_cannot_be_read_counts(ours: Half) -> None:
    """What it says is for people; that it is there keeps the files."""
    ours.keep(b"nobodys", named=False)
    marks = ours.folder / "files" / ".users"
    (marks / "torn").write_bytes(b"\xff")
    (marks / "empty").touch()
    assert ours.retention().plan().rows == 0
    assert [each.told for each in ours.retention().status().orphans.shared_with] == ["empty", "torn"]


def test_the_same_bytes_kept_by_both_leave_both_marks(ours: Half, theirs: Half) -> None:
    """Nothing is written for the second, and its mark is left all the same."""
    ours.keep(b"same", named=True)
    theirs.keep(b"same", named=True)
    assert len(ours.blobs.users()) == 2


def test_what_waits_in_its_grace_goes_back_when_another_may_name_it(
    ours: Half, theirs: Half, clock: FrozenClock
) -> None:
    """A database that came after the files were taken aside loses none of them."""
    taken = ours.keep(b"taken", named=False)
    assert ours.retention().apply(ours.retention().plan()).rows == 1
    theirs.keep(b"named", named=True)
    clock.advance(15 * DAY)
    assert ours.retention().apply(ours.retention().plan()).purged_rows == 0
    assert ours.blobs.get(taken) == b"taken"
    assert not list((ours.folder / "files" / TRASH).glob("*"))


def test_a_database_that_is_gone_for_good_is_forgotten(ours: Half, theirs: Half) -> None:
    """Then the folder is the other one's alone again."""
    nobodys = ours.keep(b"nobodys", named=False)
    theirs.keep(b"named", named=True)
    gone = ours.retention().status().orphans.shared_with[0]
    ours.blobs.forget_user(gone.id)
    with pytest.raises(NotFound, match="database"):
        ours.blobs.forget_user(gone.id)
    assert ours.retention().apply(ours.retention().plan()).rows == 2
    assert not ours.blobs.exists(nobodys)


def test_the_command_line_names_the_other_and_forgets_it(
    theirs: Half, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`status` tells what to type, and typing it twice is a clear error."""
    theirs.keep(b"named", named=True)
    monkeypatch.setenv("WORKBENCH_DATA", str(theirs.folder))
    assert run(["lifecycle", "status"]) == 0
    told = capsys.readouterr().out
    mark = next(each for each in theirs.blobs.users() if each.told == "theirs.db")
    assert f"theirs.db; if it is gone for good: workbench lifecycle forget {mark.id}" in told
    assert run(["lifecycle", "forget", mark.id]) == 0
    assert run(["lifecycle", "forget", mark.id]) == 2
    assert run(["lifecycle", "status"]) == 0
    assert "other databases" not in capsys.readouterr().out


def test_a_folder_that_moves_keeps_its_marks(folder: Path, clock: FrozenClock) -> None:
    """The database in the data folder is the same one wherever the folder lies."""
    home = folder / "one"
    home.mkdir()
    half = Half(home / "workbench.db", home, clock)
    half.keep(b"named", named=True)
    half.database.close()
    moved = home.rename(folder / "two")
    (moved / "policy.toml").write_text((folder / "policy.toml").read_text())
    again = Half(moved / "workbench.db", moved, clock, "More")
    again.keep(b"more", named=False)
    assert len(again.blobs.users()) == 1
    assert again.retention().plan().rows == 1
    again.database.close()


def test_a_workspace_that_opens_is_known_without_keeping_more(folder: Path, clock: FrozenClock) -> None:
    """One whose files are older than the marks leaves its own in each room that is there."""
    settings = Settings(data=folder, database=f"sqlite:///{folder / 'theirs.db'}", job_threads=0)
    with Workspace(settings, clock=clock) as workspace:
        assert not list(folder.glob("*/.users"))
        digest = workspace.blobs.put(b"of before the marks")
        then = clock.now().timestamp() - 2 * DAY
        os.utime(workspace.blobs.path(digest), (then, then))
    shutil.rmtree(folder / "files" / ".users")
    with Workspace(settings, clock=clock):
        pass
    ours = Half(folder / "workbench.db", folder, clock)
    assert [each.told for each in ours.blobs.users()] == ["theirs.db"]
    assert ours.retention().plan().rows == 0
    ours.database.close()


def test_a_workspace_opens_where_no_mark_can_be_left(folder: Path) -> None:
    """On a folder that may only be read everything else goes on."""
    (folder / "files").mkdir()
    (folder / "files" / ".users").write_text("in the way")
    with Workspace(Settings(data=folder, job_threads=0)) as workspace:
        assert workspace.blobs.users() == ()
