"""Runs: what is kept, how failures are told, how time is bounded."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import nbformat
import psutil
import pytest

from tests.batch.conftest import Write
from workbench.batch import run as batches
from workbench.batch.run import Batch, Report, run_batch
from workbench.batch.running import Limits
from workbench.cli.main import run
from workbench.clock import FrozenClock

pytestmark = pytest.mark.slow


def ran(notebook: Path, folder: Path, **options: object) -> Report:
    values = options.pop("values", {})
    return run_batch(Batch(str(notebook), values=values), folder, environment={}, **options)  # type: ignore[arg-type]


def test_a_run_keeps_its_notebook_page_and_record_by_day(write: Write, tmp_path: Path) -> None:
    """Three files of one name; the parameters are in force; progress is told cell by cell."""
    seen: list[tuple[int, int]] = []
    clock = FrozenClock(datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC))
    notebook = write("number: int = 1", "print(f'twice is {2 * number}')")
    report = ran(
        notebook, tmp_path / "out", values={"number": 21}, clock=clock, on_cell=lambda *at: seen.append(at)
    )
    assert report.ok
    assert report.notebook == tmp_path / "out" / "2026-03-04" / "050607-small.ipynb"
    assert "twice is 42" in report.notebook.read_text()
    assert seen == [(1, 3), (2, 3), (3, 3)]
    kept = json.loads(report.notebook.with_suffix(".json").read_text())
    assert (kept["ok"], kept["parameters"], kept["failure"]) == (True, {"number": 21}, None)


def test_the_page_loads_nothing_from_elsewhere(write: Write, tmp_path: Path) -> None:
    """A reader without a network sees it as it is; code is left out."""
    report = ran(write("a: int = 1", "print('seen' + 'here')"), tmp_path)
    assert report.html
    page = report.html.read_text()
    assert "seenhere" in page
    assert "print(" not in page
    assert not re.findall(r"<(?:script|link|img)[^>]+(?:src|href)=\"(?!data:)", page)
    assert not re.findall(r"(?:import\(|from ['\"]|url\()['\"]?https?:", page)


def test_a_failing_cell_is_named_and_the_rest_does_not_run(write: Write, tmp_path: Path) -> None:
    """The report says which cell, which line and what was raised; the notebook says it on top."""
    report = ran(write("a: int = 1", "assert a == 2, 'a is one'", "print('never')"), tmp_path)
    assert report.failure is not None
    assert (report.failure.line, report.failure.error) == (
        "assert a == 2, 'a is one'",
        "AssertionError: a is one",
    )
    cells = nbformat.read(report.notebook, as_version=4).cells
    assert cells[0].cell_type == "markdown"
    assert cells[-1].outputs == []


@pytest.mark.parametrize(
    ("limits", "told"),
    [(Limits(cell_seconds=1), "longer than 1 s"), (Limits(total_seconds=5), "run took longer than 5 s")],
)
def test_a_cell_or_a_run_that_takes_too_long_is_ended(
    write: Write, tmp_path: Path, limits: Limits, told: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """What was done before is kept, and the top of the notebook says why there is no more."""
    notebook = write("a: int = 1", "print('before')", "import time\ntime.sleep(120)")
    report = ran(notebook, tmp_path, limits=limits, html=False)
    assert told in str(report.failure)
    assert report.record["seconds"] < 60
    text = report.notebook.read_text()
    assert "before" in text
    assert "ended early" in text
    assert capfd.readouterr().err == ""


def test_a_kernel_that_dies_is_a_failure(write: Write, tmp_path: Path) -> None:
    """As when the system takes its memory away."""
    report = ran(write("a: int = 1", "import os\nos.kill(os.getpid(), 9)"), tmp_path, html=False)
    assert "kernel died" in str(report.failure)
    assert report.failure is not None
    assert report.failure.line == "import os"


def test_a_run_that_is_stopped_keeps_what_was_done(write: Write, tmp_path: Path) -> None:
    """Its cell goes through its `finally`, its kernel ends, the record tells why, and stderr is two lines."""
    notebook = write(
        "a: int = 1",
        "print('before')",
        "import time\nopen('begun', 'w').close()\n"
        "try:\n    time.sleep(600)\nfinally:\n    open('tidy', 'w').close()",
    )
    command = [str(Path(sys.executable).with_name("workbench")), "batch", str(notebook)]
    with subprocess.Popen(
        command,
        cwd=tmp_path,
        env=os.environ | {"WORKBENCH_DATA": str(tmp_path / "data")},
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        try:
            wait_for(tmp_path / "begun")
            family = psutil.Process(running.pid).children(recursive=True)
            running.send_signal(signal.SIGTERM)
            told = running.communicate(timeout=60)[1]
        finally:
            running.kill()
    assert running.returncode == 130
    assert re.fullmatch(
        r"workbench: .*small.ipynb ended in cell 3 \(import time\): stopped by .*\n  See .*\n", told
    )
    assert family
    assert psutil.wait_procs(family, timeout=30)[1] == []
    assert (tmp_path / "tidy").exists()
    (kept,) = (tmp_path / "data" / "batch").rglob("*.ipynb")
    assert "before" in kept.read_text()
    assert json.loads(kept.with_suffix(".json").read_text())["failure"]["stopped"] is True


def test_a_run_that_is_stopped_before_anything_is_kept_leaves_no_empty_notebook(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody takes an empty file for what ran."""

    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(batches, "run_notebook", stopped)
    with pytest.raises(KeyboardInterrupt):
        ran(write("a: int = 1"), tmp_path / "out")
    assert list((tmp_path / "out").rglob("*.ipynb")) == []


