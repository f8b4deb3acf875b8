"""Whether a file that cannot be read is torn for good, or cannot be read just now."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import duckdb

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


def _is_torn(place: Path, look: Callable[[], object]) -> bool:
    try:
        with place.open("rb") as file:
            begins = file.read(len(_MAGIC))
            file.seek(max(0, file.seek(0, os.SEEK_END) - len(_MAGIC)))
            if (begins, file.read()) != (_MAGIC, _MAGIC):
                return True
            file.seek(0)
            while file.read(1 << 20):
                pass
        look()
    except (OSError, *_OUR_TROUBLE) as trouble:
        raise NotNow(str(trouble)) from trouble
    except duckdb.Error:
        return True
    return False
