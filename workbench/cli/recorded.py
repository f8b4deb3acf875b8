"""What was recorded lately, and what was lost of it, as the commands tell it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workbench.cli.looks import Look
from workbench.clock import SystemClock
from workbench.errors import WorkbenchError
from workbench.studio.measuring import reading_of
from workbench.studio.settings import Settings
from workbench.studio.upgrading import open_database
from workbench.telemetry.question import Period
from workbench.telemetry.segments import Manifest

_HOURS = 24
_MOST_PROCESSES = 100_000
_NAMES = {"sent": "exported", "dropped": "export_dropped", "failed": "export_failed"}


@dataclass(frozen=True, slots=True)
class Recorded:
    """Rows of the last 24 hours, records that found no room, and what became of spans for a collector.

    `export` counts those that were sent, dropped and failed; None when none was sent or lost.
    """

    rows: int
    dropped: int
    export: Mapping[str, int] | None


def recorded(settings: Settings, manifest: Manifest) -> Recorded:
    """Ask who recorded what in the last 24 hours; takes in what lies there as text."""
    with reading_of(settings, manifest) as reading:
        day = Period.last(reading.now(), hours=_HOURS)
        found = reading.ask("recording", day, limit=_MOST_PROCESSES).dicts()
    known = [row for row in found if row["exported"] is not None]
    sums = {name: sum(int(row[column]) for row in known) for name, column in _NAMES.items()}
    rows, dropped = (sum(int(row[name]) for row in found) for name in ("rows", "dropped"))
    return Recorded(rows, dropped, sums if known else None)


def telemetry_looks() -> Iterator[Look]:
    """Look whether telemetry lost anything in the last 24 hours, here and on the way to a collector.

    That it cannot be asked is a warning: whatever is no report, alert or dashboard works without.
    """
    settings = Settings()
    with open_database(settings, SystemClock()) as database:
        try:
            found = recorded(settings, Manifest(database))
        except Exception as failure:  # noqa: BLE001 - whatever it was is told, and hinders nothing else
            yield _unasked(failure, settings)
            return
    seen = f"{found.rows} rows in the last {_HOURS} hours; {found.dropped or 'no'} records found no room"
    remedy = "Their figures are missing: look whether the data folder is full or cannot be written."
    yield Look("Telemetry", not found.dropped, seen, remedy, needed=False)
    if found.export is None:
        return
    export = found.export
    seen = (
        f"a collector was sent {export['sent']} spans in the last {_HOURS} hours; "
        f"{export['dropped']} found no room, {export['failed']} failed"
    )
    remedy = (
        "Look whether the collector of WORKBENCH_TELEMETRY_OTLP answers; the files here lack none of them."
    )
    yield Look("Telemetry export", not (export["dropped"] or export["failed"]), seen, remedy, needed=False)


def _unasked(failure: Exception, settings: Settings) -> Look:
    reason = f"{type(failure).__name__}: {failure}"
    if isinstance(failure, WorkbenchError):
        reason = failure.message
    elif isinstance(failure, OSError) and failure.filename:
        reason = f"{failure.strerror}: {failure.filename}"
    folder = settings.data.absolute() / "telemetry"
    remedy = f"Look whether {folder} is a folder that can be read and written."
    if isinstance(failure, ImportError):
        remedy = "Run `make setup` again."
    without = "Reports, alerts and the dashboard lack it; all else works without."
    return Look("Telemetry", False, f"cannot be asked: {reason}", f"{remedy} {without}", needed=False)
