"""How long a silent worker keeps a background job."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from workbench.store.jobs import LEASE_SECONDS
from workbench.studio.environment import EnvironmentSettings


class JobSettings(EnvironmentSettings):
    """The settings of background jobs, as `WORKBENCH_JOB_LEASE_SECONDS` and so on."""

    model_config = SettingsConfigDict(env_prefix="WORKBENCH_JOB_", extra="ignore", frozen=True)

    lease_seconds: float = Field(
        LEASE_SECONDS, ge=0.5, le=3600, description="After how long without a word a job is given to another."
    )
