"""How the service is served, and what one caller may ask of it: `WORKBENCH_SERVE_PORT=8600` and so on."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_settings import SettingsConfigDict

from workbench.studio.environment import EnvironmentSettings


def _networks(text: str) -> str:
    for each in filter(None, text.split(",")):
        ip_network(each.strip())
    return text


class ServiceSettings(EnvironmentSettings):
    """The settings of `workbench serve`, with defaults for one machine and a few people."""

    model_config = SettingsConfigDict(env_prefix="WORKBENCH_SERVE_", extra="ignore", frozen=True)

    host: str = Field("127.0.0.1", description="Address to listen at; others than this machine need TLS.")
    port: int = Field(8600, ge=0, le=65535, description="Port to listen at; 0 takes a free one.")
    requests_a_minute: int = Field(1200, ge=1, description="Requests of one token, over time.")
    burst: int = Field(200, ge=1, description="Requests of one token at once.")
    prompts_a_minute: int = Field(30, ge=1, description="Prompts of one token, over time.")
    prompts_at_once: int = Field(4, ge=1, le=64, description="Prompts answered at the same time.")
    strangers_a_minute: int = Field(120, ge=1, description="Refused requests of one address, over time.")
    proxies: Annotated[str, AfterValidator(_networks)] = Field(
        "127.0.0.1,::1", description="Proxies whose X-Forwarded-For is believed: addresses, networks, commas."
    )
    body_bytes: int = Field(2**20, ge=1024, description="Largest body of a request.")
    film_frames: int = Field(54_000, ge=1, description="Frames of one film; half an hour at 30 a second.")
    film_gigapixels: float = Field(
        112, gt=0, description="Pixels of one film in billions; 54,000 frames of 1920x1080."
    )
    films_unfinished: int = Field(20, ge=1, description="Films of one user that wait or are being painted.")
    pictures_unmeasured: int = Field(200, ge=1, description="Pictures of one user that are to be measured.")
    streams_a_token: int = Field(16, ge=1, description="Event streams that one token may hold open.")
    answers_kept_hours: float = Field(48, gt=0, description="How long an idempotency key is remembered.")
    shutdown_seconds: float = Field(20, ge=0, description="How long requests may take to end at shutdown.")
    cors_origins: tuple[str, ...] = Field((), description="Web pages that may call the service; none.")
