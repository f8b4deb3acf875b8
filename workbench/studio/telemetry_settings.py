"""What is recorded about the work, for how long, and whether anybody else is told."""

from __future__ import annotations

from pydantic import Field, field_validator
from pydantic_settings import SettingsConfigDict

from workbench.store.object_storage import checked_address
from workbench.studio.environment import EnvironmentSettings


class TelemetrySettings(EnvironmentSettings):
    """The settings of telemetry. It stays in the data folder unless an address is given."""

    model_config = SettingsConfigDict(
        env_prefix="WORKBENCH_TELEMETRY_", env_ignore_empty=True, extra="ignore", frozen=True
    )

    recording: bool = Field(True, description="Record spans and counts into the data folder.")
    flush_seconds: float = Field(
        1.0, ge=0.05, le=60, description="How long a record may wait to be written; kill -9 loses so much."
    )
    raw_days: int = Field(30, ge=1, description="Days that every single record is kept.")
    rollup_days: int = Field(400, ge=1, description="Days that hours of them, summed up, are kept.")
    otlp: str = Field(
        "",
        description="Address of an OpenTelemetry collector that gets the spans too; needs the extra `otlp`.",
    )
    files: str = Field(
        "", description="Where its files are sent and read from: an fsspec URL such as s3://bucket/telemetry."
    )
    ship_seconds: float = Field(
        30.0,
        ge=0.1,
        le=3600,
        description="How old a file is when it is sent there; a lost disk loses so much.",
    )
    cache_bytes: int = Field(
        2 * 2**30, ge=0, description="Room in the data folder for files that the storage has too."
    )

    @field_validator("files")
    @classmethod
    def _is_an_address(cls, address: str) -> str:
        return checked_address(address) if address else ""
