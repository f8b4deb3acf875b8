"""Measures a cleanup beside people who save: rows a second, their P99 before and during, bytes freed."""

from __future__ import annotations

import multiprocessing
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import insert, text

from workbench.lifecycle.backups import Backups
from workbench.lifecycle.cleaning import Budget, Cleaner
from workbench.lifecycle.drill import Drill, run_drill
from workbench.lifecycle.planning import make_plan
from workbench.lifecycle.policy import Policy, policy_of
from workbench.store import Database, Projects, Scenes
from workbench.store.rows import revision, scene

REVISIONS_PER_SCENE = 50
DAYS = 100
_LOAD_SCENES = 400
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
            load_seconds, scenes = _timed(lambda: _load(database, revisions, source_bytes))
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


def _load(database: Database, revisions: int, source_bytes: int) -> list[str]:
    """Make scenes whose revisions reach back a hundred days; return some that savers may save."""
    project = Projects(database).create("Bench").id
    chance = random.Random(7)
    ids = [database.new_id() for _ in range(max(1, revisions // REVISIONS_PER_SCENE))]
    now, step = database.now(), timedelta(days=DAYS / REVISIONS_PER_SCENE)
    moments = [f"{now - step * (REVISIONS_PER_SCENE - each):%Y-%m-%d %H:%M:%S.%f}" for each in range(1, 51)]
    with database.write() as connection:
        connection.execute(insert(scene), [_scene(key, project, now) for key in ids])
    for start in range(0, len(ids), _LOAD_SCENES):
        _insert(
            database,
            [
                (key, number, "Scene", chance.randbytes(source_bytes // 2).hex(), "{}", 5.0, "{}", "you", "",
                 number - 1, False, moments[number - 1])
                for key in ids[start : start + _LOAD_SCENES]
                for number in range(1, REVISIONS_PER_SCENE + 1)
            ],
        )  # fmt: skip
    living = [Scenes(database).add(project, "text('a')").id for _ in range(8)]
    with database.engine.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()
    return living


def _scene(key: str, project: str, now: datetime) -> dict[str, Any]:
    return {
        "id": key, "project_id": project, "position": None, "name": "Scene", "source": "", "params": {},
        "duration_seconds": 5.0, "transition": {}, "revision": REVISIONS_PER_SCENE, "status": "ready",
        "created_at": now, "updated_at": now, "deleted_at": now,
    }  # fmt: skip


def _insert(database: Database, rows: list[tuple[Any, ...]]) -> None:
    """Load by the driver's own fast way."""
    names = ", ".join(column.name for column in revision.columns)
    with database.write() as connection:
        driver: Any = connection.connection.driver_connection
        if database.is_sqlite:
            driver.executemany(f"INSERT INTO revision ({names}) VALUES ({', '.join('?' * 12)})", rows)  # noqa: S608
            return
        with driver.cursor().copy(f"COPY revision ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row((*row[:-1], f"{row[-1]}+00"))


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
    with database.read() as connection:
        ask = connection.exec_driver_sql
        if not database.is_sqlite:
            return int(ask("SELECT pg_database_size(current_database())").scalar_one()), 0
        page = int(ask("PRAGMA page_size").scalar_one())
        return page * int(ask("PRAGMA page_count").scalar_one()), page * int(
            ask("PRAGMA freelist_count").scalar_one()
        )
