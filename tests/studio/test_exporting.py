"""What becomes of a project that is exported."""

from pathlib import Path

import pytest

from workbench.errors import Cancelled
from workbench.studio.actions import SetFormat
from workbench.studio.studio import Studio


@pytest.mark.slow
def test_an_edit_of_one_scene_paints_only_that_scene_again(studio: Studio, tmp_path: Path) -> None:
    """The other scenes' chunks come from the cache, and the file is as long as before."""
    studio.do(SetFormat(format="160x90"))
    for number in range(3):
        studio.add_scene(source=f'text("Scene {number}", size=200)', duration_seconds=1)
    first = studio.export(tmp_path / "first.mp4")
    studio.save_scene(2, source='text("Changed", size=200)')
    second = studio.export(tmp_path / "second.mp4")
    assert (first.painted_frames, first.cached_frames) == (90, 0)
    assert (second.painted_frames, second.cached_frames) == (30, 60)


@pytest.mark.slow
def test_a_cancelled_export_leaves_nothing_and_the_next_one_works(studio: Studio, tmp_path: Path) -> None:
    """Cancelling does not spoil the processes that stay open for the next film."""
    studio.do(SetFormat(format="160x90"))
    studio.add_scene(source='text("Scene", size=200)', duration_seconds=2)
    with pytest.raises(Cancelled):
        studio.export(tmp_path / "film.mp4", cancel=lambda: True)
    assert list(tmp_path.glob("*film*")) == []
    assert studio.export(tmp_path / "film.mp4").frames == 60
