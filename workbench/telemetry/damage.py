"""Whether a file that cannot be read is torn for good, or cannot be read just now."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

import duckdb

from workbench.telemetry.segments import Segment

_MAGIC = b"PAR1"
_OUR_TROUBLE = (duckdb.IOException, duckdb.OutOfMemoryException)
"""What says nothing about a file: handles, memory or the disk ran out, or it is gone."""


class NotNow(Exception):
    """The file may be whole: it is not here, or the machine cannot open it at the moment."""


def is_torn(place: Path, look: Callable[[], object]) -> bool:
    """Say whether the file is damaged; `look` has DuckDB read it. Raises NotNow while nobody can say.

    It is when it lacks Parquet's letters at an end, or when it can be read byte by byte and yet twice not
    as Parquet.
    """
    try:
        look()
    except duckdb.Error:
        return _is_torn(place, look)
    return False


def has_both_ends(place: Path) -> bool:
    """Say whether a file begins and ends as Parquet does: of one that is damaged, that it is not cut off."""
    with place.open("rb") as file:
        begins = file.read(len(_MAGIC))
        file.seek(max(0, file.seek(0, os.SEEK_END) - len(_MAGIC)))
        return (begins, file.read()) == (_MAGIC, _MAGIC)


def _is_torn(place: Path, look: Callable[[], object]) -> bool:
    try:
        if not has_both_ends(place):
            return True
        with place.open("rb") as file:
            while file.read(1 << 20):
                pass
        look()
    except (OSError, *_OUR_TROUBLE) as trouble:
        raise NotNow(str(trouble)) from trouble
    except duckdb.Error:
        return True
    return False


def look_at(place: str, *, thorough: bool = True) -> str:
    """Return SQL that reads a file, named as SQL text: every value of it, or only how many there are."""
    how = "bit_xor(hash(COLUMNS(*)))" if thorough else "count(COLUMNS(*))"
    return f"SELECT {how} FROM read_parquet({place})"


class Damaged:
    """Files that were seen to be torn: no later answer stumbles over them. One that changed is tried anew."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: dict[str, tuple[int, int]] = {}
        self._lock = threading.Lock()

    def note(self, segments: Iterable[Segment]) -> None:
        """Remember files as they are now."""
        with self._lock:
            self._seen.update({each.id: state for each in segments if (state := self._state(each))})

    def among(self, segments: Iterable[Segment]) -> frozenset[str]:
        """Return the ids of those that are torn, as far as is known."""
        with self._lock:
            known = [each for each in segments if each.id in self._seen] if self._seen else []
            changed = {each.id for each in known if self._state(each) != self._seen[each.id]}
            for each in changed:
                del self._seen[each]
        return frozenset(each.id for each in known if each.id not in changed)

    def _state(self, segment: Segment) -> tuple[int, int] | None:
        try:
            told = (self._folder / segment.path).stat()
        except OSError:
            return None
        return told.st_size, told.st_mtime_ns
