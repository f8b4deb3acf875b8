"""The last drill, as `workbench drill` keeps it in the data folder."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel


class Fault(BaseModel):
    """One fault: what was acknowledged around it, what of it is lost or there twice, how long it hurt.

    `during` is what was acknowledged while it held, None where that was not written down; `why` tells
    what is not well.
    """

    fault: str
    ok: bool
    acknowledged: int
    lost: int
    twice: int
    during: int | None = None
    half_done: int = 0
    slowest_seconds: float
    recovered_seconds: float | None
    told: str = ""
    error: str = ""
    why: str = ""


class Drill(BaseModel):
    """A drill: every fault that was made, why others were not, and what stopped the drill itself."""

    at: datetime
    database: str
    ok: bool
    faults: list[Fault]
    not_run: Mapping[str, str]
    gaps: int
    error: str = ""


def last_drill(folder: Path) -> Drill | None:
    """Return the last drill, None when there was none; a file that cannot be read raises."""
    path = folder / "drill.json"
    if not path.is_file():
        return None
    found: Any = Drill.model_validate_json(path.read_text(encoding="utf-8"))
    return Drill(**{**found.model_dump(), "at": found.at.astimezone(UTC)})
