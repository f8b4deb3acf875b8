"""Roundabout figures of speech are said straight, and everything else stays as it was said."""

import pytest

from tests.brain.outcomes import outcome_of
from workbench.brain.offline import OfflineDirector
from workbench.brain.quoting import set_aside
from workbench.brain.rephrasing import rephrased


@pytest.fixture(scope="module")
def director() -> OfflineDirector:
    return OfflineDirector()


def straight(prompt: str) -> str:
    said = rephrased(set_aside(prompt))
    return said.original(said.text).strip()


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("don't make it so big", "make it smaller"),
        ("please do not let the logo be too small", "please make the logo bigger"),
        ("the intro should not be so fast", "the intro should be slower"),
        ("the quote a bit less big", "the quote a bit smaller"),
        ("our brand colour is #ff5a1f, use it for the button", "make the button #ff5a1f"),
        ("My colour: teal. Please paint the moon in it", "paint the moon in #14b8a6"),
        ("Ann Lee, CEO -> that's how her name should appear", 'her name should be written "Ann Lee, CEO"'),
        ('"Ann": this is how the author must be written', 'the author should be written "Ann"'),
        ("the author should be spelled: Anne Lee", 'the author should be written "Anne Lee"'),
    ],
)
def test_what_is_meant_is_said(said: str, meant: str) -> None:
    """The user's own words for the part and the value stay."""
    assert straight(said) == meant


@pytest.mark.parametrize(
    "prompt",
    [
        "make it not too big",
        "the title is not so big as the quote",
        'say "don\'t make it so big"',
        "don't delete the moon",
        "the background colour is too dark, make it lighter",
        "the author should appear one second later",
    ],
)
def test_other_sentences_stay(prompt: str) -> None:
    """Quotes, complaints, comparisons and prohibitions are not turned around."""
    assert straight(prompt) == prompt


@pytest.mark.slow
@pytest.mark.parametrize(
    ("prompt", "scene", "has"),
    [
        ("put the word NEW in front of the headline of scene 5", 4, '"NEW Ready?"'),
        ("replace the moon with a square", 3, "rect(440, 440"),
        ("turn the circle into a star", 3, 'path("M50 4'),
        ("don't make the quote so big", 3, "size=54"),
        ("Ann Lee, CEO -> that's how her name should appear", 3, '"Ann Lee, CEO"'),
    ],
)
def test_the_scene_becomes_what_is_meant(
    director: OfflineDirector, prompt: str, scene: int, has: str
) -> None:
    """The part that is named changes in the scene that has it."""
    assert has in outcome_of(director, prompt).project.scenes[scene].source


@pytest.mark.slow
def test_parts_of_several_scenes_change_each_in_its_own(director: OfflineDirector) -> None:
    """A colour for the button and the chart reaches both, and nothing else."""
    scenes = outcome_of(director, "make the button and the chart #ff5a1f").project.scenes
    assert [one.params.get("accent") for one in scenes] == [None, None, "#ff5a1f", None, "#ff5a1f"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("prompt", "template"),
    [
        ("add a title: The end", "title"),
        ("opening logo animation, name is Orbit, 3 secs", "logo-reveal"),
        ("closing logo animation, brand is Orbit", "logo-reveal"),
    ],
)
def test_what_a_scene_says_does_not_choose_its_template(
    director: OfflineDirector, prompt: str, template: str
) -> None:
    """The kind that is asked for decides, not the place nor the words to be shown."""
    assert outcome_of(director, prompt).plan.steps[0].template == template  # type: ignore[attr-defined]
