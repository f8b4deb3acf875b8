"""Merging never loses a row, never counts one twice, and never breaks an answer; wherever it is stopped."""

from __future__ import annotations

import os
import random
import threading
import time
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from ddsketch import DDSketch

from tests.telemetry.making import NOON, World, counted, spanned
from workbench.store.leasing import Lease
from workbench.telemetry.compactor import FAN, Compactor
from workbench.telemetry.parquet import table, write_segment
from workbench.telemetry.question import Period
from workbench.telemetry.rollup import RELATIVE_ERROR

MONTH = Period(NOON - timedelta(days=30), NOON + timedelta(days=30))
LONG_QUESTIONS = ("operations", "latency", "traffic", "usage", "spending", "caches", "choices")


class Stopped(BaseException):
    """The process was killed here."""


def rows_of(world: World) -> list[tuple[object, ...]]:
    with world.reading() as reading:
        found = reading.query("SELECT name, span_id, duration_us, value FROM events ORDER BY span_id")
    return list(found.rows)


def busy_hour(world: World, files: int = 20) -> None:
    """Keep some files of mixed rows."""
    chance = random.Random(files)
    world.keep_all(
        [spanned("ask", number * 60 + at, chance.lognormvariate(5, 1), project_id="P") for at in range(8)]
        + [spanned("ask", number, 9, outcome="error", error_type="E", fingerprint="f")]
        + [spanned("model.call", number, 70, model="m", provider="p", input_tokens=5, cost_usd=0.1)]
        + [counted("chunks.hit", number, 2), counted("chunks.miss", number, 1)]
        for number in range(files)
    )


def later(world: World, **much: float) -> None:
    world.clock.advance(timedelta(**much).total_seconds())


def test_files_of_an_open_hour_become_few(world: World) -> None:
    """Sixteen files are one, the youngest stay, and every row is there."""
    busy_hour(world, FAN + 3)
    before = rows_of(world)
    done = Compactor(world.folder, world.manifest, clock=world.clock).run()
    assert done is not None
    assert (done.merged, done.written, done.live) == (FAN, 1, 4)
    assert rows_of(world) == before


@pytest.mark.slow
def test_a_day_of_files_stays_below_three_hundred(world: World) -> None:
    """Files that come in all day never become many, and in the end the day is one file and its rollup."""
    compactor, most = Compactor(world.folder, world.manifest, clock=world.clock), 0
    for _ in range(26):
        world.keep_all([spanned("ask", number, 5)] for number in range(20))
        compactor.run()
        most = max(most, len(world.manifest.live()))
        later(world, hours=1)
    later(world, days=2)
    compactor.run()
    levels = sorted((each.kind, each.level) for each in world.manifest.live())
    assert most < 60
    assert levels == [("raw", 20), ("raw", 20), ("rollup", 20), ("rollup", 20)]
    assert len(rows_of(world)) == 26 * 20


def test_a_month_of_rollups_is_one(world: World) -> None:
    """When the month is over its hours are one file; the sums are what they were."""
    compactor = Compactor(world.folder, world.manifest, clock=world.clock)
    for _ in range(3):
        busy_hour(world, 2)
        later(world, days=1)
        compactor.run()
    before = world.ask("operations", MONTH)
    later(world, days=35)
    compactor.run()
    assert [each.level for each in world.manifest.live("rollup")] == [30]
    assert world.ask("operations", MONTH) == before


def test_hours_answer_as_rows_do(world: World) -> None:
    """Over a long period every count and sum is that of the rows, every percentile within one percent."""
    busy_hour(world)
    raw = Period(NOON - timedelta(hours=1), NOON + timedelta(hours=1))
    exact = {name: world.ask(name, raw) for name in LONG_QUESTIONS}
    for merged in (False, True):
        if merged:
            later(world, hours=2)
            Compactor(world.folder, world.manifest, clock=world.clock).run()
        for name in ("operations", "usage"):
            for told, true in zip(world.ask(name, MONTH), exact[name], strict=True):
                _same(told, true)
        (hour,) = world.ask("traffic", MONTH)
        assert hour["spans"] == sum(row["spans"] for row in exact["traffic"])
        assert hour["errors"] == sum(row["errors"] for row in exact["traffic"])
        assert world.ask("caches", MONTH) == exact["caches"]
        assert world.ask("choices", MONTH) == exact["choices"]
        (spent,) = world.ask("spending", MONTH)
        assert spent["cost_usd"] == pytest.approx(sum(row["cost_usd"] for row in exact["spending"]))


