"""The root of everything that is sent."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Sent(BaseModel):
    """Something that is sent; what a newer service adds is passed over."""

    model_config = ConfigDict(frozen=True, from_attributes=True)
