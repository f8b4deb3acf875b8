"""A run is ended from another thread: its cell is interrupted, and where that is vain its kernel killed."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.batch.conftest import Write
from tests.batch.test_runs import wait_for
from workbench.batch import ending
from workbench.batch.ending import ENDED
from workbench.batch.running import Ran, run_notebook

pytestmark = pytest.mark.slow
BEGIN = "import pathlib, time\ndef begin():\n    pathlib.Path('{begun}').touch()\n    time.sleep(600)\n"


def ended(write: Write, folder: Path, *cells: str) -> Ran:
    """Run cells, of which the last but one calls `begin()` and is ended when it has begun."""
    begun, end = folder / "begun", threading.Event()
    notebook = write("a: int = 1", BEGIN.format(begun=begun), *cells)

    def ends() -> None:
        wait_for(begun)
        end.set()

    asks = threading.Thread(target=ends)
    asks.start()
    try:
        return run_notebook(notebook, folder / "out.ipynb", {}, end=end)
    finally:
        asks.join()


def test_the_cell_goes_through_its_finally(write: Write, tmp_path: Path) -> None:
    """What was done before is kept, and what comes after it does not run."""
    tidy, after = tmp_path / "tidy", tmp_path / "after"
    cell = f"print('be' + 'fore')\ntry:\n    begin()\nfinally:\n    pathlib.Path('{tidy}').touch()"
    ran = ended(write, tmp_path, cell, f"pathlib.Path('{after}').touch()")
    assert ran.failure is not None
    assert (ran.failure.line, ran.failure.error, ran.failure.stopped) == ("print('be' + 'fore')", ENDED, True)
    assert "before" in ran.path.read_text()
    assert (tidy.exists(), after.exists()) == (True, False)


def test_no_cell_begins_after_one_that_goes_on(write: Write, tmp_path: Path) -> None:
    """A cell may take an interruption for its own; the run ends with it all the same."""
    after = tmp_path / "after"
    cell = "try:\n    begin()\nexcept KeyboardInterrupt:\n    print('went' + ' on')"
    ran = ended(write, tmp_path, cell, f"pathlib.Path('{after}').touch()")
    assert ran.failure is not None
    assert (ran.failure.error, ran.failure.stopped) == (ENDED, True)
    assert "went on" in ran.path.read_text()
    assert not after.exists()


def test_a_cell_that_does_not_heed_it_has_its_kernel_killed(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing goes on for ever because it does not listen."""
    monkeypatch.setattr(ending, "HEED_SECONDS", 0.5)
    cell = "while True:\n    try:\n        begin()\n    except KeyboardInterrupt:\n        pass"
    ran = ended(write, tmp_path, cell, "a")
    assert ran.failure is not None
    assert (ran.failure.line, ran.failure.error, ran.failure.stopped) == ("while True:", ENDED, True)
