import numpy as np
import pytest

from tests.render.scenes import NIGHT, PINK, SKY
from workbench.render.backdrop import fill_backdrop, fits
from workbench.render.brushes import brush_at
from workbench.render.canvas import Brush
from workbench.render.skia_canvas import SkiaCanvas
from workbench.scene.graph import Gradient

BOX = (0.0, 0.0, 1920.0, 1080.0)
STOPS = ((0.0, SKY), (0.4, NIGHT), (1.0, PINK))


@pytest.mark.parametrize(
    "brush",
    [
        Brush(gradient="linear", stops=STOPS, box=BOX, angle=35.0, steady=True),
        Brush(gradient="radial", stops=STOPS, box=BOX, x=0.3, y=0.2, steady=True),
    ],
    ids=["linear", "radial"],
)
def test_looked_up_colours_are_skias(brush):
    """The quick way and skia's differ by dithering only: at most two levels in any channel."""
    quick, skias = np.zeros((2, 180, 320, 4), np.uint8)
    fill_backdrop(quick, 1 / 6, brush)
    canvas = SkiaCanvas(skias, 1 / 6)
    canvas.save()
    canvas.fill(brush)
    assert abs(quick.astype(int) - skias).max() <= 2


def test_a_gradient_that_turns_is_left_to_skia():
    """Its places would have to be computed for each frame."""
    turning = Gradient("linear", STOPS, angle=np.array([0.0, 10.0]))
    still = Gradient("linear", STOPS, angle=10.0)
    assert [fits(brush_at(paint, 0, BOX)) for paint in (turning, still)] == [False, True]
