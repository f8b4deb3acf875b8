"""Everyday ways of asking: words exchanged without quotes, prices, items, follow-ups, the order of scenes."""

from dataclasses import replace
from itertools import pairwise

import pytest

from tests.brain.cards import CARDS
from tests.brain.outcomes import outcome_of
from tests.brain.project import PROJECT
from workbench.brain import AddScene, EditScene, Message, Packet, ProjectView, SceneView
from workbench.brain.offline import OfflineDirector
from workbench.brain.quoting import set_aside
from workbench.brain.storyboard import facts_of
from workbench.templates.registry import templates

SHOP = ProjectView(
    "Shop",
    (
        SceneView(
            "volt", "Volt", next(t.source for t in templates() if t.id == "title"), 5.0, {"title": "Volt"}
        ),
        SceneView(
            "why",
            "Why Volt",
            next(t.source for t in templates() if t.id == "feature-list"),
            7.0,
            {"title": "Why Volt", "items": "Only $99 | Recycled sole | Ships free"},
        ),
        SceneView(
            "end",
            "Bye",
            next(t.source for t in templates() if t.id == "logo-reveal"),
            4.0,
            {"name": "See you tomorrow"},
        ),
    ),
    selected="end",
    last_touched="end",
)
EMPTY = ProjectView("Empty")
AT_THE_END = replace(PROJECT, selected="s5", last_touched="s5")


@pytest.fixture(scope="module")
def model() -> OfflineDirector:
    return OfflineDirector()


def shown(model: OfflineDirector, prompt: str, project: ProjectView = AT_THE_END) -> dict[str, SceneView]:
    return {scene.id: scene for scene in outcome_of(model, prompt, project).project.scenes}


@pytest.mark.parametrize(
    ("prompt", "scene", "name", "value"),
    [
        ("change Only $99 to Only $89", "why", "items", "Only $89 | Recycled sole | Ships free"),
        ("raise the price to $129", "why", "items", "Only $129 | Recycled sole | Ships free"),
        (
            "Recycled sole -> Made of old bottles",
            "why",
            "items",
            "Only $99 | Made of old bottles | Ships free",
        ),
        ("spell it Volt 2 instead of Why Volt", "why", "title", "Volt 2"),
        ('change the closing to "Order today"', "end", "name", "Order today"),
        (
            "add a fourth feature called Vegan",
            "why",
            "items",
            "Only $99 | Recycled sole | Ships free | Vegan",
        ),
    ],
)
def test_shown_words_are_exchanged_where_they_are(
    model, prompt: str, scene: str, name: str, value: str
) -> None:
    """Words that a scene shows need neither quotes nor the scene's name, also inside a parameter."""
    assert shown(model, prompt, SHOP)[scene].params[name] == value


def test_an_arrow_and_a_wish_about_capitals_are_both_done(model) -> None:
    """ "A -> B, please also in capitals" exchanges the words and writes them in capitals."""
    assert '"WHY US"' in shown(model, "Why Orbit -> Why us, please also in capitals")["s2"].source


def test_words_that_no_scene_shows_are_not_exchanged(model) -> None:
    """A look, a chart or words from nowhere are no texts to be exchanged."""
    assert "line_chart(" in shown(model, "change Growth to a line chart")["s3"].source
    assert outcome_of(model, "change the moon landing to the sun dance").plan.outcome == "cannot"


def test_a_scene_number_is_no_distance(model) -> None:
    """ "The moon in scene 4 up a little" moves it by a little that can be seen, not by 4 pixels."""
    assert "y=300 - 60" in shown(model, "move the moon in scene 4 up a little")["s4"].source


def test_only_the_line_under_a_headline_is_removed(model) -> None:
    """What a part stands under is no part to be removed."""
    source = shown(model, "get rid of the line under the welcome headline")["s1"].source
    assert 'name="rule"' not in source
    assert 'name="title"' in source


def test_a_thin_outline_leaves_the_letters_alone(model) -> None:
    """Thin is the outline, not the headline nobody named."""
    source = shown(model, "put a thin white outline around the button")["s5"].source
    assert 'stroke("#ffffff", 2)' in source
    assert "weight=800" in source


def test_a_part_that_is_not_there_is_told(model) -> None:
    """Nothing else moves in place of a logo that the scene does not have."""
    got = outcome_of(
        model, "bounce the logo in from the left", replace(SHOP, scenes=SHOP.scenes[:2], selected="why")
    )
    assert got.plan.outcome == "cannot"
    assert "no logo" in got.said


