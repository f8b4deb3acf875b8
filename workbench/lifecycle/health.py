"""Whether the data is safe: backups that were restored, tables that did not shrink, no gaps."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select, text

from workbench.events import Emit, Event
from workbench.lifecycle.backups import Backups
from workbench.lifecycle.books import Cleanup, entries
from workbench.lifecycle.compacting import FREE_SHARE, SPARE_BYTES, free_bytes
from workbench.lifecycle.files import named_files
from workbench.lifecycle.manifest import Manifest
from workbench.lifecycle.orphans import Orphaned, note_orphans, told_orphans
from workbench.lifecycle.policy import Policy
from workbench.lifecycle.schedule import BACKUP, CLEANUP
from workbench.lifecycle.state import find_lags
from workbench.spans import count
from workbench.store.blobs import Blobs, checksum
from workbench.store.database import Database
from workbench.store.guard.census import count_rows
from workbench.store.rows import job, project

MOST_SHRINK = 0.05
TOLD_FOR = timedelta(days=1)
"""For how long a table that shrank is told, whatever backups are made meanwhile."""
BACKUP_DAYS = 2.0
LAG_DAYS = 7.0
FREE_BYTES = 2**30
_FROM_A_BACKUP = "Run: workbench doctor --repair, which takes from a backup what one has"
_COME_AND_GO = frozenset(
    {"lease", "hold", "cleanup", "removed_row", "orphan", "job", "kept_answer", "signed_request", "alert",
     "telemetry_segment"}
)  # fmt: skip
"""Tables whose rows the workbench itself replaces or drops: merged files of telemetry, ids seen long ago."""
_FORGOTTEN = frozenset({"preference", "preference_evidence", "experiment_rating"})
"""Tables people take rows out of themselves: what they want forgotten, or undid."""
_MOST_FORGOTTEN = 0.5
_FEW_ROWS = 10


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing looked at: whether it is well, what was seen, and what to do when it is not."""

    name: str
    well: bool
    seen: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Shrunk:
    """A table that has fewer rows than are `expected` by a `backup` and what retention took since."""

    table: str
    rows: int
    expected: int
    backup: str

    @property
    def share(self) -> float:
        """The part that is missing, 0 to 1."""
        return (self.expected - self.rows) / self.expected


def examine(
    database: Database, backups: Backups, policy: Policy, blobs: Blobs, *, thorough: bool = True
) -> tuple[Sign, ...]:
    """Look at everything that tells whether data is being lost; changes nothing of it.

    Only a `thorough` look reads every named file and compares it with its name, and looks for rows without a
    parent anew, writing them down; another tells what was written down last.
    """
    return (
        *_backup(database, backups),
        *_shrunk(database, backups),
        _lag(database, policy),
        _cleaned(database),
        *_chores(database),
        _references(database),
        _orphans(database, policy, thorough),
        _positions(database),
        _files(database, blobs, thorough),
        *_disks(backups, blobs),
        *_free_pages(database),
    )


def reported(database: Database, backups: Backups, policy: Policy) -> dict[str, float]:
    """Return the numbers alert rules of the kind `reported` ask for."""
    losses = [loss.share for loss in find_shrunk(database, backups)]
    lags = [lag.days or 0.0 for lag in find_lags(database, policy)]
    last = next((each for each in backups.list(database.engine) if each.verified), None)
    numbers = {"rows_lost_share": max(losses, default=0.0), "lifecycle_lag_days": max(lags, default=0.0)}
    with database.read() as connection:
        lost = [each.rows for each in told_orphans(connection, policy)]
    numbers["orphan_rows"] = float(sum(lost))
    if since := last.made_at if last else _begun(database):
        numbers["backup_age_days"] = (database.now() - since) / timedelta(days=1)
    return numbers


def _begun(database: Database) -> datetime | None:
    """Return since when there is anything to lose; None while there is nothing."""
    with database.read() as connection:
        found: datetime | None = connection.scalar(select(func.min(project.c.created_at)))
    return found


