"""The restore drill: the worst day practised on a copy, with the time each stage takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection, Engine

from workbench.clock import Clock, SystemClock
from workbench.lifecycle.backups import Backups, differences, sqlite_problems
from workbench.lifecycle.manifest import Outcome
from workbench.spans import traced
from workbench.store.blobs import Blobs
from workbench.store.guard.census import take_census

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the drill and how long it took."""

    name: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Drill:
    """A drill's outcome; the time to recover is that of restoring, opening and counting."""

    backup: str
    rows: int
    bytes: int
    stages: tuple[Stage, ...]
    recovery_seconds: float
    problems: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return not self.problems


@traced("lifecycle.drill")
def run_drill(
    engine: Engine, backups: Backups, *, blobs: Blobs | None = None, clock: Clock | None = None
) -> Drill:
    """Back up, check the sum, restore elsewhere and count; nothing of the live database is changed."""
    ticks = clock or SystemClock()
    stages: list[Stage] = []

    def timed(name: str, work: Callable[[], Result]) -> Result:
        started = ticks.monotonic()
        result = work()
        stages.append(Stage(name, round(ticks.monotonic() - started, 3)))
        return result

    backup = timed("back up", lambda: backups.make(engine, "drill", blobs=blobs, verify=False))
    damage = timed("check the sums", lambda: tuple(backups.damage(backup)))
    began = ticks.monotonic()
    with backups.restored(backup, engine.url) as copy:
        stages.append(Stage("restore elsewhere", round(ticks.monotonic() - began, 3)))
        with copy.connect() as connection:
            census = timed("count everything", lambda: take_census(connection))
            recovery = round(ticks.monotonic() - began, 3)
            broken = timed("look for damage", lambda: tuple(_broken(connection)))
    problems = (*damage, *differences(backup, census), *broken)
    outcome: Outcome = "failed" if problems else "passed"
    backups.conclude(backup, outcome, problems, ticks.monotonic() - began)
    return Drill(backup.id, census.rows, backup.bytes, tuple(stages), recovery, problems)


def _broken(connection: Connection) -> Iterator[str]:
    if connection.dialect.name == "sqlite":
        yield from sqlite_problems(connection)
