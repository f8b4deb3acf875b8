"""How the dashboard is served, who may see it, and who is told of alerts."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from workbench.studio.environment import EnvironmentSettings


def _secret() -> SecretStr:
    return SecretStr("")


class DashboardSettings(EnvironmentSettings):
    """The settings of `workbench dashboard`; without a password or provider there is no login."""

    model_config = SettingsConfigDict(
        env_prefix="WORKBENCH_DASHBOARD_", env_ignore_empty=True, extra="ignore", frozen=True
    )

    port: int = Field(5006, ge=0, le=65_535, description="Port on 127.0.0.1; 0 takes any free one.")
    refresh_seconds: float = Field(5.0, ge=0.5, le=3600, description="How often the pages look again.")
    password: SecretStr = Field(default_factory=_secret, description="Password of the dashboard.")
    oauth_provider: str = Field("", description="github, gitlab, google, azure, okta, auth0, generic, ...")
    oauth_key: str = Field("", description="Client id at the provider.")
    oauth_secret: SecretStr = Field(default_factory=_secret, description="Client secret at the provider.")
    oauth_redirect_uri: str = Field("", description="Address the provider sends people back to.")
    oauth_extra: dict[str, str] = Field(
        default_factory=dict, description="More for the provider, such as {'TOKEN_URL': ...}."
    )
    users: tuple[str, ...] = Field(
        (), description="Who may come in by a provider: names, @domains, or * for all it knows."
    )
    cookie_secret: SecretStr = Field(
        default_factory=_secret, description="Signs the login's cookie; needed with a login."
    )
    origins: tuple[str, ...] = Field(
        (), description="Further hosts it answers to and whose pages may connect, such as ops.example."
    )

    @property
    def has_login(self) -> bool:
        """Return whether somebody has to log in at the dashboard itself."""
        return bool(self.oauth_provider or self.password.get_secret_value())


class AlertSettings(EnvironmentSettings):
    """Which rules are watched, and who is told."""

    model_config = SettingsConfigDict(
        env_prefix="WORKBENCH_ALERT_", env_ignore_empty=True, extra="ignore", frozen=True
    )

    rules: Path | None = Field(None, description="File of rules; default: rules.toml in the data folder.")
    webhook: str = Field("", description="Address that gets signed JSON; nothing is sent without one.")
    webhook_secret: SecretStr = Field(default_factory=_secret, description="Secret the JSON is signed with.")
