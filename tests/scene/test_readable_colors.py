"""Scene source can ask for colours that read on a ground, and for the numbers in a text."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from workbench.scene.checks.luminance import contrast_ratio, luminance
from workbench.scene.evaluate import evaluate

colors = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def answer(expression: str) -> str:
    """Return what an expression of the scene language gives, as text."""
    graph = evaluate(f"text(str({expression}))").graph
    assert graph is not None
    return str(graph.nodes[0].props["content"])


@settings(max_examples=40)
@given(colors)
def test_ink_reads_on_every_ground(ground):
    """The ink for any ground has the most contrast that near-white or near-black can have with it."""
    most = max(_contrast(ink, ground) for ink in ("#f8fafc", "#0f172a"))
    assert _contrast(answer(f"ink_on('{ground}')"), ground) == pytest.approx(most, rel=0.01)
    assert most > 4.1


@settings(max_examples=40)
@given(colors, colors)
def test_readable_colour_reaches_its_contrast(color, ground):
    """Any colour becomes readable on any ground, and stays as it is where it already was."""
    given_contrast, found = _contrast(color, ground), answer(f"readable('{color}', '{ground}')")
    assert found == color if given_contrast >= 4.5 else _contrast(found, ground) > 4.4


def test_numbers_are_picked_out_of_words():
    """Signs, units and separators do not matter; what is no number is left out."""
    assert answer("numbers('12, 19.5; $31 | -4%, none')") == "[12.0, 19.5, 31.0, -4.0]"


def _contrast(one: str, other: str) -> float:
    return float(contrast_ratio(*(luminance(_channels(color)) for color in (one, other))))


def _channels(color: str) -> NDArray[np.float64]:
    return np.array([int(part, 16) / 255 for part in re.findall("..", color[1:7])])
