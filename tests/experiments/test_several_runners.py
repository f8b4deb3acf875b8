"""Several runners on one ledger: none ends, nor begins, what another one decided."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from workbench.errors import ModelFailed
from workbench.experiments import running
from workbench.experiments.running import Runner, RunReport
from workbench.experiments.seats import Seat
from workbench.store.database import Database
from workbench.store.trial_values import CellKey, Trial
from workbench.store.trials import Trials

PATIENCE_SECONDS = 60.0


class Room:
    """Stands for the fleet of models and for where cells are done; `does` is done in each cell."""

    def __init__(self, does: Callable[[Seat], None], opens: Callable[[], object] = bool) -> None:
        self.paces: dict[str, Any] = {}
        self._does = does
        self._opens = opens

    def __enter__(self) -> Room:
        self._opens()
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def probes(self) -> dict[str, Any]:
        return {}

    def model(self, key: CellKey) -> None:
        return None

    def done(self, seat: Seat, case: object) -> Any:
        self._does(seat)
        return SimpleNamespace(scores={}, result={})


@pytest.fixture
def trials(tmp_path: Path) -> Iterator[Trials]:
    with Database.open(tmp_path / "test.db", power_safe=False) as database:
        yield Trials(database)


@pytest.fixture
def trial(trials: Trials) -> Trial:
    return trials.begin("several", {}, [CellKey("v", "m", f"c{number}", 1) for number in range(2)])


def runner(trials: Trials, trial: Trial, room: Room, patch: pytest.MonkeyPatch) -> Runner:
    patch.setattr(running, "Scratch", lambda *_: room)
    patch.setattr(running, "refuse_equal_arms", lambda *_: None)
    patch.setattr(running, "AGAIN_SECONDS", 0.0)
    patch.setattr(Runner, "_fleet", lambda self: room)
    workspace: Any = SimpleNamespace(database=trials._database, template_folder=None, templates=tuple)
    spec: Any = SimpleNamespace(variant=lambda name: None, case=lambda name: None)
    return Runner(workspace, trial, spec, threads=1)


def test_who_runs_dry_does_not_pause_the_others(
    trials: Trials, trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another one is at the last cell, which is to be tried again: it is, and the last one says done."""
    at_it, dry = threading.Event(), threading.Event()

    def does(seat: Seat) -> None:
        if seat.cell.key.case == "c0" and seat.cell.attempts == 1:
            at_it.set()
            assert dry.wait(PATIENCE_SECONDS)
            raise ModelFailed("busy", kind="overloaded")

    room = Room(does)
    slow, quick = (runner(trials, trial, room, monkeypatch) for _ in range(2))
    reports: list[RunReport] = []
    other = threading.Thread(target=lambda: reports.append(slow.run()))
    other.start()
    assert at_it.wait(PATIENCE_SECONDS)
    first = quick.run()
    stood = trials.state(trial.id)
    dry.set()
    other.join()
    assert (first.ended, first.reason) == ("running", "others are doing what is left")
    assert stood == "running"
    assert [(each.ended, each.counts) for each in reports] == [("done", {"done": 2})]
    assert trials.state(trial.id) == "done"


def test_a_pause_that_comes_while_a_runner_opens_holds(
    trials: Trials, trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is begun, and nothing paid; begun anew by hand it goes on."""
    asked: list[str] = []
    room = Room(
        lambda seat: asked.append(seat.cell.id), opens=lambda: trials.mark(trial.id, "paused", "by hand")
    )
    report = runner(trials, trial, room, monkeypatch).run()
    assert (report.ended, report.reason, asked) == ("paused", "by hand", [])
    assert trials.state(trial.id) == "paused"
    trials.mark(trial.id, "ready")
    again = Room(lambda seat: asked.append(seat.cell.id))
    assert runner(trials, trial, again, monkeypatch).run().ended == "done"
    assert len(asked) == 2


def test_a_runner_that_another_one_paused_does_not_pause_it_anew(
    trials: Trials, trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was paused and taken up again elsewhere while this one finished its cell: that one goes on."""
    ending: list[Runner] = []

    def does(seat: Seat) -> None:
        trials.mark(trial.id, "paused", "by hand")
        assert ending[0]._pausing.wait(PATIENCE_SECONDS)
        trials.mark(trial.id, "ready")

    ending.append(runner(trials, trial, Room(does), monkeypatch))
    report = ending[0].run()
    assert (report.ended, report.counts) == ("running", {"done": 1, "pending": 1})
    assert trials.state(trial.id) == "ready"


def breaks_off(runner: Runner, patch: pytest.MonkeyPatch) -> None:
    """Have a runner run into trouble of its own while its workers work."""

    def lost(*_: object) -> None:
        raise RuntimeError("lost")

    patch.setattr(runner, "_wait", lost)
    with pytest.raises(RuntimeError, match="lost"):
        runner.run()


def is_refused(runner: Runner, patch: pytest.MonkeyPatch) -> None:
    """Have the ledger be out of a runner's reach."""

    def away(*_: object, **__: object) -> None:
        raise RuntimeError("away")

    patch.setattr(runner._trials, "claim", away)
    report = runner.run()
    assert (report.ended, report.reason) == ("running", "away")


@pytest.mark.parametrize("has_trouble", [breaks_off, is_refused])
def test_who_has_trouble_leaves_the_experiment_to_the_others(
    trials: Trials,
    trial: Trial,
    monkeypatch: pytest.MonkeyPatch,
    has_trouble: Callable[[Runner, pytest.MonkeyPatch], None],
) -> None:
    """Another one is at a cell: it is not paused, and ends what is left."""
    at_it, ended = threading.Event(), threading.Event()

    def does(seat: Seat) -> None:
        if seat.cell.key.case == "c0":
            at_it.set()
            assert ended.wait(PATIENCE_SECONDS)

    room = Room(does)
    stays, goes = (runner(trials, trial, room, monkeypatch) for _ in range(2))
    reports: list[RunReport] = []
    other = threading.Thread(target=lambda: reports.append(stays.run()))
    other.start()
    assert at_it.wait(PATIENCE_SECONDS)
    has_trouble(goes, monkeypatch)
    stood = trials.state(trial.id)
    ended.set()
    other.join()
    assert stood == "running"
    assert [(each.ended, each.counts) for each in reports] == [("done", {"done": 2})]


def test_who_breaks_off_alone_says_so_and_the_next_one_takes_it_up(
    trials: Trials, trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No cell is lost, and nobody has to say that it may go on."""
    ending: list[Runner] = []

    def does(seat: Seat) -> None:
        assert ending[0]._pausing.wait(PATIENCE_SECONDS)
        seat.check()

    ending.append(runner(trials, trial, Room(does), monkeypatch))
    breaks_off(ending[0], monkeypatch)
    stood = trials.get(trial.name)
    assert (stood.state, stood.reason) == ("interrupted", "broken off")
    assert trials.counts(trial.id) == {"pending": 2}
    assert runner(trials, trial, Room(lambda _: None), monkeypatch).run().ended == "done"
