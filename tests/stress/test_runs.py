"""A small load on a real service, from the command and from the notebook."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from workbench.cli.main import run
from workbench.store.database import Database
from workbench.stress.doors import TOKENS
from workbench.stress.stand_in import Thinking
from workbench.stress.target import started

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
STOPPED = 130


def test_a_micro_run_from_end_to_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """People and arrivals get real answers; the report has every figure; the exit code is the verdict's."""
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path))
    code = run(["stress", "run", "micro", "--seconds", "6", "--model-median", "0.05", "--json"])
    said = json.loads(capfd.readouterr().out)
    assert said["verdict"]["ruling"] in ("PASS", "INVALID", "FAIL")
    assert code == (0 if said["verdict"]["ruling"] == "PASS" else 1)
    assert not said["trouble"]
    assert said["errors"] == {}
    assert {each["name"] for each in said["requests"]} >= {"create project", "ask for a scene"}
    assert said["arrivals"][0]["name"] == "save by hand"
    assert said["watched"]["memory_mb"]["most"] > 50
    held = {each["kind"]: each["most_mb"] for each in said["by_kind"]}
    assert {"service", "painters", "sandboxes"} <= set(held) <= {*held} - {"others"}
    assert held["service"] > held["sandboxes"] > 0
    assert said["watched"]["waiting_jobs"]["most"] is not None
    assert said["law"]["requests"] > sum(each["count"] for each in said["requests"])
    assert said["law"]["looks"] > 0
    assert json.loads((tmp_path / "stress" / "last.json").read_text())["verdict"] == said["verdict"]
    assert Path(said["kept"]).with_suffix(".html").is_file()


def test_a_run_that_is_ended_takes_its_service_along(tmp_path: Path) -> None:
    """SIGTERM in the middle of a run: the service, the stand-in and the crowd end with the command."""
    command = [str(Path(sys.executable).with_name("workbench")), "stress", "micro", "--seconds", "120"]
    environment = os.environ | {"WORKBENCH_DATA": str(tmp_path)}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        assert any(line.startswith("Loading ") for line in running.stderr)
        family = psutil.Process(running.pid).children(recursive=True)
        assert family
        running.send_signal(signal.SIGTERM)
        assert running.wait(120) == STOPPED
    _, left = psutil.wait_procs(family, timeout=60)
    assert left == []


def test_the_notebook_gives_a_verdict_and_never_imports_locust(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`workbench batch stress` fails when the verdict is not PASS: here nobody can be as quick as asked."""
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path))
    limits = '-pthresholds={"average_seconds": 0.000001, "least_requests": 1}'
    assert run(["batch", "stress", "micro", "1", "4", limits, "-p", "model_median=0.05", "--no-html"]) == 1
    (output,) = (tmp_path / "batch").rglob("*.ipynb")
    text = output.read_text()
    assert "is the most" in text
    code = "import sys, workbench.stress.running, workbench.cli.stress\nsys.exit('gevent' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_batch_loads_a_service_that_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """`workbench batch stress --target`: two people and arrivals on a service that somebody else started."""
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path / "here"))
    with started(tmp_path / "service", 2, Thinking(0.05)) as target:
        monkeypatch.setenv(TOKENS, ", ".join(target.tokens))
        code = run(["batch", "stress", "micro", "2", "6", "-p", f"target={target.url}"])
        assert target.serve is not None
        assert target.serve.process.poll() is None
    found = json.loads((tmp_path / "here" / "stress" / "last.json").read_text())
    assert code == (0 if found["verdict"]["ruling"] == "PASS" else 1), capfd.readouterr().err
    assert not found["trouble"]
    assert found["errors"] == {}
    assert (found["model"], found["service"]) == ("the target's own", target.url.removeprefix("http://"))
    assert found["watched"]["memory_mb"]["most"] is None
    assert found["law"] is None
    asked = {each["name"]: each["count"] for each in found["requests"]}
    assert asked["create project"] >= 1
    assert found["arrivals"][0]["count"] >= 1
    kept = [each for each in (tmp_path / "here").rglob("*") if each.suffix in (".ipynb", ".html", ".json")]
    assert {each.suffix for each in kept if "batch" in each.parts} == {".ipynb", ".html", ".json"}
    assert not [each for each in kept if any(token in each.read_text() for token in target.tokens)]
    with Database.open(tmp_path / "service" / "data" / "workbench.db") as database:
        assert len(list_of_projects(database)) == asked["create project"] + 1


def list_of_projects(database: Database) -> list[str]:
    with database.read() as connection:
        return list(connection.exec_driver_sql("SELECT id FROM project").scalars())


def test_wrong_use_is_told_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Unknown presets, a target without tokens, and accepting what is not there."""
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path))
    assert run(["stress", "run", "smok"]) == 2
    assert "Did you mean 'smoke'" in capfd.readouterr().err
    assert run(["stress", "run", "smoke", "--target", "http://127.0.0.1:9"]) == 2
    assert "WORKBENCH_STRESS_TOKENS" in capfd.readouterr().err
    assert run(["stress", "accept"]) == 2
    assert run(["stress", "list"]) == 0
    assert "conversation 10" in capfd.readouterr().out
