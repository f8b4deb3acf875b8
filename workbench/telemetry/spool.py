"""Rows that short-lived processes left as text, made into files that can be read."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from workbench.telemetry.parquet import table, write_segment
from workbench.telemetry.segments import Manifest, Segment

_TAKEN = ".taken"
FORGOTTEN_SECONDS = 60.0


def adopt_spool(folder: Path, manifest: Manifest, now: datetime) -> int:
    """Make files of what lies in `spool/` and list them; returns how many rows that were.

    A text is taken by renaming it, so two processes never take the same. Its file gets the name of the
    text: when the taker dies half way, the next one does the same again and nothing counts twice.
    """
    rows = 0
    for taken in _taken(folder / "spool"):
        segment = _adopted(folder, taken, now)
        if segment is not None:
            manifest.add([segment])
            rows += segment.rows
        taken.unlink(missing_ok=True)
    return rows


def _taken(spool: Path) -> Iterator[Path]:
    for text in sorted(spool.glob("s-*.jsonl")):
        with suppress(OSError):
            yield text.rename(text.with_suffix(_TAKEN))
    for left in sorted(spool.glob(f"s-*{_TAKEN}")):
        with suppress(OSError):
            if time.time() - left.stat().st_ctime > FORGOTTEN_SECONDS:
                yield left


def _adopted(folder: Path, text: Path, now: datetime) -> Segment | None:
    rows = list(_rows(text))
    return write_segment(folder, table(rows), text.stem, now) if rows else None


def _rows(text: Path) -> Iterator[dict[str, Any]]:
    for line in text.read_text(encoding="utf-8", errors="replace").splitlines():
        with suppress(ValueError):
            found = json.loads(line)
            if isinstance(found, dict) and isinstance(found.get("ts"), int):
                yield found
