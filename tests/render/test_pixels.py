"""Pictures as they were looked at and found right; `python -m tests.render.bless` paints them anew."""

import numpy as np
import pytest
from PIL import Image

from tests.render.bless import FORMAT, blessed_path, painted
from tests.render.compare import likeness
from tests.render.corpus import ASSETS, SCENES
from workbench.errors import InputError, RenderFailed
from workbench.render.still import png, render_frame


@pytest.mark.parametrize("name", SCENES)
def test_the_picture_is_the_blessed_one(name):
    """Other processors may round differently, so a small difference is allowed."""
    found = likeness(np.asarray(Image.open(blessed_path(name))), painted(name))
    assert found.psnr > 42, found
    assert found.ssim > 0.995, found


def test_the_same_frame_twice_is_the_same_bytes():
    """Painting has no memory, also into a buffer that held another picture."""
    first = render_frame(SCENES["code"], 0, FORMAT, ASSETS)
    buffer = render_frame(SCENES["screen"], 0, FORMAT, ASSETS)
    again = render_frame(SCENES["code"], 0, FORMAT, ASSETS, buffer)
    assert again is buffer
    assert np.array_equal(first, again)


def test_every_pixel_is_opaque():
    """A frame can go to a video without another look at its alpha."""
    assert (render_frame(SCENES["group, faded as one"], 0, FORMAT)[..., 3] == 255).all()


def test_a_gradient_has_no_bands():
    """Neighbouring rows of a slow gradient are dithered: no row is of one value in one channel."""
    rows = render_frame(SCENES["background linear"], 0, FORMAT)[..., 0]
    assert np.mean([len(np.unique(row)) > 1 for row in rows]) == 1


def test_a_wrong_buffer_is_refused():
    """The message says what it is and what it had to be."""
    with pytest.raises(RenderFailed, match=r"\(10, 10, 4\).*\(180, 320, 4\)"):
        render_frame(SCENES["text"], 0, FORMAT, out=np.zeros((10, 10, 4), np.uint8))


def test_a_frame_beyond_the_end_is_refused():
    """The remedy names the frames there are."""
    with pytest.raises(InputError, match="0 to 0"):
        render_frame(SCENES["text"], 1, FORMAT)


def test_png_keeps_the_colours():
    """Blue stays blue: the order of channels is turned."""
    pixels = np.zeros((4, 4, 4), np.uint8)
    pixels[..., 0] = 255
    assert png(pixels).startswith(b"\x89PNG")
