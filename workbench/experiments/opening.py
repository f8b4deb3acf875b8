"""Opening an experiment: begun with its parts, gone on with, or read from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from workbench.errors import NotFound
from workbench.experiments.amending import changed_spec, chosen_models
from workbench.experiments.experiment import Experiment
from workbench.experiments.fleet import Given
from workbench.experiments.reading import ENDINGS, read_file, read_spec
from workbench.store.trials import Trials
from workbench.studio.workspace import Workspace


def open_experiment(
    workspace: Workspace, name: str | Path, *, owns: bool = False, **parts: Any
) -> Experiment:
    """Open an experiment: begin it with its parts, go on with one that is kept, or read it from a file.

    A kept one is amended by the parts that are given. Raises NotFound when nothing is given and none is kept.
    """
    given: dict[str, Given] = {}
    if Path(name).suffix in ENDINGS:
        spec = read_file(name)
        if parts:
            spec, given = changed_spec(spec, parts)
        return Experiment(workspace, spec, given=given, owns_workspace=owns)
    kept = Trials(workspace.database).find(str(name))
    if kept is None and not parts:
        raise NotFound.among(
            "experiment", str(name), [each.name for each in Trials(workspace.database).list()]
        )
    if kept is None:
        models, given = chosen_models(parts.pop("models", "offline"))
        spec = read_spec({"name": str(name), **parts, "models": models}, folder=Path.cwd())
    else:
        spec, given = changed_spec(read_spec(kept.spec), parts)
    return Experiment(workspace, spec, given=given, owns_workspace=owns)
