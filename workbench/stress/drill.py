"""Faults while people write, and afterwards: is every acknowledged action there, exactly once?

Each fault is real: processes are killed with -9, a file system is filled, the database is locked by another
process. What cannot be made on a machine (a small file system wants root) is told as not run.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx
import psutil

from workbench.errors import InputError, NotFound
from workbench.render.outfile import written
from workbench.store.database import Database
from workbench.store.history import History
from workbench.store.projects import Projects
from workbench.store.scenes import Scenes
from workbench.store.users import Users
from workbench.stress.stand_in import Thinking
from workbench.stress.target import Target, started, wait_until_ready
from workbench.stress.writers import Writer

WRITERS = 3
CALM_SECONDS = 1.0
FAULT_SECONDS = 4.0
RECOVERY_SECONDS = 90.0
DISK_MEGABYTES = 48
_QUICK = Thinking(0.05, 0.3)
_LOCKER = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
connection.execute("BEGIN IMMEDIATE"); print("locked", flush=True)
time.sleep(float(sys.argv[2])); connection.execute("ROLLBACK")
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One fault: what was acknowledged meanwhile, what is lost, what is there twice, how long it hurt.

    `recovered_seconds` is from the end of the fault to the first new acknowledgement; `error` tells why
    a fault was not run, or that writing did not go on after it.
    """

    fault: str
    acknowledged: int
    lost: int
    twice: int
    refused: int
    slowest_seconds: float
    recovered_seconds: float | None
    told: str = ""
    error: str = ""

    @property
    def ok(self) -> bool:
        """Whether nothing was lost or doubled and writing went on."""
        return not (self.lost or self.twice or self.error) and self.acknowledged > 0


@dataclass(frozen=True, slots=True)
class DrillReport:
    """Every fault, and whether each project's history has no gap."""

    database: str
    outcomes: tuple[Outcome, ...]
    not_run: dict[str, str]
    gaps: int

    @property
    def ok(self) -> bool:
        """Whether everything acknowledged is there exactly once, after every fault."""
        return not self.gaps and bool(self.outcomes) and all(each.ok for each in self.outcomes)

    def as_dict(self) -> dict[str, object]:
        """Return plain data."""
        faults = [{**asdict(each), "ok": each.ok} for each in self.outcomes]
        return {
            "database": self.database,
            "ok": self.ok,
            "faults": faults,
            "not_run": self.not_run,
            "gaps": self.gaps,
        }


class CannotBeMade(Exception):
    """A fault that this machine does not allow."""


@dataclass
class _Scene:
    """What faults act on."""

    target: Target
    disk: Path | None
    restart_database: str


Fault = Callable[[_Scene], str]


def run_drill(
    names: Sequence[str] = (),
    *,
    database: str = "",
    restart_database: str = "",
    say: Callable[[str], None] = lambda _: None,
) -> DrillReport:
    """Make the faults of those names (default: all that can be) under load on a service of its own."""
    chosen = _chosen(names, database, restart_database)
    not_run: dict[str, str] = {}
    with ExitStack() as on:
        scratch = Path(on.enter_context(tempfile.TemporaryDirectory(prefix="workbench-drill-")))
        disk = (
            on.enter_context(small_disk(scratch / "disk")) if "full disk" in chosen and not database else None
        )
        target = on.enter_context(started(disk or scratch, WRITERS, _QUICK, database=database))
        scene = _Scene(target, disk, restart_database)
        now = {"fault": "before"}
        stop = threading.Event()
        writers = [Writer(target, number, lambda: now["fault"], stop) for number in range(WRITERS)]
        threads = [threading.Thread(target=each.work, daemon=True) for each in writers]
        for thread in threads:
            thread.start()
        _until(lambda: all(each.acknowledged for each in writers), RECOVERY_SECONDS)
        found = []
        for name in chosen:
            say(f"{name} ...")
            now["fault"] = name
            try:
                found.append(_made(name, scene, writers))
            except CannotBeMade as why:
                not_run[name] = str(why)
        stop.set()
        for thread in threads:
            thread.join(150)
        assert target.settings is not None
        with Database.open(target.settings.database_url) as opened:
            outcomes, gaps = _held_against(opened, found, writers)
    return DrillReport("postgresql" if database else "sqlite", tuple(outcomes), not_run, gaps)


