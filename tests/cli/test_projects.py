"""Projects and scenes from the command line."""

from pathlib import Path

import pytest

from tests.cli.conftest import Workbench


def test_an_empty_folder_says_what_to_try(workbench: Workbench) -> None:
    """Listing nothing is no error and shows the first command to type."""
    ran = workbench("project", "list")
    assert ran.code == 0
    assert "workbench ask" in ran.out


@pytest.mark.slow
def test_a_scene_is_added_saved_and_taken_back(workbench: Workbench, project: str, tmp_path: Path) -> None:
    """Every change is a revision, and undo takes the last one back."""
    louder = tmp_path / "louder.scene"
    louder.write_text('text("HELLO", size=120, color="white", enter=fade())\n')
    assert "HELLO" in workbench("scene", "save", "-p", project, "one", "--source", louder).out
    revisions = workbench("scene", "history", "-p", project, "one", "--json").document
    assert [each["revision"] for each in revisions] == [2, 1]
    assert workbench("undo", "-p", project).code == 0
    assert '"Hello"' in workbench("scene", "show", "-p", project, 1).out
    assert workbench("scene", "list", "-p", project, "--json").document[0]["name"] == "one"


def test_a_revision_is_pinned_and_let_go(workbench: Workbench, project: str) -> None:
    """The history shows which revisions no cleanup takes."""
    assert "Pinned revision 1 of 'one'" in workbench("scene", "pin", "-p", project, "one", 1).out
    assert workbench("scene", "history", "-p", project, "one", "--json").document[0]["pinned"]
    assert "yes" in workbench("scene", "history", "-p", project, "one").out
    assert workbench("scene", "pin", "-p", project, "one", 1, "--off").code == 0
    assert not workbench("scene", "history", "-p", project, "one", "--json").document[0]["pinned"]
    assert workbench("scene", "pin", "-p", project, "one", 7).code == 2


def test_a_deleted_project_comes_back(workbench: Workbench, project: str) -> None:
    """Deleting puts away; the message holds the command that brings the project back."""
    gone = workbench("project", "delete", project, "--json").document
    assert workbench("project", "list", "--json").document == []
    assert workbench("project", "undelete", gone["id"]).code == 0
    assert workbench("project", "list", "--json").document[0]["name"] == project


def test_a_project_goes_out_as_text_and_comes_back(
    workbench: Workbench, project: str, tmp_path: Path
) -> None:
    """Export writes files a person can read; import makes the same project again."""
    folder = tmp_path / "out"
    assert workbench("project", "export", project, folder).code == 0
    assert '"Hello"' in next(folder.glob("scenes/*.scene")).read_text()
    assert workbench("project", "import", folder, "--name", "Again").code == 0
    scenes = workbench("project", "show", "Again", "--json").document["scenes"]
    assert [(scene["name"], scene["ok"]) for scene in scenes] == [("one", True)]


def test_a_misspelt_project_is_answered_with_the_nearest(workbench: Workbench, project: str) -> None:
    """A wrong name is wrong use, and the right one is suggested on stderr."""
    ran = workbench("project", "show", "Tset")
    assert (ran.code, ran.out) == (2, "")
    assert "Did you mean 'Test'?" in ran.err


@pytest.mark.slow
def test_asking_makes_scenes_and_planning_does_not(workbench: Workbench) -> None:
    """`ask --plan` only decides; `ask` does it."""
    plan = workbench("ask", "-p", "Talk", "--plan", "--json", 'a title card that says "Hello"').document
    assert plan["steps"][0]["kind"] == "add_scene"
    assert workbench("project", "list", "--json").document == []
    take = workbench("ask", "-p", "Talk", "--json", 'a title card that says "Hello"').document
    assert take["ok"]
    assert "Hello" in take["scenes"][0]["params"].values()


def test_templates_are_listed_by_category(workbench: Workbench) -> None:
    """An unknown category is answered with the ones there are."""
    everything = workbench("template", "list", "--json").document
    assert {"hero", "title"} <= {each["id"] for each in everything}
    ran = workbench("template", "list", "--category", "nonsense")
    assert ran.code == 2
    assert everything[0]["category"] in ran.err
