"""What running a `%%scene` cell does and shows."""

import re
from pathlib import Path

import pytest

from tests.notebook.conftest import Notebook
from workbench.errors import Conflict, InputError, NotFound
from workbench.studio.studio import Studio
from workbench.widgets.magic import OPTIONS

GOOD = 'text("Hello", size=300, color="white", enter=fade(), name="title")\n'
BROKEN = 'text("Hello", sise=300)\n'


def shown(output: object) -> str:
    return "".join(each.data["text/html"] for each in output.outputs)  # type: ignore[attr-defined]


@pytest.mark.slow
def test_the_first_run_adds_the_scene_and_later_runs_save_it(notebook: Notebook, studio: Studio) -> None:
    """A cell is its scene: new text is the next revision, the same text is none."""
    for text in (GOOD, GOOD.replace("Hello", "Bye"), GOOD.replace("Hello", "Bye")):
        notebook.run(f"%%scene one --seconds 2 --no-video\n{text}")
    assert studio.scene("one").revision == 2
    assert studio.scene("one").duration_seconds == 2


@pytest.mark.slow
def test_a_good_scene_plays(notebook: Notebook) -> None:
    """First a still at once, then the same card with the clip; a JPEG stands in where HTML is not shown."""
    output = notebook.run(f"%%scene played --seconds 1\n{GOOD}")
    still, clip = output.outputs
    assert "<img" in still.data["text/html"]
    assert "<video" in clip.data["text/html"]
    assert "image/jpeg" in still.data


def test_a_broken_scene_shows_its_finding_at_the_cells_line(notebook: Notebook, studio: Studio) -> None:
    """Place, marked line and fix stand under the cell, with the last picture that worked; text is kept."""
    notebook.run(f"%%scene two --no-video\n{GOOD}")
    html = shown(notebook.run(f"%%scene two\n\n{BROKEN}"))
    assert notebook.error is None
    assert "line 3, column 15" in html
    assert "Did you mean size?" in html
    assert "last picture that worked" in html
    assert "<img" in html
    assert studio.scene("two").source == f"\n{BROKEN}"


def test_a_scene_that_never_worked_says_so(notebook: Notebook) -> None:
    """Without a good revision there is no picture to show, and no pretence of one."""
    assert "never had a picture" in shown(notebook.run(f"%%scene never\n{BROKEN}"))


def test_what_a_prompt_changed_is_not_covered_silently(notebook: Notebook, studio: Studio) -> None:
    """Text from elsewhere that the cell has not seen is a conflict with both texts; --replace saves."""
    notebook.run(f"%%scene three --no-video\n{GOOD}")
    studio.save_scene("three", source=GOOD.replace("300", "280"), why="smaller")
    notebook.run(f"%%scene three --no-video\n{GOOD.replace('300', '320')}")
    assert isinstance(notebook.error, Conflict)
    assert "smaller" in str(notebook.error)
    assert "size=280" in notebook.error.evidence["theirs"]
    assert "size=280" in studio.scene("three").source
    notebook.run(f"%%scene three --no-video --replace\n{GOOD.replace('300', '320')}")
    assert "size=320" in studio.scene("three").source


def test_running_all_cells_again_in_a_new_session_is_fine(notebook: Notebook, studio: Studio) -> None:
    """Cells may replace what cells wrote, also what they wrote before the notebook was opened again."""
    first, second = (f"%%scene four --no-video\n{GOOD.replace('300', size)}" for size in ("200", "220"))
    for cell in (first, second):
        notebook.run(cell)
    notebook.shell.run_line_magic("unload_ext", "workbench")
    notebook.shell.run_line_magic("load_ext", "workbench")
    for cell in (first, second):
        notebook.run(cell)
        assert notebook.error is None
    assert "size=220" in studio.scene("four").source


def test_params_a_cell_no_longer_declares_are_dropped(notebook: Notebook, studio: Studio) -> None:
    """A value set for a parameter goes with the parameter, and stays as long as it stands."""
    declared = 'word = param("word", "A")\n' + GOOD.replace('"Hello"', "word")
    notebook.run(f"%%scene five --no-video\n{declared}")
    studio.save_scene("five", params={"word": "B"})
    notebook.run(f"%%scene five --no-video\n{declared}\n")
    assert studio.scene("five").params == {"word": "B"}
    notebook.run(f"%%scene five --no-video\n{GOOD}")
    assert studio.scene("five").params == {}


@pytest.mark.parametrize(
    ("line", "error"), [("five --still 99", InputError), ("99", NotFound), ("@nobody", NotFound)]
)
def test_what_cannot_be_meant_is_refused(notebook: Notebook, line: str, error: type[Exception]) -> None:
    """A second past the end and a number without a scene are errors of the cell, not new scenes."""
    notebook.run(f"%%scene {line}\n{GOOD}")
    assert isinstance(notebook.error, error)


def test_a_cell_without_a_project_says_how_to_open_one(notebook: Notebook) -> None:
    """The first error a newcomer meets names the line to write."""
    del notebook.shell.user_ns["studio"]
    notebook.run(f"%%scene one\n{GOOD}")
    assert "wb.open" in str(notebook.error)


def test_errors_show_one_line_instead_of_our_frames(notebook: Notebook) -> None:
    """An error of ours in a notebook is its message and its remedy."""
    text = notebook.run('studio.scene("noe")').stdout
    assert "NotFound: There is no scene named 'noe'." in text
    assert "references.py" not in text


def test_the_page_about_the_studio_tells_every_option() -> None:
    """Who looks for what a cell takes finds it without running `%%scene?`."""
    page = (Path(__file__).parents[2] / "docs" / "studio.md").read_text("utf-8")
    section = page.partition("## Scene cells\n")[2].partition("\n## ")[0]
    assert set(re.findall(r"--[a-z][a-z-]*", section)) == set(OPTIONS)
