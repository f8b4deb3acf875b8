"""The recorder keeps what was measured and never gets in the way: full disk, fork, killed process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import pytest

from tests.telemetry.making import World
from workbench.spans import Record, attach, span
from workbench.telemetry.compactor import Compactor
from workbench.telemetry.question import Period
from workbench.telemetry.recorder import Recorder
from workbench.telemetry.segments import Manifest


def until(true: Callable[[], object], seconds: float = 240) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.01)


def names(world: World) -> list[str]:
    with world.reading() as reading:
        return [row[0] for row in reading.query("SELECT name FROM events ORDER BY ts, name").rows]


def test_what_is_measured_can_be_asked(world: World) -> None:
    """A span with everything it knows is a row: model, tokens, money, and the rest as JSON."""
    recorder = Recorder(world.folder, world.manifest)
    stop = attach(recorder)
    with span("model.call", project_id="P", model="m", provider="p", input_tokens=7, cost_usd=0.5, frames=3):
        pass
    stop()
    assert recorder.flush()
    with world.reading() as reading:
        (row,) = reading.query("SELECT * FROM events").dicts()
    assert (row["name"], row["project_id"], row["model"], row["provider"]) == ("model.call", "P", "m", "p")
    assert (row["input_tokens"], row["cost_usd"], row["output_tokens"], row["sample"]) == (
        7,
        0.5,
        None,
        False,
    )
    assert (json.loads(row["attributes"]), len(row["trace_id"]), row["parent_id"]) == (
        {"frames": 3},
        32,
        None,
    )
    recorder.close()


def test_it_writes_by_itself(world: World) -> None:
    """Nobody has to flush: the thread does, and the list knows the file."""
    recorder = Recorder(world.folder, world.manifest, flush_seconds=0.01)
    recorder(Record("count", "tick", {}))
    until(lambda: recorder.state.written)
    assert (names(world), recorder.state.written) == (["tick"], 1)
    recorder.close()


def test_a_full_queue_drops_and_counts(world: World) -> None:
    """What finds no room is dropped; how much that was is itself recorded."""
    recorder = Recorder(world.folder, world.manifest, flush_seconds=60, most_waiting=10)
    for _ in range(25):
        recorder(Record("count", "tick", {}))
    assert (recorder.state.waiting, recorder.state.dropped) == (10, 15)
    recorder.flush()
    recorder.close()
    with world.reading() as reading:
        told = reading.query("SELECT name, count(*), sum(value) FROM events GROUP BY name ORDER BY name")
    assert told.rows == (("telemetry.dropped", 1, 15.0), ("tick", 10, None))


def test_work_that_never_rests_is_no_trouble(world: World) -> None:
    """What is recorded while the rest is written waits for the next second, not for a disk to recover."""
    recorder = Recorder(
        world.folder,
        world.manifest,
        flush_seconds=60,
        listeners=[lambda _: recorder(Record("count", "meanwhile", {}))],
    )
    recorder(Record("count", "tick", {}))
    assert recorder.flush()
    assert (recorder.state.written, recorder.state.waiting, recorder.state.failures) == (1, 1, 0)
    recorder.close()


@pytest.mark.parametrize("trouble", ["full", "read-only", "closed database", "folder is a file"])
def test_nothing_that_breaks_breaks_the_work(
    world: World, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk, a read-only folder, a closed database: the work goes on, and the trouble is told."""
    if trouble == "closed database":
        monkeypatch.setattr(Manifest, "add", _refuse(RuntimeError("closed")))
    elif trouble == "folder is a file":
        world.folder.write_text("not a folder")
    else:
        error = OSError(28, "No space left on device") if trouble == "full" else PermissionError("read-only")
        monkeypatch.setattr("pyarrow.parquet.write_table", _refuse(error))
    recorder = Recorder(world.folder, world.manifest, most_waiting=5)
    stop = attach(recorder)
    for _ in range(8):
        with span("save"):
            pass
    flushed = recorder.flush()
    assert flushed == (trouble == "closed database")
    assert recorder.state.waiting <= 6, "five, and one that tells what was dropped"
    assert bool(recorder.state.trouble) != flushed
    stop()
    recorder.close()
    recorder.close()


def _refuse(error: Exception) -> Callable[..., None]:
    def refuse(*_: object, **__: object) -> None:
        raise error

    return refuse


