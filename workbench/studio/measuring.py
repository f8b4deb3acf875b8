"""Opening the telemetry of a workspace, with its settings and without its secrets."""

from __future__ import annotations

from workbench.store.database import Database
from workbench.studio.settings import Settings
from workbench.telemetry.room import Telemetry


def open_telemetry(settings: Settings, database: Database) -> Telemetry:
    """Begin to record what this process does in the data folder, unless the settings say no."""
    wanted = settings.telemetry
    return Telemetry(
        settings.data / "telemetry",
        database,
        recording=wanted.recording,
        secrets=[settings.models.api_key.get_secret_value()],
        flush_seconds=wanted.flush_seconds,
        raw_days=wanted.raw_days,
        rollup_days=wanted.rollup_days,
    )