def _same(told: dict[str, object], true: dict[str, object]) -> None:
    for name, value in true.items():
        if name.startswith(("first_token", "per_minute")):
            continue
        if not isinstance(value, int | float):
            assert told[name] == value
            continue
        bound = RELATIVE_ERROR * 1.001 if name == "max_ms" else 1e-9
        if name.startswith("p") and name.endswith("_ms"):
            bound = 0.2  # between two durations the exact answer is interpolated; see the next test
        assert told[name] == pytest.approx(value, rel=bound), name


def test_percentiles_of_hours_keep_their_promise(world: World) -> None:
    """They are within one percent of the duration at that rank, as those of the DDSketch library are."""
    chance = random.Random(7)
    durations = [round(chance.lognormvariate(12, 1.5)) for _ in range(3000)]
    world.keep([spanned("ask", 0, us / 1000) for us in durations])
    sketch = DDSketch(RELATIVE_ERROR)
    for us in durations:
        sketch.add(us)
    (row,) = world.ask("operations", MONTH)
    for share, name in ((0.5, "p50_ms"), (0.95, "p95_ms"), (0.99, "p99_ms")):
        at_rank = np.percentile(durations, share * 100, method="lower")
        assert row[name] * 1000 == pytest.approx(at_rank, rel=RELATIVE_ERROR * 1.0001)
        assert row[name] * 1000 == pytest.approx(sketch.get_quantile_value(share), rel=1e-9)


def test_an_answer_says_whether_it_is_exact(world: World) -> None:
    """Of a day it is; of a month the bound is told."""
    with world.reading() as reading:
        day, month = reading.ask("operations"), reading.ask("operations", MONTH)
        assert (day.exact, day.relative_error) == (True, 0)
        assert (month.exact, month.relative_error) == (False, 0.01)
        assert reading.ask("errors", MONTH).exact


STEPS = ("copying", "renamed", "listed", "merged", "unlinked")


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("number", [1, 2])
def test_stopped_anywhere_nothing_is_lost_or_doubled(world: World, step: str, number: int) -> None:
    """Killed at any step, what is read stays the same, and the next run finishes the work."""
    busy_hour(world, 18)
    before = rows_of(world)
    later(world, hours=2)
    left = number

    def stop_at(reached: str) -> None:
        nonlocal left
        left -= reached == step
        if reached == step and left <= 0:
            raise Stopped

    for _ in range(3):
        try:
            Compactor(world.folder, world.manifest, clock=world.clock, at=stop_at).run()
        except Stopped:
            assert rows_of(world) == before
        later(world, minutes=5)
    Compactor(world.folder, world.manifest, clock=world.clock).run()
    later(world, minutes=5)
    done = Compactor(world.folder, world.manifest, clock=world.clock).run()
    assert done is not None
    assert rows_of(world) == before
    assert world.ask("operations", MONTH)[0]["spans"] == 18 * 9
    assert {file.stem for file in world.folder.glob("raw/*/s-*")} == set()


def test_what_a_dead_merge_left_is_never_read_and_goes(world: World) -> None:
    """A merged file that nobody listed is removed, not adopted: its rows are in the files it was made of."""
    busy_hour(world, 3)
    before = rows_of(world)
    litter = [
        write_segment(world.folder, table([spanned("ask", 1, 1)]), "m-left", world.clock.now()).path,
        "raw/2026-03-01/s-torn.tmp",
    ]
    (world.folder / litter[1]).write_bytes(b"PAR1 half")
    for path in litter:
        os.utime(world.folder / path, (0, 0))
    Compactor(world.folder, world.manifest, clock=world.clock).run()
    assert rows_of(world) == before
    assert not any((world.folder / path).exists() for path in litter)


def test_a_file_that_nobody_listed_is_adopted_once(world: World) -> None:
    """A process that died between writing and listing loses nothing; listing it later changes nothing."""
    orphan = write_segment(world.folder, table([spanned("ask", 1, 1)]), "s-orphan", world.clock.now())
    assert rows_of(world) == []
    os.utime(world.folder / orphan.path, (0, 0))
    done = Compactor(world.folder, world.manifest, clock=world.clock).run()
    world.manifest.add([orphan])
    assert done is not None
    assert (done.adopted, len(rows_of(world))) == (1, 1)


def test_a_torn_file_fails_no_answer(world: World) -> None:
    """A listed file that the disk destroyed is left out and told; merging puts it aside."""
    busy_hour(world, 3)
    victim = world.folder / world.manifest.live()[1].path
    victim.write_bytes(victim.read_bytes()[:100])
    with world.reading() as reading:
        answer = reading.ask("traffic", Period(NOON - timedelta(hours=1), NOON + timedelta(hours=1)))
        assert sum(row[1] for row in answer.rows) == 2 * 10
        assert "1 of the telemetry's files could not be read" in answer.notes[0]
        later(world, hours=2)
        Compactor(world.folder, world.manifest, clock=world.clock).run()
        assert reading.ask("traffic", MONTH).notes == ()
    assert victim.with_suffix(".unreadable").exists()
    assert len(rows_of(world)) == 2 * 12


