"""Opening an experiment: begun with its parts, gone on with, or read from a file; or only looked at."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from workbench.errors import NotFound
from workbench.experiments.amending import changed_spec, chosen_models, whole_spec
from workbench.experiments.estimating import Estimate, estimated
from workbench.experiments.experiment import Experiment
from workbench.experiments.fleet import Fleet, Given, prices_of
from workbench.experiments.reading import ENDINGS, read_file, read_spec
from workbench.experiments.seats import Seats
from workbench.experiments.sending import refuse_equal_arms
from workbench.experiments.values import Spec
from workbench.store.trial_values import CellState
from workbench.store.trials import Trials
from workbench.studio.workspace import Workspace


def open_experiment(
    workspace: Workspace, name: str | Path, *, owns: bool = False, **parts: Any
) -> Experiment:
    """Open an experiment: begin it with its parts, go on with one that is kept, or read it from a file.

    A kept one is amended by the parts that are given; its repeats and caps stay where less or none is said.
    Raises NotFound when nothing is given and none is kept.
    """
    spec, given = _asked_for(workspace, name, parts)
    return Experiment(workspace, spec, given=given, owns_workspace=owns)


def dry_run(workspace: Workspace, name: str | Path, *, retry: bool = False) -> Estimate:
    """Say what a run would take, with `retry` also that of failed and cancelled cells; nothing is changed.

    An experiment of a file is not begun, nor a kept one amended.
    """
    trials = Trials(workspace.database)
    asked, _ = _asked_for(workspace, name, {})
    kept = trials.find(asked.name)
    spec = whole_spec(kept.spec if kept else None, asked, lambda content: sha256(content).hexdigest())
    ended: tuple[CellState, ...] = ("done",) if retry else ("done", "failed", "cancelled")
    past = {cell.key for cell in trials.cells(kept.id, states=ended)} if kept else set()
    settings, templates = workspace.settings.models, workspace.templates()
    with Fleet(spec, trials, settings, Seats()) as fleet:
        models = fleet.probes()
        refuse_equal_arms(spec, models, templates)
        keys = [key for key in spec.keys() if key not in past]  # noqa: SIM118 - a method of the experiment
        return estimated(spec, keys, models, templates, prices_of(spec, settings))


def _asked_for(
    workspace: Workspace, name: str | Path, parts: Mapping[str, Any]
) -> tuple[Spec, dict[str, Given]]:
    """Return the experiment that is meant, and the models that were given in code."""
    if Path(name).suffix in ENDINGS:
        spec = read_file(name)
        return changed_spec(spec, parts) if parts else (spec, {})
    kept = Trials(workspace.database).find(str(name))
    if kept is not None:
        return changed_spec(read_spec(kept.spec), parts)
    if not parts:
        raise NotFound.among(
            "experiment", str(name), [each.name for each in Trials(workspace.database).list()]
        )
    rest = dict(parts)
    models, given = chosen_models(rest.pop("models", "offline"))
    return read_spec({"name": str(name), **rest, "models": models}, folder=Path.cwd()), given
