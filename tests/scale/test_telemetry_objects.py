"""Telemetry in object storage: two machines, one list and one bucket, on a real S3-compatible server."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.telemetry.making import DAY, World, spanned
from workbench.cli.main import run
from workbench.errors import Conflict, EnvironmentFault, InputError
from workbench.spans import span
from workbench.store.database import Database
from workbench.studio.settings import Settings
from workbench.studio.workspace import Workspace
from workbench.telemetry.compactor import FAN, Compactor
from workbench.telemetry.depot import MARKS, Depot
from workbench.telemetry.question import Period
from workbench.telemetry.room import Telemetry
from workbench.telemetry.shipping import Shipper, Storage

pytestmark = pytest.mark.slow
COUNT = "SELECT count(*) AS found, count(DISTINCT span_id) AS different FROM events"


class Machine(World):
    """A machine with a folder of its own that shares the database and the bucket."""

    def __init__(self, folder: Path, address: str, name: str) -> None:
        super().__init__(folder)
        self.folder = folder / name / "telemetry"
        self.depot = Depot(self.folder, address, now=self.clock.monotonic)
        self.shipper = Shipper(self.manifest, self.depot, Storage(address, 0.0), clock=self.clock)

    def compactor(self, **options: Any) -> Compactor:
        return Compactor(self.folder, self.manifest, clock=self.clock, depot=self.depot, **options)

    def rows(self, period: Period | None = None) -> tuple[int, int]:
        with self.reading(depot=self.depot) as reading:
            answer = reading.query(COUNT, period)
            self.notes = answer.notes
            return answer.rows[0]

    def objects(self) -> list[str]:
        from s3fs import S3FileSystem

        files = S3FileSystem(use_listings_cache=False)
        root = self.depot.address.removeprefix("s3://")
        return sorted(each.removeprefix(f"{root}/") for each in files.find(root))

    def here(self) -> list[str]:
        return sorted(str(each.relative_to(self.folder)) for each in self.folder.glob("r*/*/*.parquet"))


@pytest.fixture
def address(storage: str, request: pytest.FixtureRequest) -> str:
    return f"{storage}/{request.node.name}"


@pytest.fixture
def machines(address: str, tmp_path: Path) -> Iterator[tuple[Machine, Machine]]:
    Database.open(tmp_path / "workbench.db").close()
    made = Machine(tmp_path, address, "one"), Machine(tmp_path, address, "two")
    yield made
    for each in made:
        each.close()


def test_what_one_machine_records_another_answers(machines: tuple[Machine, Machine]) -> None:
    """Its files lie in the bucket by day; fetched once, they answer without a storage."""
    one, two = machines
    one.keep_all([spanned("ask", number, 5)] for number in range(5))
    assert two.rows() == (0, 0)
    assert "5 of the telemetry's files are not at s3://" in two.notes[0]
    assert one.shipper.run() == 5
    assert one.objects() == [each.path for each in one.manifest.live()]
    assert one.objects()[0].startswith("raw/2026-03-01/s-")
    two.clock.advance(60)
    assert two.rows() == (5, 5)
    assert two.notes == ()
    assert two.here() == one.here()
    two.depot.address = "s3://nobody"
    assert two.rows() == (5, 5)
    assert one.shipper.run() == 0


def test_a_storage_that_is_away_stops_nothing(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Recording and answering go on; the failure is counted and told; everything is sent when it is back."""
    with Database.open(tmp_path / "workbench.db") as database:
        with monkeypatch.context() as away:
            away.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
            _skip_instance_cache()
            with Telemetry(tmp_path / "here", database, storage=Storage(address, 0.1)) as telemetry:
                with span("ask"):
                    pass
                _until(lambda: telemetry.shipper is not None and telemetry.shipper.depot.failures > 0)
                assert telemetry.query(COUNT).dicts()[0]["found"] >= 1
                assert telemetry.shipper is not None
                state = telemetry.shipper.state
                assert state.waiting >= 1
                assert "could not be used" in state.trouble
        _skip_instance_cache()
        with Telemetry(tmp_path / "there", database, recording=False, storage=Storage(address)) as other:
            assert "are not at" in other.query(COUNT).notes[0]
            with Telemetry(tmp_path / "here", database, storage=Storage(address)) as telemetry:
                _until(lambda: _shipped(telemetry))
                _until(lambda: _all_there(telemetry, other))
            counted = other.query("SELECT count(*) FROM events WHERE name = 'telemetry.storage_failed'")
            assert counted.rows[0][0] >= 1


