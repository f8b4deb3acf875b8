"""How the service keeps data: `WORKBENCH_LIFECYCLE_CLEANUP_HOUR=3`, `WORKBENCH_LIFECYCLE_CRON_KEY=…`."""

from __future__ import annotations

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from workbench.studio.environment import EnvironmentSettings


class LifecycleSettings(EnvironmentSettings):
    """When backups and cleanups are made by the service, and which keys its signed door knows."""

    model_config = SettingsConfigDict(env_prefix="WORKBENCH_LIFECYCLE_", extra="ignore", frozen=True)

    scheduled: bool = Field(True, description="Whether the service makes backups and cleanups by itself.")
    backup_hour: int = Field(2, ge=0, le=23, description="The hour (UTC) of the daily backup.")
    cleanup_hour: int = Field(3, ge=0, le=23, description="The hour (UTC) of the daily cleanup.")
    jitter_minutes: float = Field(20.0, ge=0, le=120, description="They begin up to so much later.")
    dry_run: bool = Field(False, description="The daily cleanup only plans.")
    cleanup_seconds: float = Field(3600.0, gt=0, description="The longest a daily cleanup works.")
    backups_kept: int = Field(14, ge=1, description="How many of the last backups stay.")
    backup_weeks: int = Field(8, ge=0, description="For how many weeks one backup of each stays.")
    cron_key: SecretStr = Field(SecretStr(""), description="The key of the signed door, 32 letters or more.")
    cron_key_next: SecretStr = Field(SecretStr(""), description="A second key, while one is being replaced.")

    @property
    def keys(self) -> tuple[bytes, ...]:
        """The keys the signed door knows; none that is too short counts."""
        return tuple(each.get_secret_value().encode() for each in (self.cron_key, self.cron_key_next))
