"""What is not wanted is not painted: a colour that is denied is asked about or left out."""

from dataclasses import replace

import pytest

from tests.brain.outcomes import outcome_of
from tests.brain.project import PROJECT, SCENES
from workbench.brain.colors import colors_denied, colors_in
from workbench.brain.offline import OfflineDirector


@pytest.mark.parametrize(
    ("text", "wanted", "denied"),
    [
        ("never use pink", 0, 1),
        ("I don't want the title red", 0, 1),
        ("no pink background, white please", 1, 1),
        ("not blue but green", 1, 1),
        ("a scene without any teal", 0, 1),
        ("why not blue", 1, 0),
        ("I don't mind blue", 1, 0),
        ("no, red", 1, 0),
        ("make it pink", 1, 0),
    ],
)
def test_a_colour_is_wanted_or_denied(text: str, wanted: int, denied: int) -> None:
    """A denial reaches the colour behind it, over small words, and ends at a comma."""
    assert (len(colors_in(text)), len(colors_denied(text))) == (wanted, denied)


@pytest.mark.parametrize("prompt", ["I hate pink", "never use pink", "please avoid pink", "no pink please"])
def test_a_colour_that_is_not_wanted_paints_nothing(prompt: str) -> None:
    """Where nothing has it, nothing changes, and that is said."""
    outcome = outcome_of(OfflineDirector(), prompt)
    assert outcome.project.scenes == SCENES
    assert (outcome.plan.outcome, "Nothing here is pink" in outcome.said) == ("answer", True)


def test_a_colour_that_is_there_and_not_wanted_is_asked_about() -> None:
    """Which other colour is meant is the user's to say."""
    pink = replace(SCENES[4], params={"accent": "#ec4899"})
    plan = outcome_of(
        OfflineDirector(), "no pink please", replace(PROJECT, scenes=(pink,), selected=None)
    ).plan
    assert plan.outcome == "question"
    assert "Sign up has pink" in plan.message


@pytest.mark.slow
def test_the_colour_in_place_of_a_denied_one_is_painted() -> None:
    """What is wanted beside what is not is done."""
    scenes = outcome_of(OfflineDirector(), "scene 5: not orange, make the button green").project.scenes
    assert scenes[4].params["accent"] == "#22c55e"
