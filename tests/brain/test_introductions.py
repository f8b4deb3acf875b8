"""What a prompt introduces by name is shown with what belongs to it, in a scene that suits it."""

import re
from pathlib import Path

import pytest

from tests.brain.project import PROJECT
from workbench.brain import AddScene, Packet, Plan, ProjectView
from workbench.brain.brief import split_brief
from workbench.brain.context import context_of
from workbench.brain.facts import Facts, facts_of
from workbench.brain.introductions import described
from workbench.brain.offline import OfflineDirector
from workbench.brain.quoting import set_aside
from workbench.brain.spoken import shape_in
from workbench.templates import templates

DOCUMENT = Path(__file__).parents[2] / "docs" / "models.md"
_ROW = re.compile(r"^\| `(?P<prompt>[^`]+)` \| `(?P<template>[a-z-]+)` \| (?P<shown>.+) \|$", re.MULTILINE)


def documented() -> list[tuple[str, str, list[str]]]:
    """Return the sentences that the documents show, with the template and the texts they name."""
    rows = _ROW.finditer(DOCUMENT.read_text("utf-8"))
    return [(row["prompt"], row["template"], row["shown"].replace("\\|", "|").split(" · ")) for row in rows]


@pytest.fixture(scope="module")
def director() -> OfflineDirector:
    return OfflineDirector()


def read(text: str) -> Facts:
    quoted = set_aside(text)
    return described(quoted, quoted.text)


def parts(text: str) -> list[str]:
    quoted = set_aside(text)
    return [quoted.plain(part.text) for part in split_brief(quoted).parts]


def planned(director: OfflineDirector, prompt: str, project: ProjectView | None = None) -> Plan:
    return director.decide(Packet(prompt, project or ProjectView(), templates())).plan


def made(plan: Plan) -> list[AddScene]:
    return [step for step in plan.steps if isinstance(step, AddScene)]


@pytest.mark.parametrize(
    ("text", "name", "claim"),
    [
        ("A product called Orbit: faster dashboards", "Orbit", "Faster dashboards"),
        ("an app called leaf: groceries without plastic", "Leaf", "Groceries without plastic"),
        ("our startup Leaf: groceries without plastic", "Leaf", "Groceries without plastic"),
        ('our new app "Leaf" - groceries without plastic', "Leaf", "Groceries without plastic"),
        ("an app called Leaf that waters your plants", "Leaf", "Waters your plants"),
        ("a bakery called Crumb, bread at dawn", "Crumb", "Bread at dawn"),
        ("Meet Nimbus, the weather app that knows you", "Nimbus", "The weather app that knows you"),
        ("our tool Orbit - dashboards in a minute", "Orbit", "Dashboards in a minute"),
        ("a title card for Volt, the shoe that lasts", "Volt", "The shoe that lasts"),
    ],
)
def test_a_product_is_shown_with_its_claim(text: str, name: str, claim: str) -> None:
    """However it is introduced, its name is the headline and what it promises the second line."""
    texts = read(text).texts
    assert (texts["title"], texts["name"], texts["subtitle"]) == (name, name, claim)


@pytest.mark.parametrize(
    "text",
    [
        "our app Orbit: plan, track, share",
        "Rainfall: Jan 40, Feb 55, Mar 30",
        "our app Orbit: a chart of users 3, 5, 9",
        "Style: dark and calm",
        "Doors open at 10:30",
        "now playing: something calm",
    ],
)
def test_what_follows_a_colon_is_not_always_a_claim(text: str) -> None:
    """A list, numbers, a scene and a look keep their own readings."""
    assert "subtitle" not in read(text).texts


def test_a_look_is_no_part_of_a_claim() -> None:
    """Colours and a length said after a claim are heard as such."""
    facts = read("a product called Orbit: faster dashboards, in teal on a black background, 6 seconds")
    assert facts.texts["subtitle"] == "Faster dashboards"
    assert facts.colors == {"accent": "#14b8a6", "background": "#000000"}
    assert facts.seconds == 6