def test_sending_that_is_killed_goes_on_and_counts_nothing_twice(
    machines: tuple[Machine, Machine], tmp_path: Path
) -> None:
    """A process is killed with -9 in the middle of it; the next one sends what is left."""
    one, two = machines
    one.keep_all([spanned("ask", number, 5)] for number in range(60))
    script = f"""
        from tests.scale.test_telemetry_objects import Machine
        from pathlib import Path
        made = Machine(Path({str(tmp_path)!r}), {one.depot.address!r}, "one")
        print("begins", flush=True)
        made.shipper.run()
    """
    sender = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)],
        stdout=subprocess.PIPE,
        cwd=Path.cwd(),
        env=os.environ,
    )
    assert sender.stdout is not None
    sender.stdout.readline()
    _until(lambda: len(one.objects()) >= 3 or sender.poll() is not None)
    sender.send_signal(signal.SIGKILL)
    sender.wait()
    sender.stdout.close()
    sent = len(one.objects())
    one.clock.advance(120)
    assert one.shipper.run() >= 60 - sent
    assert len(one.objects()) == 60
    assert two.rows() == (60, 60)


def test_half_an_object_is_not_read_and_is_sent_again(machines: tuple[Machine, Machine]) -> None:
    """A storage that writes in pieces shows half a file: nobody takes it for the file."""
    one, two = machines
    one.keep([spanned("ask", 1, 5)])
    (segment,) = one.manifest.live()
    files, key = one.depot._key(segment.path)
    files.pipe_file(key, (one.folder / segment.path).read_bytes()[:-9])
    assert two.rows() == (0, 0)
    one.shipper.run()
    two.clock.advance(60)
    assert two.rows() == (1, 1)


def test_a_machine_merges_what_others_sent_and_every_row_counts_once(
    machines: tuple[Machine, Machine],
) -> None:
    """The merged file is in the bucket before it stands for others; those go, there and on every machine."""
    one, two = machines
    one.keep_all([spanned("ask", number, 5)] for number in range(FAN))
    two.keep_all([spanned("ask", number, 5)] for number in range(4))
    one.keep([spanned("late", 1, 5)])
    late = one.manifest.live()[-1]
    (one.folder / late.path).rename(one.folder / "kept-back")
    one.shipper.run()
    (one.folder / "kept-back").rename(one.folder / late.path)
    for each in machines:
        each.clock.advance(2 * 3600)
    done = two.compactor().run()
    assert done is not None
    assert done.live == 3
    assert two.rows() == (FAN + 4, FAN + 4)
    assert len(two.notes) == 1
    one.shipper.run()
    for each in machines:
        each.clock.advance(300)
    assert one.rows() == (FAN + 5, FAN + 5)
    for each in (one, two, one):
        each.compactor().run()
        each.shipper.run()
        each.clock.advance(120)
    names = [each.path for each in one.manifest.live()]
    assert one.objects() == sorted(names)
    assert set(one.here()) <= set(names)
    assert one.rows() == two.rows() == (FAN + 5, FAN + 5)


def test_what_was_sent_is_never_taken_for_a_new_file(machines: tuple[Machine, Machine]) -> None:
    """Another machine merged it, so its row is gone, and it still lies here: removed, not adopted."""
    one, two = machines
    one.keep_all([spanned("ask", number, 5)] for number in range(FAN))
    one.shipper.run()
    two.compactor().run()
    for each in machines:
        each.clock.advance(3600)
    two.compactor().run()
    left = [each for each in one.here() if "/s-" in each]
    assert len(left) == FAN
    for each in left:
        os.utime(one.folder / each, (0, 0))
    Compactor(one.folder, one.manifest, clock=one.clock).run()
    assert one.rows() == (FAN, FAN)
    one.shipper.run()
    assert not [each for each in one.here() if "/s-" in each]
    assert set((one.folder / MARKS).iterdir()) == {
        one.folder / MARKS / each.id for each in one.manifest.live()
    }


