import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.scene.color import linear_light, parse_color
from workbench.scene.highlight import THEMES, code_spans


def luminance(text):
    return float(np.array([0.2126, 0.7152, 0.0722]) @ linear_light(np.array(parse_color(text)[:3])))


@pytest.mark.parametrize("name", sorted(THEMES))
def test_every_colour_of_a_theme_can_be_read_on_its_panel(name):
    """Inks keep WCAG's 4.5 to 1 against the panel."""
    theme = THEMES[name]
    for ink in (theme.ink, *theme.tokens.values()):
        low, high = sorted((luminance(ink), luminance(theme.panel)))
        assert (high + 0.05) / (low + 0.05) >= 4.5, ink


def test_keywords_strings_and_comments_differ():
    """Parts of a program have colours of their own, at their places in the text."""
    source = 'def f():  # hi\n    return "x"'
    spans = code_spans(source, "python", THEMES["night"])
    shown = {source[start:end].strip(): color for start, end, color in spans}
    assert len({shown["def"], shown["# hi"], shown['"x"']}) == 3
    assert shown["def"] == shown["return"]


@pytest.mark.slow
@settings(deadline=None)
@given(
    st.text(max_size=80), st.sampled_from(["python", "javascript", "bash", "json", "html", "no such thing"])
)
def test_spans_are_in_order_and_within_the_text(source, language):
    """Spans never overlap, leave the text, or are empty, whatever is in it."""
    end = 0
    for start, stop, _ in code_spans(source, language, THEMES["day"]):
        assert end <= start < stop <= len(source)
        end = stop


def test_an_unknown_language_is_plain():
    """Text in a language nobody knows has no colours."""
    assert code_spans("x = 1", "klingon", THEMES["night"]) == ()
