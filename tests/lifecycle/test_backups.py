"""A backup is worth something once it was restored elsewhere and counted."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from workbench.clock import FrozenClock, SystemClock
from workbench.errors import Busy, EnvironmentFault, InputError, NotFound
from workbench.identity import seeded_ids
from workbench.lifecycle.backups import Backups
from workbench.lifecycle.copying import copy_out
from workbench.lifecycle.drill import run_drill
from workbench.lifecycle.manifest import Manifest, read_manifest
from workbench.store import Assets, Blobs, Database, Project, Scenes
from workbench.store.engines import parse_url
from workbench.store.guard.census import Census
from workbench.store.sources import Source, source_of


@pytest.fixture
def backups(tmp_path: Path) -> Backups:
    return Backups(tmp_path / "backups")


def test_what_was_backed_up_comes_back(
    database: Database, project: Project, backups: Backups, blank_place: str
) -> None:
    """Rows and texts are in the restored database as they were, and it opens."""
    scene = Scenes(database).add(project.id, 'text("Hello — 你好")')
    made = backups.make(database.engine, "test")
    assert made.verification is not None
    assert made.verification.outcome == "passed"
    census = backups.restore(made, parse_url(blank_place))
    assert census.tables["scene"].rows == 1
    with Database.open(blank_place) as restored:
        assert Scenes(restored).get(scene.id) == scene


def test_restoring_over_keeps_what_was_there(database: Database, project: Project, backups: Backups) -> None:
    """A restore in place takes a backup of what it replaces, so that it can be taken back."""
    made = backups.make(database.engine, "test")
    late = Scenes(database).add(project.id, "late")
    with pytest.raises(InputError, match=r"already.*--over"):
        backups.restore(made, database.url)
    backups.restore(made, database.url, over=True)
    assert Scenes(database).list(project.id) == ()
    backups.restore(backups.get(), database.url, over=True)
    assert Scenes(database).list(project.id) == (late,)


def test_damage_is_found(database: Database, backups: Backups) -> None:
    """One flipped byte makes the verification fail and the restore refuse."""
    made = backups.make(database.engine, "test", verify=False)
    content = bytearray(backups.path(made).read_bytes())
    content[len(content) // 2] ^= 1
    backups.path(made).write_bytes(content)
    checked = backups.verify(made, near=database.url)
    assert checked.verification is not None
    assert (checked.verification.outcome, checked.verified) == ("failed", False)
    with pytest.raises(EnvironmentFault, match="damaged"):
        backups.restore(made, database.url, over=True)


def test_missing_rows_are_found(database: Database, project: Project, backups: Backups) -> None:
    """A copy that holds fewer rows than were counted when it was made does not pass."""
    Scenes(database).add(project.id, "one")
    full = backups.make(database.engine, "test", verify=False)
    with database.write() as connection:
        connection.execute(text("DELETE FROM revision"))
    fewer = backups.make(database.engine, "test", verify=False)
    forged = backups.verify(replace(fewer, tables=full.tables), near=database.url)
    assert forged.verification is not None
    assert forged.verification.problems == ("revision has 0 rows instead of 1",)


def test_a_check_that_could_not_run_is_no_pass(database: Database, backups: Backups) -> None:
    """A copy that is gone is not verified, and the outcome says that nothing was checked."""
    made = backups.make(database.engine, "test", verify=False)
    backups.path(made).unlink()
    checked = backups.verify(made, near=database.url)
    assert checked.verification is not None
    assert (checked.verification.outcome, checked.verified) == ("could not run", False)
    assert "is gone" in checked.verification.problems[0]
    assert backups.get(made.id) == checked
    with pytest.raises(EnvironmentFault, match=r"is gone.*--list"):
        backups.restore(made, database.url, over=True)


@pytest.mark.slow
def test_a_server_where_no_copy_can_be_made(blank_postgresql: str, backups: Backups) -> None:
    """Who may not create a database, or reaches no server, has checked nothing, and is told why."""
    with Database.open(blank_postgresql) as database, database.write() as connection:
        connection.execute(text("DROP ROLE IF EXISTS poor; CREATE ROLE poor LOGIN"))
    with Database.open(blank_postgresql) as database:
        made = backups.make(database.engine, "test")
        poor, away = database.url.set(username="poor"), parse_url("postgresql://workbench@/x?host=/nowhere")
    assert made.verified
    for near, told in ((poor, "may not create a database"), (away, "cannot be reached")):
        checked = backups.verify(made, near=near)
        assert checked.verification is not None
        assert (checked.verification.outcome, checked.verified) == ("could not run", False)
        assert told in checked.verification.problems[0]
        with pytest.raises(EnvironmentFault, match=told), backups.restored(made, near):
            pass


def test_a_drill_verifies_its_backup(database: Database, project: Project, backups: Backups) -> None:
    """What a drill restored and counted is listed as restored and counted."""
    done = run_drill(database.engine, backups)
    assert done.passed
    assert backups.get(done.backup).verified


def test_files_are_kept_once(tmp_path: Path, database: Database, project: Project, backups: Backups) -> None:
    """Two backups share the files they both name, and a restore brings them back."""
    blobs = Blobs(tmp_path / "files")
    digest = blobs.put(b"picture")
    Assets(database).add(project.id, "logo", digest, "image/png", bytes=7)
    backups.make(database.engine, "one", blobs=blobs)
    made = backups.make(database.engine, "two", blobs=blobs)
    assert [place.read_bytes() for place in backups.files.files()] == [b"picture"]
    blobs.path(digest).unlink()
    backups.restore(made, database.url, over=True, blobs=blobs)
    assert blobs.get(digest) == b"picture"


@pytest.mark.parametrize("harm", [b"", b"another"])
def test_a_restore_mends_damaged_files(
    tmp_path: Path, database: Database, project: Project, backups: Backups, harm: bytes
) -> None:
    """A file that is there and is not what it was is replaced."""
    blobs, digest = pictured(tmp_path, database, project)
    made = backups.make(database.engine, "one", blobs=blobs)
    blobs.path(digest).write_bytes(harm)
    backups.restore(made, database.url, over=True, blobs=blobs)
    assert blobs.get(digest) == b"picture"


@pytest.mark.parametrize("there", [True, False])
def test_a_restore_tells_which_files_are_not_whole(
    tmp_path: Path, database: Database, project: Project, backups: Backups, *, there: bool
) -> None:
    """One that the backup has damaged is named once the rest is back, unless it is whole where it belongs."""
    blobs, digest = pictured(tmp_path, database, project)
    second = blobs.put(b"second")
    made = backups.make(database.engine, "one", blobs=blobs)
    backups.files.path(digest).write_bytes(b"torn")
    blobs.path(second).unlink()
    late = Scenes(database).add(project.id, "late")
    if not there:
        blobs.path(digest).write_bytes(b"torn too")
        with pytest.raises(EnvironmentFault, match=f"1 of its 2 files are .*: {digest[:12]}"):
            backups.restore(made, database.url, over=True, blobs=blobs)
    else:
        backups.restore(made, database.url, over=True, blobs=blobs)
    assert late not in Scenes(database).list(project.id)
    assert blobs.get(second) == b"second"
    assert backups.files.exists(digest)


def test_a_later_backup_mends_damaged_files(
    tmp_path: Path, database: Database, project: Project, backups: Backups
) -> None:
    """A file damaged among the backups is copied again, and the backups that name it are whole again."""
    blobs, digest = pictured(tmp_path, database, project)
    old = backups.make(database.engine, "one", blobs=blobs)
    backups.files.path(digest).write_bytes(b"")
    assert list(backups.damage(old)) == [f"the file {digest[:12]}… is damaged"]
    assert backups.make(database.engine, "two", blobs=blobs).verified
    assert list(backups.damage(old)) == []


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("earlier", [True, False])
def test_a_damaged_file_is_not_backed_up_under_another_name(
    tmp_path: Path, database: Database, project: Project, backups: Backups, *, named: bool, earlier: bool
) -> None:
    """A backup that lacks a named file says so and does not count; one kept before is enough."""
    blobs = Blobs(tmp_path / "files")
    digest = pictured(tmp_path, database, project)[1] if named else blobs.put(b"picture")
    if earlier:
        backups.make(database.engine, "before", blobs=blobs)
    blobs.path(digest).write_bytes(b"torn")
    made = backups.make(database.engine, "daily", blobs=blobs)
    assert made.verification is not None
    assert made.verified == (earlier or not named)
    assert made.files == ((digest,) if named else ())
    assert [digest[:12] in each for each in made.verification.problems] == [True] * (not made.verified)
    assert [each.digest for each in backups.files.listed()] == [digest] * earlier


def pictured(tmp_path: Path, database: Database, project: Project) -> tuple[Blobs, str]:
    """Give the project a picture."""
    blobs = Blobs(tmp_path / "files")
    digest = blobs.put(b"picture")
    Assets(database).add(project.id, "logo", digest, "image/png", bytes=7)
    return blobs, digest


def test_old_backups_go(empty_file: Path, tmp_path: Path) -> None:
    """The last ones, one of each week and the last verified one stay."""
    clock = FrozenClock()
    backups = Backups(tmp_path / "backups", clock=clock, make_id=seeded_ids(clock))
    with Database.open(empty_file) as database:
        made = []
        for day in range(20):
            made.append(backups.make(database.engine, "daily", verify=day == 4).id)
            clock.advance(86_400)
    gone = backups.prune(keep=3, weeks=2)
    kept = [each.id for each in backups.list()]
    assert set(kept) | set(gone) == set(made)
    assert set(made[-3:]) | {made[4]} <= set(kept)
    assert len(kept) <= 7


def test_files_of_a_backup_under_way_stay(empty_file: Path, tmp_path: Path) -> None:
    """Pruning between its files and its manifest takes neither a new file nor one it found there already."""
    clock = FrozenClock(SystemClock().now())
    backups = Backups(tmp_path / "backups", clock=clock)
    blobs = Blobs(tmp_path / "files")
    old = backups.files.put(b"kept by a backup that is gone")
    then = clock.now().timestamp() - 10 * 86_400
    os.utime(backups.files.path(old), (then, then))
    digests = [blobs.put(b"kept by a backup that is gone"), blobs.put(b"new")]

    def pruned(engine: Engine) -> Source:
        assert Backups(tmp_path / "backups", clock=clock).prune() == ()
        return source_of(engine, tmp_path)

    with Database.open(empty_file) as database, pytest.MonkeyPatch.context() as patch:
        patch.setattr(backups, "source", pruned)  # asked for the manifest, when the files are there
        made = backups.make(database.engine, "test", blobs=blobs)
    assert sorted(made.files) == sorted(digests)
    assert list(backups.damage(made)) == []


def test_files_no_backup_names_go_after_a_day(tmp_path: Path) -> None:
    """And one that is kept again while it is taken stays."""
    clock = FrozenClock(SystemClock().now())
    backups = Backups(tmp_path / "backups", clock=clock)
    gone, renewed = backups.files.put(b"gone"), backups.files.put(b"renewed")
    backups.prune()
    assert backups.files.exists(gone)
    clock.advance(2 * 86_400)
    young = clock.now().timestamp()
    move = Path.rename

    def kept_meanwhile(place: Path, target: Path) -> Path:
        if place == backups.files.path(renewed):
            os.utime(place, (young, young))
        return move(place, target)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "rename", kept_meanwhile)
        backups.prune()
    assert [each.digest for each in backups.files.listed()] == [renewed]


def test_pruning_that_dies_leaves_no_backup_in_part(
    empty_file: Path, backups: Backups, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed while it removes one, it has taken that out of the list; two may prune at once."""
    with Database.open(empty_file) as database:
        made = [backups.make(database.engine, "test", verify=False) for _ in range(3)]

    def dies(folder: Path) -> None:
        (folder / "manifest.json").with_name(made[0].copy).unlink()
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("workbench.lifecycle.backups.shutil.rmtree", dies)
        with pytest.raises(KeyboardInterrupt):
            backups.prune(keep=1, weeks=0)
    left = backups.list()
    assert len(left) == 2
    assert all(backups.path(each).is_file() for each in left)
    assert backups.prune(keep=1, weeks=0, among=left) == (made[0].id,)
    assert backups.prune(keep=1, weeks=0, among=left) == (made[0].id,)
    assert backups.list() == (made[2],)


