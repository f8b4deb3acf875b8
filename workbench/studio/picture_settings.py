"""Where pictures are measured, and how far a vision model may go in describing them.

`WORKBENCH_MODEL_DESCRIBE` names that model.
"""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from workbench.studio.environment import EnvironmentSettings


class PictureSettings(EnvironmentSettings):
    """The settings of pictures, as `WORKBENCH_PICTURE_DESCRIBED_A_DAY` and so on."""

    model_config = SettingsConfigDict(env_prefix="WORKBENCH_PICTURE_", extra="ignore", frozen=True)

    described_a_day: int = Field(200, ge=0, description="Pictures that a model describes in a day at most.")
    described_side: int = Field(
        1024, ge=64, le=4096, description="Longest side in pixels of what the model gets."
    )
    apart: bool | None = Field(
        None,
        description="Whether pictures are measured in a process of their own; unset, in a service alone.",
    )
