"""The board's side in the kernel: what buttons do, and what views are told."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from tests.experiments.model_server import ModelServer
from tests.models import troubled_server as answers
from workbench.experiments.experiment import Experiment
from workbench.experiments.opening import open_experiment
from workbench.studio.workspace import Workspace
from workbench.widgets.board import Board

pytestmark = pytest.mark.slow
PATIENCE_SECONDS = 60


class Heard:
    """A board whose messages to views are kept, so that one can be waited for."""

    def __init__(self, experiment: Experiment, monkeypatch: pytest.MonkeyPatch) -> None:
        self._told: list[dict[str, Any]] = []
        self._news = threading.Condition()
        self.board = Board(experiment)
        monkeypatch.setattr(self.board, "send", self._keep)

    def _keep(self, content: dict[str, Any], buffers: object = None) -> None:
        with self._news:
            self._told.append(content)
            self._news.notify_all()

    def trouble(self) -> str:
        """Wait for a trouble, and return what it says."""

        def found() -> str:
            return next((str(each["message"]) for each in self._told if each["tell"] == "trouble"), "")

        with self._news:
            assert self._news.wait_for(found, PATIENCE_SECONDS)
            return found()


def test_why_a_run_did_not_begin_is_told(offline: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Arms that send the same are refused where somebody pressed Run, not in a log."""
    same = {"a": {}, "b": "Use few colours."}
    with open_experiment(offline, "same", variants=same, cases=["a title card"]) as experiment:
        heard = Heard(experiment, monkeypatch)
        heard.board.hear({"do": "run"})
        assert "exactly the same" in heard.trouble()
        heard.board.close()
        assert experiment.counts == {"pending": 2}


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
