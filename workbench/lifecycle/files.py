"""Files that nobody names any more: put into a folder for their grace, brought back, or gone for good.

A file may belong to a row that is only about to be written. So it must have lain unused for a day, whoever
keeps the same bytes again makes it young again, and both is looked at once more after it was moved. While a
second database has left its mark in the folder nothing goes, since it may name what this one does not.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, bindparam, inspect, select, text

from workbench.lifecycle.shelves import Taken, Thing
from workbench.store.blobs import Blobs, explained_disk
from workbench.store.rows import Moment, job, removed_row

TRASH = ".trash"
_SHA256 = re.compile(r"\b[0-9a-f]{64}\b")
UNTIL = "until"
Named = Callable[[Connection], frozenset[str]]


class FileShelf:
    """The files of one folder that no row names: `named` tells which ones are, `shared` whether others do."""

    def __init__(self, blobs: Blobs, named: Named, shared: Callable[[], bool] = lambda: False) -> None:
        self._blobs = blobs
        self._named = named
        self._shared = shared
        self._trash = blobs.folder / TRASH

    def total(self, connection: Connection) -> int | None:  # noqa: ARG002
        return sum(1 for _ in self._blobs.files())

    def past(self, connection: Connection, cutoff: datetime, made_at: datetime) -> Sequence[Thing]:
        if self._shared():
            return []
        kept = self._named(connection) | held_files(connection, made_at)
        return [
            thing
            for place in self._blobs.files()
            if place.parent.name + place.name not in kept
            and (thing := _thing(place)) is not None
            and thing.moment < cutoff
        ]

    def take(
        self, connection: Connection, things: Sequence[Thing], cleanup_id: str, until: datetime, before: Taken
    ) -> Taken:
        kept = self._named(connection) | held_files(connection, None)
        folder = self._trash / cleanup_id
        with explained_disk():
            folder.mkdir(parents=True, exist_ok=True)
            (folder / UNTIL).write_text(until.isoformat(), encoding="utf-8")
            for thing in () if self._shared() else things:
                if thing.key not in kept:
                    self._move(thing, folder / thing.key)
        sizes = [place.stat().st_size for place in _content(folder)]
        return Taken(max(before.things, len(sizes)), max(before.bytes, sum(sizes)))

    def bring_back(self, cleanup_id: str) -> int:
        found = 0
        with explained_disk():
            for place in _content(self._trash / cleanup_id):
                self._restore(place)
                found += 1
            shutil.rmtree(self._trash / cleanup_id, ignore_errors=True)
        return found

    def purge(self, connection: Connection, now: datetime) -> int:
        """Let go what waited until now; what is named, held or another's by then goes back to its place."""
        ended = [folder for folder in sorted(self._trash.glob("*")) if grace_ended(folder, now)]
        kept = self._named(connection) | held_files(connection) if ended else frozenset()
        shared = bool(ended) and self._shared()
        gone = 0
        for folder in ended:
            with suppress(OSError):
                content = _content(folder)
                back = [place for place in content if shared or place.name in kept]
                for place in back:
                    self._restore(place)
                shutil.rmtree(folder)
                gone += len(content) - len(back)
        return gone

    def _move(self, thing: Thing, target: Path) -> None:
        place = self._blobs.path(thing.key)
        with suppress(FileNotFoundError):
            place.rename(target)
            found = _thing(target)
            if found is None or found.moment > thing.moment:  # somebody kept these bytes again meanwhile
                self._restore(target)

    def _restore(self, place: Path) -> None:
        home = self._blobs.path(place.name)
        home.parent.mkdir(parents=True, exist_ok=True)
        place.replace(home)


def named_files(connection: Connection) -> frozenset[str]:
    """Return the SHA-256 of every file a row names, in any column called `sha256` or ending so."""
    inspector = inspect(connection)
    found: set[str] = set()
    for table in inspector.get_table_names():
        for column in (each["name"] for each in inspector.get_columns(table)):
            if column == "sha256" or column.endswith("_sha256"):
                asked = f'SELECT DISTINCT "{column}" FROM "{table}" WHERE "{column}" IS NOT NULL'
                found.update(connection.exec_driver_sql(asked).scalars())
    return frozenset(found)


def named_renders(connection: Connection) -> frozenset[str]:
    """Return the SHA-256 of every film that a job has made and still tells of, or would if it came back."""
    results = connection.scalars(select(job.c.result).where(job.c.result.is_not(None)))
    told = {str(each["sha256"]) for each in results if isinstance(each, dict) and "sha256" in each}
    removed = select(removed_row.c.content).where(removed_row.c.table_name == "job")
    return frozenset(told.union(*(_SHA256.findall(each) for each in connection.scalars(removed))))


def held_files(connection: Connection, made_at: datetime | None = None) -> frozenset[str]:
    """Return the files under a hold now, or, of those released since, at the moment a plan was made."""
    since = " OR released_at >= :made_at" if made_at else ""
    asked = text(f"SELECT key FROM hold WHERE kind = 'file' AND (released_at IS NULL{since})")
    if made_at:
        asked = asked.bindparams(bindparam("made_at", made_at, type_=Moment()))
    return frozenset(connection.execute(asked).scalars())


def _thing(place: Path) -> Thing | None:
    try:
        told = place.stat()
    except FileNotFoundError:
        return None
    name = place.name if len(place.name) == 64 else place.parent.name + place.name
    return Thing(name, told.st_size, datetime.fromtimestamp(told.st_mtime, UTC))


def grace_ended(folder: Path, now: datetime) -> bool:
    """Return whether what a cleanup put into a folder of the trash has waited until now."""
    with suppress(OSError, ValueError):
        return datetime.fromisoformat((folder / UNTIL).read_text(encoding="utf-8")) <= now
    return False


def _content(folder: Path) -> list[Path]:
    return sorted(place for place in folder.glob("*") if len(place.name) == 64)