def wait_for(path: Path) -> None:
    ends = time.monotonic() + 120
    while not path.exists():
        assert time.monotonic() < ends, path
        time.sleep(0.05)


def test_the_command_exits_as_the_run_ended(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """0 when done, without a word that cron would mail; 1 when a cell fails, 2 for wrong parameters."""
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path / "data"))
    notebook = str(write("a: int = 1", "assert a == 1, f'a is {a}'"))
    assert run(["batch", notebook, "--json", "--no-html"]) == 0
    said = capfd.readouterr()
    assert (Path(json.loads(said.out)["output"]).is_file(), said.err) == (True, "")
    assert run(["batch", notebook, "2", "--no-html"]) == 1
    assert "a is 2" in capfd.readouterr().err
    assert run(["batch", notebook, "-p", "aa=2"]) == 2
    assert "Did you mean 'a'" in capfd.readouterr().err


def test_a_project_is_rendered_by_its_notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`workbench batch render` makes the film; a missing project is refused."""
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path / "data"))
    (tmp_path / "a.scene").write_text('text("Hello", size=200, color="white", enter=fade(), name="title")\n')
    assert run(["project", "new", "Film", "--format", "320x180"]) == 0
    assert (
        run(
            [
                "scene",
                "add",
                "-p",
                "Film",
                "--name",
                "one",
                "--source",
                str(tmp_path / "a.scene"),
                "--seconds",
                "1",
            ]
        )
        == 0
    )
    assert run(["batch", "render", "Film", str(tmp_path / "film.mp4"), "-p", "quality=draft"]) == 0
    assert (tmp_path / "film.mp4").stat().st_size > 1000
    assert run(["batch", "render", "Films", "--no-html"]) == 2


def test_a_name_that_does_not_exist_is_a_wrong_parameter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """What a notebook refuses as the command line would exits 2, as a parameter that it does not have."""
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path / "data"))
    assert run(["batch", "stress", "-p", "preset=smok", "--no-html", "--json"]) == 2
    said = capfd.readouterr()
    assert "workbench: stress: There is no stress preset named 'smok'. Did you mean 'smoke'?" in said.err
    assert json.loads(said.out)["failure"]["refused"] is True
