"""The board's side in the kernel: what buttons do, and what views are told."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from tests.experiments.model_server import ModelServer
from tests.models import troubled_server as answers
from workbench.errors import Busy, NotFound
from workbench.experiments.experiment import Experiment
from workbench.experiments.opening import open_experiment
from workbench.store.trial_values import Cell
from workbench.studio.workspace import Workspace
from workbench.widgets.board import Board

pytestmark = pytest.mark.slow
PATIENCE_SECONDS = 60


class Heard:
    """A board whose messages to views are kept, so that one can be waited for."""

    def __init__(self, experiment: Experiment, monkeypatch: pytest.MonkeyPatch) -> None:
        self.pictures: list[bytes] = []
        self._told: list[dict[str, Any]] = []
        self._news = threading.Condition()
        self.board = Board(experiment)
        monkeypatch.setattr(self.board, "send", self._keep)

    def _keep(self, content: dict[str, Any], buffers: list[bytes] | None = None) -> None:
        with self._news:
            self.pictures += list(buffers or ())
            self._told.append(content)
            self._news.notify_all()

    def told(self, what: str) -> dict[str, Any]:
        """Wait for a message of that kind, and return it."""

        def found() -> dict[str, Any] | None:
            return next((each for each in self._told if each["tell"] == what), None)

        with self._news:
            assert self._news.wait_for(found, PATIENCE_SECONDS)
            return found() or {}


def test_why_a_run_did_not_begin_is_told(offline: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Arms that send the same are refused where somebody pressed Run, not in a log."""
    same = {"a": {}, "b": "Use few colours."}
    with open_experiment(offline, "same", variants=same, cases=["a title card"]) as experiment:
        heard = Heard(experiment, monkeypatch)
        heard.board.hear({"do": "run"})
        assert "exactly the same" in heard.told("trouble")["message"]
        heard.board.close()
        assert experiment.counts == {"pending": 2}


def test_cells_of_cases_that_were_added_are_painted(
    offline: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A board that is there already knows the cases of an amended experiment."""
    with open_experiment(offline, "more", cases=["a title card"]) as experiment:
        heard = Heard(experiment, monkeypatch)
        experiment.amend(cases=['a title card that says "Later"']).run(threads=1)
        heard.board.hear({"do": "want", "wanted": [["poster", experiment.cells[-1].id]]})
        assert heard.told("poster")["id"] == experiment.cells[-1].id
        assert heard.pictures[-1].startswith(b"\xff\xd8")
        heard.board.close()


def test_failed_cells_are_done_again(
    workspace: Workspace, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Retry makes what failed pending and runs; what was done stays."""
    server.trouble = lambda number: answers.fails(401, "wrong key")
    with open_experiment(workspace, "down", models=["m1"], cases=["a", "b"]) as experiment:
        experiment.run(threads=1)
        assert experiment.counts == {"failed": 2}
        server.trouble = lambda number: None
        heard = Heard(experiment, monkeypatch)
        heard.board.hear({"do": "retry"})
        experiment.wait(PATIENCE_SECONDS)
        heard.board.close()
        assert experiment.counts == {"done": 2}


def test_the_board_goes_on_telling_after_it_failed(
    offline: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cell that is gone, a connection that breaks: said where it can be; a busy ledger is asked again."""
    with open_experiment(offline, "told", cases=["a title card"]) as experiment:
        heard, cell = Heard(experiment, monkeypatch), experiment.cell
        failures = [NotFound("There is no such cell."), RuntimeError("closed"), Busy("The database is busy.")]
        met = [threading.Event() for _ in failures]

        def fails(key: str) -> Cell:
            if not failures:
                return cell(key)
            failure = failures.pop(0)
            if "closed" in str(failure):
                monkeypatch.setattr(heard.board, "send", breaks)
            met[-1 - len(failures)].set()
            raise failure

        def breaks(*_: object) -> None:
            monkeypatch.setattr(heard.board, "send", heard._keep)
            raise RuntimeError("closed")

        monkeypatch.setattr(experiment, "cell", fails)
        for each in met[:2]:
            experiment._announce(cell_id=experiment.cells[0].id)
            assert each.wait(PATIENCE_SECONDS)
        assert "no such cell" in heard.told("trouble")["message"]
        experiment._announce(cell_id=experiment.cells[0].id)
        heard.told("changed")
        assert failures == []
        heard.board.close()
