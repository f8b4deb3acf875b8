"""Rows that were written before Arrow was there: read by everybody, once, whoever is killed and whenever."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from tests.telemetry.making import DAY, NOON, World, spanned
from tests.telemetry.test_recorder import names, run, until
from workbench.telemetry.compactor import Compactor
from workbench.telemetry.metrics import Metrics
from workbench.telemetry.parquet import write_segment
from workbench.telemetry.room import Telemetry
from workbench.telemetry.segments import Segment, microseconds
from workbench.telemetry.spool import adopt_spool
from workbench.telemetry.texts import texts, write_text

ARROW_NEVER_COMES = """
class Slow:
    def find_spec(self, name, path=None, target=None):
        if name == "pyarrow":
            time.sleep(600)
sys.meta_path.insert(0, Slow())
"""

COUNTING = """
number = 0
while True:
    number += 1
    count("tick", number)
    print(number, time.time(), "pyarrow" in sys.modules, flush=True)
    time.sleep(0.005)
"""


def text(world: World, *named: str, name: str = "s-1", at: float = 0, **more: object) -> Path:
    """Leave a span of each name as text."""
    moment = microseconds(NOON) + round(at * 1e6)
    rows = [spanned(each, 0, 5, project_id="P") | {"ts": moment + number} | more
            for number, each in enumerate(named)]  # fmt: skip
    write_text(world.folder, rows, name)
    return world.folder / "spool" / f"{name}.jsonl"


def later(world: World, **much: float) -> None:
    world.clock.advance(timedelta(**much).total_seconds())


def merged_away(world: World) -> None:
    """Merge what is there, and remove the files it was made of from the disk and from the list."""
    for _ in range(3):
        later(world, hours=3)
        Compactor(world.folder, world.manifest, clock=world.clock).run()


@pytest.mark.slow
@pytest.mark.parametrize("before", ["", ARROW_NEVER_COMES], ids=["at once", "while Arrow loads"])
def test_a_new_process_that_is_killed_leaves_its_rows(world: World, before: str) -> None:
    """kill -9 in the first seconds loses what was not flushed, as it does later."""
    process = run(world, before + COUNTING)
    until(lambda: len(texts(world.folder)) >= (3 if before else 1) or world.manifest.live())
    os.kill(process.pid, signal.SIGKILL)
    told, _ = process.communicate()
    last = [line.split() for line in told.splitlines() if line.count(" ") == 2][-1]
    assert before == "" or last[2] == "False", "Arrow was not there"
    with world.reading() as reading:
        asked = "SELECT count(*), count(DISTINCT value), max(value), epoch(max(ts)) FROM events"
        kept, distinct, most, end = reading.query(asked).rows[0]
    assert kept == distinct == most > 0, "nothing in between is missing and nothing is there twice"
    assert float(last[1]) - end < 5, "flushes come every 0.2 s here; a busy machine gets some room"


KILLED = """
import os, sys
from pathlib import Path
import workbench.telemetry.spool as spool
from workbench.store.database import Database
from workbench.telemetry.segments import Manifest
folder, step = Path(sys.argv[1]), sys.argv[2]

def die(*_, **__):
    os.kill(os.getpid(), 9)

def write_half(rows, file, **_):
    Path(file).write_bytes(b"PAR1 half")
    die()

class Dies(Manifest):
    def add(self, segments):
        super().add(segments) if step == "listed" else None
        die()

if step == "writing":
    spool.write_segment.__globals__["pq"].write_table = write_half
spool.adopt_spool(folder / "telemetry", Dies(Database.open(folder / "workbench.db", migrate=False)))
"""


@pytest.mark.slow
@pytest.mark.parametrize("step", ["writing", "written", "listed"])
def test_killed_while_texts_become_files(world: World, step: str) -> None:
    """kill -9 at any moment of it: every row is read once, the next day too, and after all was merged."""
    text(world, "ask", "save")
    done = subprocess.run([sys.executable, "-c", KILLED, str(world.folder.parent), step], check=False)
    assert done.returncode == -signal.SIGKILL
    assert len(texts(world.folder)) == 1
    later(world, days=1)
    assert names(world) == ["ask", "save"]
    assert texts(world.folder) == []
    for file in world.folder.glob("raw/*/*"):
        os.utime(file, (0, 0))
    merged_away(world)
    assert names(world) == ["ask", "save"]
    assert list(world.folder.glob("raw/*/s-*")) == []


def test_several_at_once_take_each_row_once(world: World) -> None:
    """Readers that find the same texts make the same files."""
    for number in range(12):
        text(world, "ask", name=f"s-{number:02}")
    threads = [threading.Thread(target=adopt_spool, args=(world.folder, world.manifest)) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert names(world) == ["ask"] * 12
    assert list(world.folder.glob("**/*.tmp")) == []


def test_whoever_comes_too_late_adds_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped for hours in the middle, it finds that the rows were merged into another file since."""
    left = text(world, "ask")

    def after_hours(folder: Path, rows: object, name: str, now: object) -> Segment:
        monkeypatch.undo()
        adopt_spool(world.folder, world.manifest)
        merged_away(world)
        return write_segment(folder, rows, name, now)

    monkeypatch.setattr("workbench.telemetry.spool.write_segment", after_hours)
    assert adopt_spool(world.folder, world.manifest) == 0
    assert (names(world), left.exists(), list(world.folder.glob("raw/*/s-*"))) == (["ask"], False, [])


