"""What holds for the checks of any scene, and for contrast."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.scene.looking import MEASURE, codes_of, the
from tests.scene.strategies import graphs
from workbench.scene.checks import check
from workbench.scene.checks.luminance import contrast_ratio, luminance, readable_color
from workbench.scene.checks.reading import needed_seconds
from workbench.scene.stage import stage

FEW = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
channels = st.integers(0, 255).map(lambda value: value / 255)
opaque = st.tuples(channels, channels, channels, st.just(1.0))


@pytest.mark.slow
@FEW
@given(graphs())
def test_any_scene_can_be_checked(graph):
    """Findings of any graph are in it: their node exists, their frame is one of its frames."""
    known = {node.id for node in graph.walk()} | {None}
    for finding in check(graph, stage(graph, MEASURE)):
        assert finding.node in known
        assert finding.frame is None or 0 <= finding.frame < graph.frames
        assert finding.fix


@pytest.mark.slow
@FEW
@given(graphs())
def test_checking_twice_says_the_same(graph):
    """The checks have no memory and no chance in them."""
    staged = stage(graph, MEASURE)
    assert check(graph, staged) == check(graph, staged)


def test_black_on_white_has_the_greatest_contrast():
    """The ends of the scale are those of WCAG: 21 and 1."""
    black, white = np.zeros((3, 1)), np.ones((3, 1))
    assert contrast_ratio(luminance(black), luminance(white))[0] == pytest.approx(21)
    assert contrast_ratio(luminance(white), luminance(white))[0] == pytest.approx(1)


@given(opaque, opaque)
def test_contrast_is_the_same_both_ways(a, b):
    """It does not matter which of two colours is the text."""
    one, other = (luminance(np.array(color)[:3, None]) for color in (a, b))
    assert contrast_ratio(one, other) == pytest.approx(contrast_ratio(other, one))


@given(opaque, opaque)
def test_the_suggested_colour_passes(text, behind):
    """On a single background there is always a colour that passes, and it is the one suggested."""
    ground = np.array(behind)[:3, None]
    better = readable_color(text, ground, 4.5)
    assert better is not None
    assert contrast_ratio(luminance(np.array(better)[:3, None]), luminance(ground))[0] >= 4.5


def test_no_colour_stands_out_from_black_and_white_at_once():
    """Where nothing passes, nothing is suggested."""
    assert readable_color((0.5, 0.5, 0.5, 1.0), np.array([[0.0, 1.0]] * 3), 7) is None


def test_reading_takes_a_third_of_a_second_a_word():
    """Nine words need three and a half seconds, three large ones a glance."""
    assert needed_seconds(9, 60) == pytest.approx(3.5)
    assert needed_seconds(2, 200) == pytest.approx(0.5)


def test_typed_text_is_read_while_it_is_typed():
    """Typing at the reader's pace takes no time from reading; typing that ends with the scene does."""
    source = 'text("these are eight words that come by typing", size=60, enter=typewriter({}))\n'
    assert codes_of(source.format(16)) == []
    assert "never-settles" in codes_of(source.format(6))


def test_a_spring_that_is_cut_off_is_told():
    """A slow spring that starts late does not come to rest in time."""
    source = 'rect(spring(0, 900, start=4.7), 60)\ntext("Growing", size=80, y=300, enter=fade())\n'
    finding = the("never-settles", source)
    assert (finding.severity, finding.node) == ("info", "rect-1")
    assert "width" in finding.message