def alarms(database: Database, backups: Backups, emit: Emit) -> tuple[Shrunk, ...]:
    """Say `data_alarm` for every protected table that shrank or became empty; return which did."""
    found = tuple(each for each in find_shrunk(database, backups) if each.share > MOST_SHRINK)
    for each in found:
        said = {"table": each.table, "rows": each.rows, "expected": each.expected, "backup": each.backup}
        emit(Event("data_alarm", data=said))
        count("data.rows_lost", each.expected - each.rows, table=each.table)
    return found


def find_shrunk(database: Database, backups: Backups) -> Iterator[Shrunk]:
    """Give each protected table that has fewer rows than a backup, less what retention took since.

    The last backup tells, and every one of the last day, so that none hides a loss just before it.
    """
    now = database.now()
    known = [each for each in backups.list(database.engine) if each.schema]
    told = [*known[:1], *(each for each in known[1:] if now - each.made_at <= TOLD_FOR)]
    if not told:
        return
    with database.read() as connection:
        counted = count_rows(connection)
    books = entries(database, most=500)
    worst: dict[str, Shrunk] = {}
    for each in told:
        for shrunk in _fewer(each, counted, books):
            before = worst.get(shrunk.table)
            if before is None or shrunk.share > before.share:
                worst[shrunk.table] = shrunk
    yield from worst.values()


def _fewer(backup: Manifest, counted: Mapping[str, int], books: Sequence[Cleanup]) -> Iterator[Shrunk]:
    removed: Counter[str] = Counter()
    for entry in books:
        if entry.updated_at >= backup.made_at:
            removed[entry.table_name] += entry.removed_rows - entry.undone_rows
    for table, held in backup.tables.items():
        expected = held.rows - removed[table]
        found = counted.get(table, 0)
        if table not in _COME_AND_GO and expected > found:
            shrunk = Shrunk(table, found, expected, backup.id)
            if table not in _FORGOTTEN or _not_by_hand(shrunk):
                yield shrunk


def _not_by_hand(shrunk: Shrunk) -> bool:
    return shrunk.share > _MOST_FORGOTTEN and shrunk.expected - shrunk.rows >= _FEW_ROWS


def _backup(database: Database, backups: Backups) -> Iterator[Sign]:
    known = backups.list(database.engine)
    last = next((each for each in known if each.verified), None)
    if last is None:
        yield Sign("Backup", False, "none that was restored once", "Run: workbench db backup")
    else:
        age = (database.now() - last.made_at) / timedelta(days=1)
        seen = f"the last verified one is {age:.1f} days old, {last.rows} rows"
        yield Sign("Backup", age <= BACKUP_DAYS, seen, "Run: workbench db backup")
    newest = known[0] if known else None
    if newest and newest.verification and not newest.verified:
        seen = f"{newest.id} {newest.verification.outcome}: {'; '.join(newest.verification.problems[:2])}"
        failed = newest.verification.outcome == "failed"
        remedy = "Do not lean on it. Run: workbench db backup, and look at the disk it lies on"
        yield Sign(
            "Last verification", False, seen, remedy if failed else "Mend that, then run: workbench db verify"
        )


def _shrunk(database: Database, backups: Backups) -> Iterator[Sign]:
    for each in find_shrunk(database, backups):
        if each.share > MOST_SHRINK:
            gone = each.expected - each.rows
            place = "NEW.db" if database.is_sqlite else "postgresql://HOST/EMPTY_DATABASE"
            yield Sign(
                f"Rows of {each.table}", False,
                f"{each.rows}, where {each.expected} are expected by the backup {each.backup}: "
                f"{gone} are gone ({each.share:.1%})",
                "Find out who removed them. The backup has them: "
                f"workbench db restore {each.backup} --to {place}",
            )  # fmt: skip


def _lag(database: Database, policy: Policy) -> Sign:
    worst = max(find_lags(database, policy), key=lambda lag: lag.days or 0.0)
    days = worst.days or 0.0
    seen = f"{worst.rule} is {days:.1f} days behind" if days else "nothing is past its time"
    return Sign("Retention", days <= LAG_DAYS, seen, "Run: workbench lifecycle plan --out plan.json")


def _cleaned(database: Database) -> Sign:
    last = next(iter(entries(database, most=1)), None)
    if last is None:
        return Sign("Last cleanup", True, "none so far")
    age = (database.now() - last.updated_at) / timedelta(days=1)
    state = "" if last.state != "running" else ", not finished"
    return Sign("Last cleanup", True, f"{age:.1f} days ago, {last.removed_rows} of {last.rule}{state}")


