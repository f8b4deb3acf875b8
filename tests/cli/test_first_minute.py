"""What a newcomer runs first."""

from pathlib import Path

import pytest

from tests.cli.conftest import Workbench
from workbench.cli import doctor
from workbench.errors import EnvironmentFault, RenderFailed, WorkbenchError
from workbench.scene.evaluate import Evaluation
from workbench.scene.finding import Finding

SMALL = ("--format", "320x180@10")


@pytest.mark.slow
def test_the_demo_makes_a_video_a_sheet_and_a_folder(workbench: Workbench) -> None:
    """A brief becomes four scenes and files that are what they say; a second run takes the next name."""
    first = workbench("demo", "--json", *SMALL).document
    assert first["project"] == "Orbit"
    assert first["scenes"] >= 4
    assert b"avc1" in Path(first["video"]).read_bytes()
    assert Path(first["contact sheet"]).read_bytes().startswith(b"\x89PNG")
    assert len(list(Path(first["project folder"]).glob("scenes/*.scene"))) == first["scenes"]
    again = workbench("demo", 'a title card that says "Hi"', "--name", "Orbit", *SMALL)
    assert again.code == 0
    assert "There is a project 'Orbit' already, so this one is 'Orbit 2'." in again.out


@pytest.mark.slow
def test_a_demo_that_fails_leaves_no_project(workbench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    """What could not be finished is put away again."""

    def fail(*arguments: object, **options: object) -> None:
        raise RenderFailed("The disk is full.")

    monkeypatch.setattr("workbench.cli.demo.export_film", fail)
    assert workbench("demo", 'a title card that says "Hi"', *SMALL).code == 1
    assert workbench("project", "list", "--json").document == []


@pytest.mark.slow
def test_the_doctor_finds_this_machine_well(workbench: Workbench) -> None:
    """Everything needed is tried for real; each look says what was seen."""
    ran = workbench("doctor", "--json")
    assert ran.code == 0
    assert all(look["seen"] for look in ran.document["looks"])


def test_the_doctor_says_what_is_wrong(workbench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A needed thing that fails is FAIL with a remedy, and the answer is no."""

    def fail() -> None:
        raise RuntimeError("no painter here")

    monkeypatch.setattr("workbench.cli.doctor._ATTEMPTS", (("Painter", fail),))
    ran = workbench("doctor")
    assert ran.code == 1
    assert "FAIL" in ran.out
    assert "no painter here" in ran.out
    assert "make setup" in ran.out


def test_the_doctor_passes_on_what_an_error_says_to_do(
    workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error of the workbench's own brings its remedy; to set up again would not help."""

    def fail() -> None:
        raise EnvironmentFault("The database keeps text as LATIN1.", remedy="Make one that keeps UTF8.")

    monkeypatch.setattr(doctor, "_ATTEMPTS", (("Database", fail),))
    (look,) = workbench("doctor", "--json").document["looks"]
    assert (look["ok"], look["seen"]) == (False, "The database keeps text as LATIN1.")
    assert look["remedy"] == "Make one that keeps UTF8."


def test_the_doctor_says_that_no_scene_evaluates(
    workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A scene without a picture is no scene that evaluates, and there is nothing to paint."""
    lost = Evaluation(None, (Finding("sandbox", "error", "No worker could be started.", "Try again.", 1),))
    monkeypatch.setattr(doctor, "evaluate", lambda *_: lost)
    monkeypatch.setattr(doctor, "_ATTEMPTS", (("Language", doctor._language), ("Painter", doctor._painter)))
    looks = workbench("doctor", "--json").document["looks"]
    assert [(look["name"], look["ok"], look["seen"]) for look in looks] == [
        ("Scene language", False, "No worker could be started."),
        ("Painter", False, "was not tried: no scene could be evaluated"),
    ]


def test_telemetry_that_cannot_be_asked_is_a_warning(
    workbench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file lies where its folder should be: what to do is said, the answer is yes, a project is made."""
    (tmp_path / "data").mkdir(mode=0o700)
    (tmp_path / "data" / "telemetry").write_text("no folder")
    monkeypatch.setattr(doctor, "_ATTEMPTS", (("Telemetry", doctor._telemetry),))
    ran = workbench("doctor")
    assert (ran.code, ran.out.split()[:2]) == (0, ["warn", "Telemetry"])
    assert "is a folder that can be read and written" in " ".join(ran.out.split())
    assert workbench("project", "new", "Talk").code == 0


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (ImportError("no DuckDB"), "make setup"),
        (OSError(5, "Input/output error", "rows.parquet"), "Input/output error: rows.parquet"),
        (WorkbenchError("It was not answered.", remedy="See the evidence."), "It was not answered."),
    ],
)
def test_whatever_telemetry_fails_with_is_told(
    workbench: Workbench, monkeypatch: pytest.MonkeyPatch, failure: Exception, told: str
) -> None:
    """A package that does not load, a disk, a question: each is a warning with what there is to do."""

    def fail(*_: object) -> None:
        raise failure

    monkeypatch.setattr("workbench.cli.recorded.reading_of", fail)
    monkeypatch.setattr(doctor, "_ATTEMPTS", (("Telemetry", doctor._telemetry),))
    ran = workbench("doctor", "--json")
    (look,) = ran.document["looks"]
    assert (ran.code, look["ok"], look["needed"]) == (0, False, False)
    assert told in f"{look['seen']} {look['remedy']}"
    assert "all else works" in look["remedy"]
