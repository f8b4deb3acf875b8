"""Levels: how much of what grows there is now, written down as counts by whoever keeps telemetry's files few.

What retention has removed since cannot be told from what is left, so a level is measured while it holds:
by whichever process tidies up, once an hour at most. `hours` of telemetry keep it for as long as rollups are
kept.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select

from workbench.clock import Clock, SystemClock
from workbench.spans import Receiver, Record
from workbench.store.rows import metadata
from workbench.telemetry.segments import Manifest, microseconds

FILES_BYTES, RAW_ROWS = "level.telemetry_bytes", "level.telemetry_rows"
TABLES = {"level.revision_rows": "revision", "level.message_rows": "message"}
HOUR_SECONDS = 3600.0

BY_DAY = f"""\
SELECT name, hour::DATE AS day, arg_max(value / n, hour) AS level
FROM hours WHERE kind = 'count' AND n > 0
  AND name IN ({", ".join(f"'{name}'" for name in (FILES_BYTES, RAW_ROWS, *TABLES))})
GROUP BY name, day ORDER BY name, day"""
"""The SQL of the last level of each day: name, day, level."""


def levels_now(manifest: Manifest, *, sample: bool = False) -> Mapping[str, float]:
    """Return bytes of telemetry's files (hours summed up, too), rows of telemetry, and rows of the tables."""
    live = manifest.live(sample=sample)
    found = {
        FILES_BYTES: float(sum(each.bytes for each in live)),
        RAW_ROWS: float(sum(each.rows for each in live if each.kind == "raw")),
    }
    with manifest.database.read() as connection:
        for name, table in TABLES.items():
            number = connection.scalar(select(func.count()).select_from(metadata.tables[table]))
            found[name] = float(number or 0)
    return found


class Gauge:
    """Writes levels down, once an hour at most."""

    def __init__(self, manifest: Manifest, to: Receiver, clock: Clock | None = None) -> None:
        self._manifest = manifest
        self._to = to
        self._clock = clock or SystemClock()
        self._told: float | None = None

    def tell(self) -> bool:
        """Measure and hand the counts over, unless that was done within the hour; return whether it was."""
        now = self._clock.monotonic()
        if self._told is not None and now - self._told < HOUR_SECONDS:
            return False
        for name, level in levels_now(self._manifest).items():
            record = Record("count", name, {})
            record.value, record.time_ns = level, microseconds(self._clock.now()) * 1000
            self._to(record)
        self._told = now
        return True
