"""A look that is asked for by what it shows is found among the shipped templates, and nothing else is."""

import pytest

from workbench.brain import AddScene, Packet
from workbench.brain.offline import OfflineDirector
from workbench.templates import templates


@pytest.fixture(scope="module")
def director() -> OfflineDirector:
    return OfflineDirector()


def made(director: OfflineDirector, prompt: str) -> list[AddScene]:
    plan = director.decide(Packet(prompt, templates=templates())).plan
    return [step for step in plan.steps if isinstance(step, AddScene)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("prompt", "template"),
    [
        ("a music player for my song", "audio-player"),
        ('an audio player with the title "Slow Rivers"', "audio-player"),
        ("show a search box typing 'best pizza'", "search-box"),
        ('a search bar where "cheap flights" is typed and suggestions drop down', "search-box"),
        ("our app in a phone", "phone-app"),
        ("show the app on a smartphone", "phone-app"),
        ("a changelog of the new version", "changelog"),
        ("show the release notes of version 3", "changelog"),
        ("a mouse cursor clicks a button that says Join", "cursor-click"),
        ("a grid of app icons that jiggle", "app-icons"),
    ],
)
def test_a_look_is_found_by_what_it_shows(director, prompt, template):
    """Each is chosen for a prompt that speaks of what is seen in it."""
    assert [step.template for step in made(director, prompt)] == [template]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("prompt", "template"),
    [
        ("end with a button saying Sign up free", "call-to-action"),
        ('somebody asks the AI "plan my week" in a prompt box', "prompt-intro"),
        ("a banking app with a wallet and payments", "fintech-ui"),
        ("sign in with Google", "sign-in"),
        ("three features: fast, simple, private", "feature-list"),
    ],
)
def test_what_was_found_before_still_is(director, prompt, template):
    """Prompts about buttons, prompt boxes, apps and lists keep the templates that were made for them."""
    assert [step.template for step in made(director, prompt)] == [template]


@pytest.mark.slow
def test_a_search_that_is_quoted_is_what_is_typed(director):
    """The quoted words go into the search box, and no sample headline stands above it."""
    (step,) = made(director, "show a search box typing 'best pizza'")
    assert (step.params["prompt"], step.params["caption"]) == ("best pizza", "")