def test_a_reader_that_had_begun_finds_its_files(world: World) -> None:
    """Merged files stay on disk for a minute, then they go."""
    busy_hour(world, 2)
    old = [world.folder / each.path for each in world.manifest.live()]
    later(world, hours=2)
    compactor = Compactor(world.folder, world.manifest, clock=world.clock)
    compactor.run()
    assert all(file.exists() for file in old)
    later(world, seconds=61)
    compactor.run()
    assert not any(file.exists() for file in old)
    assert len(world.manifest.names()) == len(world.manifest.live()) == 2


def test_a_reader_holds_nothing_of_the_files_it_read(world: World) -> None:
    """A service asks for months, of files that others merged and removed long since."""
    with world.reading() as reading:
        for number in range(20):
            world.keep([spanned("a", number, 5.0)])
            assert reading.query("SELECT count(*) AS n FROM events").dicts() == [{"n": number + 1}]
        held = reading.query("SELECT tag, memory_usage_bytes AS bytes FROM duckdb_memory()").dicts()
    assert {each["tag"] for each in held if each["bytes"]} <= {"EXTENSION", "METADATA"}


def test_one_at_a_time(world: World) -> None:
    """Whoever finds the lease taken does nothing."""
    Lease(world.database, "telemetry", "somebody").acquire()
    assert Compactor(world.folder, world.manifest, clock=world.clock).run() is None


def test_retention_takes_whole_files(world: World) -> None:
    """Rows older than their days go with their file, their hours stay for as long as rollups do."""
    compactor = Compactor(world.folder, world.manifest, clock=world.clock, raw_days=30, rollup_days=400)
    busy_hour(world, 2)
    later(world, days=1)
    compactor.run()
    later(world, days=31)
    world.keep([spanned("young", 32 * 86_400, 5)])
    done = compactor.run()
    assert done is not None
    assert done.too_old == 1
    assert {row[0] for row in rows_of(world)} == {"young"}
    year = Period(NOON - timedelta(days=1), NOON + timedelta(days=300))
    assert {row["name"] for row in world.ask("operations", year)} == {"ask", "model.call", "young"}
    later(world, days=401)
    compactor.run()
    assert world.ask("operations", year) == []
    later(world, minutes=2)
    compactor.run()
    assert list(world.folder.glob("*/*/*.parquet")) == []


def test_sample_data_never_mixes(world: World) -> None:
    """Sample rows have files of their own, are merged among themselves, and are read when asked for."""
    world.keep([spanned("real", 0, 5)])
    world.keep([spanned("sample", 0, 5, sample=True)])
    world.keep([spanned("sample", 1, 5, sample=True)])
    later(world, hours=2)
    Compactor(world.folder, world.manifest, clock=world.clock).run()
    assert {row[0] for row in rows_of(world)} == {"real"}
    with world.reading(sample=True) as reading:
        assert reading.query("SELECT name, count(*) FROM events GROUP BY name").rows == (("sample", 2),)
        (row,) = reading.ask("operations", MONTH).dicts()
        assert (row["name"], row["spans"]) == ("sample", 2)


def test_needed_only_when_there_is_something_to_do(world: World) -> None:
    """A few young files are left in peace."""
    compactor = Compactor(world.folder, world.manifest, clock=world.clock)
    busy_hour(world, 3)
    assert not compactor.needed()
    later(world, hours=2)
    assert compactor.needed()
    compactor.run()
    assert not compactor.needed()


@pytest.mark.slow
def test_reading_while_merging(world: World, tmp_path: Path) -> None:
    """Asked again and again while files are merged and removed, every answer has every row."""
    busy_hour(world, 40)
    expected = len(rows_of(world))
    seen: list[int] = []
    done = threading.Event()

    def ask() -> None:
        with world.reading() as reading:
            while not done.is_set():
                seen.append(reading.query("SELECT count(*) FROM events").rows[0][0])

    reader = threading.Thread(target=ask)
    reader.start()
    try:
        for _ in range(4):
            answered = len(seen)
            while len(seen) < answered + 2 and reader.is_alive():
                time.sleep(0.005)  # what is being answered has a minute of grace, over which the clock leaps
            later(world, minutes=45)
            Compactor(world.folder, world.manifest, clock=world.clock).run()
    finally:
        done.set()
        reader.join()
    assert set(seen) == {expected}
