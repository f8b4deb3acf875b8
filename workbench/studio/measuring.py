"""Opening the telemetry of a workspace, with its settings and without its secrets."""

from __future__ import annotations

from workbench.errors import EnvironmentFault
from workbench.store.database import Database
from workbench.studio.settings import Settings
from workbench.telemetry.recorder import Listener
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
        listeners=[_collector(wanted.otlp)] if wanted.recording and wanted.otlp else [],
    )


def _collector(address: str) -> Listener:
    try:
        from workbench.telemetry.otlp import OtlpExport
    except ImportError:
        raise EnvironmentFault(
            "WORKBENCH_TELEMETRY_OTLP names a collector and OpenTelemetry's exporter is not installed.",
            remedy="pip install 'workbench[otlp]', or unset WORKBENCH_TELEMETRY_OTLP.",
        ) from None
    return OtlpExport(address)
