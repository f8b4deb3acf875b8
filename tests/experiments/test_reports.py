"""What an experiment hands on: pages, documents for CI servers, commands and their exit codes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from tests.experiments.model_server import ModelServer
from workbench.cli.main import run
from workbench.experiments.experiment import Experiment
from workbench.experiments.judging import read_answers
from workbench.experiments.opening import open_experiment
from workbench.experiments.painting import CellPainter
from workbench.experiments.reports.junit import junit
from workbench.experiments.reports.page import html_report
from workbench.render.reserve import Reserve
from workbench.studio.workspace import Workspace

pytestmark = pytest.mark.slow

FILE = """
variants: {ours: {}, dark: "{prompt}, in white on dark blue"}
cases:
  - {name: hello, brief: 'a title card that says "Hello"', expect: [{shows: Hello}]}
  - {name: never, brief: 'a title card that says "Bye"', expect: [{shows: Nobody}]}
"""


@pytest.fixture
def done(offline: Workspace, tmp_path: Path) -> Iterator[Experiment]:
    (tmp_path / "two.yaml").write_text(FILE)
    with open_experiment(offline, tmp_path / "two.yaml") as opened:
        opened.run(threads=1)
        yield opened


def test_the_page_needs_no_network_and_holds_clips(done: Experiment) -> None:
    """Every address in it is data; clips play, verdicts and the difference of what was sent are told."""
    page = html_report(done)
    assert not re.search(r"(?:src|href)=\"(?!data:)", page)
    assert page.count("data:video/mp4;base64,") == 4
    assert "no difference shown" in page
    assert "in white on dark blue" in page
    assert "nothing is called" in page
    small = html_report(done, most_clip_bytes=0)
    assert "data:video" not in small


def test_junit_tells_failures_with_what_was_seen(done: Experiment) -> None:
    """One suite per arm; a cell that is not accepted is a failure with its expectations."""
    root = fromstring(junit(done.spec, (done.cell(each.id) for each in done.cells)))
    assert [(s.get("tests"), s.get("failures"), s.get("errors")) for s in root] == [("2", "1", "0")] * 2
    failure = root.find(".//failure")
    assert failure is not None
    assert "nothing is called 'Nobody'" in str(failure.get("message"))


def test_a_cell_is_painted_once(done: Experiment) -> None:
    """The second look at a cell reads a file; a broken cell has no picture."""
    painter = CellPainter(done.workspace, done.spec)
    cell = done.cell(done.cells[0].id)
    first = painter.poster(cell)
    assert first
    assert first.startswith(b"\xff\xd8")
    done.workspace.renderer.close()
    assert painter.poster(cell) == first
    assert len(painter.frames(cell, 3)) == 3


def test_a_picture_is_not_kept_on_a_disk_without_room(
    done: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is shown all the same."""
    monkeypatch.setattr(done.workspace, "reserve", Reserve(2**62))
    assert CellPainter(done.workspace, done.spec).clip(done.cell(done.cells[0].id))
    assert not list((done.workspace.settings.data / "cache" / "experiments").glob("*/*"))


