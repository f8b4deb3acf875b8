"""What the evaluator remembers is what a draft is, not how the machine was just then."""

import contextlib
from pathlib import Path

import pytest

from workbench.experiments.evaluating import SureEvaluator
from workbench.experiments.seats import Seats
from workbench.scene.evaluate import Evaluation
from workbench.scene.finding import Finding
from workbench.scene.format import Format
from workbench.scene.sandbox import Sandbox
from workbench.studio import evaluator as evaluator_module
from workbench.studio.evaluator import DOUBTED_SECONDS, Draft, Evaluator

DRAFT = Draft("circle(5)", Format())


class _Machine:
    """Answers in the place of the sandbox, with the next of `findings`, and counts; `at` is the time."""

    def __init__(self, *findings: Finding) -> None:
        self.findings, self.asked, self.at = list(findings), 0, 100.0

    def evaluate(self, source: str, shape: Format, **more: object) -> Evaluation:
        self.asked += 1
        return Evaluation(None, (self.findings.pop(0),))

    def now(self) -> float:
        return self.at


def _found(code: str) -> Finding:
    return Finding(code, "error", "It ended.", "Mend it.", 1)


def _evaluator(machine: _Machine, monkeypatch: pytest.MonkeyPatch) -> Evaluator:
    monkeypatch.setattr(evaluator_module, "evaluate", machine.evaluate)
    return Evaluator(Sandbox(workers=1), now=machine.now)


def _codes(evaluator: Evaluator) -> list[str]:
    return [finding.code for finding in evaluator.checked(DRAFT).findings]


def test_a_lost_worker_is_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next question is a new evaluation, and what that finds is kept."""
    machine = _Machine(_found("sandbox"), _found("name"))
    evaluator = _evaluator(machine, monkeypatch)
    assert [_codes(evaluator) for _ in range(3)] == [["sandbox"], ["name"], ["name"]]
    assert machine.asked == 2


def test_a_time_limit_of_one_cell_is_not_said_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each cell of an experiment has attempts of its own, also with the same draft in the same moment."""
    machine = _Machine(_found("limit-time"), _found("name"))
    monkeypatch.setattr(evaluator_module, "evaluate", machine.evaluate)
    monkeypatch.setattr(Seats, "may_try_again", False)
    evaluator = SureEvaluator(Sandbox(workers=1), 4, Seats())
    assert [_codes(evaluator) for _ in range(3)] == [["limit-time"], ["name"], ["name"]]


def test_a_time_limit_is_believed_for_a_moment_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """The views that ask at once are answered at once; after that the draft is given another chance."""
    machine = _Machine(_found("limit-time"), _found("limit-time"), _found("name"))
    evaluator = _evaluator(machine, monkeypatch)
    for later in range(3):
        machine.at = 100.0 + later * DOUBTED_SECONDS / 3
        assert _codes(evaluator) == ["limit-time"]
    assert machine.asked == 1
    machine.at = 100.0 + DOUBTED_SECONDS
    assert _codes(evaluator) == ["limit-time"]
    assert machine.asked == 2
    machine.at += DOUBTED_SECONDS - 0.1
    assert (_codes(evaluator), machine.asked) == (["limit-time"], 2)
    machine.at += 0.1
    assert [_codes(evaluator) for _ in range(2)] == [["name"], ["name"]]
    assert machine.asked == 3


@pytest.mark.slow
def test_a_draft_is_well_as_soon_as_workers_can_be_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same text, asked for again, has its picture."""
    with contextlib.closing(Sandbox(workers=1, wrapped=False)) as sandbox:
        evaluator = Evaluator(sandbox)
        with monkeypatch.context() as patched:
            patched.setenv("MONTY_BIN", str(tmp_path / "nothing"))
            assert _codes(evaluator) == ["sandbox"]
        assert evaluator.checked(DRAFT).ok
