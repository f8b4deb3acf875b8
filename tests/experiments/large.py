"""An experiment of ten thousand cells that are done, written into the ledger as a run would leave it."""

from typing import Any

from sqlalchemy import bindparam

from workbench.experiments.experiment import Experiment
from workbench.experiments.opening import open_experiment
from workbench.experiments.scores.scoring import METRICS
from workbench.store.rows_experiments import experiment_cell
from workbench.studio.workspace import Workspace

SOURCE = 'text("Hello {number}", size=96, enter=fade(), name="title")\n'


def ten_thousand(workspace: Workspace, cases: int = 500) -> Experiment:
    """Return an experiment of 5 variants, 2 models, 500 cases and 2 repeats, all done."""
    opened = open_experiment(
        workspace,
        "large",
        variants={f"v{n}": {"brief": f"{{prompt}} in way {n}"} for n in range(5)},
        models=["offline", "settings"],
        cases=[f"case {n}" for n in range(cases)],
        repeats=2,
    )
    changed = experiment_cell.update().where(experiment_cell.c.id == bindparam("cell"))
    changed = changed.values(state="done", scores=bindparam("told"), result=bindparam("came"))
    with workspace.database.write() as connection:
        connection.execute(changed, [_done(number, cell.id) for number, cell in enumerate(opened.cells)])
    return opened


def _done(number: int, cell_id: str) -> dict[str, Any]:
    good = float(number % 3 > 0)
    scores = {"valid": 1.0, "accepted": good, "expectations": good, "seconds": 1 + number % 7}
    scene = {
        "id": f"s{number}",
        "name": "One",
        "source": SOURCE.format(number=number),
        "params": {},
        "duration_seconds": 2.0,
        "findings": [],
    }
    result = {"scenes": [scene], "touched": [scene["id"]], "format": "16:9", "expectations": []}
    return {"cell": cell_id, "told": dict.fromkeys(METRICS) | scores, "came": result}
