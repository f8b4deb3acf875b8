"""Opening the telemetry of a workspace, with its settings and without its secrets."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.errors import EnvironmentFault
from workbench.store.data_folder import make_private
from workbench.store.database import Database
from workbench.studio.settings import Settings
from workbench.telemetry.depot import depot_at
from workbench.telemetry.recorder import Listener
from workbench.telemetry.room import Telemetry
from workbench.telemetry.segments import Manifest
from workbench.telemetry.shipping import Storage

if TYPE_CHECKING:
    from workbench.telemetry.reading import Reading


def open_telemetry(settings: Settings, database: Database) -> Telemetry:
    """Begin to record what this process does in the data folder, unless the settings say no."""
    make_private(settings.data)
    wanted = settings.telemetry
    return Telemetry(
        settings.data / "telemetry",
        database,
        recording=wanted.recording,
        secrets=[settings.models.api_key.get_secret_value()],
        flush_seconds=wanted.flush_seconds,
        raw_days=wanted.raw_days,
        rollup_days=wanted.rollup_days,
        storage=storage_of(settings),
        listeners=[_collector(wanted.otlp)] if wanted.recording and wanted.otlp else [],
    )


def storage_of(settings: Settings) -> Storage | None:
    """Return where telemetry's files are sent; None when they stay here."""
    wanted = settings.telemetry
    return Storage(wanted.files, wanted.ship_seconds, wanted.cache_bytes) if wanted.files else None


def reading_of(
    settings: Settings, manifest: Manifest, folder: Path | None = None, *, sample: bool = False
) -> Reading:
    """Return what answers questions about the data folder, and what lies in the settings' storage."""
    place = folder or settings.data / "telemetry"
    home = import_module("workbench.telemetry.reading")
    made: Reading = home.Reading(
        place, manifest, sample=sample, depot=depot_at(place, "" if sample else settings.telemetry.files)
    )
    return made


def _collector(address: str) -> Listener:
    try:
        from workbench.telemetry.otlp import OtlpExport
    except ImportError:
        raise EnvironmentFault(
            "WORKBENCH_TELEMETRY_OTLP names a collector and OpenTelemetry's exporter is not installed.",
            remedy="pip install opentelemetry-exporter-otlp-proto-http, or unset WORKBENCH_TELEMETRY_OTLP.",
        ) from None
    return OtlpExport(address)
