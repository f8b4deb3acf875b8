"""What passes by itself is no result: a cell is tried again from its beginning, and pays for what is new."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.experiments.model_server import ModelServer
from tests.models import troubled_server as answers
from workbench.brain.model import ScriptedModel
from workbench.brain.plan import AddScene, Plan
from workbench.errors import Busy, EnvironmentFault, InputError, TooSlow
from workbench.experiments import running
from workbench.experiments.opening import open_experiment
from workbench.experiments.scratch import Scratch
from workbench.scene.sandbox import CheckFailed, Fault, Outcome, Sandbox
from workbench.store.trials import Trials
from workbench.studio.workspace import Workspace

pytestmark = pytest.mark.slow
TITLE = {"s": lambda key: ScriptedModel([Plan("steps", (AddScene("title", {"title": "Hi"}),))])}


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again without a rest."""
    monkeypatch.setattr(running, "AGAIN_SECONDS", 0.0)


@pytest.mark.parametrize("status", [400, 422, 500])
def test_a_server_without_json_schema_answers_every_cell(
    workspace: Workspace, server: ModelServer, status: int
) -> None:
    """A way of asking for JSON that is not known there costs no cell, and no cell an attempt."""
    server.refusal = answers.fails(status, "response_format is not known")
    with open_experiment(workspace, "plain", models=["m1"], cases=["a", "b"], repeats=2) as experiment:
        report = experiment.run(threads=2)
        assert report.counts == {"done": 4}, [cell.error for cell in experiment.cells]
        assert {cell.attempts for cell in experiment.cells} == {1}
    assert server.paid.total() == 8


def test_a_refused_way_of_asking_spends_nothing(workspace: Workspace, server: ModelServer) -> None:
    """What a plan may cost is reserved for one request: the refused one gave its reserve back."""
    server.refusal = answers.fails(400, "response_format is not known")
    model = {"name": "m1", "price": [0.0, 1000.0], "output_tokens": 200}
    with open_experiment(workspace, "capped", models=[model], cases=["a"], most_usd=1.63) as experiment:
        assert experiment.run(threads=1).ended == "done"


def test_a_cell_is_tried_again_from_its_beginning(
    workspace: Workspace, server: ModelServer, tmp_path: Path
) -> None:
    """After an answer broke off, those before it are not paid again; scenes and pictures are there once."""
    picture = tmp_path / "logo.png"
    Image.new("RGB", (64, 48), "teal").save(picture)
    broken = answers.streams(answers.chunk("half"))
    server.trouble = lambda number: broken if number == 2 else None
    case = {
        "brief": "Make the title larger",
        "start": [{"source": 'text("Before", name="title")\n', "name": "One"}],
        "images": [{"path": str(picture)}],
    }
    with open_experiment(workspace, "again", models=["m1"], cases=[case]) as experiment:
        report = experiment.run(threads=1)
        assert report.counts == {"done": 1}, [cell.error for cell in experiment.cells]
        cell = experiment.cell(experiment.cells[0].id)
    assert cell.attempts == 2
    assert [scene["name"] for scene in (cell.result or {})["scenes"]] == ["One"]
    assert server.asked == 3
    assert set(server.paid.values()) == {1}
    plan, _, source = server.heard
    assert str(plan).count("Make the title larger") == 1
    assert str(source["messages"]) == str(server.heard[1]["messages"])


