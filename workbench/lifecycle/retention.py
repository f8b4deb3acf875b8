"""Retention of one data folder: the engine behind every door, so that all of them give the same figures."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from workbench.events import Emit, silence
from workbench.lifecycle.archive import Archived, archived
from workbench.lifecycle.books import entry_of
from workbench.lifecycle.cleaning import Budget, Cleaner, CleaningReport
from workbench.lifecycle.files import FileShelf, Named, named_files, named_renders
from workbench.lifecycle.objects import ObjectShelf, others
from workbench.lifecycle.orphans import note_orphans
from workbench.lifecycle.planning import Plan, make_plan
from workbench.lifecycle.policy import Policy, read_policy
from workbench.lifecycle.put_aside import PutAsideShelf
from workbench.lifecycle.shelves import Partitions, Shelf, Shelves
from workbench.lifecycle.state import State, look
from workbench.store.database import Database
from workbench.store.object_blobs import ObjectBlobs, blobs_at

POLICY = "retention.toml"


@dataclass(frozen=True, slots=True)
class Retention:
    """The policy of a data folder over its database and its shelves."""

    database: Database
    folder: Path
    policy: Policy
    shelves: Shelves
    who: str = "you"
    emit: Emit = silence
    storage: str = ""

    def plan(self) -> Plan:
        """Count and measure what would go now; removes nothing, and writes down which rows have no parent."""
        note_orphans(self.database, self.policy)
        return make_plan(self.database, self.policy, self.shelves)

    def apply(
        self, plan: Plan, *, confirmed: Collection[str] = (), budget: Budget | None = None
    ) -> CleaningReport:
        """Remove what a plan names; resumes where it stopped."""
        return self.cleaner().apply(plan, confirmed=confirmed, budget=budget)

    def undo(self, cleanup_id: str) -> int:
        """Put back what one cleanup removed, as long as its grace lasts."""
        return self.cleaner().undo(cleanup_id)

    def archived(self, cleanup_id: str) -> Iterator[Archived]:
        """Give the rows that one cleanup took and that are kept still, with the parents they lack."""
        with self.database.read() as connection:
            yield from archived(connection, entry_of(connection, cleanup_id).id)

    def status(self) -> State:
        """Return the last cleanups, lags, holds and orphans."""
        return look(self.database, self.policy, blobs_at(self.folder, self.storage, "files"))

    def cleaner(self, pause: Callable[[float], None] = time.sleep) -> Cleaner:
        """Return the one who removes."""
        return Cleaner(
            self.database, self.policy, who=self.who, emit=self.emit, pause=pause, shelves=self.shelves
        )


def retention_of(
    database: Database,
    folder: Path,
    policy: Path | None = None,
    *,
    who: str = "you",
    emit: Emit = silence,
    storage: str = "",
) -> Retention:
    """Return the retention of a data folder, by its own `retention.toml` unless a `policy` is given.

    Files in object storage (its address is `storage`) are taken there, and their copies in the folder.
    """
    own = folder / POLICY
    chosen = read_policy(policy or (own if own.is_file() else None))
    shelves: Shelves = {
        "files": _shelf(database, folder, storage, "files", named_files),
        "renders": _shelf(database, folder, storage, "renders", named_renders),
        "telemetry": Partitions("raw"),
        "telemetry_sums": Partitions("rollup"),
        "telemetry_unreadable": PutAsideShelf(folder / "telemetry"),
    }
    return Retention(database, folder, chosen, shelves, who, emit, storage)


def _shelf(database: Database, folder: Path, storage: str, room: str, named: Named) -> Shelf:
    blobs = blobs_at(folder, storage, room)
    if isinstance(blobs, ObjectBlobs):
        return ObjectShelf(blobs, named, database)
    return FileShelf(blobs, named, lambda: bool(others(blobs, database)))
