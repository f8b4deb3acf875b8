"""How retention stands: the last cleanups, how far it lags behind its cutoffs, holds, and orphans."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from workbench.lifecycle.books import Cleanup, entries, last_cleaned, tampered
from workbench.lifecycle.files import named_files
from workbench.lifecycle.holds import Hold, Holds
from workbench.lifecycle.objects import others
from workbench.lifecycle.orphans import Orphaned, note_orphans, told_orphans
from workbench.lifecycle.planning import needed_by, oldest, select_within
from workbench.lifecycle.policy import Policy
from workbench.store.blob_users import User
from workbench.store.blobs import Blobs, Kept
from workbench.store.database import Database
from workbench.store.object_blobs import ObjectBlobs

YOUNG_SECONDS = 86_400.0
"""A file younger than this may belong to a row that is just being written."""


@dataclass(frozen=True, slots=True)
class Lag:
    """For how many days a rule could have taken its oldest row; None while its table is missing.

    What a cleanup left had to stay then, so what may go now may do so since that cleanup at most: work of
    today pushes old steps out of the last ones that are kept.
    """

    rule: str
    days: float | None


@dataclass(frozen=True, slots=True)
class Orphans:
    """Rows whose parent is gone, files nobody names, and files that are named but missing.

    `rows` tells them by table and parent, and what will become of them; `references` how many there are.

    `storage` is the address of the object storage the files lie in, empty for the data folder; while it is
    shared with other databases, which may name its objects, no cleanup takes any; nor copies of them in the
    folder while that is shared.
    """

    references: Mapping[str, int]
    files: int
    file_bytes: int
    missing_files: int
    rows: tuple[Orphaned, ...] = ()
    storage: str = ""
    shared_with: tuple[User, ...] = ()
    folder_shared_with: tuple[User, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """Everything an operator looks at."""

    cleanups: tuple[Cleanup, ...]
    lags: tuple[Lag, ...]
    holds: tuple[Hold, ...]
    orphans: Orphans
    tampered: tuple[str, ...]


def look(database: Database, policy: Policy, blobs: Blobs) -> State:
    """Read how retention stands."""
    return State(
        entries(database, most=20),
        find_lags(database, policy),
        Holds(database).active(),
        find_orphans(database, policy, blobs),
        tampered(database),
    )


def find_lags(database: Database, policy: Policy) -> tuple[Lag, ...]:
    """Return how far each rule is behind; 0 when there is nothing to take."""
    now = database.now()
    cleaned = last_cleaned(database)
    found = []
    with database.read() as connection:
        for rule in policy.rules:
            selection = select_within(connection, rule, now)
            if selection is None:
                found.append(Lag(rule.name, None))
                continue
            first = oldest(connection, selection, needed_by(connection, policy, rule, now))
            late = selection.moments["cutoff"] - first if first else timedelta(0)
            late = min(late, now - cleaned.get(rule.name, now - late))
            found.append(Lag(rule.name, late / timedelta(days=1)))
    return tuple(found)


def find_orphans(database: Database, policy: Policy, blobs: Blobs) -> Orphans:
    """Look for what lost its other half, and write it down; reads every reference and name of a file."""
    note_orphans(database, policy)
    with database.read() as connection:
        rows = told_orphans(connection, policy)
        named = named_files(connection)
    kept = list(blobs.listed())
    missing = len(named - {each.digest for each in kept})
    unnamed = list(_unnamed(kept, named))
    size = sum(each.bytes for each in unnamed)
    broken = {each.reference: each.rows for each in rows}
    shared = others(blobs, database)
    here = others(blobs.here, database) if isinstance(blobs, ObjectBlobs) else ()
    return Orphans(broken, len(unnamed), size, missing, rows, blobs.address, shared, here)


def _unnamed(kept: Iterable[Kept], named: frozenset[str]) -> Iterator[Kept]:
    """Give the files no row names that are older than a day."""
    oldest_young = time.time() - YOUNG_SECONDS
    for each in kept:
        if each.digest not in named and each.modified < oldest_young:
            yield each