@pytest.mark.parametrize("asked", ["state", "claim", "counts", "finish"])
def test_a_busy_ledger_is_asked_again(
    offline: Workspace, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    """A moment in which the database is busy ends no run and no worker, and costs no attempt."""
    with open_experiment(offline, "busy", models=TITLE, cases=["a", "b"]) as experiment:
        met = raises_once(monkeypatch, Trials, asked, Busy("The database is busy."))
        report = experiment.run(threads=1)
        assert met.is_set()
        assert (report.ended, report.counts) == ("done", {"done": 2})
        assert {cell.attempts for cell in experiment.cells} == {1}


@pytest.mark.parametrize("asked", ["answered", "keep_call"])
def test_a_paid_answer_outlives_a_busy_ledger(
    workspace: Workspace, server: ModelServer, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    """An answer that was paid for is kept as soon as the database lets it, and not asked for again."""
    with open_experiment(workspace, "paid", models=["m1"], cases=["a"]) as experiment:
        met = raises_once(monkeypatch, Trials, asked, Busy("The database is busy."))
        assert experiment.run(threads=1).counts == {"done": 1}
        assert met.is_set()
        assert experiment.cells[0].attempts == 1
    assert server.paid.total() == 2


def test_a_ledger_that_stays_away_pauses_the_run(offline: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Past all patience the run ends, says why, and goes on another time."""
    monkeypatch.setattr("workbench.experiments.insisting.PATIENCE_SECONDS", 0.0)
    with open_experiment(offline, "away", models=TITLE, cases=["a", "b"]) as experiment:
        raises_once(monkeypatch, Trials, "claim", Busy("The database server went away."))
        report = experiment.run(threads=1)
        assert (report.ended, report.reason) == ("paused", "The database server went away.")
        assert experiment.run(threads=1).counts == {"done": 2}


def test_whatever_ends_a_run_ends_its_threads_first(
    workspace: Workspace, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is under way is broken off and pending again: no cell fails because its workspace was closed."""
    server.hold_after = 0
    state = Trials.state

    def lost(trials: Trials, trial_id: str) -> str:
        if server.held.is_set():
            raise RuntimeError("lost")
        return state(trials, trial_id)

    with open_experiment(workspace, "lost", models=["m1"], cases=["a", "b"]) as experiment:
        before = set(threading.enumerate())
        with monkeypatch.context() as patched:
            patched.setattr(Trials, "state", lost)
            runner = running.Runner(workspace, Trials(workspace.database).get("lost"), experiment.spec)
            with pytest.raises(RuntimeError, match="lost"):
                runner.run()
        started = [thread for thread in set(threading.enumerate()) - before if thread.is_alive()]
        assert not [thread for thread in started if "_work" in thread.name or "_beat" in thread.name]
        assert (experiment.state, experiment.reason) == ("interrupted", "broken off")
        assert experiment.counts == {"pending": 2}
        assert {cell.attempts for cell in experiment.cells} == {0}


LOST, LATE, NONE = (
    Outcome(None, Fault(kind, "no answer")) for kind in ("Crashed", "TimeoutError", "NotStarted")
)


@pytest.mark.parametrize(
    ("asked", "lost"),
    [
        ("run", lambda: LOST),
        ("run", lambda: LATE),
        ("run", lambda: NONE),
        ("check", lambda: raised(CheckFailed(timed_out=False))),
        ("check", lambda: raised(CheckFailed(timed_out=True))),
        ("check", lambda: raised(CheckFailed(not_started="no room"))),
    ],
)
def test_what_a_worker_did_not_get_to_is_not_the_models_fault(
    workspace: Workspace,
    server: ModelServer,
    monkeypatch: pytest.MonkeyPatch,
    asked: str,
    lost: Callable[[], Any],
) -> None:
    """A scene that could not be evaluated is tried again: it is not invalid, and no repair is paid for."""
    with open_experiment(workspace, "lost", models=["m1"], cases=["a"]) as experiment:
        met = once(monkeypatch, Sandbox, asked, lost)
        assert experiment.run(threads=1).counts == {"done": 1}
        (cell,) = experiment.cells
        assert met.is_set()
        assert (cell.attempts, cell.scores and cell.scores["valid"]) == (2, 1.0)
    assert server.paid.total() == 2


def test_a_scene_that_never_ends_is_a_result(
    workspace: Workspace, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A time limit that is met in each attempt is the scene's doing; the last attempt asks for repairs."""
    monkeypatch.setattr(Sandbox, "run", lambda *_: LATE)
    with open_experiment(workspace, "endless", models=["m1"], cases=["a"]) as experiment:
        assert experiment.run(threads=1).counts == {"done": 1}
        (cell,) = experiment.cells
        assert (cell.attempts, cell.scores and cell.scores["valid"]) == (3, 0.0)
    assert set(server.paid.values()) == {1}


@pytest.mark.parametrize(
    "trouble", [EnvironmentFault("no sandbox"), TooSlow("crowded"), OSError("none left")]
)
def test_trouble_of_our_own_that_may_pass(
    offline: Workspace, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    """What a crowded machine could not do is tried again, and is no failed cell."""
    with open_experiment(offline, "ours", models=TITLE, cases=["a"]) as experiment:
        raises_once(monkeypatch, Scratch, "done", trouble)
        assert experiment.run(threads=1).counts == {"done": 1}
        assert experiment.cells[0].attempts == 2


@pytest.mark.parametrize(
    ("trouble", "attempts"), [(EnvironmentFault("no sandbox"), 3), (InputError("no"), 1)]
)
def test_trouble_of_our_own_that_stays(
    offline: Workspace, monkeypatch: pytest.MonkeyPatch, trouble: Exception, attempts: int
) -> None:
    """It is tried three times when it may pass, once when it is sure to be the same, and told."""

    def done(*_: Any) -> None:
        raise trouble

    monkeypatch.setattr(Scratch, "done", done)
    with open_experiment(offline, "stays", models=TITLE, cases=["a"]) as experiment:
        assert experiment.run(threads=1).counts == {"failed": 1}
        (cell,) = experiment.cells
        assert (cell.error_kind, cell.attempts) == ("ours", attempts)
        assert cell.error == f"{type(trouble).__name__}: {trouble}"


def raised(error: Exception) -> None:
    raise error


def raises_once(patch: pytest.MonkeyPatch, kind: type, name: str, error: Exception) -> threading.Event:
    """Have a method raise at its next call, and then do what it does; tells whether it was called."""
    return once(patch, kind, name, lambda: raised(error))


def once(patch: pytest.MonkeyPatch, kind: type, name: str, does: Callable[[], Any]) -> threading.Event:
    """Have a method do something else at its next call; tells whether it was called."""
    method: Callable[..., Any] = getattr(kind, name)
    met = threading.Event()

    def other(*given: Any, **named: Any) -> Any:
        if met.is_set():
            return method(*given, **named)
        met.set()
        return does()

    patch.setattr(kind, name, other)
    return met
