"""Short texts of several lines are broken into lines of about the same length."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.render.shaping import HarfbuzzMeasure
from workbench.scene.measure import MonospaceMeasure, TextBlock
from workbench.scene.texts import set_text
from workbench.scene.tracks import Times

ONCE = Times.of(1, 30, 0.0)
MEASURE = MonospaceMeasure()
sentences = st.lists(st.text("abc", min_size=1, max_size=9), min_size=1, max_size=12).map(" ".join)


def broken(content: str, room: float, **more: object) -> TextBlock:
    return set_text({"content": content, "size": 10.0, **more}, ONCE, room, MEASURE).blocks[0]


def test_no_word_is_left_alone():
    """A word that would stand alone on the last line gets company."""
    block = broken("aaaa bbbb cccc dddd", 15 * 6.0)
    assert [line.content.strip() for line in block.lines] == ["aaaa bbbb", "cccc dddd"]


def test_no_word_is_broken():
    """A long word followed by a short one stays whole, also where a font could break it."""
    props = {"content": "Breathe in", "size": 124.0, "weight": 800}
    block = set_text(props, ONCE, 558.0, HarfbuzzMeasure()).blocks[0]
    assert [line.content for line in block.lines] == ["Breathe", "in"]


@given(sentences, st.integers(9, 40))
def test_balancing_adds_no_line_and_no_width(content, letters):
    """However a text is balanced, it keeps its words, its number of lines and its room."""
    room = letters * 6.0
    plain = broken(content + "\n", room)
    block = broken(content, room)
    assert len(block.lines) == len(plain.lines) - 1
    assert block.width <= room + 0.01
    assert " ".join(line.content.strip() for line in block.lines).split() == content.split()


@pytest.mark.parametrize(
    ("content", "first"), [("aaaa bbbb\ncc", "aaaa bbbb"), (" ".join(["aaaa"] * 14), "aaaa aaaa aaaa")]
)
def test_own_breaks_and_prose_are_left_as_they_are(content, first):
    """A text with line breaks of its own, or of more than four lines, fills its lines."""
    assert broken(content, 15 * 6.0).lines[0].content.strip() == first
