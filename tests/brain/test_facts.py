"""What a description says is read into roles, numbers, colours and lengths."""

import pytest

from workbench.brain.colors import colors_in, moods_in
from workbench.brain.facts import facts_of
from workbench.brain.quoting import set_aside
from workbench.brain.spelling import corrected
from workbench.brain.spoken import shape_in, spans


def read(text):
    quoted = set_aside(text)
    return facts_of(quoted, quoted.text)


@pytest.mark.parametrize(
    ("text", "values", "labels"),
    [
        ("sales 12, 19, 31 for Jan, Feb, Mar", [12, 19, 31], ["Jan", "Feb", "Mar"]),
        ("a growth graph: Q1 10, Q2 20, Q3 45", [10, 20, 45], ["Q1", "Q2", "Q3"]),
        ("users grew from 1,200 to 48,000", [1200, 48000], []),
        ("show 1,200, 3,400, 9,000 downloads", [1200, 3400, 9000], []),
        ("2.5, 3.5 and 4 percent", [2.5, 3.5, 4], []),
        ("three words", [], []),
    ],
)
def test_numbers_come_with_their_labels(text, values, labels):
    """Series, pairs and spans of numbers are read, thousands included."""
    facts = read(text)
    assert (facts.values, facts.labels) == (values, labels)


def test_a_look_after_a_list_is_no_part_of_it():
    """Colours said after the last label or the last item stay colours."""
    facts = read("features: fast delivery, friendly people in teal on a white background")
    assert facts.items == ["fast delivery", "friendly people"]
    assert facts.colors == {"accent": "#14b8a6", "background": "#ffffff"}
    assert read("sales 1, 2, 3 for Jan, Feb, Mar with the button Join now").labels == ["Jan", "Feb", "Mar"]


@pytest.mark.parametrize(
    ("text", "role", "words"),
    [
        ('open with "Big News"', "title", "Big News"),
        ('the tagline "Only today"', "subtitle", "Only today"),
        ("a title card saying Hello World in teal", "title", "Hello World"),
        ("a button that says Sign up on a blue background", "cta", "Sign up"),
        ('a quote "It works" by "Ann Lee"', "author", "Ann Lee"),
        ("the snippet `x = 1`", "code", "x = 1"),
        ("a terminal typing `pip install x`", "prompt", "pip install x"),
    ],
)
def test_texts_find_their_role(text, role, words):
    """The words before a text say what it is for."""
    assert read(text).texts[role] == words


@pytest.mark.parametrize(
    ("text", "colors"),
    [
        ("on a dark blue background with coral accents", [("background", "#0741a0"), ("accent", "#ff7f50")]),
        ("background: black, text white", [("background", "#000000"), ("ink", "#ffffff")]),
        ("use brand blue #2563eb", [("accent", "#2563eb")]),
        ("in #f0a", [("accent", "#ff00aa")]),
        ("a trip to Peru with Blue Bottle coffee", []),
        ("midnight blue background", [("background", "#191970")]),
    ],
)
def test_colors_are_told_from_names(text, colors):
    """Colours are found with their part; names of people and places are not colours."""
    assert [(color.role, color.hex) for color in colors_in(text)] == colors


def test_moods_need_a_cue():
    """A warm look is a mood, a warm welcome is not."""
    assert moods_in("in warm tones")[0] == ["warm"]
    assert moods_in("a warm welcome to all")[0] == []


@pytest.mark.parametrize(
    ("text", "seconds", "of"),
    [
        ("5 seconds", 5, "scene"), ("each 3s", 3, "each"), ("a 30 second video", 30, "total"),
        ("half a minute", 30, "scene"), ("a minute and a half", 90, "scene"), ("150 frames", 5, "scene"),
        ("twenty-five seconds", 25, "scene"), ("2 more seconds", 2, "scene"),
    ],
)  # fmt: skip
def test_lengths_are_read(text, seconds, of):
    """Numbers in figures and words, in every unit, with what they are the length of."""
    (span,) = spans(text)
    assert (span.seconds, span.of) == (seconds, of)


@pytest.mark.parametrize("text", ["the second chart", "a second later", "after 2 seconds"])
def test_moments_and_ordinals_are_no_lengths(text):
    """The second chart does not last a second."""
    assert spans(text) == []


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("for stories", "9:16"), ("square", "1:1"), ("16x9 please", "16:9"),
        ("1280x720 at 60 fps", "1280x720@60"),
        ("the square root of two", None), ("a chart", None),
    ],
)  # fmt: skip
def test_shapes_are_read(text, shape):
    """Platforms, words and sizes name a format."""
    assert shape_in(text) == shape


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("chnage the titel", "change the title"),
        ("ad a scene", "add a scene"),
        ("make it shorter by chance", "make it shorter by chance"),
        ("rename it to Titel", "rename it to Titel"),
    ],
)
def test_only_slips_are_corrected(text, right):
    """A slip in a word of the trade is put right; other words and names are not touched."""
    assert corrected(text) == right


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("release notes: dark mode, faster export, fixes", ["dark mode", "faster export", "fixes"]),
        ("what's new in version 2.4: search, tags and fixes, icons", ["search", "tags", "fixes", "icons"]),
        ("slogan: fast, simple, yours", []),
        ("one more scene: a big number, 12,000 people, fast", []),
        ("style: dark, bold, minimal", []),
        ("now playing: Blue Monday", []),
        ("style: playful, cinematic, elegant", []),
        ("a logo reveal, mood: cosy, soft, friendly", []),
        ("a teaser in 9:16, rainy streets, skyline, cars", []),
        ("doors open at 10:30, music, food, dancing", []),
    ],
)
def test_a_series_after_a_colon_is_a_list(text, items):
    """Three or more short texts are items whatever they are called; a text and a look are none."""
    assert read(text).items == items


def test_the_number_of_a_version_counts_nothing():
    """A number that names a version or an episode is no amount to count up to."""
    assert read("what's new in version 2.4").amount is None
    assert read("episode 42 of our show").amount is None
    assert read("42 episodes of our show").amount == 42


def test_a_company_that_is_named_types_nothing():
    """Who googles types; a scene for Google says what it says."""
    assert read('a title card for Google saying "Hello"').texts == {"title": "Hello"}
    assert read('someone googling "best pizza"').texts == {"prompt": "best pizza"}