def test_a_claim_in_the_introduction_of_a_video_is_kept() -> None:
    """It becomes the line under the name, as one with an article does."""
    quoted = set_aside("A launch video for Orbit: faster dashboards")
    assert context_of(quoted, quoted.text).what == "faster dashboards"


@pytest.mark.parametrize(
    ("text", "title", "maker"),
    [
        ("a music player showing the song Blue Monday", "Blue Monday", None),
        ("now playing: Blue Monday by New Order", "Blue Monday", "New Order"),
        ("a music player with the song blue monday in teal", "Blue monday", None),
        ("a slide about the book Moby Dick by Herman Melville", "Moby Dick", "Herman Melville"),
        ("the song of the summer", None, None),
        ("a concert on Friday", None, None),
    ],
)
def test_a_work_is_the_headline_and_its_maker_the_line_below(
    text: str, title: str | None, maker: str | None
) -> None:
    """A song, a book or a talk that is named needs no quotes."""
    texts = read(text).texts
    assert (texts.get("title"), texts.get("subtitle")) == (title, maker)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("a terminal running 'pip install orbit'", "pip install orbit"),
        ("a dark terminal window that is running 'make all'", "make all"),
        ("a terminal that runs npm create orbit", "npm create orbit"),
        ("a terminal typing git push origin main in dark mode", "git push origin main"),
        ("a terminal that shows the team", None),
    ],
)
def test_a_terminal_types_its_command(text: str, command: str | None) -> None:
    """In quotes or without, when a program known by its name begins it."""
    facts = read(text)
    assert facts.texts.get("prompt") == command
    assert "code" not in facts.texts


def test_a_call_is_program_text_without_backquotes() -> None:
    """The quotes in it belong to it."""
    assert read('a code editor showing print("hello world")').texts == {"code": 'print("hello world")'}
    assert read('a button ("Sign up")').texts == {"cta": "Sign up"}


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        (
            'customer quote: "It saved us hours" - Jo Park, CFO at Brightly',
            {"quote": "It saved us hours", "author": "Jo Park", "caption": "CFO at Brightly"},
        ),
        (
            '"It saved us ten hours a week" — Jo Park, in teal',
            {"quote": "It saved us ten hours a week", "author": "Jo Park"},
        ),
        ('the title "Night Shift" by Ana Ruiz', {"title": "Night Shift"}),
        (
            "lower third for Maria Lopez, Head of Design",
            {"title": "Maria Lopez", "subtitle": "Head of Design"},
        ),
    ],
)
def test_words_and_names_keep_who_they_belong_to(text: str, texts: dict[str, str]) -> None:
    """Who said a thing, and what somebody does, is read with it; a title by somebody is no quote."""
    assert read(text).texts == texts


def test_a_question_keeps_its_answers() -> None:
    """They are one scene: the question is the headline, the answers its items."""
    text = "quiz question: Which is the largest? Mars, Jupiter or Venus"
    assert parts(text) == [text]
    facts = read(text)
    assert (facts.texts["title"], facts.items) == ("Which is the largest?", ["Mars", "Jupiter", "Venus"])


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("three steps: sign up, invite, launch", 1),
        ("three steps: sign up, then invite, then launch", 1),
        ("four steps: open the app, add a friend, tell them, done", 1),
        ("three steps: sign up, invite, launch, then a chart of users 1, 2, 3", 2),
        ("three features: fast, safe, cheap, and show a chart of users 1, 2, 3", 2),
        ("three features: fast, safe, cheap, end with a button", 2),
        ("show the logo, present the team, thank you", 3),
    ],
)
def test_a_list_of_steps_is_one_scene(text: str, count: int) -> None:
    """Its items may be verbs that also begin scenes; what leads on from the list begins another."""
    assert len(parts(text)) == count


def test_steps_that_follow_each_other_are_items() -> None:
    """ "Then" between two items is no part of either."""
    assert read("three steps: sign up, then invite, then launch").items == ["sign up", "invite", "launch"]


