import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import ImageColor

from workbench.errors import InputError, NotFound
from workbench.scene.color import from_oklab, hex_color, mix_colors, parse_color, to_oklab
from workbench.scene.color_names import COLOR_NAMES

channels = arrays(np.float64, (4, 5), elements=st.floats(0, 1))


def test_all_css_names_mean_what_pillow_says():
    """The 148 names of CSS agree with an independent table."""
    assert {name: "#{:02x}{:02x}{:02x}".format(*ImageColor.getrgb(name)) for name in ImageColor.colormap} == (
        COLOR_NAMES
    )
    assert len(COLOR_NAMES) == 148


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("#f00", "#ff0000"),
        ("#f008", "#ff000088"),
        ("  #38BDF8 ", "#38bdf8"),
        ("RebeccaPurple", "#663399"),
        ("transparent", "#00000000"),
        ("rgb(56, 189, 248)", "#38bdf8"),
        ("rgba(255 0 0 / 50%)", "#ff000080"),
        ("hsl(120, 100%, 25%)", "#008000"),
        ("hsl(-240deg 100% 25% / 0.5)", "#00800080"),
    ],
)
def test_every_way_to_write_a_colour_is_read(text, meant):
    """Hex, names and functions come out as the same four shares."""
    assert hex_color(parse_color(text)) == meant


@settings(deadline=None)
@given(st.from_regex(r"#[0-9a-f]{8}", fullmatch=True))
def test_hex_round_trips(text):
    """A colour is written back as it was read."""
    assert hex_color(parse_color(text)) == (text[:7] if text.endswith("ff") else text)


@pytest.mark.parametrize("text", ["#12345", "#ggg", "", "rgb(1, 2)", "rgb(a, b, c)", "12"])
def test_what_is_no_colour_is_refused_with_an_example(text):
    """An unreadable colour says how one is written."""
    with pytest.raises(InputError, match="Write"):
        parse_color(text)


def test_a_misspelt_name_is_answered_with_the_nearest():
    """A name that is nearly right is met with the right one."""
    with pytest.raises(NotFound, match="'tomato'"):
        parse_color("tomatoe")


@pytest.mark.slow
@settings(deadline=None)
@given(channels)
def test_oklab_and_back_is_the_same_colour(colors):
    """Converting to Oklab loses nothing that eight bits could show."""
    assert np.allclose(from_oklab(to_oklab(colors)), colors, atol=1e-4)


def test_oklab_matches_the_published_values():
    """Pure red is where Ottosson's article puts it."""
    red = to_oklab(np.array([[1.0], [0.0], [0.0], [1.0]]))[:, 0]
    assert np.allclose(red, [0.62796, 0.22486, 0.12585, 1.0], atol=2e-4)


@pytest.mark.slow
@settings(deadline=None)
@given(channels, channels)
def test_a_mix_begins_and_ends_at_its_colours(a, b):
    """Share 0 gives the first colour and share 1 the second, where they can be seen."""
    assert np.allclose(mix_colors(a, b, 0.0)[:, a[3] > 0.01], a[:, a[3] > 0.01], atol=1e-4)
    assert np.allclose(mix_colors(a, b, 1.0)[:, b[3] > 0.01], b[:, b[3] > 0.01], atol=1e-4)


def test_fading_to_transparent_keeps_the_hue():
    """A mix with something invisible changes opacity only."""
    red, gone = np.array([1.0, 0.0, 0.0, 1.0]), np.zeros(4)
    assert np.allclose(mix_colors(red, gone, 0.5), [1.0, 0.0, 0.0, 0.5], atol=1e-4)