def keep_drill(report: DrillReport, folder: Path) -> Path:
    """Keep the last drill where the dashboard finds it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "drill.json"
    with written(path, durable=False) as partial:
        partial.write_text(json.dumps({"at": time.time(), **report.as_dict()}, indent=1))
    return path


@contextmanager
def small_disk(folder: Path) -> Iterator[Path | None]:
    """Give a file system of its own that is soon full, or None where we may not make one."""
    folder.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MEGABYTES}m", "workbench-drill", str(folder)]
    if sys.platform != "linux" or os.geteuid() or subprocess.run(command, capture_output=True).returncode:  # noqa: S603, PLW1510
        yield None
        return
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False, capture_output=True)  # noqa: S603, S607


def _chosen(names: Sequence[str], database: str, restart: str) -> list[str]:
    for name in names:
        if name not in FAULTS:
            raise NotFound.among("fault", name, FAULTS)
    if "database restart" in names and not (database and restart):
        raise InputError(
            "A database restart needs a PostgreSQL server and how to restart it.",
            remedy="Give --database and --database-restart.",
        )
    possible = [
        name
        for name in FAULTS
        if not (name == "database restart" and not (database and restart))
        and not (name in ("full disk", "locked database") and database)
    ]
    return [name for name in possible if not names or name in names]


def _made(name: str, scene: _Scene, writers: Sequence[Writer]) -> tuple[str, str, float | None, str]:
    """Make one fault; returns its name, what was seen, how long until writing went on, what went wrong."""
    _until(lambda: all(_names(each, name) for each in writers), RECOVERY_SECONDS)
    told = FAULTS[name](scene)
    ended = time.monotonic()
    counts = [len(each.acknowledged) for each in writers]

    def goes_on() -> bool:
        return all(len(each.acknowledged) > count for each, count in zip(writers, counts, strict=True))

    if not _until(goes_on, RECOVERY_SECONDS):
        return name, told, None, "writing did not go on"
    first = min(end for each in writers for _, end in each.waits if end >= ended)
    return name, told, round(first - ended, 2), ""


def _held_against(
    database: Database, made: Sequence[tuple[str, str, float | None, str]], writers: Sequence[Writer]
) -> tuple[list[Outcome], int]:
    kept: Counter[str] = Counter()
    gaps = 0
    for each in writers:
        owner = Users(database).get(f"person {each.number}")
        project = Projects(database, owner.id).get(each.project)
        kept.update(scene.name for scene in Scenes(database).list(project.id))
        numbers = [change.sequence for change in History(database).changes_since(project.id, 0, most=10_000)]
        gaps += numbers != list(range(1, len(numbers) + 1))
    outcomes = []
    for name, told, recovered, error in made:
        names = [acked for each in writers for acked in _names(each, name)]
        waits = [
            end - begun
            for each in writers
            for acked, (begun, end) in zip(each.acknowledged, each.waits, strict=True)
            if acked.startswith(f"{name} ")
        ]
        outcomes.append(
            Outcome(
                name,
                len(names),
                sum(kept[each] == 0 for each in names),
                sum(number > 1 for each, number in kept.items() if each.startswith(f"{name} ")),
                sum(sum(each.refused.values()) for each in writers),
                round(max(waits, default=0.0), 2),
                recovered,
                told,
                error,
            )
        )
    return outcomes, gaps


def _names(writer: Writer, fault: str) -> list[str]:
    return [name for name in tuple(writer.acknowledged) if name.startswith(f"{fault} ")]


def _kill_worker(scene: _Scene) -> str:
    """Kill, three times, a process that evaluates or paints for the service."""
    assert scene.target.pid
    killed = 0
    for _ in range(3):
        headers = {"Authorization": f"Bearer {scene.target.tokens[0]}"}
        with suppress(httpx.HTTPError):
            httpx.get(f"{scene.target.url}/projects/drill 0/scenes/1/frames/5", headers=headers, timeout=60)
        children = psutil.Process(scene.target.pid).children(recursive=True)
        for child in children[:1]:
            child.kill()
            killed += 1
        time.sleep(CALM_SECONDS)
    return f"{killed} of its workers killed with -9"


def _restart_service(scene: _Scene) -> str:
    """Kill the service twice and start it anew."""
    assert scene.target.serve is not None
    for _ in range(2):
        scene.target.serve.kill()
        scene.target.start_again()
        time.sleep(CALM_SECONDS)
    return "killed with -9 and started anew, twice"


def _slow_model(scene: _Scene) -> str:
    scene.target.think(Thinking(3.0, 0.3))
    try:
        status = _asked(scene)
    finally:
        scene.target.think(_QUICK)
    return f"the model thought for about 3 s; a prompt was answered with {status}"


def _failing_model(scene: _Scene) -> str:
    scene.target.think(Thinking(0.05, 0.3, failing=1.0))
    try:
        status = _asked(scene)
    finally:
        scene.target.think(_QUICK)
    return f"the model failed always; a prompt was answered with {status}"


def _full_disk(scene: _Scene) -> str:
    """Fill the file system of the data folder, and make room again."""
    if scene.disk is None:
        raise CannotBeMade("A small file system of its own needs Linux and root.")
    filler = scene.disk / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while file.write(b"x" * 65536):
            pass
    time.sleep(FAULT_SECONDS)
    size = filler.stat().st_size
    filler.unlink()
    return f"no byte free for {FAULT_SECONDS:g} s ({size / 1e6:.0f} MB filled)"


def _locked_database(scene: _Scene) -> str:
    """Hold the database's write lock in another process."""
    assert scene.target.settings is not None
    path = scene.target.settings.database_url.removeprefix("sqlite:///")
    command = [sys.executable, "-c", _LOCKER, path, str(FAULT_SECONDS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as locker:  # noqa: S603 - our own words
        assert locker.stdout is not None
        locker.stdout.readline()
        locker.wait(60)
    return f"locked by another process for {FAULT_SECONDS:g} s"


def _restart_database(scene: _Scene) -> str:
    done = subprocess.run(shlex.split(scene.restart_database), check=False, capture_output=True, timeout=120)  # noqa: S603
    if done.returncode:
        raise CannotBeMade(f"Its restart failed: {done.stderr.decode(errors='replace')[-200:]}")
    wait_until_ready(scene.target.url)
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


def _asked(scene: _Scene) -> str:
    headers = {"Authorization": f"Bearer {scene.target.tokens[0]}"}
    body = {"prompt": "Make the title bigger", "selected": "1"}
    try:
        answer = httpx.post(
            f"{scene.target.url}/projects/drill 0/ask", json=body, headers=headers, timeout=120
        )
    except httpx.HTTPError as failure:
        return type(failure).__name__
    return str(answer.status_code)


def _until(holds: Callable[[], bool], seconds: float) -> bool:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if holds():
            return True
        time.sleep(0.05)
    return holds()
