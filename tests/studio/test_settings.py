"""Where the workbench keeps things, unless it is told otherwise."""

from pathlib import Path

import pytest

from tests.images.making import encoded, poster
from workbench.experiments.scratch import Scratch
from workbench.experiments.seats import Seats
from workbench.studio.settings import Settings
from workbench.studio.studio import Studio


def test_notebooks_of_a_checkout_share_its_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel that runs in `notebooks/` uses the same projects as the command line above it."""
    root = Path(__file__).parents[2]
    monkeypatch.delenv("WORKBENCH_DATA", raising=False)
    monkeypatch.chdir(root / "notebooks")
    assert Settings().data == root / "data"


def test_elsewhere_data_lies_beside_the_work(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Outside a checkout it is `data/` here, and WORKBENCH_DATA always wins."""
    monkeypatch.delenv("WORKBENCH_DATA", raising=False)
    monkeypatch.chdir(tmp_path)
    assert Settings().data == Path("data")
    monkeypatch.setenv("WORKBENCH_DATA", "/elsewhere")
    assert Settings().data == Path("/elsewhere")


@pytest.mark.slow
def test_a_throwaway_workspace_touches_nothing_of_the_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cells of experiments and benchmarks leave no row, object or mark where the environment points."""
    elsewhere = {
        "WORKBENCH_DATABASE": f"sqlite:///{tmp_path / 'mine.db'}",
        "WORKBENCH_FILES": f"file://{tmp_path / 'bucket'}",
        "WORKBENCH_TELEMETRY_FILES": f"file://{tmp_path / 'told'}",
    }
    for name, value in elsewhere.items():
        monkeypatch.setenv(name, value)
    with Scratch(Seats(), lambda _: b"") as scratch:
        project = scratch.workspace.project("cell", create=True)
        studio = Studio(scratch.workspace, project)
        studio.add_picture(encoded(poster(4)), "summer")
        studio.pictures.wait("summer")
    assert list(tmp_path.iterdir()) == []
