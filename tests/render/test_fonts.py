import pytest

from workbench.errors import NotFound
from workbench.render import fonts


@pytest.mark.parametrize(
    ("cluster", "font"), [("a", "sans"), ("👋🏽", "emoji"), ("❤️", "emoji"), ("→", "sans"), ("👩‍💻", "emoji")]
)
def test_a_letter_takes_the_first_font_that_has_it(cluster, font):
    """Plain letters come from the sans, pictures from the emoji font."""
    assert fonts.font_for(cluster, fonts.FALLBACK["sans"]) == font


def test_weights_beyond_a_font_are_clamped():
    """JetBrains Mono ends at 800, so 900 is its 800."""
    assert fonts.instance("mono", 900, 64) == fonts.instance("mono", 800, 64)


def test_optical_size_follows_the_text_size():
    """Small Inter is cut for reading, big Inter for display."""
    assert dict(fonts.instance("sans", 400, 10).axes)["opsz"] == 14
    assert dict(fonts.instance("sans", 400, 120).axes)["opsz"] == 32


def test_heavier_letters_are_wider():
    """The weight axis reaches the shaper."""
    widths = [
        fonts.shaper(fonts.instance("sans", weight, 64)).get_glyph_h_advance(10) for weight in (100, 900)
    ]
    assert widths[0] != widths[1]


def test_missing_letters_are_named_once():
    """What no font has is reported, in order, without repeats; spaces and newlines never are."""
    assert fonts.missing_letters("a\U00013000 b\n\U00013000c\U00013001") == ("\U00013000", "\U00013001")
    assert fonts.missing_letters("Grüße, мир! Γειά 👋🏽 1️⃣", "mono") == ()


def test_an_unknown_font_names_the_nearest():
    """A mistyped key is answered with the likely one."""
    with pytest.raises(NotFound, match="'mono'"):
        fonts.font_file("momo")
