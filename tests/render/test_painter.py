import numpy as np
import pytest

from tests.render.scenes import PINK, SKY, WHITE, item, picture, words
from workbench.render.canvas import RecordingCanvas
from workbench.render.painter import paint
from workbench.scene.graph import Gradient, Shadow, Stroke
from workbench.scene.staged import Units


def painted(*items, frames=1, frame=0):
    canvas = RecordingCanvas()
    paint(picture(*items, frames=frames), frame, canvas)
    return canvas


def test_every_save_is_restored():
    """Layers and saves are closed, whatever is painted."""
    held = (words("hi", 0, 0, blur=4), item("circle", 0, 0, 50, 50, fill=SKY, stroke=Stroke(PINK, 3.0)))
    card = item("row", 900, 500, 400, 200, fill=WHITE, radius=20.0, opacity=0.5, clip=True, children=held)
    canvas = painted(card)
    opened = len(canvas.named("save")) + len(canvas.named("layer"))
    assert opened == len(canvas.named("restore")) > 0


def test_invisible_items_cost_nothing():
    """What is not visible, or fully clear, makes no call at all."""
    hidden = item("rect", 0, 0, 10, 10, fill=WHITE, more={})
    hidden.visible[:] = False
    assert [name for name, _ in painted(hidden, item("rect", 0, 0, 9, 9, fill=WHITE, opacity=0.0)).calls] == [
        "fill"
    ]


def test_opacity_of_a_single_shape_is_folded_into_its_brush():
    """No layer is needed to paint one half-clear shape."""
    canvas = painted(item("rect", 0, 0, 10, 10, fill=SKY, stroke=None, opacity=0.5))
    assert not canvas.named("layer")
    assert canvas.named("rect")[0][2].color[3] == pytest.approx(0.5)


def test_overlapping_children_fade_as_one():
    """A half-clear group whose children overlap is painted through one layer of that opacity."""
    pair = tuple(item("rect", x, 0, 100, 100, fill=SKY, stroke=None) for x in (0, 50))
    layers = painted(item("group", 500, 500, 200, 100, opacity=0.5, children=pair)).named("layer")
    assert [layer[1] for layer in layers] == [0.5]


def test_children_apart_fade_without_a_layer():
    """Where nothing overlaps, the group's opacity goes into the children's brushes."""
    left = item("rect", 100, 0, 100, 100, fill=SKY, stroke=None)
    right = item("rect", 400, 0, 100, 100, fill=SKY, stroke=None)
    canvas = painted(item("group", 0, 0, 500, 100, opacity=0.5, children=(left, right)))
    assert not canvas.named("layer")
    assert [call[2].color[3] for call in canvas.named("rect")] == [0.5, 0.5]


def test_a_shadow_comes_before_its_shape():
    """The first rectangle is the soft one, moved and in the shadow's colour."""
    shadow = Shadow((0.0, 0.0, 0.0, 0.5), 40.0, 0.0, 16.0)
    soft, sharp = painted(item("rect", 0, 0, 100, 60, fill=SKY, stroke=None, shadow=shadow)).named("rect")
    assert (soft[0], soft[4]) == ((-50.0, -14.0, 50.0, 46.0), 20.0)
    assert (sharp[0], sharp[4]) == ((-50.0, -30.0, 50.0, 30.0), 0.0)


def test_a_shadow_does_not_show_through_glass():
    """Under a half-clear shape the shadow is cut out."""
    shadow = Shadow((0.0, 0.0, 0.0, 0.5), 40.0, 0.0, 16.0)
    glass = item("rect", 0, 0, 100, 60, fill=(1.0, 1.0, 1.0, 0.2), stroke=None, shadow=shadow)
    assert len(painted(glass).named("clip")) == 1
    assert not painted(item("rect", 0, 0, 100, 60, fill=WHITE, stroke=None, shadow=shadow)).named("clip")


def test_a_trimmed_circle_is_an_outline_from_the_top():
    """Trim below 1 draws a part of the outline and no fill."""
    ring = item("circle", 0, 0, 80, 80, fill=SKY, stroke=Stroke(PINK, 4.0), more={"trim": 0.25})
    ((segments, brush, pen, trim, _),) = painted(ring).named("path")
    assert (segments[0], brush, trim, pen.width) == (("M", 0.0, -40.0), None, 0.25, 4.0)


@pytest.mark.parametrize(
    ("shares", "box"),
    [
        ((0.0, 0.0, 0.5, 1.0), (-1e5, -1e5, 0.0, 1e5)),
        ((0.25, 0.0, 1.0, 1.0), (-50.0, -1e5, 1e5, 1e5)),
    ],
)
def test_a_wipe_clips_only_the_covered_side(shares, box):
    """Sides that are fully uncovered leave shadows whole."""
    wiped = item("rect", 0, 0, 200, 100, fill=SKY, stroke=None, more={"wipe": np.array(shares)[:, None]})
    assert painted(wiped).named("clip")[0][0] == box


def test_typed_text_shows_its_first_letters_and_a_caret():
    """Two of five letters are shown, the caret stands after them."""
    typed = words("hello", 0, 0, more={"reveal": np.array([2.0])})
    typed.values["cursor"] = True
    canvas = painted(typed)
    assert sum(len(call[0].glyphs) for call in canvas.named("glyphs")) == 2
    assert len(canvas.named("rect")) == 1


def test_units_move_on_their_own():
    """Each word is its own run, with its own opacity and place; a clear one is left out."""
    still = np.zeros((3, 1))
    units = Units("word", np.array([[1.0], [0.5], [0.0]]), still, still + 20, still + 1, still, still)
    canvas = painted(words("one two three", 500, 500, more={"units": units}))
    assert [call[1].color[3] for call in canvas.named("glyphs")] == pytest.approx([1.0, 0.5])


def test_a_gradient_lies_over_the_whole_text():
    """Every word takes its share of one gradient."""
    sweep = Gradient("linear", ((0.0, SKY), (1.0, PINK)), angle=0.0)
    text = words("one two", 500, 500, color=sweep)
    ((_, brush, *_),) = painted(text).named("glyphs")
    assert brush.box == (0.0, 0.0, text.width, text.height)


def test_fading_to_clear_keeps_the_hue():
    """A stop that is fully clear takes its neighbour's colour, so that nothing turns grey."""
    fade = Gradient("linear", ((0.0, SKY), (1.0, (0.0, 0.0, 0.0, 0.0))), angle=0.0)
    brush = painted(item("rect", 0, 0, 10, 10, fill=fade, stroke=None)).named("rect")[0][2]
    assert brush.stops[-1] == (1.0, (*SKY[:3], 0.0))
