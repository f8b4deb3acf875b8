"""Completion and help where the scene language is written."""

import pytest
from IPython.core.completer import provisionalcompleter

from tests.notebook.conftest import Notebook


def completions(notebook: Notebook, cell: str) -> list[str]:
    """Return what is offered where `|` stands."""
    place = cell.index("|")
    with provisionalcompleter():
        found = notebook.shell.Completer.completions(cell.replace("|", ""), place)
        return [each.text for each in found]


@pytest.mark.parametrize(
    ("cell", "first"),
    [
        ("%%scene a\ntex|", "text"),
        ('%%scene a\ntext("x", siz|', "size="),
        ('%%scene a\ntext("x", align="|', '"left"'),
        ('%%scene a\ntext("x", align="|")', '"left'),
        ("%%scene a --se|", "--seconds"),
    ],
)
def test_the_language_is_completed_in_scene_cells(notebook: Notebook, cell: str, first: str) -> None:
    """Names, arguments, words of a choice and the cell's own options are offered, the likeliest first."""
    assert completions(notebook, cell)[0] == first


@pytest.mark.slow
def test_python_completion_elsewhere_is_left_alone(notebook: Notebook) -> None:
    """Outside scene cells nothing of the language is offered."""
    notebook.shell.user_ns["text_of_mine"] = 1
    assert "text_of_mine" in completions(notebook, "text_of|")
    assert "text_of_mine" not in completions(notebook, "%%scene a\ntext|")


def test_help_answers_for_names_of_the_language(notebook: Notebook) -> None:
    """Shift-Tab on a name nobody defined shows its signature; the notebook's own names come first."""
    assert "letter_spacing" in notebook.shell.object_inspect_mime("text")["text/plain"]
    notebook.shell.user_ns["text"] = 5
    assert "int" in notebook.shell.object_inspect_mime("text")["text/plain"]
    del notebook.shell.user_ns["text"]
    with pytest.raises(KeyError):
        notebook.shell.object_inspect_mime("nothing_of_the_kind")
