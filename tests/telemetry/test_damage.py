"""A file of telemetry is given up only when it is seen to be torn; what cannot be opened now is for later."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from tests.telemetry.making import DAY, World, spanned
from tests.telemetry.test_compactor import MONTH, busy_hour, later, rows_of
from workbench.errors import InputError
from workbench.telemetry.compactor import Compactor
from workbench.telemetry.damage import Damaged, NotNow, is_torn
from workbench.telemetry.depot import Depot
from workbench.telemetry.reading import MERGED_HOUR
from workbench.telemetry.segments import Segment


def test_a_file_that_cannot_be_opened_just_now_keeps_its_rows(world: World) -> None:
    """Its folder was away, or no handle was free: the others are merged now, it is later."""
    busy_hour(world, 3)
    before = rows_of(world)
    away = world.folder / world.manifest.live()[1].path
    content = away.read_bytes()
    later(world, hours=2)
    away.unlink()
    done = Compactor(world.folder, world.manifest, clock=world.clock).run()
    assert done is not None
    assert (done.merged, away.stem in {each.id for each in world.manifest.live()}) == (2, True)
    away.write_bytes(content)
    later(world, minutes=5)
    Compactor(world.folder, world.manifest, clock=world.clock).run()
    assert rows_of(world) == before
    assert {each.level for each in world.manifest.live("raw")} == {MERGED_HOUR}


def test_a_file_is_torn_only_when_it_is_seen(tmp_path: Path) -> None:
    """Handles or memory that ran out say nothing about it; wrong letters at its end, or in its middle, do."""
    file = tmp_path / "one.parquet"

    def fails(*failures: duckdb.Error) -> Callable[[], object]:
        left = list(failures)
        return lambda: (_ for _ in ()).throw(left.pop(0)) if left else None

    file.write_bytes(b"PAR1 whole PAR1")
    assert not is_torn(file, fails())
    assert not is_torn(file, fails(duckdb.IOException("Too many open files")))
    for trouble in (duckdb.IOException("Too many open files"), duckdb.OutOfMemoryException("full")):
        with pytest.raises(NotNow):
            is_torn(file, fails(trouble, trouble))
    assert is_torn(file, fails(*[duckdb.Error("TProtocolException: Invalid data")] * 2))
    for torn in (b"", b"PAR1 half", b"half PAR1"):
        file.write_bytes(torn)
        assert is_torn(file, fails(duckdb.InvalidInputException("No magic bytes")))
    file.unlink()
    with pytest.raises(NotNow):
        is_torn(file, fails(duckdb.IOException("No files found")))


def test_a_file_that_the_cache_let_go_while_it_is_merged_is_merged_later(
    world: World, tmp_path: Path
) -> None:
    """With a storage old files are fetched to be merged; what goes from the folder again is not lost."""
    bucket = f"file://{tmp_path / 'bucket'}"
    depot = Depot(world.folder, bucket)
    busy_hour(world, 3)
    before = rows_of(world)
    for each in world.manifest.live():
        depot.send(each)
        os.utime(world.folder / each.path, (0, 0))
    later(world, hours=2)
    hand = depot.at_hand

    def let_go(segments: Sequence[Segment]) -> frozenset[str]:
        away = hand(segments)
        Depot(world.folder, bucket).make_room(world.manifest.live(), 0)
        return away

    depot.at_hand = let_go  # type: ignore[method-assign]
    Compactor(world.folder, world.manifest, clock=world.clock, depot=depot).run()
    assert len(world.manifest.live()) == 3
    later(world, minutes=5)
    Compactor(world.folder, world.manifest, clock=world.clock, depot=depot).run()
    assert len(world.manifest.live("raw")) == 1
    assert rows_of(world) == before


def test_a_copy_that_the_disk_tore_is_fetched_again(world: World, tmp_path: Path) -> None:
    """The storage has the file whole: the torn one is put aside, and no row is lost."""
    depot = Depot(world.folder, f"file://{tmp_path / 'bucket'}")
    busy_hour(world, 3)
    before = rows_of(world)
    for each in world.manifest.live():
        depot.send(each)
    victim = world.folder / world.manifest.live()[1].path
    victim.write_bytes(victim.read_bytes()[:100])
    later(world, hours=2)
    Compactor(world.folder, world.manifest, clock=world.clock, depot=depot).run()
    assert victim.with_suffix(".unreadable").exists()
    assert rows_of(world) == before


def test_what_just_came_is_not_let_go(world: World, tmp_path: Path) -> None:
    """A file that somebody fetched a moment ago stays here, though the folder holds more than it should."""
    depot = Depot(world.folder, f"file://{tmp_path / 'bucket'}")
    busy_hour(world, 2)
    live = world.manifest.live()
    for each in live:
        depot.send(each)
        os.utime(world.folder / each.path, (0, 0))
    assert depot.make_room(live, 0) == 2
    assert depot.at_hand(live[:1]) == frozenset()
    assert depot.make_room(live, 0) == 0
    os.utime(world.folder / live[0].path, (0, 0))
    assert depot.make_room(live, 0) == 1


def test_a_merge_that_fails_leaves_its_files_and_the_others_go_on(world: World) -> None:
    """A file goes in the moment it is copied: it is merged later, the others and the next hour now."""
    busy_hour(world, 3)
    first = world.manifest.live()
    later(world, hours=1)
    world.keep_all([spanned("ask", 3600 + number, 5)] for number in range(2))
    before = rows_of(world)
    later(world, hours=2)
    victim = world.folder / first[0].path
    kept = victim.with_suffix(".kept")

    def goes(step: str) -> None:
        if step == "copying" and victim.exists():
            victim.rename(kept)

    done = Compactor(world.folder, world.manifest, clock=world.clock, at=goes).run()
    assert done is not None
    assert (done.merged, done.written) == (2 + 2, 4)
    assert {each.id for each in first} & {each.id for each in world.manifest.live()} == {first[0].id}
    kept.rename(victim)
    Compactor(world.folder, world.manifest, clock=world.clock).run()
    assert rows_of(world) == before
    assert {each.level for each in world.manifest.live("raw")} == {MERGED_HOUR}


def test_an_hour_that_the_disk_has_no_room_for_is_merged_later(world: World) -> None:
    """Nothing is wrong with its files, so all of them stay, and the next hour is merged now."""
    busy_hour(world, 3)
    first = {each.id for each in world.manifest.live()}
    later(world, hours=1)
    world.keep_all([spanned("ask", 3600 + number, 5)] for number in range(2))
    before = rows_of(world)
    later(world, hours=2)
    steps: list[str] = []

    def full(step: str) -> None:
        steps.append(step)
        if steps == ["copying"]:
            raise duckdb.IOException("No space left on device")

    done = Compactor(world.folder, world.manifest, clock=world.clock, at=full).run()
    assert done is not None
    assert (done.merged, done.written) == (2, 2)
    assert first <= {each.id for each in world.manifest.live()}
    Compactor(world.folder, world.manifest, clock=world.clock).run()
    assert rows_of(world) == before
    assert {each.level for each in world.manifest.live("raw")} == {MERGED_HOUR}


def test_what_was_put_aside_by_a_run_that_was_killed_is_taken_off_the_list(world: World) -> None:
    """A torn file bears its other name already; the next run ends what was begun."""
    busy_hour(world, 3)
    victim = world.folder / world.manifest.live()[1].path
    later(world, hours=2)
    victim.rename(victim.with_suffix(".unreadable"))
    Compactor(world.folder, world.manifest, clock=world.clock).run()
    assert victim.stem not in {each.id for each in world.manifest.live()}
    assert len(rows_of(world)) == 2 * 12


def spoil(place: Path, column: str) -> None:
    """Destroy what a column's page holds; the file opens as before, and its other columns can be read."""
    names = pq.read_schema(place).names
    found = pq.ParquetFile(place).metadata.row_group(0).column(names.index(column))
    begin = found.dictionary_page_offset or found.data_page_offset
    content = bytearray(place.read_bytes())
    content[begin : begin + found.total_compressed_size] = b"\xff" * found.total_compressed_size
    place.write_bytes(content)


