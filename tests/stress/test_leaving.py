"""What a run starts ends with it, also when nobody can tell it to."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from workbench.stress import target
from workbench.stress.leaving import STARTER

_FOLLOWER = """
import time
from workbench.stress.leaving import end_with_starter
end_with_starter()
print("here", flush=True)
time.sleep(600)
"""
_STARTER = """
import os, subprocess, sys, time
from workbench.stress.leaving import with_me
command = [sys.executable, "-c", sys.argv[1]]
subprocess.Popen(command, env=os.environ | with_me(), start_new_session=True)
time.sleep(60)
"""
_LIKE_LOCUST = "from gevent import monkey\nmonkey.patch_all()\n"


@pytest.mark.slow
@pytest.mark.parametrize("first", ["", _LIKE_LOCUST])
def test_a_process_ends_with_a_starter_that_is_killed(first: str) -> None:
    """With -9, and although it is in a session of its own, which no signal to the starter's reaches."""
    command = [sys.executable, "-c", _STARTER, first + _FOLLOWER]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as starter:
        try:
            assert starter.stdout is not None
            assert starter.stdout.readline() == "here\n"
            (follower,) = psutil.Process(starter.pid).children()
        finally:
            starter.kill()
    _, left = psutil.wait_procs([follower], timeout=30)
    assert left == []


@pytest.mark.slow
def test_a_process_whose_starter_went_before_it_looked_ends_too() -> None:
    """Whoever is its parent by then."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    command = [sys.executable, "-c", _FOLLOWER]
    assert subprocess.run(command, env={STARTER: str(gone.pid)}, timeout=60, check=False).returncode == -9


class NotReady:
    """A service that has said where it listens and is not ready yet."""

    url = "http://127.0.0.1:9"
    killed = False

    def __init__(self, *_: object) -> None:
        """Start nothing."""

    def kill(self) -> None:
        NotReady.killed = True


def test_a_service_that_is_not_ready_when_we_are_stopped_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody else knows of it by then."""

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(target, "Child", NotReady)
    monkeypatch.setattr(target, "wait_until_ready", stopped)
    with pytest.raises(KeyboardInterrupt):
        target._serve({}, tmp_path / "serve.log", "0", ())
    assert NotReady.killed


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("how", ["stopped", "kernel killed"])
def test_a_batch_of_stress_leaves_nothing_that_runs(tmp_path: Path, how: str) -> None:
    """The service, the stand-in, the people and the arrivals end with it, and so does what they started."""
    command = [str(Path(sys.executable).with_name("workbench")), "batch", "stress", "micro", "1", "300"]
    environment = os.environ | {"WORKBENCH_DATA": str(tmp_path / "data"), "TMPDIR": str(tmp_path)}
    with subprocess.Popen([*command, "--no-html"], env=environment, stderr=subprocess.PIPE, text=True) as run:
        try:
            family = loading(psutil.Process(run.pid))
            (kernel,) = psutil.Process(run.pid).children()
            run.terminate() if how == "stopped" else kernel.kill()
            told = run.communicate(timeout=120)[1]
        finally:
            run.kill()
    assert (run.returncode, "stopped by" in told, "kernel died" in told) == (
        (130, True, False) if how == "stopped" else (1, False, True)
    )
    assert psutil.wait_procs(family, timeout=90)[1] == []
    assert wait_until(lambda: not of_folder(tmp_path), seconds=90), of_folder(tmp_path)


def loading(batch: psutil.Process) -> list[psutil.Process]:
    """Wait until everything is there that makes a load; returns it."""
    family: list[psutil.Process] = []

    def complete() -> bool:
        family[:] = batch.children(recursive=True)
        lines = [" ".join(line_of(each)) for each in family]
        return all(
            any(part in line for line in lines)
            for part in ("serve", "stress.stand_in", "people.py", "stress.arrivals")
        )

    assert wait_until(complete, seconds=180), family
    return family


def of_folder(folder: Path) -> list[psutil.Process]:
    """Return what was started with that folder for what is temporary, and what that has started."""
    found = []
    for each in psutil.process_iter():
        with suppress(psutil.Error):
            if each.environ().get("TMPDIR") == str(folder):
                found.append(each)
    return found


def line_of(process: psutil.Process) -> list[str]:
    with suppress(psutil.Error):
        return process.cmdline()
    return []


def wait_until(holds: Callable[[], bool], seconds: float) -> bool:
    ends = time.monotonic() + seconds
    while not (held := holds()) and time.monotonic() < ends:
        time.sleep(0.1)
    return held
