"""Measures a cleanup beside people who save: rows a second, their P99 before and during, bytes freed."""

from __future__ import annotations

import multiprocessing
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy.exc import DBAPIError

from workbench.bench.filling import fill
from workbench.lifecycle.backups import Backups
from workbench.lifecycle.cleaning import Budget, Cleaner
from workbench.lifecycle.drill import Drill, run_drill
from workbench.lifecycle.planning import make_plan
from workbench.lifecycle.policy import Policy, policy_of
from workbench.store import Database, Scenes

_SAVE_PAUSE_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class CleanupFigures:
    """What one run measured."""

    engine: str
    revisions: int
    source_bytes: int
    load_seconds: float
    plan_seconds: float
    planned_rows: int
    removed_rows: int
    removed_bytes: int
    seconds: float
    rows_a_second: float
    longest_lock_ms: float
    savers: int
    saves_before: int
    saves_during: int
    p99_before_ms: float
    p99_during_ms: float
    file_bytes: int
    reusable_bytes: int
    grace_days: float
    drill: Drill | None

    def as_dict(self) -> dict[str, Any]:
        """Return the figures as plain data."""
        return asdict(self)


def measure_cleanup(
    *,
    revisions: int,
    address: str | None = None,
    source_bytes: int = 1000,
    savers: int = 4,
    base_seconds: float = 15.0,
    most_seconds: float = 60.0,
    grace_days: float = 0.0,
    drill: bool = False,
) -> CleanupFigures:
    """Fill a database, let savers work, apply a plan beside them, and tell what it cost them."""
    with tempfile.TemporaryDirectory(prefix="workbench-bench-") as folder:
        place = address or str(Path(folder) / "bench.db")
        with Database.open(place, power_safe=False) as database:
            load_seconds, scenes = _timed(lambda: fill(database, revisions, source_bytes))
            practised = run_drill(database.engine, Backups(Path(folder) / "backups")) if drill else None
            policy = _policy(grace_days)
            plan_seconds, plan = _timed(lambda: make_plan(database, policy))
            with _savers(place, scenes, savers) as said:
                before = said(base_seconds)
                report = Cleaner(database, policy).apply(plan, budget=Budget(seconds=most_seconds))
                during = said(0.0)
            file_bytes, reusable = _space(database)
        return CleanupFigures(
            engine=database.engine.dialect.name,
            revisions=revisions,
            source_bytes=source_bytes,
            load_seconds=round(load_seconds, 1),
            plan_seconds=round(plan_seconds, 1),
            planned_rows=plan.rows,
            removed_rows=report.rows,
            removed_bytes=report.bytes,
            seconds=report.seconds,
            rows_a_second=round(report.rows / report.seconds),
            longest_lock_ms=round(report.longest_batch_seconds * 1000, 1),
            savers=savers,
            saves_before=len(before),
            saves_during=len(during),
            p99_before_ms=_p99(before),
            p99_during_ms=_p99(during),
            file_bytes=file_bytes,
            reusable_bytes=reusable,
            grace_days=grace_days,
            drill=practised,
        )


def _policy(grace_days: float) -> Policy:
    history = {"table": "change", "moment": "created_at", "keep_days": 60, "grace_days": grace_days}
    last = {"count": 20, "per": "scene_id", "by": "number"}
    revisions = {
        **history,
        "table": "revision",
        "keep_last": last,
        "keep_true": ["pinned"],
        "needed_by": "history",
    }
    return policy_of({"history": history, "revisions": revisions})


def _timed(work: Any) -> tuple[float, Any]:
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


@contextmanager
def _savers(place: str, scenes: list[str], count: int) -> Iterator[Any]:
    """Let processes save; the value given returns the seconds of each save since it was asked last."""
    context = multiprocessing.get_context("spawn")
    pipes, processes = [], []
    for number in range(count):
        ours, theirs = context.Pipe()
        process = context.Process(
            target=_save, args=(theirs, place, scenes[number % len(scenes)]), daemon=True
        )
        process.start()
        pipes.append(ours)
        processes.append(process)
    for pipe in pipes:
        pipe.recv()

    def said(seconds: float) -> list[float]:
        time.sleep(seconds)
        for pipe in pipes:
            pipe.send("tell")
        return [each for pipe in pipes for each in pipe.recv()]

    try:
        yield said
    finally:
        for pipe, process in zip(pipes, processes, strict=True):
            pipe.send("end")
            process.join(10)
            process.kill()


def _save(pipe: Pipe, place: str, scene_id: str) -> None:
    with Database.open(place) as database:
        scenes = Scenes(database)
        seen: list[float] = []
        pipe.send("ready")
        for number in range(100_000_000):
            started = time.perf_counter()
            scenes.save(scene_id, source=f"text('{number}')")
            seen.append(time.perf_counter() - started)
            time.sleep(_SAVE_PAUSE_SECONDS)
            if pipe.poll():
                if pipe.recv() == "end":
                    return
                pipe.send(seen)
                seen = []


def _p99(seconds: list[float]) -> float:
    return round(float(np.percentile(seconds, 99)) * 1000, 1) if seconds else 0.0


def _space(database: Database) -> tuple[int, int]:
    """Return the size of the database and what in it is free to be used again, both measured."""
    if database.is_sqlite:
        with database.read() as connection:
            ask = connection.exec_driver_sql
            page = int(ask("PRAGMA page_size").scalar_one())
            pages, free = ask("PRAGMA page_count").scalar_one(), ask("PRAGMA freelist_count").scalar_one()
        return page * int(pages), page * int(free)
    admin = database.engine.execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        ask = connection.exec_driver_sql
        ask("VACUUM revision")
        size = int(ask("SELECT pg_database_size(current_database())").scalar_one())
        try:
            ask("CREATE EXTENSION IF NOT EXISTS pg_freespacemap")
            return size, int(ask("SELECT sum(avail) FROM pg_freespace('revision')").scalar_one() or 0)
        except DBAPIError:  # only an administrator may look
            return size, 0