def test_one_item_of_a_templates_list_is_not_coloured_elsewhere(model) -> None:
    """Items that share one colour are told so, and no other scene is painted instead."""
    got = outcome_of(model, "recycled sole should be blue", SHOP)
    assert got.plan.outcome == "cannot"
    assert "shares its colours" in got.said


@pytest.mark.parametrize("prompt", ["first features, then intro", "First the features, then the intro scene"])
def test_scenes_named_in_order_are_put_in_that_order(model, prompt: str) -> None:
    """A prompt of nothing but scenes moves them to the front, and adds none."""
    assert [one.id for one in outcome_of(model, prompt).project.scenes][:2] == ["s2", "s1"]


@pytest.mark.parametrize(
    ("prompt", "items"),
    [
        (
            'Add a list titled "Steps" with Evaporation, Condensation and Rain',
            ["Evaporation", "Condensation", "Rain"],
        ),
        ("the three steps heat, melt and fall", ["heat", "melt", "fall"]),
        ("a feature list with a blue background, white text and big letters", []),
        ("three reasons in teal, bold and calm", []),
    ],
)
def test_items_need_no_colon(prompt: str, items: list[str]) -> None:
    """Items follow their list after "with" or at once; how it looks is no item."""
    quoted = set_aside(prompt)
    assert facts_of(quoted, quoted.text).items == items


@pytest.mark.parametrize(
    ("prompt", "params"),
    [
        ('End with a call to action that says "Order now"', {"cta": "Order now"}),
        ('A black and white title card that says "Silence"', {"background": "#0a0a0a", "ink": "#fafafa"}),
        (
            "A pie chart of 70 percent water and 30 percent land",
            {"values": "70, 30", "labels": "water, land"},
        ),
        (
            "A short video for my 5th graders about the water cycle: a title, then a goodbye",
            {"title": "Water cycle"},
        ),
    ],
)
def test_a_brief_is_filled_with_what_it_says(model, prompt: str, params: dict[str, str]) -> None:
    """A first scene shows what was said, and no crumbs of the request."""
    step = outcome_of(model, prompt, EMPTY).plan.steps[0]
    assert isinstance(step, AddScene)
    assert params.items() <= step.params.items()
    assert "That says" not in step.params.values()


def test_no_private_letter_is_told(model) -> None:
    """A remark about a description quotes it as it was written."""
    said = outcome_of(model, 'please zorble a slide that says "Hm"', EMPTY).said
    assert not any("\ue000" <= letter <= "\uf8ff" for letter in said)


def talk(model: OfflineDirector, *prompts: str) -> list[ProjectView]:
    """Return the project after each prompt of a conversation."""
    project, views = AT_THE_END, [AT_THE_END]
    for before in range(len(prompts)):
        told = tuple(Message("user", one) for one in prompts[:before])
        packet = Packet(prompts[before], project, CARDS, conversation=told)
        plan = model.decide(packet).plan
        assert plan.outcome == "steps", plan.message
        project = outcome_of(_Decided(model, plan), prompts[before], project).project
        project = replace(project, last_touched=getattr(plan.steps[-1], "scene", None))
        views.append(project)
    return views


class _Decided:
    """A model whose decision is known, and whose writing is another's."""

    def __init__(self, model: OfflineDirector, plan: object) -> None:
        self.decide = lambda packet: replace(model.decide(packet), plan=plan)
        self.write = model.write


def test_a_follow_up_is_about_what_was_changed_before(model) -> None:
    """ "No, darker" and "a bit more" darken the button that was coloured, and nothing else."""
    views = talk(model, "make the button in the last scene green", "no, darker", "a bit more")
    accents = [str(view.scenes[4].params.get("accent", "#ffffff")) for view in views]
    green = [int(one[3:5], 16) for one in accents[1:]]
    assert all(later < before for before, later in pairwise(green))
    assert all('background("#0b1020")' in view.scenes[4].source for view in views)


def test_a_follow_up_of_size_goes_back_and_forth(model) -> None:
    """ "No, smaller" is about the heading that was made bigger."""
    views = talk(model, "scale up the Why Orbit heading", "no, smaller")
    sizes = [float(view.scenes[1].source.split('"Why Orbit", size=')[1].split(",")[0]) for view in views]
    assert sizes[1] > sizes[0]
    assert sizes[2] < sizes[1]


def test_a_follow_up_goes_on_from_the_last_request_only(model) -> None:
    """A request that named no part leaves "slower please" to the scene, whatever was asked before it."""
    told = ("make the button in the last scene green", "make everything warmer")
    packet = Packet(
        "slower please", AT_THE_END, CARDS, conversation=tuple(Message("user", one) for one in told)
    )
    step = model.decide(packet).plan.steps[0]
    assert isinstance(step, EditScene)
    assert step.instruction == "slower please"
