"""What the generators are told: one JSON file that only its owner may read, since it holds tokens."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from workbench.stress.presets import Preset, Thresholds

ORDER = "WORKBENCH_STRESS_ORDER"
"""The environment variable that names the file."""


@dataclass(frozen=True, slots=True)
class Order:
    """Where to send what, with which tokens, and where the samples go; one token a person.

    `project` is what the arrivals save to, with the last token; `run` is in every name that the run makes, so
    that no two runs against the same service make the same.
    """

    url: str
    preset: Preset
    tokens: Sequence[str]
    folder: str
    project: str
    run: str
    seed: int = 1

    def write(self, path: Path) -> None:
        """Write it where only we may read it."""
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(asdict(self), file)

    def samples(self, who: str) -> Path:
        """Return the file of one generator's samples."""
        return Path(self.folder) / f"{who}.jsonl"

    def over(self, who: str) -> Path:
        """Return the file that one generator makes when it has come to the end of its time."""
        return Path(self.folder) / f"{who}.over"


def read_order(path: str) -> Order:
    """Read what `Order.write` wrote."""
    said = json.loads(Path(path).read_text())
    plan = said.pop("preset")
    plan["thresholds"] = Thresholds(**plan["thresholds"])
    plan["stages"] = tuple((float(at), int(number)) for at, number in plan["stages"])
    plan["think_seconds"] = tuple(plan["think_seconds"])
    return Order(preset=Preset(**plan), **said)
