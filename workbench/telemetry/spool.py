"""Texts that processes wrote before they had Arrow, or instead of it, made into files that can be read.

Several may do this at once, and any of them may be killed anywhere. The file has the text's name, and its
place follows from the rows, so whoever does it again makes the same file; the list takes a name once; and the
text goes last. So a text that is gone was listed, and nothing is lost or counts twice.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from workbench.spans import count
from workbench.telemetry.parquet import table, write_segment
from workbench.telemetry.segments import EPOCH, Manifest
from workbench.telemetry.texts import texts

_LAST_US = 253_370_764_800_000_000
"""Beginning of the year 9999: the clock that told a later moment was broken."""

_UNREADABLE = ".unreadable"


def adopt_spool(folder: Path, manifest: Manifest) -> int:
    """Make files of the texts and list them; returns how many rows that were.

    Raises what the disk or the database raises; the texts that are left then are there the next time.
    """
    return sum(_adopt(folder, text, manifest) for text in texts(folder))


def _adopt(folder: Path, text: Path, manifest: Manifest) -> int:
    try:
        rows = list(_rows(text))
        made = table(rows)
    except FileNotFoundError:  # another process was quicker
        return 0
    except (ValueError, TypeError, OverflowError):
        count("telemetry.unreadable")
        text.replace(text.with_suffix(_UNREADABLE))
        return 0
    if rows:
        moment = EPOCH + timedelta(microseconds=max(each["ts"] for each in rows))
        segment = write_segment(folder, made, text.stem, moment)
        if not text.exists():
            _take_back(folder / segment.path, segment.id, manifest)
            return 0
        manifest.add([segment])
    text.unlink(missing_ok=True)
    return len(rows)


def _take_back(file: Path, name: str, manifest: Manifest) -> None:
    """Remove a file that came too late: its rows were listed, and merged into another one since."""
    if name not in {each.id for each in manifest.live("raw")}:
        file.unlink(missing_ok=True)


def _rows(text: Path) -> Iterator[dict[str, Any]]:
    for line in text.read_text(encoding="utf-8", errors="replace").splitlines():
        with suppress(ValueError):
            found = json.loads(line)
            if isinstance(found, dict) and isinstance(ts := found.get("ts"), int) and 0 <= ts < _LAST_US:
                yield found
