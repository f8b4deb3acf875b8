"""Scenes are compared by how they look: colours, type, motion, build."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.memory.scenes import graph, node
from tests.memory.statements import laws
from workbench.memory.relations import likeness, look_of, relations_section, relationships
from workbench.scene.graph import Gradient, Motion

RISE, POP = Motion("rise", 0.8, "out_expo"), Motion("pop", 0.3, "bouncy")
INTRO = look_of(graph(node("t", "text", RISE, size=120, weight=800, color="#f8fafc"), background="#0c0f1d"))
TWIN = look_of(graph(node("x", "text", RISE, size=120, weight=800, color="#f8f9fb"), background="#0c101e"))
LOUD = look_of(
    graph(
        node("r", "rect", POP, fill="#ff2bd6"), node("u", "rect", POP, fill="#39ff88"), background="#fff200"
    )
)
LOOKS = {"intro": INTRO, "twin": TWIN, "loud": LOUD}

colors = st.sampled_from(["#0c0f1d", "#f8fafc", "#ff2bd6", "#39ff88", "#3b82f6", "#ffffff"])
looks = st.lists(st.tuples(colors, st.integers(20, 200), st.sampled_from([None, RISE, POP])), max_size=5).map(
    lambda parts: look_of(
        graph(*(node(f"n{n}", "text", m, size=s, color=c) for n, (c, s, m) in enumerate(parts)))
    )
)


@pytest.mark.slow
@laws
@given(looks, looks)
def test_likeness_is_mutual_and_bounded(one, other) -> None:
    """Every part is within 0 and 1 and the same from both sides; a look is entirely like itself."""
    there, back = likeness(one, other), likeness(other, one)
    assert there == back
    assert 0 <= there.total <= 1
    assert likeness(one, one).total == 1


def test_only_what_is_shared_is_related() -> None:
    """Two scenes of one look share everything; a loud one shares nothing with them."""
    (relation,) = relationships(LOOKS)
    assert str(relation) == "intro and twin share palette, type, motion, build"


def test_gradients_and_the_background_count() -> None:
    """The palette holds a gradient's stops; the ground is its first."""
    look = look_of(graph(background=Gradient("linear", ((0.0, "#111111"), (1.0, "#222222")))))
    assert {color for color, _ in look.palette} == {"#111111", "#222222"}
    assert look.background == "#111111"


def test_the_section_keeps_its_budget_with_whole_lines() -> None:
    """Lines that do not fit are left out whole."""
    section = relations_section(LOOKS, 20, lambda text: len(text.split()))
    assert section.tokens <= 20
    assert len(section.text.splitlines()) + len(section.left_out) == len(LOOKS) + 1
