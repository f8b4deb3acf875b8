"""A scene that is split plays exactly what it played, as two scenes; one undo makes it whole again."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.errors import InputError
from workbench.studio.actions import ApplyTemplate, RestoreScene, SetFormat, SetTransition, SplitScene, Undo
from workbench.studio.performing import Done
from workbench.studio.studio import Studio

MANY = """\
big = param("big", 90)
background(linear("#0b1020", loop(tween("#1c2c54", "#512c54", 1.1), 1.3), angle=tween(0, 90, duration)))
particles(12, size=(4, 20), motion="rise", speed=90, seed=4)
with column(gap=20, at=center):
    text("Split me here", size=tween(60, big, 1.5), enter=rise(40), stagger="letter", exit=fade(0.4))
    counter(0, 1234, seconds=1.8, size=80)
    text("typed", size=60, enter=typewriter(9))
circle(30, x=lambda t: 200 + 300 * t, y=height - 120, fill="#f59e0b", end=duration - 0.2)
rect(width=spring(0, 400, start=0.4), height=10, y=height - 60, x=width / 2)
"""
SECONDS = 2.4
FRAMES = 24


@pytest.fixture
def whole(studio: Studio) -> Studio:
    """A small project whose one scene has something of everything that moves."""
    studio.do(SetFormat(format="320x180@10"))
    studio.add_scene(source=MANY, name="All", duration_seconds=SECONDS)
    assert studio.check(1).ok, studio.check(1).findings
    return studio


def played(studio: Studio, folder: Path) -> list[bytes]:
    """Return every frame of the project, as it is exported."""
    report = studio.export(folder, kind="png")
    return [path.read_bytes() for path in sorted(report.path.glob("*.png"))]


def split(studio: Studio, at_seconds: float, scene: str = "1") -> Done:
    return studio.do(SplitScene(scene=scene, at_seconds=at_seconds))


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.1, 0.7, 1.26, 2.3])
def test_two_scenes_play_what_the_one_played(whole: Studio, tmp_path: Path, seconds: float) -> None:
    """Every frame before and after the cut has the same bytes as before the split."""
    before = played(whole, tmp_path / "before")
    done = split(whole, seconds)
    after = played(whole, tmp_path / "after")
    assert len(before) == FRAMES
    assert before == after
    assert len(set(before)) == FRAMES
    assert [scene.name for scene in whole.scenes] == ["All", "All 2"]
    assert whole.selected == done.scene.id == whole.scene(2).id


@pytest.mark.slow
def test_parts_can_be_split_again_and_play_at_any_rate(whole: Studio, tmp_path: Path) -> None:
    """Three parts, and another frame rate afterwards: still the frames of the whole."""
    split(whole, 1.5)
    split(whole, 0.4)
    whole.do(SetFormat(format="320x180@12"))
    parts = played(whole, tmp_path / "parts")
    for _ in range(3):
        whole.do(Undo())
    whole.do(SetFormat(format="320x180@12"))
    assert len(whole.scenes) == 1
    assert parts == played(whole, tmp_path / "whole")


def test_one_undo_makes_it_whole_again(whole: Studio) -> None:
    """The split is one step: undo leaves the scene as it was, redo splits it again."""
    split(whole, 1.0)
    assert [scene.duration_seconds for scene in whole.scenes] == pytest.approx([1.0, 1.4])
    assert whole.undo().told == ("Took back the split.",)
    scene = whole.scene(1)
    assert (len(whole.scenes), scene.duration_seconds, scene.excerpt) == (1, SECONDS, {})
    whole.redo()
    assert [dict(scene.excerpt) for scene in whole.scenes] == [
        {"begin_seconds": 0.0, "of_seconds": SECONDS},
        {"begin_seconds": 1.0, "of_seconds": SECONDS},
    ]


def test_a_part_can_be_edited_and_made_longer(whole: Studio) -> None:
    """The source runs as before; a longer part shows more of the performance, then lengthens it."""
    split(whole, 1.0)
    source = 'text(f"{duration:.1f}", size=90)\n'
    assert "2.4" in str(whole.save_scene(2, source=source).checked.graph.nodes[0].props["content"])
    done = whole.save_scene(2, duration_seconds=3.0)
    assert done.checked.staged.frames == 30
    assert "4.0" in str(done.checked.graph.nodes[0].props["content"])
    with pytest.raises(InputError, match="at most 119 seconds"):
        whole.save_scene(2, duration_seconds=120)


def test_a_part_with_another_template_plays_all_of_that(whole: Studio) -> None:
    """A template is a performance of its own."""
    split(whole, 1.0)
    done = whole.do(ApplyTemplate(scene="2", template="title"))
    assert whole.scene(2).excerpt == {}
    assert done.checked.staged.first == 0


def test_findings_of_a_part_are_at_its_own_frames(studio: Studio) -> None:
    """What a clean scene shows is clean in its parts; a fault is told where the part shows it."""
    studio.add_scene(template="title")
    clean = studio.check(1).findings
    split(studio, 1.2)
    assert [studio.check(number).findings for number in (1, 2)] == [clean, clean]
    studio.add_scene(source='text("Far out", size=90, x=tween(900, 5000, 1, start=3))', duration_seconds=5)
    split(studio, 2.0, scene="3")
    early, late = studio.check(3), studio.check(4)
    assert not [each for each in early.findings if each.code == "off-canvas"]
    assert all(each.frame < late.staged.frames for each in late.findings if each.frame is not None)


def test_a_split_outside_or_in_a_transition_is_refused(whole: Studio) -> None:
    """There is nothing to cut at the ends, nor while the scene is still coming in."""
    for seconds in (0.01, SECONDS, 50):
        with pytest.raises(InputError, match="nothing to cut"):
            split(whole, seconds)
    whole.add_scene(source=MANY, name="Next", duration_seconds=SECONDS)
    whole.do(SetTransition(scene="2", transition="fade", seconds=0.5))
    with pytest.raises(InputError, match=r"at 0\.5 seconds or later"):
        split(whole, 0.3, scene="2")
    split(whole, 0.5, scene="2")
    assert whole.scene(2).transition["kind"] == "fade"
    assert not whole.scene(3).transition


def test_history_looks_back_across_a_split(whole: Studio) -> None:
    """The revision before the split is compared and restored as the whole it was."""
    split(whole, 1.0)
    assert whole.last_good(1).staged.frames == 10
    whole.do(RestoreScene(scene="1", revision=1))
    assert whole.check(1).staged.frames == FRAMES
