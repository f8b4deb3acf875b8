"""Masks as pixels: what a mask's nodes paint decides where the rest of their group shows."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from tests.render.films import SMALL
from tests.scene.making import node
from workbench.render.canvas import RecordingCanvas
from workbench.render.film import render_film
from workbench.render.painter import paint
from workbench.render.shaping import HarfbuzzMeasure
from workbench.render.still import render_frame
from workbench.render.timeline import FilmScene
from workbench.scene.format import Format
from workbench.scene.graph import Gradient, Graph, Motion, Node, Shadow, Track
from workbench.scene.stage import stage
from workbench.scene.staged import Staged

FORMAT = Format(320, 180)
RED = node("rect", name="sheet", width=1920, height=1080, fill="#ff0000")
MIDDLE, CORNER = (960, 540), (120, 120)


def graph(*nodes: Node, background: str = "#000000") -> Graph:
    return Graph(1920.0, 1080.0, 30, 2.0, 60, background, nodes)


def staged(*nodes: Node, background: str = "#000000") -> Staged:
    return stage(graph(*nodes, background=background), HarfbuzzMeasure())


def painted(*nodes: Node, frame: int = 0, background: str = "#000000") -> np.ndarray:
    """The frame as numbers, RGB; the picture is six times smaller than its design pixels."""
    return render_frame(staged(*nodes, background=background), frame, FORMAT)[..., [2, 1, 0]].astype(int)


def red(pixels: np.ndarray, place: tuple[float, float]) -> int:
    return int(pixels[int(place[1] / 6), int(place[0] / 6), 0])


def masked(*shapes: Node, held: tuple[Node, ...] = (RED,), of_mask: dict | None = None, **of_group) -> Node:
    mask = node("mask", *shapes, **({"name": "mask"} | (of_mask or {})))
    return node("group", mask, *held, **({"name": "group"} | of_group))


def disc(radius: float = 300, **more) -> Node:
    return node("circle", radius=radius, **({"name": "disc", "fill": "#ffffff"} | more))


def test_a_group_shows_only_where_its_mask_paints():
    """Within the disc the sheet is as it was, and outside nothing of it is left."""
    picture = painted(masked(disc()))
    assert (red(picture, MIDDLE), red(picture, CORNER)) == (255, 0)


def test_an_inverted_mask_cuts_out():
    """Within the disc nothing is left."""
    picture = painted(masked(disc(), of_mask={"invert": True}))
    assert (red(picture, MIDDLE), red(picture, CORNER)) == (0, 255)


def test_a_mask_and_its_inverse_add_up_to_the_whole():
    """No pixel is lost or doubled, the edge's least of all."""
    inside, outside = painted(masked(disc())), painted(masked(disc(), of_mask={"invert": True}))
    assert np.abs(inside + outside - painted(RED)).max() <= 2


def test_where_the_mask_stands_in_its_group_does_not_matter():
    """Written first or last, it is the same picture."""
    shape = node("mask", disc(), name="mask")
    first, last = node("group", shape, RED, name="group"), node("group", RED, shape, name="group")
    assert np.array_equal(painted(first), painted(last))


def test_the_colour_of_a_mask_does_not_matter():
    """Only how opaque it is counts, and nothing of its colour gets into the picture."""
    black, blue = (painted(masked(disc(fill=fill))) for fill in ("#000000", "#38bdf8"))
    assert np.abs(black - blue).max() <= 1


def test_a_gradient_with_alpha_is_a_soft_edge():
    """From opaque to clear the sheet fades evenly."""
    fading = Gradient("linear", ((0.0, "#ffffffff"), (1.0, "#ffffff00")), angle=0.0)
    row = painted(masked(node("rect", width=1920, height=1080, fill=fading)))[90, :, 0]
    assert np.abs(row - np.linspace(255, 0, 320)).max() <= 4


def test_a_blurred_mask_has_soft_edges():
    """At the edge of the disc about half shows, well inside all and well outside nothing."""
    picture = painted(masked(disc(), of_mask={"blur": 30}))
    at_the_edge = red(picture, (1260, 540))
    assert red(picture, MIDDLE) == 255
    assert 90 < at_the_edge < 165
    assert red(picture, CORNER) == 0


@pytest.mark.parametrize("invert", [False, True])
def test_the_opacity_of_a_mask_is_how_strongly_it_counts(invert):
    """Half a mask lets through, or takes away, half."""
    picture = painted(masked(disc(), of_mask={"opacity": 0.5, "invert": invert}))
    assert red(picture, MIDDLE) == pytest.approx(128, abs=2)
    assert red(picture, CORNER) == (255 if invert else 0)


def test_a_mask_moves():
    """The sheet shows where the disc is at that moment."""
    across = Track("tween", {"a": 400, "b": 1500, "seconds": 1, "start": 0, "ease": "linear"})
    group = masked(disc(x=across))
    seen = [[red(painted(group, frame=frame), (x, 540)) for x in (400, 1500)] for frame in (0, 45)]
    assert seen == [[255, 0], [0, 255]]


