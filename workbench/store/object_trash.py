"""Objects that nobody names any more: copied aside, removed, and had back until their grace has ended.

An object is in `.trash/CLEANUP/` before it is gone from its place, so a process that is killed loses none.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, TypeVar

from workbench.store.blobs import named
from workbench.store.object_storage import explained_storage

TRASH = ".trash"
_UNTIL = "until"
_AT_ONCE = 16
_T = TypeVar("_T")
_R = TypeVar("_R")


class ObjectTrash:
    """The trash of one room of a storage; `key_of` tells where an object's place is."""

    def __init__(self, files: Any, root: str, shown: str, key_of: Callable[[str], str]) -> None:
        self._files = files
        self._folder = f"{root}/{TRASH}"
        self._shown = shown
        self._key = key_of

    def take(self, objects: Sequence[tuple[str, datetime]], cleanup_id: str, until: datetime) -> list[str]:
        """Move objects aside that were not put again since their moment; returns which are aside now."""
        with explained_storage(self._shown):
            self._files.pipe_file(f"{self._folder}/{cleanup_id}/{_UNTIL}", until.isoformat().encode())
            taken = _each(lambda one: self._aside(*one, cleanup_id), objects)
        return [digest for digest, (_, gone) in zip((one[0] for one in objects), taken, strict=True) if gone]

    def held(self, cleanup_id: str) -> tuple[int, int]:
        """Return how many objects of a cleanup wait, and their bytes."""
        with explained_storage(self._shown):
            sizes = [int(told["size"] or 0) for told in self._content(cleanup_id).values()]
        return len(sizes), sum(sizes)

    def bring_back(self, cleanup_id: str) -> int:
        """Put back what a cleanup moved aside."""
        with explained_storage(self._shown):
            found = self._content(cleanup_id)
            _each(self._back, found)
            self._clear(cleanup_id, found)
        return len(found)

    def find(self, digest: str) -> bool:
        """Put one object back that somebody asks for after all; whether it was there."""
        with explained_storage(self._shown):
            there = self._files.exists(self._folder)
            keys = self._files.glob(f"{self._folder}/*/{digest}") if there else []
            for key in keys[:1]:
                self._back(key)
        return bool(keys)

    def purge(self, now: datetime, named_now: Callable[[], Collection[str]]) -> int:
        """Let go for good what waited until now; what is named after all goes back to its place."""
        with explained_storage(self._shown):
            gone = 0
            for cleanup_id in self._ended(now):
                found = self._content(cleanup_id)
                kept = named_now() if found else ()
                back = [key for key in found if _name(key) in kept]
                _each(self._back, back)
                self._clear(cleanup_id, found)
                gone += len(found) - len(back)
        return gone

    def _ended(self, now: datetime) -> list[str]:
        if not self._files.exists(self._folder):
            return []
        folders = sorted({key.removeprefix(f"{self._folder}/").partition("/")[0]
                          for key in self._files.find(self._folder)})  # fmt: skip
        return [each for each in folders if (until := self._until(each)) and until <= now]

    def _until(self, cleanup_id: str) -> datetime | None:
        try:
            text = self._files.cat_file(f"{self._folder}/{cleanup_id}/{_UNTIL}").decode()
            return datetime.fromisoformat(text)
        except (FileNotFoundError, ValueError):
            return None

    def _content(self, cleanup_id: str) -> dict[str, Any]:
        folder = f"{self._folder}/{cleanup_id}"
        there = self._files.exists(folder)
        found = self._files.find(folder, detail=True) if there else {}
        return {key: told for key, told in found.items() if named(_name(key))}

    def _clear(self, cleanup_id: str, keys: Iterable[str]) -> None:
        _each(self._files.rm_file, keys)
        until = f"{self._folder}/{cleanup_id}/{_UNTIL}"
        if self._files.exists(until):
            self._files.rm_file(until)

    def _aside(self, digest: str, moment: datetime, cleanup_id: str) -> tuple[str, bool]:
        key, target = self._key(digest), f"{self._folder}/{cleanup_id}/{digest}"
        try:
            told = self._files.info(key)
        except FileNotFoundError:
            return digest, False
        if modified(self._files, key, told) > moment:  # somebody put these bytes again meanwhile
            return digest, False
        self._files.cp_file(key, target)
        if self._files.info(target)["size"] == told["size"]:
            self._files.rm_file(key)
            return digest, True
        return digest, False

    def _back(self, key: str) -> None:
        place = self._key(_name(key))
        if not self._files.exists(place):
            self._files.cp_file(key, place)


def modified(files: Any, key: str, told: Any) -> datetime:
    """Return when an object was put last."""
    when: datetime = told.get("LastModified") or files.modified(key)
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _name(key: str) -> str:
    return key.rpartition("/")[2]


def _each(does: Callable[[_T], _R], things: Iterable[_T]) -> list[_R]:
    """Do it to each, some at once: a storage answers slowly, and to many."""
    with ThreadPoolExecutor(_AT_ONCE, "storage-trash") as several:
        return list(several.map(does, things))
