"""Sentences are taken apart into words; negation, quotes and names are understood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.memory.statements import laws
from workbench.memory.evidence import KEYS
from workbench.memory.learning import learn

LIKINGS = (
    "teal",
    "rounded corners",
    "a slow pace",
    "bold type",
    "minimal layouts",
    "gradients",
    "film grain",
)
NEGATED = (
    ("I like {}.", "I don't like {}."),
    ("We always want {}.", "We never want {}."),
    ("Use {}.", "Avoid {}."),
    ("More {}, please.", "No more {}, please."),
    ("Could you use {}?", "Could you not use {}?"),
    ("I prefer {} to that.", "I'd take anything rather than {}."),
)


def signs(words: str) -> dict[tuple[str, str], int]:
    return {(each.key, each.value): each.sign for each in learn(words)}


@pytest.mark.parametrize("words", ["Forget that I like teal.", "Could you please forget my teal accents?"])
def test_being_told_to_forget_teaches_nothing(words: str) -> None:
    """What is to be forgotten is not learned once more; what is not to be forgotten is."""
    assert not learn(words)
    assert signs("Don't forget to use teal accents.") == {("accent", "teal"): 1}


@laws
@given(st.sampled_from(LIKINGS), st.sampled_from(NEGATED))
def test_negation_flips_the_sign(liking: str, forms: tuple[str, str]) -> None:
    """The same taste with a negation is the same taste with the other sign."""
    plain, negated = (signs(form.format(liking)) for form in forms)
    assert plain
    assert negated == {taste: -sign for taste, sign in plain.items()}


@pytest.mark.slow
@laws
@given(st.text(max_size=300))
def test_any_text_can_be_read(words: str) -> None:
    """Nothing that can be typed breaks it, and it finds only known keys, in the user's own words."""
    for each in learn(words):
        assert each.key in KEYS
        assert each.said in words


@laws
@given(st.sampled_from(LIKINGS), st.sampled_from(['"{}"', "“{}”", "`{}`", "«{}»"]))
def test_quoted_words_are_content(liking: str, quotes: str) -> None:
    """A quoted text is what the scene says, not how it should look."""
    assert learn(f"Write {quotes.format(liking)} in the middle") == ()


@pytest.mark.slow
@laws
@given(st.lists(st.sampled_from(LIKINGS), min_size=1, max_size=4))
def test_sentences_are_read_one_by_one(likings: list[str]) -> None:
    """What several sentences teach is what each of them teaches, in their order."""
    text = " ".join(f"I want {liking}." for liking in likings)
    single = [
        (e.key, e.value, e.sign) for liking in dict.fromkeys(likings) for e in learn(f"I want {liking}.")
    ]
    assert [(e.key, e.value, e.sign) for e in learn(text)] == single


def test_two_refusals_do_not_undo_each_other() -> None:
    """Each negation belongs to its own taste."""
    assert signs("No more blue, and not so fast") == {("accent", "blue"): -1, ("pace", "fast"): -1}
    assert signs("No gradients, no glow and no pink") == {
        ("effect", "gradient"): -1,
        ("effect", "glow"): -1,
        ("accent", "pink"): -1,
    }


@pytest.mark.parametrize(
    "words", ["breakfast", "steadfast", "boldly", "redo", "greenhouse", "slowakia", "lightbulb"]
)
def test_words_are_whole(words: str) -> None:
    """A word of taste inside another word is not there."""
    assert learn(f"Make a video about something, please use {words}") == ()


def test_where_it_comes_from_is_kept() -> None:
    """Evidence names its message, its project and the sentence word for word."""
    (found,) = learn("Hello there. Always use teal!", source_id="m7", project_id="p")
    assert (found.source, found.source_id, found.project_id) == ("words", "m7", "p")
    assert (found.said, found.stance) == ("Always use teal!", "standing")


@pytest.mark.slow
def test_long_texts_are_read_in_bounds() -> None:
    """Only the first twenty thousand letters are read."""
    assert learn("x " * 10_000 + "Always use teal.") == ()


@pytest.mark.parametrize(
    "words",
    ["Evaporation should be blue, condensation grey and rain dark blue.", "Rain must be dark blue."],
)
def test_the_colour_of_something_shown_is_no_taste(words: str) -> None:
    """What a thing of the video looks like says nothing about the accent, also without an article."""
    assert signs(words) == {}


def test_parts_and_everything_are_about_taste() -> None:
    """Parts of the look, everything, and what one wants stay tastes."""
    assert signs("Accents should be teal.") == {("accent", "teal"): 1}
    assert signs("Everything should be blue.") == {("accent", "blue"): 1}
    assert signs("Choose teal.") == {("accent", "teal"): 1}
