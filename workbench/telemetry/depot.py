"""Telemetry's files in object storage, seen through the telemetry folder of this machine.

The folder is spool and cache in one: files are written into it, sent from it under the same path (a folder of
the storage for each day), and what other machines sent is fetched into it when it is first needed. Files
never change, so one that is here is right. The list in the database says which ones exist.

A file that was sent, or is about to be, or came from the storage, is marked in `sent/` before it happens.
So what is here under a mark and is not in the list any more was merged elsewhere: it is removed, and is
never taken for a new one.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from workbench.errors import EnvironmentFault
from workbench.spans import count
from workbench.store.object_storage import checked_address, explained_storage, opened_storage
from workbench.telemetry.segments import TORN, Segment

MARKS = "sent"
ASK_AGAIN_SECONDS = 10.0
"""How long a file that is not in the storage yet is not asked for again."""
REST_SECONDS = 30.0
"""How long the storage is left alone after it failed."""
JUST_CAME_SECONDS = 300.0
"""How long a file that was written or fetched stays here: whoever fetched it is reading it."""
_AT_ONCE = 8
_T = TypeVar("_T")
_MOST_MISSING = 10_000
_SENT = "sent"
_GOING = "going"


class Depot:
    """The storage at an address, for one telemetry folder; safe for several threads and processes."""

    def __init__(self, folder: Path, address: str, *, now: Callable[[], float] = time.monotonic) -> None:
        self.folder = folder.absolute()
        self.address = checked_address(address)
        self.failures = 0
        self.trouble = ""
        self._now = now
        self._lock = threading.Lock()
        self._opened: tuple[Any, str] | None = None
        self._rests_until = 0.0
        self._missing: dict[str, float] = {}

    def at_hand(self, segments: Sequence[Segment]) -> frozenset[str]:
        """Fetch what is not here, and return the ids of those that still are not; never raises."""
        away = [each for each in segments if not self._place(each).is_file()]
        now = self._now()
        wanted = [each for each in away if self._missing.get(each.id, 0.0) <= now]
        if wanted and now >= self._rests_until:
            self._each(self._fetched, wanted)
        return frozenset(each.id for each in away if not self._place(each).is_file())

    def send(self, segment: Segment) -> None:
        """Put a file into the storage, unless it is there, and read it back; raises EnvironmentFault."""
        content = self._place(segment).read_bytes()
        self._mark(segment, _GOING)
        files, key = self._key(segment.path)
        with explained_storage(self.address):
            if _size(files, key) != len(content):
                files.pipe_file(key, content)
                if files.cat_file(key) != content:
                    files.rm_file(key)
                    raise EnvironmentFault(
                        f"{self.address} does not give back what was put there.",
                        remedy="Look at the storage.",
                    )
        self._mark(segment, _SENT)

    def remove(self, segments: Sequence[Segment]) -> frozenset[str]:
        """Remove files from here and from the storage; returns the ids of those gone. Never raises."""
        own = [each for each in segments if self._place(each).is_file() and not self._marked(each.id)]
        for each in own:
            self._place(each).unlink(missing_ok=True)
        sent = [each for each in segments if each not in own]
        gone = self._each(self._removed, sent) if sent and self._now() >= self._rests_until else []
        return frozenset(each.id for each in (*own, *gone))

    def waiting(self, live: Iterable[Segment]) -> Iterator[Segment]:
        """Give those that lie here and were not sent, the oldest first."""
        for each in sorted(live, key=lambda one: (one.created_at, one.id)):
            if self._marked(each.id) != _SENT and self._place(each).is_file():
                yield each

    def is_sent(self, segment: Segment) -> bool:
        """Whether the storage has the file, as far as this machine knows."""
        return self._marked(segment.id) == _SENT

    def forget(self, listed: Callable[[], Collection[str]]) -> int:
        """Remove from here what was merged or removed elsewhere: what is marked and not `listed` any more.

        The marks are read first: what is marked was listed before, so it is missing only when it is gone.
        """
        marks = [each for each in (self.folder / MARKS).glob("*") if each.suffix != TORN]
        gone, names = 0, listed() if marks else ()
        for mark in marks:
            if mark.name not in names:
                for file in self.folder.glob(f"*/*/{mark.name}.parquet"):
                    file.unlink(missing_ok=True)
                    gone += 1
                mark.unlink(missing_ok=True)
        return gone

    def make_room(self, live: Iterable[Segment], most_bytes: int) -> int:
        """Remove the oldest files that the storage has from here until they take so many bytes at most.

        What was written or fetched in the last five minutes stays.
        """
        here = [each for each in live if self._place(each).is_file()]
        excess, gone = sum(each.bytes for each in here) - most_bytes, 0
        for each in sorted(here, key=lambda one: (one.last_us, one.id)):
            if excess <= 0:
                break
            if self.is_sent(each) and not _just_came(self._place(each)):
                self._place(each).unlink(missing_ok=True)
                excess -= each.bytes
                gone += 1
        return gone

    def failed(self, failure: Exception) -> None:
        """Count a failure of the storage, and leave it alone for a while."""
        with self._lock:
            self.failures += 1
            self.trouble = f"{type(failure).__name__}: {failure}"
            self._rests_until = self._now() + REST_SECONDS
        count("telemetry.storage_failed", 1, error=type(failure).__name__)

    def _fetched(self, segment: Segment) -> None:
        files, key = self._key(segment.path)
        try:
            with explained_storage(self.address, may_be_missing=True):
                content = files.cat_file(key)
        except FileNotFoundError:
            content = b""
        if len(content) != segment.bytes:  # not there yet, or half of it
            if len(self._missing) >= _MOST_MISSING:
                self._missing.clear()
            self._missing[segment.id] = self._now() + ASK_AGAIN_SECONDS
            return
        self._missing.pop(segment.id, None)
        self._mark(segment, _SENT)
        _write(self._place(segment), content)

    def _removed(self, segment: Segment) -> Segment:
        files, key = self._key(segment.path)
        with explained_storage(self.address), suppress(FileNotFoundError):
            files.rm_file(key)
        self._place(segment).unlink(missing_ok=True)
        (self.folder / MARKS / segment.id).unlink(missing_ok=True)
        return segment

    def _each(self, does: Callable[[Segment], _T], segments: Sequence[Segment]) -> list[_T]:
        """Do it to each, some at once; the first failure is counted and ends it."""
        done: list[_T] = []
        with ThreadPoolExecutor(_AT_ONCE, "telemetry-storage") as several:
            futures = [several.submit(does, each) for each in segments]
            for future in futures:
                try:
                    done.append(future.result())
                except Exception as failure:  # noqa: BLE001 - storage may raise anything, and nobody here minds
                    several.shutdown(wait=True, cancel_futures=True)
                    self.failed(failure)
                    break
        return done

    def _key(self, path: str) -> tuple[Any, str]:
        with self._lock:
            if self._opened is None:
                self._opened = opened_storage(self.address)
        files, root = self._opened
        return files, f"{root}/{path.replace(os.sep, '/')}"

    def _place(self, segment: Segment) -> Path:
        return self.folder / segment.path

    def _marked(self, name: str) -> str:
        try:
            return (self.folder / MARKS / name).read_text(encoding="ascii")
        except OSError:
            return ""

    def _mark(self, segment: Segment, state: str) -> None:
        _write(self.folder / MARKS / segment.id, state.encode("ascii"))


def was_sent(folder: Path, name: str) -> bool:
    """Whether a file of that name was ever sent from, or fetched into, this folder."""
    return (folder / MARKS / name).exists()


def depot_at(folder: Path, address: str) -> Depot | None:
    """Return the depot of a telemetry folder; None without an address."""
    return Depot(folder, address) if address else None


def _just_came(place: Path) -> bool:
    try:
        return 0 <= time.time() - place.stat().st_mtime < JUST_CAME_SECONDS
    except OSError:
        return False


def _size(files: Any, key: str) -> int:
    try:
        return int(files.info(key)["size"] or 0)
    except FileNotFoundError:
        return -1


def _write(place: Path, content: bytes) -> None:
    """Write a file that appears under its name when it is whole."""
    place.parent.mkdir(parents=True, exist_ok=True)
    torn = place.with_name(f"{place.name}.{os.getpid()}-{threading.get_ident()}{TORN}")
    try:
        torn.write_bytes(content)
        torn.replace(place)
    finally:
        torn.unlink(missing_ok=True)