def test_a_damaged_page_fails_no_answer(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is left out and named, is not looked at again, and counts once it was made whole."""
    busy_hour(world, 3)
    path = world.manifest.live()[1].path
    victim = world.folder / path
    whole = victim.read_bytes()
    spoil(victim, "duration_us")
    looked: list[str] = []
    with world.reading() as reading:
        look = reading._look

        def looking(each: Segment, *, thorough: bool) -> object:
            looked.append(each.path)
            return look(each, thorough=thorough)

        monkeypatch.setattr(reading, "_look", looking)
        for _ in range(2):
            answer = reading.ask("latency", DAY)
            assert answer.notes == (
                f"1 of the telemetry's files could not be read ({path}); their rows are missing here.",
            )
            assert path in answer._repr_html_()
            assert reading.query("SELECT count(*) FROM events").rows == ((2 * 12,),)
            assert len(looked) == 3 + 1  # each file once, and the one that failed once more
        with pytest.raises(InputError, match="nonsense"):
            reading.query("SELECT nonsense FROM events")
        victim.write_bytes(whole)
        os.utime(victim, (0, 0))
        assert reading.ask("latency", DAY).notes == ()
        assert reading.query("SELECT count(*) FROM events").rows == ((3 * 12,),)


def nick(place: Path, column: str) -> None:
    """Change a few bytes of a column's page: the file opens, its rows can be counted, and not be copied."""
    names = pq.read_schema(place).names
    found = pq.ParquetFile(place).metadata.row_group(0).column(names.index(column))
    at = found.data_page_offset + round(found.total_compressed_size * 0.6)
    content = bytearray(place.read_bytes())
    content[at : at + 3] = bytes(each ^ 0xFF for each in content[at : at + 3])
    place.write_bytes(content)


@pytest.mark.parametrize("harm", [spoil, nick])
@pytest.mark.parametrize("column", ["name", "duration_us"])
def test_a_damaged_page_keeps_no_hour_from_being_merged(
    world: World, harm: Callable[[Path, str], None], column: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The sound files are one; the damaged one stays, is named once, and is merged when it is whole again."""
    busy_hour(world, 4)
    before = rows_of(world)
    listed = world.manifest.live()[1]
    victim = world.folder / listed.path
    whole = victim.read_bytes()
    harm(victim, column)
    spoiled = victim.read_bytes()
    later(world, hours=2)
    damaged = Damaged(world.folder)
    done = Compactor(world.folder, world.manifest, clock=world.clock, damaged=damaged).run()
    assert done is not None
    assert (done.merged, done.written) == (3, 2)
    raw = {each.id: each for each in world.manifest.live("raw")}
    assert raw.pop(listed.id).path == listed.path
    assert [each.level for each in raw.values()] == [MERGED_HOUR]
    assert [listed.path in each.message for each in caplog.records] == [True]
    later(world, hours=1)
    again = Compactor(world.folder, world.manifest, clock=world.clock, damaged=damaged)
    assert not again.needed()
    again.run()
    assert victim.read_bytes() == spoiled
    with world.reading() as reading:
        answer = reading.query(f"SELECT count({column}), max(hash(COLUMNS(*))) FROM events")
        assert listed.path in answer.notes[0]
        victim.write_bytes(whole)
        os.utime(victim, (0, 0))
    assert rows_of(world) == before
    assert again.needed()
    again.run()
    assert rows_of(world) == before
    assert {each.level for each in world.manifest.live("raw")} == {MERGED_HOUR}
    spans = {each["name"]: each["spans"] for each in world.ask("operations", MONTH)}
    assert spans["ask"] == 4 * 9


def test_a_page_that_this_disk_damaged_is_fetched_again(world: World, tmp_path: Path) -> None:
    """The storage has the file whole: its hour is merged at once, with all of its rows."""
    depot = Depot(world.folder, f"file://{tmp_path / 'bucket'}")
    busy_hour(world, 3)
    before = rows_of(world)
    for each in world.manifest.live():
        depot.send(each)
    nick(world.folder / world.manifest.live()[1].path, "name")
    later(world, hours=2)
    Compactor(world.folder, world.manifest, clock=world.clock, depot=depot).run()
    assert len(world.manifest.live("raw")) == 1
    assert rows_of(world) == before


def test_a_damaged_file_is_not_given_up_for_one_that_does_not_come(world: World, tmp_path: Path) -> None:
    """While the storage lacks it it keeps its place, for what can be read of it; later it is fetched."""
    bucket = tmp_path / "bucket"
    busy_hour(world, 3)
    before = rows_of(world)
    for each in world.manifest.live():
        Depot(world.folder, f"file://{bucket}").send(each)
    listed = world.manifest.live()[1]
    victim, stored = world.folder / listed.path, bucket / listed.path
    nick(victim, "name")
    spoiled = victim.read_bytes()
    later(world, hours=2)
    gone = stored.rename(stored.with_suffix(".gone"))

    def tidied() -> int:
        depot = Depot(world.folder, f"file://{bucket}")
        done = Compactor(world.folder, world.manifest, clock=world.clock, depot=depot).run()
        assert done is not None
        return done.merged

    assert tidied() == 2
    assert victim.read_bytes() == spoiled
    assert listed.id in {each.id for each in world.manifest.live("raw")}
    gone.rename(stored)
    later(world, hours=1)
    assert tidied() == 1
    assert rows_of(world) == before