def test_a_backup_that_was_pruned_meanwhile_is_told_so(database: Database, backups: Backups) -> None:
    """Whoever verifies one that is gone hears that, and nothing is left in its place."""
    made = [backups.make(database.engine, "test", verify=False) for _ in range(2)]
    assert backups.prune(keep=1, weeks=0) == (made[0].id,)
    with pytest.raises(NotFound, match=rf"{made[0].id} is gone: it was pruned meanwhile.*--list"):
        backups.verify(made[0], near=database.url)
    assert not (backups.folder / made[0].id).exists()


def test_a_backup_that_was_killed_is_not_listed(database: Database, backups: Backups) -> None:
    """Its manifest is there and its folder has not got its name: the one before is the latest."""
    made = backups.make(database.engine, "whole", verify=False)
    killed = backups.make(database.engine, "killed", verify=False)
    (backups.folder / killed.id).rename(backups.folder / f".new-{killed.id}")
    assert [each.id for each in backups.list()] == [made.id]
    assert backups.get().id == made.id


def test_before_a_revision(database: Database, backups: Backups) -> None:
    """`before` finds the latest verified backup of an older schema, or says that there is none."""
    backups.make(database.engine, "test")
    with pytest.raises(NotFound, match="no verified backup from before 0001"):
        backups.before("0001")
    with pytest.raises(NotFound, match="no schema revision"):
        backups.before("9999")


