"""How a service somewhere else is reached: `WORKBENCH_TOKEN`."""

from __future__ import annotations

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from workbench.studio.environment import EnvironmentSettings


class RemoteSettings(EnvironmentSettings):
    """The token that `wb.open(..., url=...)` shows when none is given; no `repr`, log or error shows it."""

    model_config = SettingsConfigDict(env_prefix="WORKBENCH_", extra="ignore", frozen=True)

    token: SecretStr = Field(default_factory=lambda: SecretStr(""), description="Token of a service.")