@pytest.mark.parametrize(("invert", "before", "after"), [(False, 0, 255), (True, 255, 0)])
def test_a_mask_that_is_not_there_yet_paints_nothing(invert, before, after):
    """Before its start the group is hidden, or whole when it is inverted."""
    group = masked(disc(), of_mask={"invert": invert, "start": 1.0})
    assert [red(painted(group, frame=frame), MIDDLE) for frame in (0, 45)] == [before, after]


def test_a_mask_is_wiped_like_anything():
    """While a mask comes in from the left its right half lets nothing through."""
    wiping = Motion("wipe", 1.0, "linear", {"side": "left"})
    picture = painted(masked(disc(), of_mask={"enter": wiping}), frame=15)
    assert [red(picture, (x, 540)) for x in (800, 1120)] == [255, 0]


def test_words_are_filled_with_what_lies_behind_their_mask():
    """The sheet shows in the shape of the letters, and they are where the same text is painted."""
    words = node("text", name="words", content="OPEN", size=400, weight=900, color="#ffffff")
    shown, plain = painted(masked(words))[..., 0], painted(words)[..., 0]
    assert shown.max() == 255
    assert np.abs(shown - plain).max() <= 4


def test_masks_within_masks_let_through_what_all_of_them_do():
    """A group in a masked group shows where both discs are."""
    inner = masked(disc(x=1100, name="right"), of_mask={"name": "inner mask"}, name="inner")
    picture = painted(masked(disc(x=820), held=(inner,)))
    assert [red(picture, (x, 540)) for x in (600, 960, 1320)] == [0, 255, 0]


def test_a_mask_may_be_cut_out_itself():
    """A group within a mask has a mask of its own: here a ring."""
    cut = {"invert": True, "name": "hole"}
    ring = masked(disc(120), held=(disc(name="whole"),), of_mask=cut, name="ring")
    picture = painted(masked(ring))
    assert [red(picture, (x, 540)) for x in (960, 1180, 1400)] == [0, 255, 0]


def test_opacity_of_a_masked_group_is_that_of_one_thing():
    """Half a group is half the sheet within the disc."""
    assert red(painted(masked(disc(), opacity=0.5)), MIDDLE) == pytest.approx(128, abs=2)


def test_the_shadow_of_a_masked_group_is_that_of_what_shows():
    """Beside the disc the ground is darkened, far from it not."""
    cast = Shadow("#000000ff", 0.0, 0.0, 120.0)
    picture = painted(masked(disc(), shadow=cast), background="#ffffff")
    below = picture[int(920 / 6), int(960 / 6)]
    assert below.tolist() == [0, 0, 0]
    assert picture[int(120 / 6), int(120 / 6)].tolist() == [255, 255, 255]


def test_a_clipped_group_keeps_no_fringe_of_its_mask():
    """Along the clip nothing of the mask's own colour is left."""
    group = masked(disc(fill="#00ff00"), clip=True, width=500.5, height=300.5)
    assert painted(group)[..., 1].max() == 0


def test_a_mask_moves_with_its_group():
    """A group in a group that is moved and turned is the same picture, moved and turned."""
    turned = node("group", masked(disc(x=1260)), rotation=90, x=-100, name="outer")
    picture = painted(turned)
    assert red(picture, (860, 840)) == 255
    assert red(picture, (1260, 540)) == 0


def test_a_small_mask_costs_a_small_layer():
    """The layers of a masked picture reach no further than the mask does."""
    canvas = RecordingCanvas()
    paint(staged(masked(disc(90))), 0, canvas)
    left, top, right, bottom = canvas.named("layer")[0][0]
    assert left > 960 - 110
    assert right < 960 + 110
    assert top > 540 - 110
    assert bottom < 540 + 110


def test_what_a_mask_hides_whole_costs_nothing():
    """A group whose mask is not there makes no call."""
    canvas = RecordingCanvas()
    paint(staged(masked(disc(), of_mask={"start": 1.0})), 0, canvas)
    assert [name for name, _ in canvas.calls] == ["fill"]


def test_masks_nested_as_deep_as_containers_may_be_are_painted():
    """Fifteen groups in each other, each with a mask as large as the picture, show what they hold."""
    held = RED
    for depth in range(15):
        sheet = node("rect", width=1920, height=1080, name=f"whole-{depth}")
        held = masked(sheet, held=(held,), of_mask={"name": f"mask-{depth}"}, name=f"group-{depth}")
    assert np.array_equal(painted(held), painted(RED))


@pytest.mark.slow
def test_masked_frames_are_the_same_bytes_for_any_number_of_workers(tmp_path: Path):
    """One and two workers write the same frames of a moving, soft mask over words."""
    across = Track("tween", {"a": 400, "b": 1500, "seconds": 1, "start": 0, "ease": "linear"})
    words = node("text", name="words", content="Moving", size=300, weight=800)
    moving = graph(masked(disc(x=across), held=(RED, words), of_mask={"blur": 24}))
    film = [FilmScene(moving, "Masked", 2.0)]
    made = []
    for workers in (1, 2):
        folder = render_film(film, SMALL, tmp_path / f"{workers}", workers=workers).path
        made.append([hashlib.sha256(each.read_bytes()).hexdigest() for each in sorted(folder.iterdir())])
    assert len(made[0]) == 60
    assert made[0] == made[1]
