"""Faults while people write, and afterwards: is every acknowledged action there, exactly once?

Each fault is real: processes are killed with -9, a file system is filled, the database is locked by another
process. What cannot be made on a machine (a small file system wants root) is told as not run. Whatever goes
wrong meanwhile is part of what was found: a drill that began always has a report.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from workbench.errors import InputError, NotFound
from workbench.render.reserve import SETTING
from workbench.store.database import Database
from workbench.store.object_blobs import blobs_at
from workbench.stress.drill_faults import (
    FAULTS,
    NO_DISK,
    QUICK,
    RECOVERY_SECONDS,
    Stage,
    small_disk,
    until,
)
from workbench.stress.drill_held import Kept, Made, judged, kept_in
from workbench.stress.drill_people import LAST_SECONDS, Person, people
from workbench.stress.drill_report import DrillReport, Outcome
from workbench.stress.target import Target, started

WRITERS = 3
_LEFT_OUT = {
    "full disk": "It fills the file system of a SQLite file; with --database the rows are elsewhere.",
    "locked database": "It takes the write lock of a SQLite file; PostgreSQL has no such lock.",
    "database restart": "It needs --database and --database-restart, for a PostgreSQL server.",
}
Say = Callable[[str], None]


@dataclass
class Drill:
    """A drill under way: which faults are to be made, what was found so far."""

    chosen: list[str]
    not_run: dict[str, str]
    made: list[Made] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    gaps: int = 0
    error: str = ""


def run_drill(
    names: Sequence[str] = (), *, database: str = "", restart_database: str = "", say: Say = lambda _: None
) -> DrillReport:
    """Make the faults of those names (default: all that can be) under load on a service of its own."""
    drill = chosen(names, database, restart_database)
    before = _load()
    try:
        _run(drill, database, restart_database, say)
    except InputError:
        raise
    except Exception as failure:  # noqa: BLE001 - whatever stops a drill is what it has found
        drill.error = _words(failure)
        drill.not_run |= {
            name: "The drill broke off before." for name in drill.chosen if name not in _names(drill)
        }
    engine = "postgresql" if database else "sqlite"
    loads = None if before is None else (before, _load() or 0.0)
    return DrillReport(engine, tuple(drill.outcomes), drill.not_run, drill.gaps, drill.error, loads)


def chosen(names: Sequence[str], database: str = "", restart: str = "") -> Drill:
    """Return the drill of those faults, with the reason for each that is not made here."""
    for name in names:
        if name not in FAULTS:
            raise NotFound.among("fault", name, FAULTS)
    restartable = bool(database and restart)
    if "database restart" in names and not restartable:
        raise InputError(
            "A database restart needs a PostgreSQL server and how to restart it.",
            remedy="Give --database and --database-restart.",
        )
    impossible = {"full disk", "locked database"} if database else set()
    impossible |= set() if restartable else {"database restart"}
    wanted = [name for name in FAULTS if not names or name in names]
    return Drill(
        [name for name in wanted if name not in impossible],
        {name: _LEFT_OUT[name] for name in wanted if name in impossible},
    )


def _run(drill: Drill, database: str, restart: str, say: Say) -> None:
    with ExitStack() as on:
        scratch = Path(on.enter_context(tempfile.TemporaryDirectory(prefix="workbench-drill-")))
        disk = on.enter_context(small_disk(scratch / "disk")) if "full disk" in drill.chosen else None
        if "full disk" in drill.chosen and disk is None:
            drill.chosen.remove("full disk")
            drill.not_run["full disk"] = NO_DISK
        if not drill.chosen:
            return
        to_the_last_byte = {SETTING: "0"} if disk else {}  # the small disk has less than is else left free
        target = on.enter_context(
            started(disk or scratch, WRITERS, QUICK, database=database, environment=to_the_last_byte)
        )
        now, stop = {"fault": drill.chosen[0]}, threading.Event()
        on.callback(stop.set)
        busy = people(target, WRITERS, lambda: now["fault"], stop)
        threads = [threading.Thread(target=each.work, daemon=True) for each in busy]
        for thread in threads:
            thread.start()

        def begin(name: str) -> None:
            say(f"{name} ...")
            now["fault"] = name

        make_all(drill, Stage(target, busy, disk, restart), begin)
        say("comparing ...")
        stop.set()
        ends = time.monotonic() + 2 * LAST_SECONDS
        for thread in threads:
            thread.join(max(0.0, ends - time.monotonic()))
        _compare(drill, target, busy)


def make_all(drill: Drill, stage: Stage, begin: Say) -> None:
    """Make one fault after another, until writing does not go on after one of them."""
    if not until(lambda: all(_acknowledged(each) for each in stage.people), RECOVERY_SECONDS):
        drill.error = f"Not everybody could write before any fault{_broken(stage.people)}."
    for name in drill.chosen:
        stuck = [each.fault for each in drill.made if each.recovered_seconds is None]
        if drill.error or stuck:
            drill.not_run[name] = f"Writing had not gone on after {stuck[0]!r}." if stuck else drill.error
            continue
        begin(name)
        drill.made.append(made(name, stage))


def made(name: str, stage: Stage) -> Made:
    """Make one fault, and wait until everybody writes again; whatever goes wrong is told, not raised."""
    wrong = []
    if not until(lambda: all(_acknowledged(each, name) for each in stage.people), RECOVERY_SECONDS):
        wrong.append(f"Not everybody wrote before it{_broken(stage.people)}.")
    stage.began = stage.ended = 0.0
    called, told = time.monotonic(), ""
    try:
        told = FAULTS[name](stage)
    except Exception as failure:  # noqa: BLE001 - a fault may break anything; that is what is asked
        wrong.append(_words(failure))
    began, ended = stage.began or called, stage.ended or time.monotonic()
    try:
        wrong += _revived(stage.target)
        recovered = _gone_on(stage.people, ended)
    except Exception as failure:  # noqa: BLE001
        recovered = None
        wrong.append(f"The service did not come back: {_words(failure)}")
    if recovered is None:
        wrong.append(f"Writing did not go on{_broken(stage.people)}.")
    return Made(name, began, ended, recovered, told, " ".join(wrong))


def _revived(target: Target) -> list[str]:
    """Start the service anew when it has ended; returns what is wrong with that."""
    if target.serve is None or target.serve.process.poll() is None:
        return []
    code = target.serve.process.returncode
    target.start_again()
    return [f"The service had ended ({code}) and was started anew."]


def _gone_on(everybody: Sequence[Person], ended: float) -> float | None:
    """Wait until everybody had something acknowledged; returns after how long each had, by hand."""
    if not until(lambda: all(_since(each, ended) for each in everybody), RECOVERY_SECONDS):
        return None
    firsts = [min(_since(each, ended)) for each in everybody if each.sent[0].kind != "prompt"]
    return round(max(firsts, default=ended) - ended, 2)


def _since(person: Person, moment: float) -> list[float]:
    return [each.ended for each in tuple(person.sent) if each.acknowledged and each.ended > moment]


def _acknowledged(person: Person, fault: str = "") -> bool:
    return any(each.acknowledged and fault in ("", each.fault) for each in tuple(person.sent))


def _broken(everybody: Sequence[Person]) -> str:
    told = [f"person {each.number} broke off: {each.broke_off}" for each in everybody if each.broke_off]
    return f" ({'; '.join(told)})" if told else ""


def _compare(drill: Drill, target: Target, everybody: Sequence[Person]) -> None:
    sent = [each for person in everybody for each in tuple(person.sent)]
    kept: Kept | None = None
    if broken := _broken(everybody):
        drill.error = drill.error or f"Not everybody wrote to the end{broken}."
    try:
        assert target.settings is not None
        with Database.open(target.settings.database_url) as opened:
            blobs = blobs_at(target.settings.data, target.settings.scale.files, "files", opened)
            kept = kept_in(opened, blobs, range(WRITERS))
    except Exception as failure:  # noqa: BLE001 - what cannot be compared is not well
        drill.error = drill.error or f"What was acknowledged could not be compared: {_words(failure)}"
    drill.gaps = kept.gaps if kept else 0
    drill.outcomes = [judged(each, sent, kept) for each in drill.made]


def _names(drill: Drill) -> list[str]:
    return [*(each.fault for each in drill.made), *drill.not_run]


def _words(failure: Exception) -> str:
    return str(failure).strip() or type(failure).__name__


def _load() -> float | None:
    return round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None
