"""Rows as lines of JSON, for as long as a process has not loaded Arrow: a new one writes these at once.

A text has its name when it is whole, so `kill -9` tears none. The next one that reads, merges or sends makes
files of them, see `spool`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from workbench.telemetry.segments import TORN

_SPOOL = "spool"


def write_text(folder: Path, rows: Iterable[Mapping[str, Any]], name: str) -> None:
    """Write rows as one text below a telemetry folder; nobody needs to be told."""
    target = folder / _SPOOL / f"{name}.jsonl"
    target.parent.mkdir(parents=True, exist_ok=True)
    torn = target.with_suffix(TORN)
    torn.write_text("\n".join(json.dumps(each) for each in rows), encoding="utf-8")
    torn.replace(target)


def texts(folder: Path) -> list[Path]:
    """Return the texts of which no file was made yet, the oldest first."""
    return sorted((folder / _SPOOL).glob("s-*.jsonl"))