@pytest.mark.parametrize(
    ("text", "values", "suffix"),
    [
        ("revenue grew from 2 million to 5 million in one year", [2, 5], "M"),
        ("from $2k to $5k", [2, 5], "k"),
        ("from 900 thousand to 2 million", [], None),
    ],
)
def test_growth_is_read_in_its_unit(text: str, values: list[float], suffix: str | None) -> None:
    """Both figures share an axis, so they need one unit."""
    quoted = set_aside(text)
    facts = facts_of(quoted, quoted.text)
    assert (facts.values, facts.texts.get("suffix")) == (values, suffix)


def test_the_documents_show_sentences() -> None:
    """The test after this one has something to send."""
    assert len(documented()) > 10


@pytest.mark.slow
@pytest.mark.parametrize(("prompt", "template", "shown"), documented())
def test_a_sentence_of_the_documents_gets_one_scene_with_its_words(
    director: OfflineDirector, prompt: str, template: str, shown: list[str]
) -> None:
    """A single sentence about one thing is one scene, of a template made for such a thing."""
    plan = planned(director, prompt)
    assert [step.template for step in made(plan)] == [template]
    assert set(shown) <= {str(value) for value in made(plan)[0].params.values()}


@pytest.mark.slow
@pytest.mark.parametrize(
    "prompt",
    [
        "a loading spinner that turns into a checkmark",
        "an API request going from the client to the server and back",
    ],
)
def test_no_template_is_chosen_by_chance_or_cuts_the_headline(director: OfflineDirector, prompt: str) -> None:
    """Where nothing fits, a plain card shows the words in full, and the plan says that nothing fits."""
    plan = planned(director, prompt)
    assert [step.template for step in made(plan)] == ["title"]
    assert str(made(plan)[0].params["title"]).endswith(prompt[-9:])
    assert any(line.startswith("No template matches") for line in plan.assumed)


def test_milliseconds_are_no_length_of_a_scene() -> None:
    """A latency stays in the words; a scene of an eighth of a second shows nothing."""
    facts = read("a dashboard with a latency of 120 ms")
    assert facts.seconds is None
    assert "120 ms" in facts.rest


@pytest.mark.slow
def test_a_terminal_answers_nothing_of_its_own(director: OfflineDirector) -> None:
    """The template's sample lines and headlines are no words about somebody's program."""
    step = made(planned(director, "a terminal running 'pip install orbit'"))[0]
    assert (step.params["title"], step.params["items"], step.params["caption"]) == ("", "", "")
    code = made(planned(director, 'code editor showing print("hello world")'))[0]
    assert (code.params["code"], code.params["title"]) == ('print("hello world")', "")


@pytest.mark.parametrize("text", ["a dark title card", "a light slide with a list", "a pastel quote card"])
def test_a_scene_may_be_dark_or_light_at_once(text: str) -> None:
    """The mood before a scene needs no "in" and no "mode"."""
    facts = read(text)
    assert facts.moods == [text.split()[1]]
    assert text.split()[1] not in facts.rest


def test_stories_that_are_told_have_no_shape() -> None:
    """A format is meant where stories are a place to publish."""
    assert shape_in("three stories from our customers") is None
    assert {shape_in(text) for text in ("for stories", "as Instagram stories", "ig stories")} == {"9:16"}


@pytest.mark.slow
@pytest.mark.parametrize("project", [ProjectView(), PROJECT], ids=["empty", "with scenes"])
@pytest.mark.parametrize(
    "prompt",
    ["play a sound when the logo lands", "when the logo lands, play a sound", "add a whoosh at the start"],
)
def test_a_sound_at_a_moment_is_refused(director: OfflineDirector, prompt: str, project: ProjectView) -> None:
    """The answer says that the pictures are silent, as one about music does, and nothing is made."""
    plan = planned(director, prompt, project)
    assert plan.outcome == "cannot"
    assert "silent pictures" in plan.message


@pytest.mark.slow
def test_a_sentence_about_sound_makes_no_scene(director: OfflineDirector) -> None:
    """Beside a scene that is made, the sound is named among what was ignored; a title may speak of one."""
    plan = planned(director, "A logo reveal for Orbit. Play a sound when it lands.")
    assert [step.template for step in made(plan)] == ["logo-reveal"]
    assert any(line.startswith("Sound") for line in plan.ignored)
    assert not planned(director, 'a title card: "The sound of silence"').ignored
