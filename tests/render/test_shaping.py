import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.render.lettering import directed_runs, letters
from workbench.render.shaping import HarfbuzzMeasure
from workbench.scene.measure import TextSpec

MEASURE = HarfbuzzMeasure()
WORDS = st.text(st.sampled_from("aZé 漢字。שלום12👩‍💻-\n"), max_size=40)


def set_(content, **spec):
    return MEASURE.text(TextSpec(content, **spec))


@pytest.mark.parametrize("content", ["e\u0301", "👩‍👩‍👧‍👦", "🇩🇪", "👍🏽", "1️⃣"])
def test_a_grapheme_is_one_letter(content):
    """Accents, families, flags and skin tones stay whole."""
    assert set_(content + "a").letters == 2


def test_letters_cover_the_text():
    """The cuts follow each other without gaps."""
    assert letters("a\u0301👋🏽b") == ((0, 2), (2, 4), (4, 5))


@given(WORDS, st.floats(60, 800))
@settings(max_examples=60, deadline=None)
def test_no_line_is_wider_than_allowed(content, room):
    """Lines fit, unless a single letter is wider than the room."""
    block = set_(content, size=40, max_width=room)
    for line in block.lines:
        assert line.width <= room + 0.01 or len(letters(line.content)) == 1


@given(WORDS)
@settings(max_examples=60, deadline=None)
def test_every_letter_keeps_its_number(content):
    """Glyphs' letters and words lie within the block's counts, and wrapping changes neither."""
    free, broken = set_(content), set_(content, max_width=120)
    assert (free.letters, free.words) == (broken.letters, broken.words)
    assert all(0 <= glyph.letter < free.letters and 0 <= glyph.word < free.words for glyph in free.glyphs)


def test_words_break_at_spaces():
    """A line ends after a word that still fits."""
    block = set_("one two three", size=50, max_width=260)
    assert [line.content for line in block.lines] == ["one two", "three"]


def test_a_word_that_is_too_long_is_cut():
    """It goes on in the next line rather than beyond the edge."""
    block = set_("Donaudampfschifffahrt", size=60, max_width=300)
    assert len(block.lines) > 1
    assert "".join(line.content for line in block.lines) == "Donaudampfschifffahrt"


def test_newlines_and_empty_lines_count():
    """Each newline begins a line, also an empty one."""
    block = set_("a\n\nb", size=50, line_height=1.4)
    assert [line.content for line in block.lines] == ["a", "", "b"]
    assert block.height == pytest.approx(3 * 50 * 1.4)


def test_tabular_digits_have_one_width():
    """A counter does not shake."""
    assert set_("111", tabular=True).width == pytest.approx(set_("888", tabular=True).width)
    assert set_("111").width != pytest.approx(set_("888").width)


def test_letter_spacing_stays_between_letters():
    """Three letters get two spaces, so centred words stay centred."""
    assert set_("abc", size=100, letter_spacing=0.1).width == pytest.approx(
        set_("abc", size=100).width + 20, abs=1
    )


@pytest.mark.parametrize(("align", "share"), [("left", 0.0), ("center", 0.5), ("right", 1.0)])
def test_alignment_places_the_shorter_line(align, share):
    """Shorter lines lie left, in the middle or right in the block."""
    short = set_("i\nlonger line", align=align).lines[0]
    block = set_("i\nlonger line", align=align)
    assert short.left == pytest.approx((block.width - short.width) * share)


def test_spans_colour_their_letters():
    """The later span wins where two overlap."""
    block = set_("abcd", spans=((0, 3, "#ff0000"), (2, 4, "#00ff00")))
    assert [glyph.color for glyph in block.glyphs] == ["#ff0000", "#ff0000", "#00ff00", "#00ff00"]


def test_hebrew_runs_from_right_to_left():
    """The first letter is the rightmost; numbers in it keep their order."""
    block = set_("שלום 12")
    x = {glyph.letter: glyph.x for glyph in block.glyphs}
    assert x[0] > x[1] > x[2] > x[3] > x[6] > x[5]
    assert directed_runs("שלום 12")[0]


def test_a_block_is_set_once():
    """Equal specs share one block, so a staged scene is cheap to stage again."""
    assert set_("shared", size=33) is set_("shared", size=33)


def test_capitals_stand_in_the_middle_of_their_line():
    """A word in a button looks centred: capitals reach equally far up and down from the line's middle."""
    line = set_("H", size=100, line_height=2).lines[0]
    cap_height = 72.7
    assert line.baseline - cap_height / 2 == pytest.approx(line.top + line.height / 2, abs=1.5)
