"""Files in object storage that nobody names: put into the bucket's trash, brought back, or gone for good.

As with local files: unused for a day, named by no row and under no hold, looked at once more when they are
moved. Besides, no object is touched while a second database has left its mark in the bucket, one that was put
again meanwhile stays, and one that is named after all goes back to its place when its grace ends. What a
killed upload left beside its place goes too, once it is a day old.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection

from workbench.lifecycle.files import FileShelf, Named, held_files
from workbench.lifecycle.shelves import Taken, Thing
from workbench.store.blob_users import User, user_in
from workbench.store.blobs import Blobs
from workbench.store.database import Database
from workbench.store.object_blobs import LONGEST_UPLOAD, ObjectBlobs
from workbench.store.object_users import user_of


class ObjectShelf:
    """The objects of one room of a storage and their copies in the folder, as one shelf."""

    def __init__(self, blobs: ObjectBlobs, named: Named, database: Database) -> None:
        self._blobs = blobs
        self._copies = FileShelf(blobs.here, named, self._shared_here)
        self._named = named
        self._database = database

    def total(self, connection: Connection) -> int | None:  # noqa: ARG002
        here = {place.parent.name + place.name for place in self._blobs.copies()}
        return len(here | {each.digest for each in self._blobs.listed()})

    def past(self, connection: Connection, cutoff: datetime, made_at: datetime) -> Sequence[Thing]:
        here = {thing.key: thing for thing in self._copies.past(connection, cutoff, made_at)}
        if others(self._blobs, self._database):
            return list(here.values())
        kept = self._named(connection) | held_files(connection, made_at)
        for each in self._blobs.listed():
            moment = max(datetime.fromtimestamp(each.modified, UTC), self._copied(each.digest))
            if each.digest not in kept and moment < cutoff:
                here[each.digest] = Thing(each.digest, each.bytes, moment)
            else:
                here.pop(each.digest, None)
        return [here[key] for key in sorted(here)]

    def take(
        self, connection: Connection, things: Sequence[Thing], cleanup_id: str, until: datetime, before: Taken
    ) -> Taken:
        if others(self._blobs, self._database):
            return self._copies.take(connection, things, cleanup_id, until, before)
        kept = self._named(connection) | held_files(connection, None)
        there = {each.key: each for each in things if each.key not in kept and self._blobs.exists(each.key)}
        unused = [(each.key, each.moment) for each in there.values() if self._copied(each.key) <= each.moment]
        moved = self._blobs.trash.take(unused, cleanup_id, until) if unused else ()
        for digest in () if self._shared_here() else moved:
            self._blobs.place(digest).unlink(missing_ok=True)
        only_here = [each for each in things if each.key not in there]
        copies = self._copies.take(connection, only_here, cleanup_id, until, Taken(0, 0))
        count, size = self._blobs.trash.held(cleanup_id)
        return Taken(max(before.things, copies.things + count), max(before.bytes, copies.bytes + size))

    def bring_back(self, cleanup_id: str) -> int:
        return self._copies.bring_back(cleanup_id) + self._blobs.trash.bring_back(cleanup_id)

    def purge(self, connection: Connection, now: datetime) -> int:
        self._blobs.drop_unfinished(before=now - LONGEST_UPLOAD)
        return self._copies.purge(connection, now) + self._blobs.trash.purge(now, self._named_now)

    def _shared_here(self) -> bool:
        """Whether another database keeps files in the folder, to whom what lies there is no copy."""
        return bool(others(self._blobs.here, self._database))

    def _named_now(self) -> frozenset[str]:
        with self._database.read() as connection:
            return self._named(connection) | held_files(connection, None)

    def _copied(self, digest: str) -> datetime:
        """Return when this machine kept those bytes last."""
        place: Path = self._blobs.place(digest)
        with suppress(OSError):
            return datetime.fromtimestamp(place.stat().st_mtime, UTC)
        return datetime.fromtimestamp(0, UTC)


def others(blobs: Blobs, database: Database) -> tuple[User, ...]:
    """Return the other databases that may name what is kept there; leaves this one's mark.

    Of object storage it is those in the storage; `here` of its blobs has those in the folder.
    """
    stored = isinstance(blobs, ObjectBlobs)
    own = user_of(database) if stored else user_in(blobs.folder, database.engine)
    blobs.mark(own)
    return tuple(each for each in blobs.users() if each.id != own.id)
