"""Asking for more takes nothing away: caps and repeats stay, a dry run changes nothing; and its commands."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.experiments.model_server import ModelServer
from tests.models import troubled_server as answers
from workbench.cli.main import run
from workbench.errors import InputError
from workbench.experiments import cluster as cells_on_cluster
from workbench.experiments.cluster import Order
from workbench.experiments.opening import open_experiment
from workbench.render.chunk_cache import renderer_fingerprint
from workbench.studio.settings import Settings
from workbench.studio.workspace import Workspace

pytestmark = pytest.mark.slow
FILE = "cases: [a title card, a chart]\n"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small experiment in a file, in a place where commands work offline."""
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("WORKBENCH_MODEL", "offline")
    path = tmp_path / "two.yaml"
    path.write_text(FILE)
    return path


def test_a_cap_stays_until_another_or_none_is_given(offline: Workspace, tmp_path: Path) -> None:
    """Who opens it again without a cap, by its file or in code, goes on under the one that it has."""
    path = tmp_path / "capped.yaml"
    path.write_text(f"{FILE}most_usd: 2\nmost_tokens: 900\n")
    with open_experiment(offline, path) as experiment:
        assert (experiment.spec.most_usd, experiment.spec.most_tokens) == (2, 900)
    path.write_text(FILE)
    for again in (open_experiment(offline, path), open_experiment(offline, "capped", cases=["a title card"])):
        assert (again.spec.most_usd, again.spec.most_tokens) == (2, 900)
    again.amend(most_usd=0.0)
    assert (again.spec.most_usd, again.spec.most_tokens) == (0.0, 900)
    again.amend(most_usd=None, repeats=2)
    assert open_experiment(offline, "capped").spec.most_usd is None
    assert open_experiment(offline, "capped").spec.most_tokens == 900


def test_fewer_repeats_are_refused(offline: Workspace) -> None:
    """Cells are not taken away; a notebook that says fewer than were asked for since goes on with those."""
    parts: dict[str, Any] = {"cases": ["a title card"], "repeats": 3}
    with open_experiment(offline, "some", **parts) as experiment:
        with pytest.raises(InputError, match="It has 3 repeats; 2 would be fewer"):
            experiment.amend(repeats=2)
        assert experiment.amend(repeats=4).counts == {"pending": 4}
    assert open_experiment(offline, "some", **parts).spec.repeats == 4


def test_a_dry_run_changes_nothing(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file's experiment is not begun, cells that ended stay so; what a retry would take is told."""
    assert run(["experiment", "run", str(file), "--dry-run"]) == 0
    assert capsys.readouterr().out.startswith("2 cells")
    assert run(["experiment", "status", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []
    assert run(["experiment", "amend", str(file), "--repeats", "2"]) == 0
    assert run(["experiment", "cancel", "two"]) == 0
    capsys.readouterr()
    for flags, told in (([], "0 cells"), (["--retry"], "4 cells")):
        assert run(["experiment", "run", "two", "--dry-run", *flags]) == 0
        assert capsys.readouterr().out.startswith(told)
    file.write_text(f"{FILE}most_usd: 7\nrepeats: 9\n")
    assert run(["experiment", "run", str(file), "--dry-run"]) == 0
    assert capsys.readouterr().out.startswith("14 cells")
    with Workspace(Settings()) as workspace, open_experiment(workspace, "two") as opened:
        assert opened.counts == {"cancelled": 4}
        assert (opened.spec.repeats, opened.spec.most_usd) == (2, None)


def test_commands_set_and_lift_a_cap(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing to spend is a cap too; fewer repeats are an error with what to do."""

    def caps() -> tuple[float | None, int]:
        with Workspace(Settings()) as workspace, open_experiment(workspace, "two") as opened:
            return opened.spec.most_usd, opened.spec.repeats

    assert run(["experiment", "amend", str(file), "--most-usd", "0", "--repeats", "3"]) == 0
    assert caps() == (0.0, 3)
    assert run(["experiment", "amend", "two", "--repeats", "2"]) == 2
    assert "Repeats are only added" in capsys.readouterr().err
    assert run(["experiment", "amend", "two", "--no-cap"]) == 0
    assert caps() == (None, 3)
    assert run(["experiment", "amend", "two", "--most-usd", "-1"]) == 2


def test_a_command_has_cells_judged(
    file: Path, server: ModelServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Cells with a checklist, once; without a judge it says how to name one."""
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    file.write_text('models: [m1]\ncases: [{name: a, brief: a title, checklist: ["Is it calm?"]}]\n')
    assert run(["experiment", "run", str(file)]) == 0
    assert run(["experiment", "judge", "two"]) == 2
    assert "judge=" in capsys.readouterr().err
    assert run(["experiment", "amend", "two", "--judge", "m1"]) == 0
    server.trouble = lambda number: answers.says('{"answers": ["yes"]}')
    capsys.readouterr()
    assert run(["experiment", "judge", "two"]) == 0
    assert "Judged 1 cell." in capsys.readouterr().out
    assert run(["experiment", "judge", "two", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["judged"], told["judge"]["calls"]) == (0, 1)


def test_a_command_runs_it_on_a_cluster(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every machine does cells, and how each ended is told; here the one machine is this process."""

    def run_everywhere(address: str, settings: Settings, name: str, threads: int) -> dict[str, str]:
        order = Order(str(settings.data), settings.database_url, name, threads, renderer_fingerprint())
        return {address: cells_on_cluster._run(order)}

    monkeypatch.setattr(cells_on_cluster, "run_everywhere", run_everywhere)
    where = ["--cluster", "tcp://far:8786", "--threads", "1"]
    assert run(["experiment", "run", str(file), *where, "--gate", "valid>=0.5"]) == 0
    told = capsys.readouterr()
    assert "tcp://far:8786: done" in told.err
    assert "holds: valid>=0.5" in told.out