def test_a_merge_that_cannot_be_sent_does_not_happen(
    machines: tuple[Machine, Machine], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files that others can read stay as they are; files that only lie here are merged without a storage."""
    one, two = machines
    one.keep_all([spanned("ask", number, 5)] for number in range(FAN))
    one.shipper.run()
    before = one.manifest.live()
    failing = pytest.MonkeyPatch()
    failing.setattr(one.depot, "send", _fails)
    done = one.compactor().run()
    assert done is not None
    assert one.manifest.live() == before
    assert one.depot.failures == 1
    two.keep_all([spanned("ask", number, 5)] for number in range(FAN))
    monkeypatch.setattr(two.depot, "_key", _fails)
    two.compactor().run()
    assert sorted(each.level for each in two.manifest.live()) == [0] * FAN + [1]
    failing.undo()
    one.compactor().run()
    assert one.rows()[0] == FAN


def test_retention_removes_partitions_from_the_bucket(machines: tuple[Machine, Machine]) -> None:
    """Days that are too old go, with their objects; what is younger stays."""
    one, two = machines
    one.keep([spanned("old", 1, 5)])
    one.shipper.run()
    for each in machines:
        each.clock.advance(timedelta(days=31).total_seconds())
    one.keep([spanned("new", timedelta(days=31).total_seconds(), 5)])
    one.shipper.run()
    for _ in range(2):
        two.compactor(raw_days=30, rollup_days=400).run()
        two.clock.advance(120)
    kinds = [each.split("/")[0] for each in one.objects()]
    assert kinds == ["raw", "rollup"]
    assert one.objects()[0].startswith("raw/2026-04-01/")


def test_the_folder_keeps_so_many_bytes_and_nothing_unsent_goes(machines: tuple[Machine, Machine]) -> None:
    """Sent files are let go, the oldest first, and fetched again when somebody asks."""
    one, _ = machines
    one.keep_all([spanned("ask", number, 5)] for number in range(4))
    one.shipper.run()
    one.keep([spanned("unsent", 9, 5)])
    unsent = next(each for each in one.manifest.live() if not one.depot.is_sent(each))
    for each in one.here():
        os.utime(one.folder / each, (0, 0))
    assert one.depot.make_room(one.manifest.live(), 0) == 4
    assert one.here() == [unsent.path]
    assert one.rows(DAY) == (5, 5)


def test_settings_open_it_and_a_key_in_the_address_is_refused(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By environment, as the files' address; a storage that cannot be told is refused when it is set."""
    monkeypatch.setenv("WORKBENCH_TELEMETRY_FILES", f"{address}/")
    assert Settings(data=tmp_path).telemetry.files == address
    for wrong in ("s3://key:secret@bucket/x", "bucket"):
        monkeypatch.setenv("WORKBENCH_TELEMETRY_FILES", wrong)
        with pytest.raises(InputError):
            Settings(data=tmp_path)


def test_a_machine_ships_by_command_and_another_reports(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`workbench telemetry ship` sends what a short command recorded; `report` elsewhere tells of it."""
    monkeypatch.setenv("WORKBENCH_DATABASE", f"sqlite:///{tmp_path / 'shared.db'}")
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path / "here"))
    assert run(["telemetry", "ship"]) == 2
    assert "WORKBENCH_TELEMETRY_FILES" in capsys.readouterr().err
    monkeypatch.setenv("WORKBENCH_TELEMETRY_FILES", address)
    with Workspace(Settings()), span("shipped.by_command"):
        pass
    assert run(["telemetry", "ship"]) == 0
    assert f"to {address}; 0 are left." in capsys.readouterr().out
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path / "there"))
    assert run(["report", "--last", "1h"]) == 0
    assert "shipped.by_command" in capsys.readouterr().out
    assert run(["telemetry", "state", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["storage"]["address"] == address


def _shipped(telemetry: Telemetry) -> bool:
    """Send everything; False while the one who was closed with the storage away is still at it."""
    try:
        return telemetry.shipper is not None and telemetry.shipper.run(everything=True) >= 1
    except Conflict:
        return False


def _all_there(telemetry: Telemetry, other: Telemetry) -> bool:
    """Send what was recorded since, as by the one who still fails, and ask the other one for everything."""
    _shipped(telemetry)
    other.reading()._depot._missing.clear()  # type: ignore[union-attr]
    return other.query(COUNT).notes == ()


def _fails(*_: object) -> None:
    raise EnvironmentFault("The storage is away.", remedy="Wait.")


def _skip_instance_cache() -> None:
    from s3fs import S3FileSystem

    S3FileSystem.clear_instance_cache()


def _until(true: Any) -> None:
    import time

    ends = time.monotonic() + 90
    while time.monotonic() < ends:
        if true():
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen")
