"""Fills a database with revisions as years of work leave them: all scenes grow, day after day."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, insert, text

from workbench.store import Database, Projects, Scenes
from workbench.store.rows import Moment, scene

REVISIONS_PER_SCENE = 50
DAYS = 100
LIVING = 8
_SCENES_AT_ONCE = 20_000
_COLUMNS = ("scene_id", "number", "name", "source", "params", "duration_seconds", "transition", "who", "why",
            "base", "pinned", "created_at")  # fmt: skip
_CACHE_KIBIBYTES = 400_000


def fill(database: Database, revisions: int, source_bytes: int) -> list[str]:
    """Make scenes whose revisions reach back a hundred days; return some that savers may save.

    The rows are written by the database itself, in the order of their time; then PostgreSQL is left as its
    autovacuum leaves it.
    """
    project = Projects(database).create("Bench").id
    now = database.now()
    count = max(1, revisions // REVISIONS_PER_SCENE)
    for start in range(0, count, _SCENES_AT_ONCE):
        ids = [database.new_id() for _ in range(min(_SCENES_AT_ONCE, count - start))]
        with database.write() as connection:
            connection.execute(insert(scene), [_scene(key, project, now) for key in ids])
    step = timedelta(days=DAYS / REVISIONS_PER_SCENE)
    made_by = text(_sql(database.is_sqlite, source_bytes)).bindparams(bindparam("moment", type_=Moment()))
    with database.engine.connect() as connection:
        if database.is_sqlite:
            connection.exec_driver_sql(f"PRAGMA cache_size = -{_CACHE_KIBIBYTES}")
            connection.commit()
        for number in range(1, REVISIONS_PER_SCENE + 1):
            moment = now - step * (REVISIONS_PER_SCENE - number)
            with connection.begin():
                connection.execute(made_by, {"number": number, "project": project, "moment": moment})
    living = [Scenes(database).add(project, "text('a')").id for _ in range(LIVING)]
    settled = database.engine.execution_options(isolation_level="AUTOCOMMIT")
    with settled.connect() as connection:
        connection.exec_driver_sql("ANALYZE" if database.is_sqlite else "VACUUM (ANALYZE)")
    return living


def _sql(sqlite: bool, source_bytes: int) -> str:
    """Return the statement that gives every scene its next revision."""
    times = max(1, source_bytes // 32)
    source = (
        f"hex(randomblob({source_bytes // 2}))" if sqlite else f"repeat(md5(random()::text || s.id), {times})"
    )
    columns = ", ".join(_COLUMNS)
    return (
        f"INSERT INTO revision ({columns}) SELECT s.id, :number, 'Scene', {source}, '{{}}', 5.0, '{{}}', "  # noqa: S608
        "'you', '', :number - 1, FALSE, :moment FROM scene s WHERE s.project_id = :project ORDER BY s.id"
    )


def _scene(key: str, project: str, now: datetime) -> dict[str, Any]:
    return {
        "id": key, "project_id": project, "position": None, "name": "Scene", "source": "", "params": {},
        "duration_seconds": 5.0, "transition": {}, "revision": REVISIONS_PER_SCENE, "status": "ready",
        "created_at": now, "updated_at": now, "deleted_at": now,
    }  # fmt: skip
