"""What makes the load, and what looks on: a generator that dies, a lock that is not had."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from workbench.errors import EnvironmentFault
from workbench.store import engines
from workbench.store.database import Database
from workbench.stress.leak import memory_trend
from workbench.stress.order import Order
from workbench.stress.presets import PRESETS
from workbench.stress.running import Load, _trouble, _wait
from workbench.stress.samples import Sample
from workbench.stress.verdict import judge
from workbench.stress.watching import Watch, lock_wait

CALM = PRESETS["smoke"]
NO_TREND = memory_trend([], [], 0.25)


def dying(code: int, *, over: bool, folder: Path) -> Load:
    """Return a load whose people end after a moment."""
    order = Order("", CALM, (), str(folder), "p", "r")
    if over:
        order.over("people").touch()
    command = [sys.executable, "-c", f"import time; time.sleep(0.2); raise SystemExit({code})"]
    return Load(order, Watch(lambda: None, ()), {"people": subprocess.Popen(command)})


@pytest.mark.slow
@pytest.mark.parametrize(("code", "over"), [(3, False), (0, False), (2, True)])
def test_a_generator_that_dies_ends_the_run_and_makes_it_invalid(
    code: int, over: bool, tmp_path: Path
) -> None:
    """At once, with the reason, whatever was measured until then."""
    load = dying(code, over=over, folder=tmp_path)
    began = time.monotonic()
    _wait(load, replace(CALM, seconds=1800), lambda _: None)
    load.see_out()
    assert time.monotonic() - began < 60
    verdict = judge(CALM, (), (), NO_TREND, died=load.died)
    assert verdict.ruling == "INVALID"
    assert f"The generator of people did not come to its end; its exit code was {code}." in verdict.invalid
    (tmp_path / "people.log").write_text("MemoryError")
    answered = Sample("people", "request", "look at a frame", 0, 0, 1)
    assert "MemoryError" in _trouble(tmp_path, [answered], load.died)


@pytest.mark.slow
def test_a_generator_that_comes_to_its_end_is_waited_for(tmp_path: Path) -> None:
    """What is under way when the time is over is seen through."""
    load = dying(0, over=True, folder=tmp_path)
    load.see_out()
    assert load.generators["people"].returncode == 0
    assert load.died == ()


def test_a_lock_that_is_not_had_counts_as_long_as_was_waited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worst waits would else be those that are left out."""
    monkeypatch.setattr(engines, "BUSY_SECONDS", 0.05)
    with Database.open(tmp_path / "a.db") as database, Database.open(tmp_path / "a.db") as other:
        assert (lock_wait(database) or 9) < 9
        with other.write():
            assert (lock_wait(database) or 0) >= 0.05
    gone = Database.open(tmp_path / "b.db")
    monkeypatch.setattr(gone, "write", lambda: (_ for _ in ()).throw(EnvironmentFault("gone")))
    assert lock_wait(gone) is None
    gone.close()
