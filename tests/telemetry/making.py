"""Rows and folders of telemetry for the tests: a few lines say what happened and when."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from workbench.clock import FrozenClock
from workbench.store.database import Database
from workbench.telemetry.parquet import table, write_segment
from workbench.telemetry.question import Period
from workbench.telemetry.reading import Reading
from workbench.telemetry.segments import Manifest

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = Period(NOON - timedelta(hours=12), NOON + timedelta(hours=12))
_numbers = count(1)


def spanned(name: str, at: float, ms: float, **columns: Any) -> dict[str, Any]:
    """Return the row of a span that ends `at` seconds after noon and took `ms` milliseconds."""
    number = next(_numbers)
    moment = NOON + timedelta(seconds=at)
    row = {
        "ts": moment.replace(tzinfo=None),
        "kind": "span",
        "name": name,
        "trace_id": f"{number:032x}",
        "span_id": f"{number:016x}",
        "process": "here:1",
        "duration_us": round(ms * 1000),
        "outcome": "ok",
        "sample": False,
    }
    return row | columns


def counted(name: str, at: float, value: float, **columns: Any) -> dict[str, Any]:
    """Return the row of a count, `at` seconds after noon."""
    return spanned(name, at, 0, kind="count", value=value, duration_us=None, outcome=None) | columns


class World:
    """A data folder with a store and telemetry."""

    def __init__(self, folder: Path, blank: Path | None = None) -> None:
        self.clock = FrozenClock(NOON)
        if blank is not None:
            shutil.copy(blank, folder / "workbench.db")
        self.database = Database.open(folder / "workbench.db", clock=self.clock, power_safe=False)
        self.manifest = Manifest(self.database)
        self.folder = folder / "telemetry"

    def keep(self, rows: Iterable[dict[str, Any]]) -> None:
        """Write rows as one file and list it."""
        self.keep_all([rows])

    def keep_all(self, files: Iterable[Iterable[dict[str, Any]]]) -> None:
        """Write each lot of rows as one file and list them all."""
        now = self.clock.now()
        self.manifest.add(
            [write_segment(self.folder, table(rows), f"s-{next(_numbers):08d}", now) for rows in files]
        )

    @contextmanager
    def reading(self, **options: Any):
        with Reading(self.folder, self.manifest, **options) as opened:
            yield opened

    def ask(self, question: str, period: Period = DAY, **given: Any) -> list[dict[str, Any]]:
        """Answer one question."""
        with self.reading() as reading:
            return reading.ask(question, period, **given).dicts()

    def close(self) -> None:
        self.database.close()
