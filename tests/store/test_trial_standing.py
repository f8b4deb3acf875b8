"""What is said of an experiment is what its cells bear out, not what somebody wrote before being killed."""

from __future__ import annotations

import pytest

from workbench.clock import FrozenClock
from workbench.store.database import Database
from workbench.store.trial_standing import ENDED_EARLY, QUIET_SECONDS, Standings
from workbench.store.trial_values import Cell, CellKey, Trial
from workbench.store.trials import LEASE_SECONDS, Trials

HERE = "here|1|0.0:0"


@pytest.fixture
def clock(database: Database, monkeypatch: pytest.MonkeyPatch) -> FrozenClock:
    clock = FrozenClock()
    monkeypatch.setattr(database, "clock", clock)
    return clock


@pytest.fixture
def trials(database: Database, clock: FrozenClock) -> Trials:
    return Trials(database)


@pytest.fixture
def trial(trials: Trials) -> Trial:
    trial = trials.begin("left", {}, [CellKey("v", "m", f"c{number}", 1) for number in range(2)])
    assert trials.take_up(trial.id)
    return trial


def seen(trials: Trials, *dead: str) -> tuple[str, str]:
    told = Standings(trials._database).seen(trials.get("left"), lambda holder: holder in dead)
    return told.state, told.reason


def taken(trials: Trials, trial: Trial) -> Cell:
    cell = trials.claim(trial.id, HERE)
    assert cell is not None
    return cell


def test_it_runs_as_long_as_a_lease_does(trials: Trials, trial: Trial, clock: FrozenClock) -> None:
    """A holder elsewhere that is heard of no more counts until its lease ends, and then for nothing."""
    taken(trials, trial)
    clock.advance(LEASE_SECONDS - 1)
    assert seen(trials) == ("running", "")
    clock.advance(2)
    assert seen(trials) == ("interrupted", ENDED_EARLY)
    taken(trials, trial)
    assert seen(trials) == ("running", "")


def test_a_process_that_is_gone_holds_nothing(trials: Trials, trial: Trial, clock: FrozenClock) -> None:
    """Nobody waits for the lease of one that is known to be dead."""
    taken(trials, trial)
    clock.advance(QUIET_SECONDS)
    assert seen(trials) == ("running", "")
    assert seen(trials, HERE) == ("interrupted", ENDED_EARLY)


def test_a_runner_between_two_cells_is_at_it(trials: Trials, trial: Trial, clock: FrozenClock) -> None:
    """Nobody holds a cell while one rests, or just after one has ended."""
    first = taken(trials, trial)
    clock.advance(LEASE_SECONDS - 1)
    trials.finish(first, {}, {})
    assert seen(trials) == ("running", "")
    trials.put_back(taken(trials, trial), delay_seconds=100)
    clock.advance(99 + QUIET_SECONDS)
    assert seen(trials) == ("running", "")
    clock.advance(2)
    assert seen(trials) == ("interrupted", ENDED_EARLY)


def test_one_without_an_open_cell_is_done(trials: Trials, trial: Trial) -> None:
    """Its runner was killed between the last cell and saying so."""
    for _ in range(2):
        trials.finish(taken(trials, trial), {}, {})
    assert trials.state(trial.id) == "running"
    assert seen(trials) == ("done", "")


def test_one_that_was_broken_off_runs_when_another_takes_a_cell(trials: Trials, trial: Trial) -> None:
    """Also one that stands ready; a pause and a cancelling are decisions, and stay."""
    trials.mark(trial.id, "interrupted", "broken off")
    assert seen(trials) == ("interrupted", "broken off")
    trials.mark(trial.id, "ready")
    assert seen(trials) == ("ready", "")
    taken(trials, trial)
    assert seen(trials) == ("running", "")
    trials.mark(trial.id, "interrupted", "broken off")
    assert seen(trials) == ("running", "")
    trials.mark(trial.id, "paused", "by hand")
    assert seen(trials) == ("paused", "by hand")


def test_others_hold_what_is_not_ones_own(trials: Trials, trial: Trial, clock: FrozenClock) -> None:
    """A lease that has ended is nobody's."""
    standings = Standings(trials._database)
    assert not standings.held_by_others(trial.id, [])
    taken(trials, trial)
    assert standings.held_by_others(trial.id, ["elsewhere|1|0.0:0"])
    assert not standings.held_by_others(trial.id, [HERE])
    clock.advance(LEASE_SECONDS + 1)
    assert not standings.held_by_others(trial.id, [])
