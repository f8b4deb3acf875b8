"""The faults of a drill. Each is real, and raises when it could not be made or did not hold."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from tempfile import TemporaryFile

import httpx
import psutil

from workbench.errors import EnvironmentFault
from workbench.lifecycle.litter import DRILL_DISK
from workbench.stress.drill_people import BY_HAND, Person
from workbench.stress.footprint import PAINTERS, PICTURES, SANDBOXES, kind_of
from workbench.stress.stand_in import Thinking
from workbench.stress.target import Target, wait_until_ready

CALM_SECONDS = 1.0
FAULT_SECONDS = 4.0
RECOVERY_SECONDS = 90.0
DISK_MEGABYTES = 48
KILLS = 3
QUICK = Thinking(0.05, 0.3)
SLOW = Thinking(3.0, 0.3)
FAILING = Thinking(0.05, 0.3, failing=1.0)
NO_DISK = "A small file system of its own needs Linux and root."
_WORKERS = (PAINTERS, SANDBOXES, PICTURES)
_LOCKER = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
connection.execute("BEGIN IMMEDIATE"); print("locked", flush=True)
time.sleep(float(sys.argv[2])); connection.execute("ROLLBACK")
"""


@dataclass
class Stage:
    """What faults act on, and who works meanwhile; `began` and `ended` tell when the last one held."""

    target: Target
    people: Sequence[Person]
    disk: Path | None = None
    restart_database: str = ""
    began: float = 0.0
    ended: float = 0.0

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Note that the fault holds while the block runs."""
        self.began = time.monotonic()
        try:
            yield
        finally:
            self.ended = time.monotonic()


Fault = Callable[[Stage], str]


@contextmanager
def small_disk(folder: Path) -> Iterator[Path | None]:
    """Give a file system of its own that is soon full, or None where we may not make one."""
    folder.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MEGABYTES}m", DRILL_DISK, str(folder)]
    if sys.platform != "linux" or os.geteuid() or subprocess.run(command, capture_output=True).returncode:  # noqa: S603, PLW1510
        yield None
        return
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False, capture_output=True)  # noqa: S603, S607


def until(holds: Callable[[], bool], seconds: float) -> bool:
    """Wait until it holds, at most so long; returns whether it does."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if holds():
            return True
        time.sleep(0.05)
    return holds()


def _kill_worker(stage: Stage) -> str:
    """Kill, three times, a process that evaluates, paints or measures for the service."""
    killed: Counter[str] = Counter()
    for number in range(KILLS):
        headers = {"Authorization": f"Bearer {stage.target.tokens[0]}"}
        with suppress(httpx.HTTPError):
            httpx.get(
                f"{stage.target.url}/projects/{BY_HAND} 0.0/scenes/1/frames/{5 + number}",
                headers=headers,
                timeout=60,
            )
        killed.update(_killed(stage, _WORKERS[number % len(_WORKERS)]))
        time.sleep(CALM_SECONDS)
    if killed.total() < KILLS:
        raise EnvironmentFault(f"Only {killed.total()} workers were there to be killed.")
    told = ", ".join(f"{kind} {count}" for kind, count in sorted(killed.items()))
    return f"{killed.total()} workers killed with -9 ({told})"


