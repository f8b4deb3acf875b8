"""How an experiment stands when several runners begin and end."""

import pytest

from workbench.store.database import Database
from workbench.store.trial_payments import Payments, call_key
from workbench.store.trial_values import Cell, CellKey, Paid, Trial
from workbench.store.trials import Trials


@pytest.fixture
def trials(database: Database) -> Trials:
    return Trials(database)


@pytest.fixture
def trial(trials: Trials) -> Trial:
    return trials.begin("several", {}, [CellKey("v", "m", f"c{number}", 1) for number in range(2)])


def taken(trials: Trials, trial: Trial) -> Cell:
    cell = trials.claim(trial.id, "here|1|0.0:0")
    assert cell is not None
    return cell


def test_a_pause_is_not_overwritten_by_who_was_slow_to_begin(trials: Trials, trial: Trial) -> None:
    """What was paused or cancelled is not taken up; what is ready, running, interrupted or done is."""
    for state in ("ready", "running", "interrupted", "done"):
        trials.mark(trial.id, state, "because")
        assert trials.take_up(trial.id)
        assert (trials.get("several").state, trials.get("several").reason) == ("running", "")
    for state in ("paused", "cancelled"):
        trials.mark(trial.id, state, "by hand")
        assert not trials.take_up(trial.id)
        assert (trials.get("several").state, trials.get("several").reason) == (state, "by hand")


def test_who_runs_dry_pauses_nobody_and_the_last_says_done(trials: Trials, trial: Trial) -> None:
    """A runner that ends leaves it running while another is at a cell, or has put one back."""
    trials.take_up(trial.id)
    first, second = taken(trials, trial), taken(trials, trial)
    trials.finish(first, {}, {})
    assert trials.settle(trial.id)[0].state == "running"
    trials.put_back(second)
    stands, counts = trials.settle(trial.id)
    assert (stands.state, counts) == ("running", {"done": 1, "pending": 1})
    trials.fail(taken(trials, trial), "no", "no")
    stands, counts = trials.settle(trial.id)
    assert (stands.state, counts) == ("done", {"done": 1, "failed": 1})
    assert trials.state(trial.id) == "done"


def test_a_runner_that_was_told_to_pauses_it_and_the_first_reason_stays(trials: Trials, trial: Trial) -> None:
    """Cells are left, so it is paused, once; when others end all of them it is done all the same."""
    trials.take_up(trial.id)
    first, second = taken(trials, trial), taken(trials, trial)
    assert trials.settle(trial.id, "the cap on money")[0].state == "paused"
    assert trials.settle(trial.id, "paused")[0].reason == "the cap on money"
    trials.finish(first, {}, {})
    trials.finish(second, {}, {})
    stands, _ = trials.settle(trial.id, "paused")
    assert (stands.state, stands.reason) == ("done", "")


def test_what_is_cancelled_stays_so(trials: Trials, trial: Trial) -> None:
    """A runner that ends after the cancelling does not call it done, nor paused."""
    trials.cancel(trial.id)
    assert trials.settle(trial.id, "paused")[0].state == "cancelled"


def test_payments_are_summed_by_cell_and_the_judges_apart(
    database: Database, trials: Trials, trial: Trial
) -> None:
    """An answer of no use is in the sum and not given again; a sum with an unknown part is unknown."""
    first, second = taken(trials, trial), taken(trials, trial)

    def pays(cell: Cell, key: str, number: int | None, tokens: int | None, cost: float | None) -> None:
        reply = {"text": "", "input_tokens": tokens, "output_tokens": 2}
        trials.keep_call(cell, key, number, model="m", letters=[], reply=reply, cost_usd=cost)

    pays(first, call_key("a"), 0, 10, 0.5)
    for _ in range(2):
        pays(first, call_key("a", lost=True), None, 10, 0.25)
    pays(first, call_key("b", judges=True), 0, 7, 0.125)
    pays(second, call_key("a"), 0, None, None)
    payments = Payments(database)
    by_cell = {first.id: Paid(3, 30, 6, 1.0), second.id: Paid(1, None, 2, None)}
    assert payments.of_cells(trial.id) == by_cell
    assert [payments.of_cell(each.id) for each in (first, second)] == list(by_cell.values())
    assert payments.of_cell("elsewhere") is None
    spent = trials.spent(trial.id)
    assert (spent.calls, spent.input_tokens, spent.output_tokens, spent.cost_usd) == (5, 37, 10, 1.125)
    assert (spent.unpriced_calls, spent.judge) == (1, Paid(1, 7, 2, 0.125))
    assert len(trials.calls(first.id)) == 1
