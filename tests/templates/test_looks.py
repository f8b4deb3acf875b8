"""What single templates promise beyond what holds for all: marks, colours of gain and loss, palettes."""

from typing import Any

import pytest

from tests.templates.stages import faults, seen
from workbench.brain import AddScene, Packet, ProjectView, SceneView
from workbench.brain.offline import OfflineDirector
from workbench.templates import template, templates

STYLES = next(param for param in template("backdrop").params if param.name == "style").choices
PROMPTS = (
    ("a stock chart of our share price", "stock-ticker"),
    ("highlight the words like with a marker", "marker-sweep"),
    ("a sentence with a highlighter over the key phrase", "marker-sweep"),
    ("a histogram of ages", "histogram"),
    ("a headline with a word that keeps flipping", "flip-words"),
    ("three words stacked like a poster", "stacked-words"),
    ("a soft gradient backdrop", "backdrop"),
)


def nodes(identity: str, **params: object) -> dict[str, Any]:
    """Return the nodes of a template in 16:9 by name."""
    graph = seen(identity, "16:9", tuple(params.items()))[0].graph
    assert graph is not None
    return {node.id: node for node in graph.walk()}


def marked(title: str) -> list[str]:
    """Return what a highlight sweep marks in a sentence, stroke by stroke."""
    found = nodes("marker-sweep", title=title)
    strokes = [name for name in found if name.startswith("marker-")]
    return [found[name.replace("marker-", "words-")].props["content"] for name in strokes]


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Say *less* today", "less"),
        ("Say *less, mean more*.", "less, mean more."),
        ("One | *two* | *three*", "two three"),
        ("*never closed", "never closed"),
        ("Nothing is marked here", "Nothing"),
        ("***", ""),
        ("", ""),
    ],
)
def test_a_marker_sweeps_over_what_stands_between_asterisks(title: str, words: str) -> None:
    """Without asterisks it takes the longest word, and never fails."""
    assert " ".join(marked(title)) == words


def test_marked_words_that_break_are_marked_on_every_line() -> None:
    """A long marked phrase is swept line by line, and all of its words are there."""
    phrase = (
        "a long phrase that takes more than a single line of the picture because it goes on and on and on"
    )
    assert len(marked(f"*{phrase}*")) > 1
    assert " ".join(marked(f"*{phrase}*")) == phrase


@pytest.mark.parametrize(("values", "sign"), [("4, 5, 6", "50.0%"), ("6, 5, 3", "50.0%"), ("0, 5", "")])
def test_a_stock_graph_tells_what_was_won_or_lost(values: str, sign: str) -> None:
    """The change since the first value is told in percent; from zero there is none."""
    found = nodes("stock-ticker", values=values)
    assert ("percent" in found) == bool(sign)
    if sign:
        assert found["percent"].props["content"] == sign


def test_a_loss_has_another_colour_than_a_gain() -> None:
    won, lost = (nodes("stock-ticker", values=values)["change"] for values in ("4, 6", "6, 4"))
    assert won.props["fill"] != lost.props["fill"]


def test_only_the_tallest_pill_of_a_histogram_changes_colour() -> None:
    found = nodes("histogram", values="3, 9, 4", labels="")
    fills = [found[f"pill-{place}"].props["fill"] for place in (1, 2, 3)]
    assert fills[0] == fills[2]
    assert fills[1] != fills[0]


@pytest.mark.slow
@pytest.mark.parametrize("shape", ["16:9", "9:16"])
@pytest.mark.parametrize("style", STYLES)
def test_words_are_readable_on_every_palette(style: str, shape: str) -> None:
    """In each ready palette of the gradient backdrop there is nothing to complain about."""
    assert faults("backdrop", shape, (("style", style),)) == []


@pytest.mark.parametrize("items", ["Bold new beginnings", "One", "A | B | C | D | E | F"])
def test_stacked_words_take_one_line_of_words_or_several(items: str) -> None:
    """A single text is stacked word by word; several are stacked as they are."""
    found = nodes("stacked-words", items=items)
    lines = items.split(" | ") if "|" in items else items.split()
    assert [found[f"word-{place}"].props["content"] for place in range(1, len(lines) + 1)] == lines


@pytest.mark.slow
@pytest.mark.parametrize(("prompt", "wanted"), PROMPTS)
def test_a_prompt_finds_its_look(prompt: str, wanted: str) -> None:
    """Offline, a description in plain words is played by the template that was made for it."""
    plan = OfflineDirector().decide(Packet(prompt, templates=templates())).plan
    assert [step.template for step in plan.steps if isinstance(step, AddScene)] == [wanted]


@pytest.mark.slow
@pytest.mark.parametrize(
    "instruction", ["make the title red", "let the title fade in", "make the title thinner"]
)
@pytest.mark.parametrize("identity", ["flip-words", "histogram", "stock-ticker", "backdrop"])
def test_a_look_is_edited_in_plain_words(identity: str, instruction: str) -> None:
    """Offline, the headline of a look can be changed by a request."""
    one = template(identity)
    view = SceneView("s1", one.title, one.source, one.seconds, {}, one.id)
    plan = (
        OfflineDirector()
        .decide(Packet(instruction, ProjectView("Test", (view,), "s1", "s1"), templates()))
        .plan
    )
    assert [step.kind for step in plan.steps] == ["edit_scene"]


@pytest.mark.parametrize("shape", template("phone-app").formats)
def test_the_app_fills_the_screen_of_the_languages_phone(shape: str) -> None:
    """Its pages are as large as the screen of `phone()`, which clips them below its island and home bar."""
    graph = seen("phone-app", shape, ())[0].graph
    assert graph is not None
    found = {node.id: node for node in graph.walk()}
    screen = found["phone/screen"]
    pages = [found[name] for name in ("home", "splash", "detail")]
    assert screen.props["clip"]
    assert [node.id for node in screen.children] == [page.id for page in pages]
    assert {(page.props["width"], page.props["height"]) for page in pages} == {
        (screen.props["width"], screen.props["height"])
    }
