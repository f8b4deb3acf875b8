"""Whoever ends the waiting for a batch on a cluster ends the batch there."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import psutil
import pytest
from distributed import LocalCluster

from workbench.batch import on_cluster
from workbench.batch.running import Limits, Ran
from workbench.stress.drill_faults import until

pytestmark = pytest.mark.slow
CELL = """import os, pathlib, time
pathlib.Path('{folder}/pid').write_text(str(os.getpid()))
try:
    pathlib.Path('{folder}/begun').touch()
    time.sleep(600)
finally:
    pathlib.Path('{folder}/tidy').touch()"""


@contextmanager
def waiting(cluster: LocalCluster, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Give a command that waits for a notebook, which is at a long cell on the cluster."""
    cells = [
        nbformat.v4.new_code_cell("a: int = 1", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell("print('be' + 'fore')"),
        nbformat.v4.new_code_cell(CELL.format(folder=folder)),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "small.ipynb")
    own = {"WORKBENCH_DATA": str(folder / "data"), "WORKBENCH_DASK": cluster.scheduler_address}
    command = [str(Path(sys.executable).with_name("workbench")), "batch", str(folder / "small.ipynb")]
    with subprocess.Popen(
        [*command, "--cluster"], env=os.environ | own, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert until((folder / "begun").exists, 120)
            yield process
        finally:
            process.kill()


def test_ctrl_c_ends_a_batch_on_the_cluster(cluster: LocalCluster, tmp_path: Path) -> None:
    """As one here: its cell goes through its `finally`, its kernel ends, what it had done is kept."""
    with waiting(cluster, tmp_path) as process:
        process.send_signal(signal.SIGTERM)
        told = process.communicate(timeout=120)[1]
        assert process.returncode == 130
    assert re.fullmatch(
        r"workbench: .*small.ipynb ended in cell 3 \(import os.*\): stopped by .*\n  See .*\n", told
    )
    assert (tmp_path / "tidy").exists()
    assert not psutil.pid_exists(int((tmp_path / "pid").read_text()))
    (kept,) = (tmp_path / "data" / "batch").rglob("*.ipynb")
    assert "before" in kept.read_text()
    assert json.loads(kept.with_suffix(".json").read_text())["failure"]["stopped"] is True


def test_a_batch_that_nobody_waits_for_ends(cluster: LocalCluster, tmp_path: Path) -> None:
    """Whoever waited was killed with -9: the machine is free again, and nothing of the cell goes on."""
    with waiting(cluster, tmp_path) as process:
        process.kill()
        process.wait()
        pid = int((tmp_path / "pid").read_text())
        assert until(lambda: (tmp_path / "tidy").exists() and not psutil.pid_exists(pid), 120)


class Silent:
    """A cluster that is interrupted while it is waited for, and its task; of which nothing comes back."""

    def __init__(self, *, goes_on: bool) -> None:
        self.goes_on, self.is_cancelled = goes_on, False

    def __enter__(self) -> Silent:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def submit(self, *_: object, **__: object) -> Silent:
        return self

    def run(self, *_: object, **__: object) -> dict[str, bool]:
        return {"tcp://there:1": self.goes_on, "tcp://there:2": False}

    def result(self) -> None:
        raise KeyboardInterrupt

    def exception(self, timeout: float) -> None:
        raise on_cluster.Late(timeout)

    def done(self) -> bool:
        return False

    def cancel(self) -> None:
        self.is_cancelled = True


def run_there(silent: Silent, folder: Path, patch: pytest.MonkeyPatch) -> Ran:
    patch.setattr(on_cluster, "connected", lambda *_: silent)
    notebook = folder / "small.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")]), notebook)
    return on_cluster.run_on_cluster("there", notebook, folder / "out", {}, limits=Limits(), secrets={})


def test_a_batch_that_may_go_on_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its machine does not answer: what can be done there is said, and the run has failed."""
    failure = run_there(Silent(goes_on=True), tmp_path, monkeypatch).failure
    assert failure is not None
    assert failure.stopped
    assert "may go on with it" in failure.error
    assert "dask worker" in failure.error


def test_a_batch_that_has_not_begun_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It waited behind others; there is nothing to keep of it."""
    silent = Silent(goes_on=False)
    with pytest.raises(KeyboardInterrupt):
        run_there(silent, tmp_path, monkeypatch)
    assert silent.is_cancelled
    assert not (tmp_path / "out").exists()
