"""An option does what it says, or is refused with what to do instead; none is passed over."""

from pathlib import Path

import pytest
from PIL import Image

from tests.cli.conftest import Workbench
from workbench.cli.films import Crew


def refused(workbench: Workbench, *arguments: object) -> str:
    """Run a command that must be refused as wrong use, and return what it says."""
    ran = workbench(*arguments)
    assert (ran.code, ran.out) == (2, "")
    return ran.err


@pytest.mark.slow
def test_a_still_has_the_size_of_its_quality(workbench: Workbench, hello: Path, tmp_path: Path) -> None:
    """As a film has: `low` is a short side of 480 pixels, and without it the format's own size is kept."""
    still = tmp_path / "still.png"
    for quality, size in (((), (1080, 1920)), (("--quality", "low"), (480, 854))):
        ran = workbench("render", hello, still, "--format", "9:16", *quality, "--json")
        assert ran.code == 0
        assert Image.open(still).size == size
        assert ran.document["picture"] == f"{size[0]}x{size[1]}@30"


@pytest.mark.slow
def test_a_film_is_rendered_by_the_workers_that_are_set(
    workbench: Workbench, hello: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """WORKBENCH_WORKERS counts for `render` as it does for `export`."""
    asked: list[int] = []

    class Counted(Crew):
        def __init__(self, workers: int) -> None:
            asked.append(workers)
            super().__init__(workers)

    monkeypatch.setattr("workbench.cli.films.Crew", Counted)
    monkeypatch.setenv("WORKBENCH_WORKERS", "5")
    made = workbench("render", hello, tmp_path / "a.mp4", "--format", "64x36@5", "--seconds", 0.4)
    assert (made.code, asked) == (0, [5])


def test_what_means_nothing_to_a_render_is_refused(workbench: Workbench, hello: Path) -> None:
    """A film has no one frame, and a scene of a project has its own format and length."""
    assert "--frame has no effect on a film" in refused(workbench, "render", hello, "a.mp4", "--frame", 0)
    told = refused(workbench, "render", "1", "a.png", "-p", "P", "--format", "1:1", "--seconds", 2)
    assert "--format, --seconds have no effect with --project" in told
    assert not list(Path().glob("a.*"))


def test_what_means_nothing_to_a_folder_is_refused(workbench: Workbench) -> None:
    """A folder of text files holds no picture."""
    for option in (("--quality", "low"), ("--cards",), ("--skip-broken",)):
        told = refused(workbench, "export", "P", "out", "--kind", "folder", *option)
        assert f"{option[0]} has no effect on a folder" in told


def test_what_means_nothing_to_a_check_is_refused(workbench: Workbench, hello: Path) -> None:
    """Files are in no project, and a project's scenes have values of their own."""
    assert "--scene has no effect on scene files" in refused(workbench, "check", hello, "--scene", "nosuch")
    for option, value in (("--param", "a=1"), ("--format", "1:1"), ("--seconds", 2)):
        assert f"{option} has no effect with --project" in refused(
            workbench, "check", "-p", "P", option, value
        )


def test_a_preview_is_what_its_ending_says(workbench: Workbench) -> None:
    """An ending nobody knows is no PNG, and a video has no one moment."""
    told = refused(workbench, "template", "preview", "hero", "x.gif")
    assert ".png, .jpg, .jpeg, .webp, .mp4" in told
    assert "--at has no effect on a video" in refused(
        workbench, "template", "preview", "hero", "x.mp4", "--at", 1
    )
    assert not list(Path().glob("x.*"))
