"""Opening an experiment in a notebook, with a board to watch it on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from workbench.experiments.experiment import Experiment
from workbench.experiments.opening import open_experiment
from workbench.studio.workspace import Workspace
from workbench.widgets.board import Board
from workbench.widgets.opening import open_workspace

_BOARDS: dict[int, Board] = {}
_VIEW = "application/vnd.jupyter.widget-view+json"


def experiment(name: str | Path, *, workspace: Workspace | None = None, **parts: Any) -> Experiment:
    """Compare prompts and models on rendered scenes: `variants=`, `models=`, `cases=`, `repeats=`.

    A name that is kept goes on where it stopped, amended by what is given; a YAML or TOML file is read.
    Without a `workspace` it is kept where the project that is open is. In a notebook it shows its board.
    See also `baseline=`, `suites=`, `most_usd=` and `judge=`.
    """
    room = workspace or open_workspace()
    opened = open_experiment(room or Workspace(), name, owns=room is None, **parts)
    opened.view = board_bundle
    return opened


def board_of(opened: Experiment) -> Board:
    """Return the board of an experiment, made when it is first wanted."""
    if id(opened) not in _BOARDS:
        _BOARDS[id(opened)] = Board(opened)
    return _BOARDS[id(opened)]


def board_bundle(opened: Experiment) -> dict[str, Any]:
    """Return the part of a mimebundle that lets a notebook show the board."""
    return {_VIEW: {"version_major": 2, "version_minor": 0, "model_id": board_of(opened).model_id}}


def rating(opened: Experiment, *, rater: str = "") -> Board:
    """Show two clips at a time to be rated blindly, by keyboard; `rater` says who looks."""
    return Board(opened, "rating", rater)
