"""Contestants run one after the other, in rounds, so that a busy machine is unkind to all alike."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Literal

from workbench.bench.reaper import Usage
from workbench.errors import RenderFailed
from workbench.scene.format import Format

Role = Literal["ours", "encoder", "peer"]
LAST_WORDS = 600


@dataclass(frozen=True, slots=True)
class Contestant:
    """Who takes part: its name, its encoder settings, and the command that makes a file.

    `command` gets the picture's format, the file to write and, for a still, the frame (None: the video).
    A contestant that makes no stills returns an empty command for them.
    """

    name: str
    role: Role
    settings: str
    command: Callable[[Format, Path, int | None], list[str]]
    version: str = ""


@dataclass(slots=True)
class Standing:
    """What one contestant used at one size, run by run."""

    contestant: Contestant
    picture: Format
    output: Path
    runs: list[Usage] = field(default_factory=list)
    failure: str = ""

    @property
    def wall_seconds(self) -> float:
        """The median."""
        return median(run.wall_seconds for run in self.runs)

    @property
    def cpu_seconds(self) -> float:
        """The median."""
        return median(run.cpu_seconds for run in self.runs)

    @property
    def peak_bytes(self) -> int:
        """The most of any run."""
        return max(run.peak_bytes for run in self.runs)

    @property
    def others_cores(self) -> float:
        """How many processors were busy with something else, in the median."""
        return median(run.others_cores for run in self.runs)


OnRun = Callable[[Standing, Usage], None]


def compete(
    contestants: Sequence[Contestant],
    picture: Format,
    runs: int,
    folder: Path,
    *,
    frame: int | None = None,
    on_run: OnRun | None = None,
) -> list[Standing]:
    """Let every contestant make the same file `runs` times, in turn; who fails once is out and says why."""
    ending = ".mp4" if frame is None else ".png"
    standings = [
        Standing(each, picture, folder / f"{_slug(each.name)}-{picture.height}{ending}")
        for each in contestants
        if each.command(picture, folder, frame)
    ]
    for turn in range(runs):
        first = turn % len(standings) if standings else 0
        for standing in standings[first:] + standings[:first]:
            if not standing.failure:
                _run(standing, frame, on_run)
    return standings


def _run(standing: Standing, frame: int | None, on_run: OnRun | None) -> None:
    standing.output.unlink(missing_ok=True)
    command = standing.contestant.command(standing.picture, standing.output, frame)
    usage, words = used_by(command)
    if usage.exit_code or not standing.output.exists():
        standing.failure = words[-LAST_WORDS:] or f"it ended with code {usage.exit_code}"
        return
    standing.runs.append(usage)
    if on_run:
        on_run(standing, usage)


def used_by(command: Sequence[str]) -> tuple[Usage, str]:
    """Run a command in a reaper; return what its process tree used, and what it said."""
    ran = subprocess.run(  # noqa: S603 - the contestants' commands are ours
        [sys.executable, "-P", "-m", "workbench.bench.reaper", *command],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if ran.returncode:
        raise RenderFailed("The measuring process failed.", remedy="Run it again.", stderr=ran.stderr)
    return Usage(**json.loads(ran.stdout)), ran.stderr.strip()


def _slug(name: str) -> str:
    return "-".join("".join(letter if letter.isalnum() else " " for letter in name.lower()).split())
