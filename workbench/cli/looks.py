"""One thing that `workbench doctor` looked at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """One thing looked at: `ok`, whether the workbench can do without it, what was seen, what to do."""

    name: str
    ok: bool
    seen: str
    remedy: str = ""
    needed: bool = True