def test_what_could_not_be_written_is_written_later(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk has room again, the records that waited are all there."""
    recorder = Recorder(world.folder, world.manifest, flush_seconds=60)
    with monkeypatch.context() as patch:
        patch.setattr("pyarrow.parquet.write_table", _refuse(OSError(28, "No space left on device")))
        recorder(Record("count", "before", {}))
        assert not recorder.flush()
    recorder(Record("count", "after", {}))
    assert recorder.flush()
    recorder.close()
    assert names(world) == ["after", "before"] or names(world) == ["before", "after"]
    assert list(world.folder.glob("**/*.tmp")) == []


def test_any_attribute_is_taken(world: World) -> None:
    """Objects, infinities, huge numbers and endless texts become something JSON can hold."""
    recorder = Recorder(world.folder, world.manifest)
    stop = attach(recorder)

    class Odd:
        def __str__(self) -> str:
            raise ValueError("no text")

    with span(
        "fine", thing=object(), much=float("inf"), nan=float("nan"), long="x" * 9999, input_tokens=2**80
    ):
        pass
    with span("odd", thing=Odd()):
        pass
    stop()
    recorder.flush()
    recorder.close()
    assert "fine" in names(world)
    assert recorder.state.dropped == 1


def test_many_threads_lose_nothing(world: World) -> None:
    """Eight threads at once: every span is there once."""
    recorder = Recorder(world.folder, world.manifest, flush_seconds=0.01)

    def work() -> None:
        for _ in range(500):
            with span("piece", to=recorder):
                pass

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    recorder.close()
    with world.reading() as reading:
        assert reading.query("SELECT count(*), count(DISTINCT span_id) FROM events").rows == ((4000, 4000),)


PROGRAM = """
import os, sys, time
from pathlib import Path
from workbench.store.database import Database
from workbench.spans import attach, count, span
from workbench.telemetry.recorder import Recorder
from workbench.telemetry.segments import Manifest
folder = Path(sys.argv[1])
database = Database.open(folder / "workbench.db", migrate=False)
recorder = Recorder(folder / "telemetry", Manifest(database), flush_seconds=0.2)
attach(recorder)
"""


def run(world: World, body: str, **options: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM + body, str(world.folder.parent)],
        stdout=subprocess.PIPE,
        text=True,
        **options,
    )


@pytest.mark.slow
def test_a_killed_process_leaves_readable_files(world: World) -> None:
    """kill -9 in the middle of recording loses what was not flushed, a second or so, and spoils nothing."""
    body = (
        "number = 0\n"
        "while True:\n"
        "    number += 1\n"
        "    count('tick', number)\n"
        "    print(number, time.time(), flush=True) if number % 10 == 0 else None\n"
        "    time.sleep(0.001)\n"
    )
    process = run(world, body)
    until(lambda: len(world.manifest.live()) >= 3)
    os.kill(process.pid, signal.SIGKILL)
    told, _ = process.communicate()
    numbers = [
        (int(line.split()[0]), float(line.split()[1])) for line in told.splitlines() if line.count(" ")
    ]
    with world.reading() as reading:
        kept, distinct, most, last = reading.query(
            "SELECT count(*), count(DISTINCT value), max(value), epoch(max(ts)) FROM events"
        ).rows[0]
    assert kept == distinct == most, "nothing in between is missing and nothing is there twice"
    assert kept > 0
    assert numbers[-1][1] - last < 20, "flushes come every 0.2 s here; a busy machine gets some room"


@pytest.mark.slow
@pytest.mark.parametrize("end", ["returns", "SIGTERM", "raises"])
def test_a_process_that_ends_leaves_everything(world: World, end: str) -> None:
    """Whether it ends by itself, by SIGTERM or by an error, the last second is written too."""
    body = {
        "returns": "",
        "SIGTERM": "os.kill(os.getpid(), 15); time.sleep(60)",
        "raises": "sys.stderr.close(); raise ValueError",
    }[end]
    process = run(world, "count('last', 1)\n" + body)
    process.communicate(timeout=120)
    assert process.returncode == {"returns": 0, "SIGTERM": -15, "raises": 1}[end]
    assert names(world) == ["last"]


@pytest.mark.slow
def test_two_processes_share_a_folder(world: World) -> None:
    """Both are read together, each under its own name."""
    body = "for _ in range(100):\n    count('tick', 1)\n"
    processes = [run(world, body) for _ in range(2)]
    for process in processes:
        process.communicate(timeout=120)
    rows = world.ask("recording", Period.last(hours=1))
    assert [row["rows"] for row in rows] == [100, 100]


@pytest.mark.slow
def test_a_forked_child_records_for_itself(world: World) -> None:
    """The child writes a file of its own, which the compactor finds; the parent keeps its own."""
    body = (
        "import workbench.telemetry.parquet\n"
        "count('parent', 1)\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    count('child', 1)\n"
        "    recorder.flush()\n"
        "    os._exit(0)\n"
        "os.waitpid(child, 0)\n"
    )
    process = run(world, body)
    process.communicate(timeout=120)
    assert process.returncode == 0
    orphans = {file.stem for file in world.folder.glob("raw/*/s-*.parquet")} - world.manifest.names()
    assert len(orphans) == 1
    assert names(world) == ["parent"]
    world.clock.advance(time.time() - world.clock.now().timestamp() + 3600)
    Compactor(world.folder, world.manifest, clock=world.clock).run()
    assert sorted(names(world)) == ["child", "parent"]
