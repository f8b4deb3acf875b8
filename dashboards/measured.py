"""The last `workbench bench async`, as it is kept in the data folder."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel


class Arm(BaseModel):
    """How long answers took in one arm, in seconds."""

    p50_seconds: float
    p95_seconds: float


class Saved(BaseModel):
    """What asking at once saves a prompt: the median of the pairs' differences, and its interval."""

    median: float
    low: float
    high: float
    confidence: float
    pairs: int


class Profile(BaseModel):
    """What was measured with no model, or with the assumed latencies of one: both arms, and what is saved."""

    arms: Mapping[Literal["blocking", "async"], Arm]
    saved_seconds: Saved


class Measured(BaseModel):
    """One run of `workbench bench async`."""

    measured_at: datetime
    profiles: Mapping[str, Profile]


def last_measured(folder: Path) -> Measured | None:
    """Return the last run, None when there was none; a file that cannot be read raises."""
    path = folder / "async.json"
    if not path.is_file():
        return None
    found = Measured.model_validate_json(path.read_text(encoding="utf-8"))
    return found.model_copy(update={"measured_at": found.measured_at.astimezone(UTC)})
