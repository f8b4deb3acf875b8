"""Files of telemetry that could not be read and were put aside: kept for whoever may mend them, then gone.

They bear their own name with the ending `.unreadable`. Their days count from when they were put aside,
however old what they hold is. One that the list of telemetry still names stays, unless a whole file took its
place: whoever merges takes it off the list first.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from workbench.lifecycle.files import TRASH, UNTIL, grace_ended
from workbench.lifecycle.shelves import Taken, Thing
from workbench.store.blobs import explained_disk

ENDING = ".unreadable"
_WHOLE = ".parquet"


class PutAsideShelf:
    """What lies aside below a telemetry folder; in its grace it waits in the folder's own `.trash`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._trash = folder / TRASH

    def total(self, connection: Connection) -> int | None:  # noqa: ARG002
        return sum(1 for _ in _aside(self._folder))

    def past(
        self,
        connection: Connection,
        cutoff: datetime,
        made_at: datetime,  # noqa: ARG002
    ) -> Sequence[Thing]:
        listed = _listed(connection)
        found = [thing for place in _aside(self._folder) if (thing := self._thing(place)) is not None]
        old = [each for each in found if each.moment < cutoff and not self._is_needed(each, listed)]
        return sorted(old, key=lambda each: each.key)

    def take(
        self, connection: Connection, things: Sequence[Thing], cleanup_id: str, until: datetime, before: Taken
    ) -> Taken:
        grave, listed = self._trash / cleanup_id, _listed(connection)
        with explained_disk():
            grave.mkdir(parents=True, exist_ok=True)
            (grave / UNTIL).write_text(until.isoformat(), encoding="utf-8")
            for thing in things:
                place = self._folder / thing.key
                if self._thing(place) == thing and not self._is_needed(thing, listed):
                    _move(place, grave / thing.key)
        sizes = [place.stat().st_size for place in _aside(grave)]
        return Taken(max(before.things, len(sizes)), max(before.bytes, sum(sizes)))

    def bring_back(self, cleanup_id: str) -> int:
        """Put back what an entry took, but where another one was put aside since; return how many."""
        grave, found = self._trash / cleanup_id, 0
        with explained_disk():
            for place in list(_aside(grave)):
                home = self._folder / place.relative_to(grave)
                if not home.exists():
                    _move(place, home)
                    found += 1
            if not any(_aside(grave)):
                shutil.rmtree(grave, ignore_errors=True)
        return found

    def purge(self, connection: Connection, now: datetime) -> int:  # noqa: ARG002
        gone = 0
        for grave in sorted(self._trash.glob("*")):
            if grace_ended(grave, now):
                with suppress(OSError):
                    content = sum(1 for _ in _aside(grave))
                    shutil.rmtree(grave)
                    gone += content
        return gone

    def _thing(self, place: Path) -> Thing | None:
        """Return it with the moment it was put aside, when its name changed; None once it is gone."""
        try:
            told = place.stat()
        except FileNotFoundError:
            return None
        moment = datetime.fromtimestamp(max(told.st_mtime, told.st_ctime), UTC)
        return Thing(place.relative_to(self._folder).as_posix(), told.st_size, moment)

    def _is_needed(self, thing: Thing, listed: frozenset[str]) -> bool:
        place = self._folder / thing.key
        return place.stem in listed and not place.with_suffix(_WHOLE).exists()


def _listed(connection: Connection) -> frozenset[str]:
    if not inspect(connection).has_table("telemetry_segment"):
        return frozenset()
    asked = text("SELECT id FROM telemetry_segment WHERE retired_at IS NULL")
    return frozenset(connection.execute(asked).scalars())


def _aside(folder: Path) -> Iterator[Path]:
    """Give what lies aside below a folder, but for its trash; folders that go meanwhile are passed over."""
    for place, inner, names in os.walk(folder):
        inner[:] = [each for each in inner if each != TRASH]
        yield from (Path(place, name) for name in names if name.endswith(ENDING))


def _move(place: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    place.replace(target)