def test_backup_while_others_write(database: Database, project: Project, backups: Backups) -> None:
    """What is written after the snapshot is neither in the copy nor in its counts."""
    Scenes(database).add(project.id, "before")
    made = backups.make(database.engine, "test", verify=False)
    Scenes(database).add(project.id, "after")
    assert backups.verify(made, near=database.url).verified
    assert made.tables["scene"].rows == 1


@pytest.mark.parametrize("listed", [True, False])
@pytest.mark.parametrize("named", [True, False])
def test_a_file_that_is_taken_while_it_is_backed_up(
    database: Database, project: Project, backups: Backups, tmp_path: Path, *, named: bool, listed: bool
) -> None:
    """One that nothing names is left out; one that the copy of the database names makes the backup fail."""
    blobs = Blobs(tmp_path / "files")
    kept, taken = sorted(blobs.put(content) for content in (b"one", b"two"))
    if named:
        Assets(database).add(project.id, "logo", taken, "image/png", bytes=3)
    copies, keeps = copy_out, backups.files.put_file

    def cleaned() -> None:
        blobs.path(taken).unlink(missing_ok=True)

    def copied(engine: Engine, target: Path) -> tuple[Census, frozenset[str]]:
        found = copies(engine, target)
        cleaned()
        return found

    def put(path: Path) -> str:
        cleaned()
        return keeps(path)

    with pytest.MonkeyPatch.context() as patch:
        if listed:
            patch.setattr(backups.files, "put_file", put)
        else:
            patch.setattr("workbench.lifecycle.backups.copy_out", copied)
        if named:
            with pytest.raises(Busy, match=r"took 1 files.*Make the backup again"):
                backups.make(database.engine, "daily", blobs=blobs, verify=False)
            assert backups.list() == ()
        else:
            made = backups.make(database.engine, "daily", blobs=blobs, verify=False)
            assert made.files == (kept,)


