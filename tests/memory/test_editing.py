"""An edit by hand teaches what its changes agree on, and nothing when they do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.memory.scenes import graph, node
from tests.memory.statements import laws
from workbench.memory.editing import learn_from_edit
from workbench.scene.graph import Graph, Motion

TITLE = node("title", content="Hi", size=80, weight=500, color="#ffffff")


def tastes(before: Graph, after: Graph) -> list[tuple[str, str, int]]:
    return [(each.key, each.value, each.sign) for each in learn_from_edit(before, after)]


def test_a_colour_parameter_speaks_for_itself() -> None:
    """A changed accent is an accent; the colours that follow from it say nothing more."""
    before = graph(node("a", "rect", fill="#ff0000"), accent="#ff0000")
    after = graph(node("a", "rect", fill="#00ff00"), background="#001100", accent="#0F0")
    assert tastes(before, after) == [("accent", "#00ff00", 1)]


def test_background_texts_and_shapes_have_their_colours() -> None:
    """Without a parameter, what was repainted says which colour it is."""
    before = graph(TITLE, node("a", "rect", fill="#ff0000"))
    after = graph(
        node("title", content="Hi", size=80, weight=500, color="#facc15"),
        node("a", "rect", fill="#00ff00"),
        background="#ffffff",
    )
    assert tastes(before, after) == [
        ("accent", "#00ff00", 1),
        ("background", "#ffffff", 1),
        ("ink", "#facc15", 1),
    ]


def test_size_weight_corners_and_pace() -> None:
    """Bigger, bolder, rounder and quicker are learned from numbers."""
    before = graph(TITLE, node("card", "rect", Motion("fade", 1.0, "out_sine"), radius=4))
    after = graph(
        node("title", content="Hi", size=140, weight=800, color="#ffffff"),
        node("card", "rect", Motion("slide", 0.4, "out_sine"), radius=32),
    )
    assert tastes(before, after) == [
        ("corners", "round", 1),
        ("motion", "slide", 1),
        ("pace", "fast", 1),
        ("type_size", "large", 1),
        ("type_weight", "bold", 1),
    ]


def test_an_edit_that_goes_both_ways_teaches_nothing() -> None:
    """One text larger and one smaller is no taste for size."""
    before = graph(node("a", content="A", size=80), node("b", content="B", size=80))
    after = graph(node("a", content="A", size=120), node("b", content="B", size=40))
    assert tastes(before, after) == []


def test_words_and_new_nodes_teach_nothing() -> None:
    """Another text, one more node, and a size a hair larger are no taste."""
    after = graph(node("title", content="Ho", size=82, weight=500, color="#ffffff"), node("more", "circle"))
    assert tastes(graph(TITLE), after) == []


@pytest.mark.slow
@laws
@given(st.floats(20, 400), st.floats(20, 400))
def test_back_again_is_the_opposite(one: float, other: float) -> None:
    """Taking an edit back teaches the opposite of what it taught."""
    small, large = (graph(node("a", content="A", size=size)) for size in (one, other))
    opposite = {"large": "small", "small": "large"}
    there, back = tastes(small, large), tastes(large, small)
    assert [(key, opposite[value], sign) for key, value, sign in there] == back


def test_where_it_comes_from_is_kept() -> None:
    """Evidence of an edit names the revision and says that it was done by hand."""
    (found,) = learn_from_edit(
        graph(TITLE), graph(TITLE, background="#ffffff"), source_id="s@2", project_id="p"
    )
    assert (found.source, found.source_id, found.said) == ("edit", "s@2", "background #ffffff by hand")
