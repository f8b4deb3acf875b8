"""Projects and scenes from the command line."""

from pathlib import Path

import pytest
from PIL import Image

from tests.cli.conftest import Workbench
from tests.images.making import encoded, logo
from workbench.cli import doctor
from workbench.studio.pictures import add_picture
from workbench.studio.settings import Settings
from workbench.studio.studio import Studio
from workbench.studio.workspace import Workspace


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


@pytest.mark.slow
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


def test_deleting_a_project_tells_of_its_films(
    workbench: Workbench, project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that were not finished are cancelled with it, and the message says how many there were."""
    monkeypatch.setenv("WORKBENCH_JOB_THREADS", "0")
    with Workspace(Settings()) as workspace:
        studio = Studio(workspace, workspace.project(project))
        for _ in range(2):
            studio.export_job()
    told = workbench("project", "delete", project).out
    assert "Deleted 'Test' and cancelled its 2 unfinished films. Bring it back" in told
    assert workbench("project", "new", "Bare").code == 0
    assert "Deleted 'Bare'. Bring it back" in workbench("project", "delete", "Bare").out


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


@pytest.mark.slow
def test_an_imported_project_leaves_room_on_the_disk(
    workbench: Workbench, project: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pictures of a folder are refused as any other is, and nothing of the project is kept then."""
    monkeypatch.setenv("WORKBENCH_JOB_THREADS", "0")
    with Workspace(Settings()) as workspace:
        add_picture(workspace, workspace.project(project).id, encoded(logo(1)), "logo")
    assert workbench("project", "export", project, tmp_path / "out").code == 0
    with monkeypatch.context() as short:
        short.setenv("WORKBENCH_DISK_RESERVE_BYTES", str(2**62))
        ran = workbench("project", "import", tmp_path / "out", "--name", "Again")
    assert (ran.code, "films and pictures leave" in ran.err) == (1, True)
    assert [each["name"] for each in workbench("project", "list", "--json").document] == [project]
    assert workbench("project", "import", tmp_path / "out", "--name", "Again").code == 0


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
    listed = workbench("template", "list", "--json").document
    everything = listed["templates"]
    assert listed["problems"] == []
    assert {"hero", "title"} <= {each["id"] for each in everything}
    ran = workbench("template", "list", "--category", "nonsense")
    assert ran.code == 2
    assert everything[0]["category"] in ran.err


def test_a_broken_template_of_your_own_is_told(
    workbench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list, its document, the doctor and whoever asks for it by name say what is wrong with the file."""
    folder = tmp_path / "data" / "templates"
    folder.mkdir(parents=True)
    (folder / "mine.scene").write_text("# title: Mine\n\ntext('x')\n")
    listed = workbench("template", "list")
    assert listed.code == 0
    assert "The template mine.scene lacks category" in listed.err
    problem = workbench("template", "list", "--json").document["problems"][0]
    assert (Path(problem["path"]).name, "category" in problem["message"]) == ("mine.scene", True)
    assert "lacks category" in workbench("template", "preview", "mine", "mine.png").err
    monkeypatch.setattr(doctor, "_ATTEMPTS", (("Templates", doctor._templates),))
    looks = workbench("doctor", "--json").document["looks"]
    assert [(look["ok"], look["needed"]) for look in looks] == [(True, True), (False, False)]
    assert "mine.scene lacks category" in looks[1]["seen"]


@pytest.mark.slow
def test_a_project_changes_its_format_and_a_scene_its_template(workbench: Workbench, project: str) -> None:
    """The same actions as in the studio, taken back by the same undo."""
    changed = workbench("project", "format", project, "9:16", "--json")
    assert (changed.code, changed.document["format"]) == (0, "1080x1920@30")
    assert workbench("undo", "-p", project).code == 0
    assert workbench("project", "show", project, "--json").document["format"] == "320x180@30"
    made = workbench("scene", "template", "-p", project, "one", "title", "--param", "title=Good day")
    assert made.code == 0
    shown = workbench("scene", "show", "-p", project, "one", "--json").document
    assert shown["params"] == {"title": "Good day"}
    assert workbench("scene", "template", "-p", project, "one", "titel").code == 2


@pytest.mark.slow
def test_a_picture_comes_with_a_prompt(workbench: Workbench, tmp_path: Path) -> None:
    """By path, and again by its name in the project; a plan looks at none."""
    Image.new("RGB", (64, 48), "#e11d48").save(tmp_path / "rose.png")
    told = 'add a title that says "Rose"'
    take = workbench("ask", "-p", "Talk", told, "--image", tmp_path / "rose.png", "--json").document
    assert [each["name"] for each in take["pictures"]] == ["rose"]
    again = workbench("ask", "-p", "Talk", told, "--image", "rose", "--json").document
    assert [each["name"] for each in again["pictures"]] == ["rose"]
    refused = workbench("ask", "-p", "Talk", "--plan", told, "--image", "rose")
    assert (refused.code, "--image has no effect with --plan" in refused.err) == (2, True)


@pytest.mark.slow
def test_asking_in_another_format_than_the_project_has_is_refused(workbench: Workbench, project: str) -> None:
    """It says what the project is and how to change it; its own format, and none, are fine."""
    for plan in ((), ("--plan",)):
        ran = workbench("ask", "-p", project, "--format", "9:16", *plan, "make it blue")
        assert (ran.code, ran.out) == (2, "")
        assert 'workbench project format "Test" 9:16' in ran.err
    assert workbench("ask", "-p", project, "--format", "320x180", "--plan", "make the title blue").code == 0
