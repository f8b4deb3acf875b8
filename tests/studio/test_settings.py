"""Where the workbench keeps things, unless it is told otherwise."""

from pathlib import Path

import pytest

from workbench.studio.settings import Settings


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
