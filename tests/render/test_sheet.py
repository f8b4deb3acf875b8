"""The contact sheet and the card, painted for real."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from tests.render.films import SMALL, broken, graph, scene
from workbench.errors import InputError
from workbench.render.plates import broken_scene_card
from workbench.render.sheet import contact_sheet
from workbench.render.warm import WarmRenderer
from workbench.scene.format import Format

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def renderer():
    with WarmRenderer() as renderer:
        yield renderer


def pixels(content: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(content)).convert("RGB")).astype(int)


def test_a_sheet_shows_every_scene_in_its_row(renderer: WarmRenderer) -> None:
    """Each row's frames have their scene's background; the same card twice looks the same twice."""
    scenes = [broken(), scene("#aa0000"), broken(), scene("#00aa00")]
    sheet = pixels(contact_sheet(scenes, SMALL, renderer, title="Film", columns=3))
    rows = [sheet[120 + number * ((sheet.shape[0] - 150) // 4) :][40:60, 330:340] for number in range(4)]
    assert sheet.shape[1] == 1600
    assert np.abs(rows[1] - (0xAA, 0, 0)).max() <= 2
    assert np.abs(rows[3] - (0, 0xAA, 0)).max() <= 2
    assert np.abs(rows[0] - rows[2]).max() <= 2


def test_a_very_long_film_still_fits_a_sheet(renderer: WarmRenderer) -> None:
    """Sixty scenes make smaller frames, not a picture beyond the limit."""
    with Image.open(BytesIO(contact_sheet([scene(seconds=0.1)] * 60, SMALL, renderer, columns=1))) as sheet:
        assert sheet.height <= 7680


def test_a_sheet_of_nothing_or_of_too_much_is_refused(renderer: WarmRenderer) -> None:
    """No scenes and a hundred columns are input errors."""
    with pytest.raises(InputError, match="no scene"):
        contact_sheet([], SMALL, renderer)
    with pytest.raises(InputError, match="100 frames"):
        contact_sheet([scene()], SMALL, renderer, columns=100)


@pytest.mark.parametrize("shape", ["16:9", "9:16", "1:1"])
def test_a_card_keeps_its_words_inside_the_picture(renderer: WarmRenderer, shape: str) -> None:
    """Even a long name and six long findings leave the card's margins empty."""
    picture = Format.parse(shape)
    card = broken_scene_card(
        "A very long name of a scene " * 3, ["line 12: " + "much is wrong " * 30] * 6, picture
    )
    shown = pixels(renderer.still(card, 0, 540, "png"))
    edge = round(40 * picture.with_height_at_most(540).scale)
    margin = shown[2 * edge : -2 * edge, :edge]
    assert (margin == margin[0, 0]).all()
    assert (shown[2 * edge : -2 * edge, -edge:] == margin[0, 0]).all()
    assert (shown[2 * edge : -2 * edge, edge:-edge].std()) > 10


def test_a_strip_has_frames_with_their_times(renderer: WarmRenderer) -> None:
    """Stills in order, each with the second it is from, none the same."""
    strip = renderer.strip(graph(seconds=2), 4)
    assert [(still.frame, still.seconds) for still in strip] == [
        (7, 7 / 30),
        (22, 22 / 30),
        (37, 37 / 30),
        (52, 52 / 30),
    ]
    assert len({still.content for still in strip}) == 4
