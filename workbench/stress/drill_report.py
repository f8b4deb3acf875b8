"""What a drill found, and what of it is well."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from workbench.render.outfile import written

STANDSTILL = frozenset({"restart the service", "full disk", "locked database", "database restart"})
"""Faults while which nothing need be acknowledged; beside the others, writing goes on all the time."""


@dataclass(frozen=True, slots=True)
class Prompts:
    """How prompts ended: see `Sent`."""

    done: int = 0
    not_done: int = 0
    failed: int = 0
    cut_off: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """One fault: what was acknowledged around it, what of that is lost or there twice, how long it hurt.

    Acknowledged are scenes, pictures and answers to prompts; `before`, `during` and `after` the fault held,
    of the actions begun since the fault before. `half_done` are those that were refused and left something
    behind, `refused` how often an action was turned away and sent again. The slowest are of those that ended
    after the fault began: by hand, and prompts, all tries together. `recovered_seconds` is from the
    end of the fault until each person had something acknowledged by hand; `error` tells what went wrong.
    """

    fault: str
    before: int
    during: int
    after: int
    lost: int = 0
    twice: int = 0
    half_done: int = 0
    refused: int = 0
    prompts: Prompts = field(default_factory=Prompts)
    slowest_seconds: float = 0.0
    slowest_prompt_seconds: float = 0.0
    recovered_seconds: float | None = None
    told: str = ""
    error: str = ""

    @property
    def acknowledged(self) -> int:
        """How many actions were acknowledged in all."""
        return self.before + self.during + self.after

    @property
    def why(self) -> str:
        """Say in a sentence each what is not well; empty when all is."""
        found = [f"{number} {what}." for number, what in (
            (self.lost, "lost"), (self.twice, "there twice"), (self.half_done, "half done"),
        ) if number]  # fmt: skip
        if not self.after:
            found.append("Nothing was acknowledged after it.")
        if not self.during and self.fault not in STANDSTILL:
            found.append("Nothing was acknowledged while it held.")
        return " ".join([*found, *([self.error] if self.error else [])])

    @property
    def ok(self) -> bool:
        """Whether all is there once, nothing is half done, and writing went on as far as the fault allows."""
        return not self.why

    def as_dict(self) -> dict[str, object]:
        """Return plain data."""
        return {**asdict(self), "acknowledged": self.acknowledged, "ok": self.ok, "why": self.why}


@dataclass(frozen=True, slots=True)
class DrillReport:
    """Every fault that was made, why others were not, and how many projects have a gap.

    A gap is a number that is missing in a project's history or conversation. `error` tells what stopped the
    drill itself; `load` is the machine's load of a minute before and after it.
    """

    database: str
    outcomes: tuple[Outcome, ...]
    not_run: Mapping[str, str]
    gaps: int
    error: str = ""
    load: tuple[float, float] | None = None

    @property
    def ok(self) -> bool:
        """Whether faults were made, and everything acknowledged is there exactly once after each of them."""
        whole = not self.gaps and not self.error
        return whole and bool(self.outcomes) and all(each.ok for each in self.outcomes)

    @property
    def ruling(self) -> str:
        """Say in one sentence how it went."""
        if self.ok:
            return "Everything acknowledged is there, exactly once."
        if self.error:
            return f"The drill broke off: {self.error}"
        if not self.outcomes:
            return "No fault was made."
        wrong = [each.fault for each in self.outcomes if not each.ok]
        gaps = [f"{self.gaps} projects with a gap"] if self.gaps else []
        return f"Not everything is well: {', '.join([*wrong, *gaps])}."

    def as_dict(self) -> dict[str, object]:
        """Return plain data."""
        return {
            "database": self.database,
            "ok": self.ok,
            "ruling": self.ruling,
            "faults": [each.as_dict() for each in self.outcomes],
            "not_run": dict(self.not_run),
            "gaps": self.gaps,
            "error": self.error,
            "load": self.load,
        }


def keep_drill(report: DrillReport, folder: Path) -> Path:
    """Keep the last drill where the dashboard finds it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "drill.json"
    with written(path, durable=False) as partial:
        partial.write_text(json.dumps({"at": time.time(), **report.as_dict()}, indent=1))
    return path