def test_what_is_no_row_is_left_out(world: World) -> None:
    """A torn line is passed over; a text that no table can be made of is put aside, and its like are read."""
    good = json.dumps(
        {"ts": microseconds(NOON), "kind": "count", "name": "tick", "value": 2.0, "sample": False}
    )
    torn = text(world, "x")
    torn.write_text(
        f"{good}\n{good[:40]}\n[1]\n" + '{"ts": 1e99}\n{"ts": -5}\n{"ts": 1' + "0" * 30 + f"}}\n{good}\n"
    )
    odd = text(world, "y", name="s-2")
    odd.write_text(good.replace("2.0", '"two"'))
    text(world, name="s-3")
    assert names(world) == ["tick", "tick"]
    assert texts(world.folder) == []
    assert odd.with_suffix(".unreadable").exists()


def test_a_full_disk_spoils_no_answer(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be taken in now is missing, the answer says so, and the next one has it."""
    world.keep([spanned("before", 0, 5)])
    text(world, "ask", at=1)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with world.reading() as reading, monkeypatch.context() as patch:
        patch.setattr("pyarrow.parquet.write_table", full)
        answer = reading.ask("operations", DAY)
        assert [row["name"] for row in answer.dicts()] == ["before"]
        assert "1 files of new rows could not be taken in" in answer.notes[0]
        assert "No space left" in answer.notes[0]
    assert names(world) == ["before", "ask"]


def test_old_rows_and_samples_are_what_they_are(world: World) -> None:
    """Rows that lay as text for too long go with retention; a sample stays among samples."""
    text(world, "old", name="s-old", at=-31 * 86_400)
    text(world, "ask")
    text(world, "made up", name="s-sample", sample=True)
    Compactor(world.folder, world.manifest, clock=world.clock, raw_days=30).run()
    assert names(world) == ["ask"]
    with world.reading(sample=True) as reading:
        assert reading.query("SELECT name FROM events").rows == (("made up",),)


def test_everybody_reads_them(world: World) -> None:
    """Questions, the report and the metrics have the rows of a process that was killed a moment ago."""
    with Telemetry(world.folder, world.database, recording=False, clock=world.clock) as telemetry:
        text(world, "studio.ask", name="s-1")
        later(world, seconds=5)
        assert [row["name"] for row in telemetry.ask("operations").dicts()] == ["studio.ask"]
        text(world, "studio.ask", name="s-2")
        assert telemetry.report().parts["operations"].dicts()[0]["ok"] == 2
        text(world, "studio.ask", name="s-3")
        told = Metrics(telemetry, since=NOON - timedelta(hours=1)).text().decode()
    counted = [line for line in told.splitlines() if line.startswith("workbench_operations_total")]
    assert [(('operation="studio.ask"' in line), line.split()[-1]) for line in counted] == [(True, "3.0")]


@pytest.mark.slow
def test_a_process_that_lives_makes_files_of_its_own_texts(world: World) -> None:
    """Once Arrow is there, in the background, the first rows lie with the others; nobody had to ask."""
    body = (
        "recorder.close()\n"
        "from workbench.telemetry.room import Telemetry\n"
        "telemetry = Telemetry(folder / 'telemetry', database, flush_seconds=0.05)\n"
        "assert 'pyarrow' not in sys.modules\n"
        "for number in range(10**6):\n"
        "    count('tick', number)\n"
        "    time.sleep(0.01)\n"
    )
    process = run(world, body)
    try:
        until(lambda: world.manifest.live("raw") and not texts(world.folder))
    finally:
        process.kill()
        process.communicate()
    with world.reading() as reading:
        kept, most = reading.query("SELECT count(*), max(value) + 1 FROM events WHERE name = 'tick'").rows[0]
    assert kept == most > 0


def test_half_a_letter_stops_no_recording(world: World) -> None:
    """Text that no file can hold is kept as well as it can be."""
    with Telemetry(world.folder, world.database, clock=world.clock) as telemetry:
        from workbench.spans import span

        with span("odd", project_id="P\ud800", note="half \udfff"):
            pass
        found = telemetry.query("SELECT project_id, attributes FROM events WHERE name = 'odd'").rows
    assert found == (("P?", '{"note":"half ?"}'),)
