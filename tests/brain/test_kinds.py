"""What a prompt calls its scene outweighs its numbers and items, and sound is no scene at all."""

import pytest

from tests.brain.project import PROJECT
from workbench.brain import AddScene, Packet, Plan, ProjectView
from workbench.brain.offline import OfflineDirector
from workbench.templates import templates


@pytest.fixture(scope="module")
def director() -> OfflineDirector:
    return OfflineDirector()


def planned(director: OfflineDirector, prompt: str, project: ProjectView | None = None) -> Plan:
    return director.decide(Packet(prompt, project or ProjectView(), templates())).plan


def made(plan: Plan) -> list[AddScene]:
    return [step for step in plan.steps if isinstance(step, AddScene)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("prompt", "template"),
    [
        ("a histogram: 4, 9, 12", "histogram"),
        ("a distribution of ages: 3, 8, 15, 9, 2", "histogram"),
        ("how often each score came up: 2, 5, 9, 4", "histogram"),
        ("histogram of response times: 12, 30, 22, 8", "histogram"),
        ("share price of ACME over the week: 120, 124, 119, 131", "stock-ticker"),
        ("release notes: dark mode, faster export, fixes", "changelog"),
        ("what's new in version 2.4: search, tags, fixes", "changelog"),
        ("big words on top of each other: eat, sleep, code", "stacked-words"),
        ("our roadmap for the year: beta, launch, mobile", "feature-list"),
    ],
)
def test_a_kind_that_is_said_outweighs_what_it_holds(director, prompt, template):
    """Numbers alone do not make a growth graph, nor do items alone make a plain list."""
    assert [step.template for step in made(planned(director, prompt))] == [template]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("prompt", "template"),
    [
        ("revenue per quarter: 3, 5, 9, 12", "growth-graph"),
        ("a chart of our users: 100, 250, 600", "growth-graph"),
        ("bars for survey answers: yes 40, no 25, maybe 10", "growth-graph"),
        ("benefits: dark mode, faster export, no ads", "feature-list"),
        ("a list: apples, pears, plums", "feature-list"),
        ("a counter up to 10000 users", "big-number"),
    ],
)
def test_plain_numbers_and_lists_keep_their_templates(director, prompt, template):
    """A prompt that names no other kind is served as before."""
    assert [step.template for step in made(planned(director, prompt))] == [template]


@pytest.mark.slow
@pytest.mark.parametrize("project", [ProjectView(), PROJECT], ids=["empty", "with scenes"])
@pytest.mark.parametrize(
    "prompt",
    [
        "add background music",
        "add a voice-over",
        "put some calm piano music under it",
        "I want a song in the background",
        "add a soundtrack and a voice-over",
        "add music. Add a voice-over.",
    ],
)
def test_a_request_for_sound_alone_is_refused(director, prompt, project):
    """Whether or not there are scenes, the answer says that the pictures are silent, and nothing is made."""
    plan = planned(director, prompt, project)
    assert plan.outcome == "cannot"
    assert "silent pictures" in plan.message


@pytest.mark.slow
@pytest.mark.parametrize("project", [ProjectView(), PROJECT], ids=["empty", "with scenes"])
def test_a_player_is_seen_and_no_sound(director, project):
    """A music player is a picture, which a project with scenes can have too; that it is silent is told."""
    plan = planned(director, "add a music player", project)
    assert [step.template for step in made(plan)] == ["audio-player"]
    assert any(line.startswith("Sound") for line in plan.ignored)


@pytest.mark.slow
@pytest.mark.parametrize("prompt", ["a title card saying Hi with music", "add music and a title card"])
def test_a_scene_with_music_is_made_without_it(director, prompt):
    """A first scene that was asked for is made, and the music is named among what was ignored."""
    plan = planned(director, prompt)
    assert "title" in [step.template for step in made(plan)]
    assert any(line.startswith("Sound") for line in plan.ignored)