def test_a_file_that_cannot_be_read_is_no_wrong_request(
    database: Database, backups: Backups, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The backup fails and says what is in its way; a job that makes it is tried again."""
    blobs = Blobs(tmp_path / "files")
    blobs.put(b"one")

    def fails(path: Path) -> str:
        raise InputError(f"{path} cannot be read: Too many open files.", remedy="Give the path of a file.")

    monkeypatch.setattr(backups.files, "put_file", fails)
    with pytest.raises(EnvironmentFault, match="Too many open files"):
        backups.make(database.engine, "daily", blobs=blobs, verify=False)


def test_a_backup_that_is_pruned_while_it_is_listed(
    empty_file: Path, backups: Backups, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others are listed; one that is there and says nothing of itself is told of."""
    with Database.open(empty_file) as database:
        made = [backups.make(database.engine, "test", verify=False) for _ in range(2)]

    def pruned(folder: Path) -> Manifest:
        if folder.name == made[0].id:
            backups.prune(keep=1, weeks=0, among=made[::-1])
        return read_manifest(folder)

    with monkeypatch.context() as patch:
        patch.setattr("workbench.lifecycle.backups.read_manifest", pruned)
        assert backups.list() == (made[1],)
    (backups.folder / made[1].id / "manifest.json").write_text("nothing")
    with pytest.raises(EnvironmentFault, match="tells nothing of itself"):
        backups.list()
