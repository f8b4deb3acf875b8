"""What every command owes its reader: codes, one line for a failure, a document for programs."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import workbench.cli.main as cli
from tests.cli.conftest import Workbench
from workbench.cli.lab import lab_command
from workbench.errors import Cancelled

COMMAND = [sys.executable, "-c", "from workbench.cli.main import main; main()"]


@pytest.mark.slow
def test_every_command_has_help_and_a_summary(workbench: Workbench) -> None:
    """The table of commands, their summaries and what they load agree."""
    listed = workbench("--help").out
    for name in cli.workbench.list_commands(None):  # type: ignore[arg-type]
        assert f"  {name} " in listed
        assert workbench(name, "--help").code == 0


@pytest.mark.slow
def test_every_option_says_what_it_is() -> None:
    """A list of options without words sends people to the source."""

    def silent(command: click.Command, path: str) -> Iterator[str]:
        inside = click.Context(command)
        if isinstance(command, click.Group):
            for name in command.list_commands(inside):
                found = command.get_command(inside, name)
                assert found is not None
                yield from silent(found, f"{path} {name}".strip())
        for option in command.params:
            if isinstance(option, click.Option) and not option.help:
                yield f"{path} {option.opts[0]}"

    assert list(silent(cli.workbench, "")) == []


def test_an_unknown_command_is_answered_with_the_nearest(workbench: Workbench) -> None:
    """A slip of the finger costs one line."""
    ran = workbench("chekc")
    assert ran.code == 2
    assert "Did you mean 'check'?" in ran.err


def test_a_broken_scene_file_is_found_at_its_line(workbench: Workbench, broken: Path) -> None:
    """Error findings are the answer no: exit 1, place, message, fix."""
    ran = workbench("check", broken)
    assert ran.code == 1
    assert "line 1, column 15" in ran.out
    assert "Did you mean size?" in ran.out


@pytest.mark.slow
def test_a_sound_scene_from_standard_input_is_fine(workbench: Workbench, hello: Path) -> None:
    """A dash reads the source from a pipe."""
    done = subprocess.run(
        [*COMMAND, "check", "-", "--json"], check=False, stdin=hello.open(), capture_output=True, text=True
    )
    assert done.returncode == 0
    assert json.loads(done.stdout)[0]["ok"]


def test_every_code_can_be_explained(workbench: Workbench) -> None:
    """The code a finding carries leads to its meaning, with an example that has it."""
    explained = workbench("check", "--explain", "argument", "--json").document
    assert explained["code"] == "argument"
    assert workbench("check", "--explain", "nonsense").code == 2


@pytest.mark.slow
def test_a_refused_export_lists_why_and_writes_nothing(
    workbench: Workbench, project: str, broken: Path, tmp_path: Path
) -> None:
    """One broken scene stops the film, in words for people and as a document for programs."""
    assert workbench("scene", "add", "-p", project, "--name", "two", "--source", broken).code == 1
    film = tmp_path / "film.mp4"
    ran = workbench("export", project, film, "--json")
    assert ran.code == 1
    assert ran.document["error"]["findings"][0]["code"] == "argument"
    assert "'two'" in ran.err
    assert not film.exists()


@pytest.mark.slow
def test_skipping_the_broken_scene_exports_the_rest(
    workbench: Workbench, project: str, broken: Path, tmp_path: Path
) -> None:
    """What was left out is named, in the document and not silently."""
    workbench("scene", "add", "-p", project, "--name", "two", "--source", broken)
    ran = workbench("export", project, tmp_path / "film.mp4", "--skip-broken", "--quality", "draft", "--json")
    assert ran.code == 0
    assert ran.document["skipped"] == ["two"]
    assert b"avc1" in (tmp_path / "film.mp4").read_bytes()


@pytest.mark.slow
def test_a_still_of_a_scene_is_painted(workbench: Workbench, project: str, tmp_path: Path) -> None:
    """`render` paints one frame of a project's scene; a frame past its end is wrong use."""
    still = tmp_path / "still.png"
    assert workbench("render", "one", still, "-p", project, "--frame", 3).code == 0
    assert still.read_bytes().startswith(b"\x89PNG")
    assert workbench("render", "one", still, "-p", project, "--frame", 30).code == 2