def _killed(stage: Stage, wanted: str) -> list[str]:
    """Kill one worker, of the wanted kind when there is one; returns its kind, or nothing."""
    found: list[tuple[str, psutil.Process]] = []
    assert stage.target.pid is not None
    for child in psutil.Process(stage.target.pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            found.append((kind_of(child.cmdline()), child))
    for kind, child in sorted(found, key=lambda each: each[0] != wanted):
        if kind in _WORKERS:
            with suppress(psutil.NoSuchProcess):
                child.kill()
                return [kind]
    return []


def _restart_service(stage: Stage) -> str:
    """Kill the service twice and start it anew."""
    assert stage.target.serve is not None
    for _ in range(2):
        stage.target.serve.kill()
        stage.target.start_again()
        time.sleep(CALM_SECONDS)
    return "killed with -9 and started anew, twice"


def _slow_model(stage: Stage) -> str:
    seconds = _prompts_while(stage, SLOW)
    if min(seconds) < SLOW.median_seconds / 2:
        raise EnvironmentFault(f"The model was not slow: a prompt took {min(seconds):.1f} s.")
    return f"the model thought for about {SLOW.median_seconds:g} s at each step; {_told(seconds)}"


def _failing_model(stage: Stage) -> str:
    return f"the model failed always; {_told(_prompts_while(stage, FAILING))}"


def _told(seconds: Sequence[float]) -> str:
    return f"{len(seconds)} prompts took {min(seconds):.1f} to {max(seconds):.1f} s"


def _prompts_while(stage: Stage, thinking: Thinking) -> list[float]:
    """Let the model be so until each person had a prompt answered that was begun then; how long they took."""
    talkers = [each for each in stage.people if any(sent.kind == "prompt" for sent in tuple(each.sent))]
    stage.target.think(thinking)

    def seconds() -> list[list[float]]:
        return [
            [sent.seconds for sent in tuple(each.sent) if sent.kind == "prompt" and sent.begun >= stage.began]
            for each in talkers
        ]

    try:
        with stage.holding():
            if not (until(lambda: all(seconds()), RECOVERY_SECONDS) and talkers):
                raise EnvironmentFault(f"Not each person had an answer within {RECOVERY_SECONDS:g} s.")
            return [each for one in seconds() for each in one]
    finally:
        stage.target.think(QUICK)


def _full_disk(stage: Stage) -> str:
    """Keep the file system of the data folder full, and make room again."""
    assert stage.disk is not None
    filler = stage.disk / "filler"
    with filler.open("wb", buffering=0) as file:
        _fill(file)
        with stage.holding():
            while time.monotonic() < stage.began + FAULT_SECONDS:
                time.sleep(0.02)
                _fill(file)
    size, free = filler.stat().st_size, psutil.disk_usage(str(stage.disk)).free
    filler.unlink()
    if free > 2**20:
        raise EnvironmentFault(f"The disk was not full: {free} bytes were free.")
    return f"the disk full for {FAULT_SECONDS:g} s ({size / 1e6:.0f} MB filled)"


def _fill(file: FileIO) -> None:
    """Write until there is no room; what others gave back is taken too."""
    with suppress(OSError):
        while file.write(b"x" * 4096):
            pass


def _locked_database(stage: Stage) -> str:
    """Hold the database's write lock in another process."""
    assert stage.target.settings is not None
    path = stage.target.settings.database_url.removeprefix("sqlite:///")
    command = [sys.executable, "-c", _LOCKER, path, str(FAULT_SECONDS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as locker:  # noqa: S603 - our own words
        assert locker.stdout is not None
        said = locker.stdout.readline()
        with stage.holding():
            code = locker.wait(60)
    if code or b"locked" not in said:
        raise EnvironmentFault("The database could not be locked by another process.")
    return f"locked by another process for {FAULT_SECONDS:g} s"


def _restart_database(stage: Stage) -> str:
    with TemporaryFile() as said:  # no pipe: a server that it starts keeps its end open
        done = subprocess.run(  # noqa: S603 - the command that the user gave
            shlex.split(stage.restart_database), check=False, stdout=said, stderr=said, timeout=120
        )
        said.seek(0)
        words = said.read().decode(errors="replace").strip()
    if done.returncode:
        raise EnvironmentFault(f"Its restart failed: {words[-200:]}")
    wait_until_ready(stage.target.url)
    return "the server was restarted"


FAULTS: dict[str, Fault] = {
    "kill a worker": _kill_worker,
    "restart the service": _restart_service,
    "slow model": _slow_model,
    "failing model": _failing_model,
    "full disk": _full_disk,
    "locked database": _locked_database,
    "database restart": _restart_database,
}
