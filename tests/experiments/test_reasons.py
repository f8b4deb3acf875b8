"""Why cells were not accepted is told, and "all failed" is never called "no difference"."""

from datetime import UTC, datetime
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest

from tests.experiments.model_server import BROKEN, ModelServer
from tests.models import troubled_server as answers
from workbench.experiments.opening import open_experiment
from workbench.experiments.reasons import commonest, spread_evenly
from workbench.experiments.reports.junit import junit
from workbench.experiments.reports.page import html_report
from workbench.store.trial_values import Cell, CellKey
from workbench.studio.workspace import Workspace
from workbench.widgets.board_state import board_state

ARMS = {"ours": {}, "calm": "Never use more than two colours."}


def cell(number: int, state: Any = "done", **result: Any) -> Cell:
    when = datetime(2026, 1, 1, tzinfo=UTC)
    scores = {"valid": float(not result.get("failure")), "accepted": 0.0} if state == "done" else None
    key = CellKey("a", "m", f"case {number}", 1)
    error = "The server said 401." if state == "failed" else ""
    return Cell(str(number), "e", key, state, 1, None, 1, scores, result or None, error, "", when)


def test_the_commonest_reasons_come_first() -> None:
    """Like cells are counted together, and a cell may have several reasons."""
    low = {"expected": "contrast at least 4.5", "holds": False, "told": "3.1"}
    other = low | {"told": "2.2"}
    held = {"expected": "shows Hello", "holds": True, "told": ""}
    told = commonest(
        [
            cell(1, expectations=[low, held]),
            cell(2, expectations=[other]),
            cell(3, failure="No   plan could be read."),
            cell(4, "failed"),
        ]
    )
    assert [str(each) for each in told] == [
        "contrast at least 4.5 does not hold (2 of 4)",
        "No plan could be read. (1 of 4)",
        "The server said 401. (1 of 4)",
    ]


def test_of_many_cells_some_from_everywhere_are_read() -> None:
    """Reading stays quick however many cells there are."""
    cells = [cell(n) for n in range(1000)]
    chosen = spread_evenly(cells, 4)
    assert [each.id for each in chosen] == ["0", "250", "500", "750"]
    assert spread_evenly(cells[:3], 4) == cells[:3]


@pytest.mark.slow
def test_when_all_cells_failed_nothing_was_compared(workspace: Workspace, server: ModelServer) -> None:
    """The page and the board say so, with the reason, and nobody reads of no difference."""
    server.trouble = lambda number: answers.fails(401, "wrong key")
    with open_experiment(workspace, "down", variants=ARMS, models=["m1"], cases=["a", "b"]) as experiment:
        experiment.run(threads=1)
        page = html_report(experiment)
        state = board_state(experiment)
        suites = fromstring(junit(experiment.spec, experiment.cells))
    for told in (page, state["nothing"]):
        assert "Nothing could be compared: all 4 cells failed." in told
        assert "(4 of 4)" in told
    assert "no difference" not in page
    assert (suites.get("tests"), suites.get("errors"), suites.get("failures")) == ("4", "4", "0")


@pytest.mark.slow
def test_when_no_answer_was_of_use_nothing_was_compared(workspace: Workspace, server: ModelServer) -> None:
    """Source that is broken with every arm is told as such, with the finding that most often stood there."""
    server._source = lambda body: BROKEN
    with open_experiment(workspace, "broken", variants=ARMS, models=["m1"], cases=["a", "b"]) as experiment:
        experiment.run(threads=1)
        found = experiment.results.compare(["accepted"])
        reasons = experiment.reasons()
        page = html_report(experiment)
    assert [each.verdict for each in found] == ["nothing compared"]
    assert reasons[0].cells == 4
    assert "failed with both, so nothing could be compared" in page
    assert "Why cells were not accepted" in page