def _chores(database: Database) -> Iterator[Sign]:
    """Tell that the last run of something the service does every day came to nothing, and why."""
    for kind, name, remedy in (
        (BACKUP, "Daily backup", "Run: workbench db backup"),
        (CLEANUP, "Daily cleanup", "Run: workbench lifecycle plan --out plan.json, then apply it"),
    ):
        last = select(job.c.state, job.c.error, job.c.created_at).where(job.c.kind == kind)
        with database.read() as connection:
            row = connection.execute(last.order_by(job.c.created_at.desc(), job.c.id.desc()).limit(1)).first()
        if row and row.state == "dead":
            yield Sign(name, False, f"that of {row.created_at:%Y-%m-%d} came to nothing: {row.error}", remedy)


def _references(database: Database) -> Sign:
    if not database.is_sqlite:
        return Sign("Foreign keys", True, "held by PostgreSQL")
    with database.read() as connection:
        broken = len(connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(100))
    return Sign(
        "Foreign keys", not broken, f"{broken} rows without their parent", "Restore them from a backup."
    )


def _orphans(database: Database, policy: Policy, look: bool) -> Sign:
    if look:
        note_orphans(database, policy)
    with database.read() as connection:
        lost = told_orphans(connection, policy)
    remedy = "A backup has their parents. What becomes of them: workbench lifecycle status"
    return Sign("Rows without a parent", not lost, "; ".join(map(describe, lost)) or "none", remedy)


def describe(lost: Orphaned) -> str:
    """Return what was reported in one line: how many of which table, the first of them, and what comes."""
    first = ", ".join(lost.first) + (" and more" if lost.rows > len(lost.first) else "")
    comes = f"may go from {lost.may_go_at:%Y-%m-%d %H:%M}" if lost.may_go_at else f"stay: {lost.stay}"
    told = f"{lost.rows} of {lost.table} ({lost.reference}): {first}"
    return f"{told}; reported since {lost.since:%Y-%m-%d %H:%M}; {comes}"


def _positions(database: Database) -> Sign:
    with database.read() as connection:
        gaps = _projects_with_gaps(connection)
    seen = f"{len(gaps)} projects with gaps" if gaps else "1 to n in every project"
    return Sign("Scene positions", not gaps, seen, "Run: workbench doctor --repair")


def _projects_with_gaps(connection: Connection) -> list[str]:
    asked = text(
        "SELECT project_id FROM scene WHERE position IS NOT NULL GROUP BY project_id "
        "HAVING min(position) <> 1 OR max(position) <> count(*)"
    )
    return list(connection.execute(asked).scalars())


def _files(database: Database, blobs: Blobs, thorough: bool) -> Sign:
    with database.read() as connection:
        named = named_files(connection)
    missing = [digest for digest in named if not blobs.exists(digest)]
    looked_at = [each for each in named if each not in missing] if thorough else []
    damaged = [each for each in looked_at if checksum(blobs.path(each)) != each]
    seen = f"{len(named)} named, {len(missing)} missing"
    seen += f", {len(damaged)} damaged" if thorough else ""
    return Sign("Files", not missing and not damaged, seen, _FROM_A_BACKUP)


def _disks(backups: Backups, blobs: Blobs) -> Iterator[Sign]:
    remedy = "Run: workbench db backup --prune 7, and workbench lifecycle plan"
    for name, folder in (("Room for backups", backups.folder), ("Room for files", blobs.folder)):
        there = next(each for each in (folder, *folder.parents) if each.exists())
        free = shutil.disk_usage(there).free
        yield Sign(name, free > FREE_BYTES, f"{free / 2**30:.1f} GB free", remedy)


def _free_pages(database: Database) -> Iterator[Sign]:
    if database.is_sqlite:
        free, size = free_bytes(database.engine)
        little = free <= FREE_SHARE * size or free <= SPARE_BYTES
        seen = f"{free / 1e6:.0f} of {size / 1e6:.0f} MB can be given back"
        yield Sign("Free space inside", little, seen, "When nobody works: workbench db compact")
