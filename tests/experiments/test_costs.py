"""What an experiment paid for is told whole: all attempts, failed cells, answers of no use; a judge apart."""

import pytest

from tests.experiments.model_server import ModelServer
from tests.models import troubled_server as answers
from workbench.brain.model import ScriptedModel
from workbench.experiments import running
from workbench.experiments.gate import judged
from workbench.experiments.opening import open_experiment
from workbench.experiments.reports.page import html_report
from workbench.studio.workspace import Workspace

pytestmark = pytest.mark.slow
MODEL = {"name": "m1", "price": [1000.0, 5000.0]}
CALL_USD = 0.2
"""Every answer of the server took 100 tokens and gave 20."""
CUT = answers.sends(answers.completion("x", "length"))


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again without a rest."""
    monkeypatch.setattr(running, "AGAIN_SECONDS", 0.0)


def test_a_writing_of_no_use_costs_what_its_calls_took(workspace: Workspace, server: ModelServer) -> None:
    """A plan and two answers without source were paid for, though nothing came of them; the take says so."""
    server._source = lambda body: ""
    with open_experiment(workspace, "blank", models=[MODEL], cases=["a"]) as experiment:
        experiment.run(threads=1)
        (cell,) = experiment.cells
        take = (experiment.cell(cell.id).result or {})["take"]
        held = judged(["cost_usd<0.5", "cost_usd>0.5"], experiment.results)
        assert experiment.spent.cost_usd == pytest.approx(3 * CALL_USD)
    assert [used["cost_usd"] for used in take["usage"]] == pytest.approx([CALL_USD] * 3)
    assert cell.scores
    assert (cell.scores["input_tokens"], cell.scores["output_tokens"]) == (300, 60)
    assert cell.scores["cost_usd"] == pytest.approx(3 * CALL_USD)
    assert [each.held for each in held] == [False, True]


def test_an_arm_costs_all_that_its_cells_paid(workspace: Workspace, server: ModelServer) -> None:
    """A plan that was cut off, a cell that failed after its plan, and one tried twice are in it."""
    wrong_key, broken = answers.fails(401), answers.streams(answers.chunk("half"))
    server.trouble = {1: CUT, 3: wrong_key, 5: broken}.get
    with open_experiment(workspace, "whole", models=[MODEL], cases=["a", "b", "c"]) as experiment:
        assert experiment.run(threads=1).counts == {"done": 2, "failed": 1}
        results, spent = experiment.results, experiment.spent
        page = html_report(experiment, most_clip_bytes=0)
    costs = results.frame().set_index("state")["cost_usd"]
    assert costs["failed"] == pytest.approx(CALL_USD)
    assert sorted(costs["done"]) == pytest.approx([CALL_USD, 2 * CALL_USD])
    (arm,) = results.arms
    assert arm.cost_usd == pytest.approx(4 * CALL_USD)
    assert arm.cost_per_accepted_usd == pytest.approx(4 * CALL_USD)
    assert (spent.calls, spent.judge) == (4, None)
    assert spent.cost_usd == pytest.approx(4 * CALL_USD)
    assert "0.8000 USD" in page
    assert "the judge" not in page


def test_a_judge_is_paid_apart(workspace: Workspace, server: ModelServer) -> None:
    """Its calls, also those of no use, are in what the experiment spent and in no arm's cost."""
    case = {"brief": "a", "checklist": ["Is it calm?"]}
    with open_experiment(workspace, "seen", models=[MODEL], cases=[case], judge="m1") as experiment:
        experiment.run(threads=1)
        sent = experiment.sent(experiment.cells[0].id)
        server.trouble = lambda number: CUT
        assert [experiment.judge(), experiment.judge()] == [0, 0]
        server.trouble = lambda number: answers.says('{"answers": ["yes"]}')
        assert experiment.judge() == 1
        spent, (arm,) = experiment.spent, experiment.results.arms
        assert spent.judge
        assert spent.judge.calls == 3
        assert spent.judge.cost_usd == pytest.approx(3 * CALL_USD)
        assert spent.cost_usd == pytest.approx(5 * CALL_USD)
        assert arm.cost_usd == pytest.approx(2 * CALL_USD)
        assert arm.means["judged"] == 1.0
        assert experiment.sent(experiment.cells[0].id) == sent
        assert "of that the judge 3 calls, 0.6000 USD" in html_report(experiment, most_clip_bytes=0)


def test_what_failed_with_a_model_in_code_cost_nobody_knows(offline: Workspace) -> None:
    """No ledger holds its calls: the sum is unknown; without a failure it is what the takes say."""
    with open_experiment(offline, "code", models={"s": ScriptedModel()}, cases=["a"]) as experiment:
        assert experiment.run(threads=1).counts == {"failed": 1}
        assert experiment.results.arms[0].cost_usd is None
    with open_experiment(offline, "free", models=["offline"], cases=["a title card"]) as experiment:
        experiment.run(threads=1)
        assert experiment.results.arms[0].cost_usd == 0.0
