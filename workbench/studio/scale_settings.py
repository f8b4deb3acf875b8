"""What lies beyond this machine: a cluster that paints, and object storage that keeps files."""

from __future__ import annotations

from pydantic import Field, field_validator
from pydantic_settings import SettingsConfigDict

from workbench.errors import InputError
from workbench.studio.environment import EnvironmentSettings


class ScaleSettings(EnvironmentSettings):
    """The settings of a workspace larger than one machine; keys of storage come by its own variables."""

    model_config = SettingsConfigDict(
        env_prefix="WORKBENCH_", env_ignore_empty=True, extra="ignore", frozen=True
    )

    dask: str = Field(
        "", description="Address of a Dask scheduler that films are painted on: tcp://host:8786."
    )
    files: str = Field(
        "", description="Where files are kept beyond this machine: an fsspec URL such as s3://bucket/prefix."
    )

    @field_validator("dask")
    @classmethod
    def _is_an_address(cls, address: str) -> str:
        if address and "://" not in address:
            raise InputError(
                f"{address!r} is no address of a Dask scheduler.", remedy="Give one such as tcp://host:8786."
            )
        return address
