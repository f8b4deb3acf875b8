import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.scene.measure import MonospaceMeasure, TextSpec

texts = st.text("ab \n", max_size=40)


@pytest.mark.slow
@settings(deadline=None)
@given(texts, st.floats(5, 100), st.sampled_from(["left", "center", "right"]))
def test_lines_lie_within_their_block(content, size, align):
    """Every line is inside the block, one below the other."""
    block = MonospaceMeasure().text(TextSpec(content, size=size, align=align, max_width=300))
    for line in block.lines:
        assert line.left >= -1e-9
        assert line.left + line.width <= block.width + 1e-6
    assert block.height == pytest.approx(len(block.lines) * size * 1.2)


@pytest.mark.slow
@settings(deadline=None)
@given(texts)
def test_letters_words_and_lines_count_up(content):
    """Glyphs are numbered in reading order without gaps."""
    block = MonospaceMeasure().text(TextSpec(content))
    assert [glyph.letter for glyph in block.glyphs] == list(range(block.letters))
    for one, two in zip(block.glyphs, block.glyphs[1:], strict=False):
        assert two.word - one.word in (0, 1) or two.line > one.line


def test_words_wrap_at_the_width():
    """A line holds as many words as fit."""
    block = MonospaceMeasure().text(TextSpec("aa bb cc", size=10, max_width=32))
    assert [line.content for line in block.lines] == ["aa bb", "cc"]


def test_it_knows_the_sizes_it_was_told():
    """A picture nobody named has no size."""
    measure = MonospaceMeasure({"cat": (8, 4)})
    assert measure.image_size("cat") == (8, 4)
    assert measure.image_size("dog") is None
