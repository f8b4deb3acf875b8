"""Which language model works here, and within what limits.

Nothing is sent anywhere until a key or an address is set, as `OPENAI_API_KEY` or `OPENAI_BASE_URL` (or, to
set them for the workbench alone, `WORKBENCH_API_KEY` and `WORKBENCH_BASE_URL`). A variable that is empty
counts as not set. `WORKBENCH_MODEL=offline` keeps everything here whatever else is set.
"""

from __future__ import annotations

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import SettingsConfigDict

from workbench.errors import InputError
from workbench.studio.environment import EnvironmentSettings

OFFLINE = "offline"


class ModelSettings(EnvironmentSettings):
    """The settings of models; the key is a secret that no `repr`, log or error shows."""

    model_config = SettingsConfigDict(
        env_prefix="WORKBENCH_",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        populate_by_name=True,
        hide_input_in_errors=True,
        protected_namespaces=(),
    )

    api_key: SecretStr = Field(
        default_factory=lambda: SecretStr(""),
        validation_alias=AliasChoices("WORKBENCH_API_KEY", "OPENAI_API_KEY"),
        description="Key of the server; servers of your own usually want none.",
    )
    base_url: str = Field(
        "",
        validation_alias=AliasChoices("WORKBENCH_BASE_URL", "OPENAI_BASE_URL"),
        description="Address of a server that speaks OpenAI's Chat Completions, such as http://localhost:8080/v1.",
    )
    model: str = Field("", description='Model that does everything that no other names; "offline" for none.')
    model_decide: str = Field("", description="Model that decides what a prompt asks for.")
    model_write: str = Field("", description="Model that writes new scenes.")
    model_edit: str = Field("", description="Model that changes scenes.")
    model_describe: str = Field("", description="Model that looks at pictures.")
    model_seconds: float = Field(120, gt=0, le=3600, description="Deadline of one request, tries included.")
    model_tries: int = Field(4, ge=1, le=20, description="How often a request that may pass is tried.")
    context_tokens: int = Field(24_000, ge=2_000, le=2_000_000, description="Tokens of prompt and answer.")
    output_tokens: int = Field(6_000, ge=100, le=200_000, description="Tokens of one answer at most.")
    most_tokens: int | None = Field(None, ge=1, description="Tokens that one workspace may use.")
    most_usd: float | None = Field(None, ge=0, description="US dollars that one workspace may spend.")
    model_prices: dict[str, tuple[float, ...]] = Field(
        default_factory=dict,
        description='US dollars for a million tokens: {"model": [input, output]} or [input, output, cached].',
    )

    @field_validator("base_url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        if url and not url.startswith(("http://", "https://")):
            raise InputError(
                "The address of the model server does not begin with http:// or https://.",
                remedy="Set OPENAI_BASE_URL to something like http://localhost:8080/v1.",
            )
        return url.rstrip("/")

    @field_validator("model_prices")
    @classmethod
    def _are_prices(cls, prices: dict[str, tuple[float, ...]]) -> dict[str, tuple[float, ...]]:
        if any(len(price) not in (2, 3) or min(price) < 0 for price in prices.values()):
            raise ValueError("give [input, output] or [input, output, cached] for each model, none below 0")
        return prices

    @property
    def connected(self) -> bool:
        """Whether a server may be asked."""
        return self.model != OFFLINE and bool(self.api_key.get_secret_value() or self.base_url)