def test_commands_run_and_gate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A gate that holds is 0, one that does not is 1, one that cannot be read is wrong use."""
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("WORKBENCH_MODEL", "offline")
    file = tmp_path / "two.yaml"
    file.write_text(FILE)
    assert run(["experiment", "run", str(file), "--gate", "vlaid>=0.9"]) == 2
    assert "'valid'" in capsys.readouterr().err
    assert run(["experiment", "run", str(file), "--dry-run"]) == 0
    assert "4 cells" in capsys.readouterr().out
    assert run(["experiment", "run", str(file), "--gate", "valid>=0.9"]) == 0
    assert "holds: valid>=0.9" in capsys.readouterr().out
    assert run(["experiment", "run", "two", "--gate", "accepted>=0.9", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["gates"] == [
        {"condition": "accepted>=0.9", "held": False, "told": "ours · offline: 0.5; dark · offline: 0.5"}
    ]
    for name in ("page.html", "cells.parquet", "cells.csv", "cells.xml"):
        assert run(["experiment", "report", "two", str(tmp_path / name)]) == 0
        assert (tmp_path / name).stat().st_size > 100
    assert run(["experiment", "amend", "two", "--repeats", "2"]) == 0
    assert run(["experiment", "status", "two"]) == 0
    assert "4 done, 4 pending" in capsys.readouterr().out
    assert run(["project", "new", "Mine"]) == 0
    assert run(["experiment", "promote", "two", "dark", "-p", "Mine"]) == 0
    assert run(["experiment", "cancel", "two"]) == 0
    assert run(["experiment", "status"]) == 0
    assert "cancelled" in capsys.readouterr().out


def test_a_batch_fails_at_its_gate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The notebook ends with 1 when the gate does not hold, and with 0 when it does; nothing is run twice."""
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("WORKBENCH_MODEL", "offline")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PWD", str(tmp_path))
    Path("two.yaml").write_text(FILE)
    assert run(["batch", "experiment", "two.yaml", "--gate", "accepted>=0.9", "--no-html"]) == 1
    assert run(["batch", "experiment", "two", "--gate", "valid>=0.9", "--no-html"]) == 0
    assert (tmp_path / "data" / "exports" / "two.html").is_file()


def test_a_judge_looks_at_frames(workspace: Workspace, server: ModelServer) -> None:
    """Frames go to the vision model with the checklist; the share of yes is the score, paid for once."""
    answers = iter(['{"answers": ["yes", "no"]}', "I cannot say"])
    plain = server._replied

    def replied(handler: object, number: int) -> None:
        body = handler.body  # type: ignore[attr-defined]
        if "image_url" in str(body["messages"]):
            from tests.models import troubled_server

            server.paid["picture"] += 1
            troubled_server.says(next(answers))(handler)  # type: ignore[arg-type]
        else:
            plain(handler, number)  # type: ignore[arg-type]

    server._replied = replied  # type: ignore[method-assign,assignment]
    case = {"name": "a", "brief": "a", "checklist": ["Is there a title?", "Is there a cat?"]}
    with open_experiment(workspace, "judged", models=["m1"], cases=[case], repeats=2, judge="m1") as opened:
        opened.run(threads=1)
        assert opened.judge() == 1
        assert opened.cells[0].scores
        assert opened.cells[0].scores["judged"] == 0.5
        assert server.paid["picture"] == 2
        assert opened.judge() == 0
        assert server.paid["picture"] == 2


def test_an_answer_that_is_no_checklist_is_no_score() -> None:
    """Too few answers, other words or no JSON at all are not taken for a no."""
    assert read_answers('{"answers": ["Yes", "no", "true"]}', 3) == pytest.approx(2 / 3)
    assert read_answers('{"answers": ["yes"]}', 2) is None
    assert read_answers('{"answers": ["perhaps", "no"]}', 2) is None
    assert read_answers("no idea", 1) is None


def test_a_cluster_takes_cells_from_the_ledger(tmp_path: Path) -> None:
    """Every machine of a Dask cluster works on the same ledger until nothing is left."""
    from distributed import LocalCluster

    from workbench.studio.model_settings import ModelSettings
    from workbench.studio.scale_settings import ScaleSettings
    from workbench.studio.settings import Settings

    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        settings = Settings(
            data=tmp_path / "data",
            models=ModelSettings(model="offline"),
            scale=ScaleSettings(dask=cluster.scheduler_address),
        )
        with Workspace(settings) as workspace:
            opened = open_experiment(workspace, "far", cases=["a title card", "a chart of 3, 4"], repeats=2)
            assert set(opened.run_on_cluster(threads=1).values()) <= {"done", "paused"}
            assert opened.counts == {"done": 4}
