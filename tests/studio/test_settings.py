"""Where the workbench keeps things, unless it is told otherwise."""

from pathlib import Path

import pytest

from tests.images.making import encoded, poster
from workbench.errors import InputError
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


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("WORKBENCH_WORKERS", "lots", r"WORKBENCH_WORKERS is 'lots': .*integer.*\. Set it otherwise"),
        ("WORKBENCH_JOB_THREADS", "99", r"WORKBENCH_JOB_THREADS is '99': .* 16\. .*the default is 1\."),
        ("WORKBENCH_SERVE_PORT", "-1", r"WORKBENCH_SERVE_PORT is '-1': .*the default is 8600\."),
        ("WORKBENCH_SERVE_PROXIES", "proxy", r"WORKBENCH_SERVE_PROXIES is 'proxy': .*IPv4"),
        ("WORKBENCH_SERVE_CORS_ORIGINS", "https://a.example", r'ORIGINS is not JSON\. .*\["a", "b"\]'),
        ("WORKBENCH_MODEL_PRICES", "cheap", r'WORKBENCH_MODEL_PRICES is not JSON\. .*\{"name": "value"\}'),
        ("WORKBENCH_MODEL_TRIES", "sk-secret", r"^WORKBENCH_MODEL_TRIES is wrong: (?!.*sk-secret)"),
    ],
)
def test_a_variable_that_cannot_be_read_is_named(
    variable: str, value: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever set it learns which it was, what is wrong with it, and what would be right."""
    monkeypatch.setenv(variable, value)
    with pytest.raises(InputError, match=told):
        Settings()


def test_a_program_is_told_of_its_own_argument(tmp_path: Path) -> None:
    """What was given in code is named as it was given there."""
    with pytest.raises(InputError, match=r"^workers is 0: .*\. Give another value\.$"):
        Settings(data=tmp_path, workers=0)
