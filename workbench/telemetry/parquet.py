"""Rows as Parquet files. Imported when the first file is written: Arrow takes a third of a second to load."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from workbench.telemetry.columns import COLUMNS
from workbench.telemetry.segments import TORN, Segment, hour_of, place_of

_TYPES = {
    "moment": pa.timestamp("us"),
    "text": pa.string(),
    "whole": pa.int64(),
    "number": pa.float64(),
    "truth": pa.bool_(),
}
SCHEMA = pa.schema([(name, _TYPES[kind]) for name, kind in COLUMNS.items()])


def table(rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Return rows as an Arrow table of our columns; what a row lacks is null, anything else is left out."""
    held = list(rows)
    return pa.table(
        {field.name: pa.array([row.get(field.name) for row in held], field.type) for field in SCHEMA}
    )


def write_segment(folder: Path, rows: pa.Table, name: str, now: datetime) -> Segment:
    """Write rows as a file of level 0 that appears under its name when it is whole; the list is not told.

    Sample rows and real ones never share a file. A file that is there already stays as it is.
    """
    path = place_of("raw", hour_of(now), name)
    target = folder / path
    if target.is_file():
        return described(folder, path, name, now)
    target.parent.mkdir(parents=True, exist_ok=True)
    torn = target.with_name(f"{name}.{os.getpid()}-{threading.get_ident()}{TORN}")
    try:
        pq.write_table(rows, torn, compression="zstd", compression_level=3)
        torn.replace(target)
    finally:
        with suppress(OSError):
            torn.unlink(missing_ok=True)
    return described(folder, path, name, now)


def described(folder: Path, path: str, name: str, now: datetime) -> Segment:
    """Return what the list should say about a raw file that is there; raises when it is torn."""
    with pq.ParquetFile(folder / path) as file:
        columns = file.read(columns=["ts", "sample"])
    ends: Any = pc.min_max(columns.column("ts").cast(pa.int64())).as_py()
    sample = bool(pc.any(columns.column("sample")).as_py())
    size = (folder / path).stat().st_size
    return Segment(
        name,
        "raw",
        0,
        hour_of(now),
        path,
        columns.num_rows,
        size,
        ends["min"] or 0,
        ends["max"] or 0,
        sample,
        created_at=now,
    )
