"""A brief in words becomes fitting, different scenes with the right words."""

import pytest

from tests.brain.cards import CARDS
from workbench.brain import AddScene, Packet, SetFormat, SetTransition
from workbench.brain.lengths import spread
from workbench.brain.lexical import LetterGrams
from workbench.brain.offline import OfflineDirector
from workbench.templates import templates

LAUNCH = (
    "A launch video for Orbit, a habit tracker: open with the name, show three features, a chart of growing "
    "users 120, 480, 1900, and end with a call to sign up"
)


@pytest.fixture(scope="module")
def director() -> OfflineDirector:
    return OfflineDirector()


def scenes(director, prompt, cards=CARDS):
    plan = director.decide(Packet(prompt, templates=cards)).plan
    return [step for step in plan.steps if isinstance(step, AddScene)], plan


@pytest.mark.slow
def test_launch_brief_becomes_four_fitting_scenes(director):
    """Each part of the brief gets its own template with its own words and numbers."""
    made, plan = scenes(director, LAUNCH)
    assert [step.template for step in made] == ["hero", "features", "growth-graph", "sign-in"]
    assert (made[0].params["title"], made[0].params["subtitle"]) == ("Orbit", "A habit tracker")
    assert made[2].params["values"] == "120, 480, 1900"
    assert made[3].params["cta"] == "Sign up"
    assert any("three features were not named" in line for line in plan.assumed)


@pytest.mark.slow
def test_a_quote_is_not_named_like_what_the_video_is_about(director):
    """A scene with somebody's words has a name of its own in the strip."""
    made, _ = scenes(
        director, 'A video for Orbit: open with the name, then the quote "I kept it"', templates()
    )
    assert [step.name for step in made] == ["Orbit", "Quote"]
    assert "I kept it" in made[1].because


@pytest.mark.slow
def test_shipped_templates_serve_the_launch_brief(director):
    """With the shipped templates the same brief still gives four different ones."""
    made, _ = scenes(director, LAUNCH, templates())
    assert len({step.template for step in made}) == 4


@pytest.mark.slow
def test_total_length_is_shared_and_style_reaches_every_scene(director):
    """Twenty seconds in all are spread exactly, and colours said once hold everywhere."""
    made, _ = scenes(
        director,
        "A 20 second promo for Kite. Open with the name. Then a button saying Fly. Use teal accents.",
    )
    assert sum(step.duration_seconds for step in made) == pytest.approx(20)
    assert {step.params["accent"] for step in made} == {"#14b8a6"}


@pytest.mark.slow
def test_a_list_gives_one_scene_a_line(director):
    """Numbered lines are scenes, in their order, with the labels and quoted words they name."""
    made, _ = scenes(director, '1. Title "Hello"\n2. A chart: Q1 10, Q2 20\n3. Thank you')
    assert len(made) == 3
    assert made[0].params["title"] == "Hello"
    assert (made[1].params["values"], made[1].params["labels"]) == ("10, 20", "Q1, Q2")


@pytest.mark.slow
def test_format_and_transitions_become_steps(director):
    """A shape and a transition said anywhere are steps of their own."""
    prompt = "A vertical teaser for Lumen: a hero, then a growth chart 5, 9, 20. Fade transitions."
    plan = director.decide(Packet(prompt, templates=CARDS)).plan
    assert plan.steps[0] == SetFormat("9:16", because=plan.steps[0].because)
    assert [step.scene for step in plan.steps if isinstance(step, SetTransition)] == ["step:3"]


@pytest.mark.slow
def test_nonsense_is_said_to_match_nothing(director):
    """Words without meaning get a title card, and the plan says so."""
    made, plan = scenes(director, "asdf qwer")
    assert made[0].template == "title"
    assert any("No template matches" in line for line in plan.assumed)


@pytest.mark.slow
def test_what_cannot_be_had_is_said(director):
    """Music and photographs are named among what was ignored."""
    _, plan = scenes(director, "a title card saying Hi with music and a photo of a cat")
    assert any(line.startswith("Sound") for line in plan.ignored)
    assert any(line.startswith("Pictures") for line in plan.ignored)


@pytest.mark.slow
def test_no_template_repeats_where_another_fits(director):
    """Four plain statements are not four times the same card."""
    made, _ = scenes(director, "We roast. We grind. We brew. We pour.")
    assert len({step.template for step in made}) >= 3


def test_letters_stand_in_for_the_encoder():
    """Without the encoder the chart still finds the chart template."""
    made, plan = scenes(OfflineDirector(LetterGrams), "a growth chart of sales 1, 2, 3")
    assert made[0].template == "growth-graph"
    assert "letter n-grams" in plan.reasoning


@pytest.mark.parametrize(
    ("wanted", "total", "lengths"),
    [
        ([None, None], 9.0, [3.0, 6.0]),
        ([4.0, None], 9.0, [4.0, 5.0]),
        ([None, None], None, [2.0, 4.0]),
        ([8.0, None], 8.5, [8.0, 4.0]),
    ],
)
def test_lengths_are_spread(wanted, total, lengths):
    """Wanted lengths stay, the rest shares what is left, and an impossible total is told."""
    got, remark = spread(wanted, [2.0, 4.0], total)
    assert got == pytest.approx(lengths)
    assert bool(remark) == (total == 8.5)
