"""Whether the data is safe: backups that were restored, tables that did not shrink, no gaps."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, text

from workbench.lifecycle.backups import Backups, checksum
from workbench.lifecycle.books import entries
from workbench.lifecycle.files import named_files
from workbench.lifecycle.policy import Policy
from workbench.lifecycle.state import find_lags
from workbench.store.blobs import Blobs
from workbench.store.database import Database
from workbench.store.guard.census import count_rows

MOST_SHRINK = 0.05
BACKUP_DAYS = 2.0
LAG_DAYS = 7.0
FREE_BYTES = 2**30
_OWN_BOOKS = frozenset({"lease", "hold", "cleanup", "removed_row", "job", "kept_answer"})


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing looked at: whether it is well, what was seen, and what to do when it is not."""

    name: str
    well: bool
    seen: str
    remedy: str = ""


def examine(database: Database, backups: Backups, policy: Policy, blobs: Blobs) -> tuple[Sign, ...]:
    """Look at everything that tells whether data is being lost; reads, changes nothing."""
    return (
        _backup(database, backups),
        *_shrunk(database, backups),
        _lag(database, policy),
        _references(database),
        _positions(database),
        _files(database, blobs),
        _disk(backups),
    )


def _backup(database: Database, backups: Backups) -> Sign:
    last = next((each for each in backups.list() if each.verified), None)
    if last is None:
        return Sign("Backup", False, "none that was restored once", "Run: workbench db backup")
    age = (database.now() - last.made_at) / timedelta(days=1)
    seen = f"the last verified one is {age:.1f} days old, {last.rows} rows"
    return Sign("Backup", age <= BACKUP_DAYS, seen, "Run: workbench db backup")


def _shrunk(database: Database, backups: Backups) -> Iterator[Sign]:
    """Compare each table with the last backup; what retention removed since is accounted for."""
    last = next((each for each in backups.list() if each.schema), None)
    if last is None:
        return
    with database.read() as connection:
        now = count_rows(connection)
    removed: dict[str, int] = {}
    for entry in entries(database, most=500):
        if entry.updated_at >= last.made_at:
            removed[entry.table_name] = (
                removed.get(entry.table_name, 0) + entry.removed_rows - entry.undone_rows
            )
    for table, held in last.tables.items():
        expected = held.rows - removed.get(table, 0)
        found = now.get(table, 0)
        if table not in _OWN_BOOKS and expected > 0 and found < expected * (1 - MOST_SHRINK):
            yield Sign(
                f"Rows of {table}", False, f"{found}, and {held.rows} in the backup {last.id}",
                f"Find out who removed them; they are in the backup: workbench db restore {last.id} --to NEW",
            )  # fmt: skip


def _lag(database: Database, policy: Policy) -> Sign:
    worst = max(find_lags(database, policy), key=lambda lag: lag.days or 0.0)
    days = worst.days or 0.0
    seen = f"{worst.rule} is {days:.1f} days behind" if days else "nothing is past its time"
    return Sign("Retention", days <= LAG_DAYS, seen, "Run: workbench lifecycle plan --out plan.json")


def _references(database: Database) -> Sign:
    if not database.is_sqlite:
        return Sign("Foreign keys", True, "held by PostgreSQL")
    with database.read() as connection:
        broken = len(connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(100))
    return Sign(
        "Foreign keys", not broken, f"{broken} rows without their parent", "Restore them from a backup."
    )


def _positions(database: Database) -> Sign:
    with database.read() as connection:
        gaps = _projects_with_gaps(connection)
    seen = f"{len(gaps)} projects with gaps" if gaps else "1 to n in every project"
    return Sign(
        "Scene positions", not gaps, seen, "Move a scene of the project: its positions are given anew."
    )


def _projects_with_gaps(connection: Connection) -> list[str]:
    asked = text(
        "SELECT project_id FROM scene WHERE position IS NOT NULL GROUP BY project_id "
        "HAVING min(position) <> 1 OR max(position) <> count(*)"
    )
    return list(connection.execute(asked).scalars())


def _files(database: Database, blobs: Blobs) -> Sign:
    with database.read() as connection:
        named = named_files(connection)
    missing = [digest for digest in named if not blobs.exists(digest)]
    damaged = [each for each in named if each not in missing and checksum(blobs.path(each)) != each]
    seen = f"{len(named)} named, {len(missing)} missing, {len(damaged)} damaged"
    return Sign("Files", not missing and not damaged, seen, "Run: workbench db restore --over")


def _disk(backups: Backups) -> Sign:
    backups.folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(backups.folder).free
    return Sign(
        "Room for backups",
        free > FREE_BYTES,
        f"{free / 2**30:.1f} GB free",
        "Run: workbench db backup --prune 7",
    )