@pytest.mark.parametrize("arguments", [["check"], ["export"], ["ask", ""], ["render", "no.scene", "x.mp4"]])
def test_wrong_use_is_two_and_speaks_on_stderr(workbench: Workbench, arguments: list[str]) -> None:
    """Nothing that failed leaves a word on stdout."""
    ran = workbench(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err


def test_a_fault_of_ours_is_one_line(workbench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error nobody foresaw shows no traceback, unless it is asked for."""
    monkeypatch.setattr("workbench.cli.project.Workspace", lambda settings: 1 / 0)
    ran = workbench("project", "list")
    assert ran.code == 1
    assert ran.err.count("\n") == 1
    assert "ZeroDivisionError" in ran.err
    monkeypatch.setenv("WORKBENCH_TRACE", "1")
    with pytest.raises(ZeroDivisionError):
        workbench("project", "list")


def test_a_setting_that_cannot_be_read_is_wrong_use(
    workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slip in the environment is one line that names the variable, and no fault of ours."""
    monkeypatch.setenv("WORKBENCH_WORKERS", "lots")
    ran = workbench("project", "list")
    assert ran.code == 2
    assert ran.err.count("\n") == 1
    assert "WORKBENCH_WORKERS is 'lots'" in ran.err
    assert "fault of ours" not in ran.err


def test_stopping_is_its_own_exit_code(workbench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work that was cancelled says so and leaves with 130."""

    def stopped(settings: object) -> None:
        raise Cancelled("Stopped.")

    monkeypatch.setattr("workbench.cli.project.Workspace", stopped)
    ran = workbench("project", "list")
    assert ran.code == 130
    assert "What was complete by then is kept" in ran.err


@pytest.mark.slow
def test_ctrl_c_while_painting_leaves_no_file(
    workbench: Workbench, project: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A film that was stopped halfway is not there at all."""

    def interrupted(line: object, progress: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("workbench.cli.saying.ProgressLine.__call__", interrupted)
    ran = workbench("export", project, tmp_path / "film.mp4")
    assert ran.code == 130
    assert not list(tmp_path.glob("film*"))


@pytest.mark.slow
def test_a_reader_that_leaves_early_is_no_error(workbench: Workbench) -> None:
    """`workbench template list | head -1` ends quietly."""
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*COMMAND, "template", "list"], check=False, stdout=writing, stderr=subprocess.PIPE, text=True
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.slow
def test_help_loads_no_engine() -> None:
    """The list of commands is quick because nothing heavy is imported for it."""
    script = (
        "import sys; from workbench.cli.main import run; run(['--help']);"
        "heavy = {'numpy', 'skia', 'av', 'sqlalchemy', 'pydantic', 'IPython'};"
        "sys.exit(bool(heavy & set(sys.modules)))"
    )
    assert (
        subprocess.run(check=False, args=[sys.executable, "-c", script], capture_output=True).returncode == 0
    )


def test_lab_opens_the_tour_and_passes_options_on(tmp_path: Path) -> None:
    """JupyterLab gets the tour, the user's options and settings that ask for no news."""
    command, environment = lab_command(tmp_path, ["--port", "9999"], {"JUPYTER_CONFIG_PATH": "/mine"})
    assert "00_tour.ipynb" in command[3]
    assert command[-2:] == ["--port", "9999"]
    mine, ours = environment["JUPYTER_CONFIG_PATH"].split(os.pathsep)
    assert mine == "/mine"
    settings = json.loads((Path(ours) / "labconfig" / "default_setting_overrides.json").read_text())
    assert settings["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"
