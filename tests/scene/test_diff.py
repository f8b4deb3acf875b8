"""What changed between two graphs, in words and as a share."""

from dataclasses import replace
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.scene.looking import graph_of
from tests.scene.strategies import graphs
from workbench.scene.diff import diff, locality
from workbench.scene.graph import Graph, Node

BEFORE = """
background("#0b1020")
with column(gap=24, name="card"):
    text("Hello", size=96, color="#ffffff", name="Title")
    text("a subtitle", size=40, enter=fade(), name="Subtitle")
circle(40, x=300)
circle(60, x=900, fill="red")
"""


def described(after: str) -> list[str]:
    return diff(graph_of(BEFORE), graph_of(after)).describe()


def test_a_changed_value_is_told_with_both_sides():
    """A change names the node, the property, and the value before and after."""
    assert described(BEFORE.replace("#ffffff", "#38bdf8")) == ["Title: colour #ffffff -> #38bdf8"]


def test_what_is_gone_is_told():
    """A removed node is one line, whatever else shifts."""
    lines = BEFORE.split("\n")
    assert described("\n".join(line for line in lines if "Subtitle" not in line)) == ["Subtitle removed"]


def test_what_is_new_is_told_once_with_all_it_holds():
    """A new container is one change, not one for each child."""
    assert described(BEFORE + 'with row(name="Logos"):\n    circle(9)\n    circle(9)\n') == ["Logos added"]


def test_shifted_ids_are_no_change():
    """A node inserted at the top shifts the numbers of others, which stay what they are."""
    inserted = BEFORE.replace("circle(40, x=300)", 'circle(12, x=40, fill="blue")\ncircle(40, x=300)')
    assert described(inserted) == ["circle-1 added"]


def test_a_new_order_is_a_move():
    """Two nodes that change places are one move."""
    swapped = BEFORE.replace(
        'circle(40, x=300)\ncircle(60, x=900, fill="red")', 'circle(60, x=900, fill="red")\ncircle(40, x=300)'
    )
    (line,) = described(swapped)
    assert line.endswith("moved to another place in the order")


def test_a_new_wording_is_a_change_of_the_same_text():
    """Text that is rewritten stays the same node, even without a name."""
    before = graph_of('text("Hello", size=96)\n')
    after = graph_of('text("Good evening", size=96)\n')
    assert diff(before, after).describe() == ['text "Hello": content "Hello" -> "Good evening"']


def test_motion_and_timing_are_told_in_words():
    """Presets and seconds are readable."""
    after = BEFORE.replace("enter=fade()", "enter=rise(80, 1), start=0.5")
    assert described(after) == [
        "Subtitle: enter fade 0.5 s -> rise 1 s distance 80",
        "Subtitle: start unset -> 0.5 s",
    ]


def test_the_scene_itself_and_its_parameters_are_compared():
    """Background, duration and parameters are part of a difference."""
    before = graph_of('accent = param("accent", "#38bdf8", kind="color")\ncircle(9, fill=accent)\n')
    after = graph_of(
        'accent = param("accent", "#f472b6", kind="color")\nbackground("#000000")\ncircle(9, fill=accent)\n',
        seconds=6,
    )
    lines = diff(before, after).describe()
    assert "Parameter accent: value #38bdf8 -> #f472b6" in lines
    assert "Scene: duration 5 s -> 6 s" in lines
    assert any(line.startswith("Scene: background") for line in lines)


def test_locality_is_the_share_inside_the_target():
    """An edit that also touches something else is less local."""
    after = BEFORE.replace("#ffffff", "#38bdf8").replace("size=40", "size=44")
    changes = diff(graph_of(BEFORE), graph_of(after))
    assert locality(changes, {"Title"}) == 0.5
    assert locality(changes, {"card"}) == 1.0
    assert locality(changes, {""}) == 0.0


def _with_a_name(graph: Graph, index: int) -> Graph:
    node = replace(graph.nodes[index], id="edited")
    return replace(graph, nodes=(*graph.nodes[:index], node, *graph.nodes[index + 1 :]))


def _all_named(graph: Graph) -> Graph:
    """Give every node a name of its own, so that nothing has to be guessed from looks."""
    names = count(1)

    def named(node: Node) -> Node:
        return replace(node, id=f"part {next(names)}", children=tuple(map(named, node.children)))

    return replace(graph, nodes=tuple(map(named, graph.nodes)))


FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
some_graphs = graphs().filter(lambda graph: bool(graph.nodes))


@pytest.mark.slow
@FEW
@given(some_graphs)
def test_a_graph_does_not_differ_from_itself(graph):
    """Nothing differs, and an unchanged scene is perfectly local."""
    assert not diff(graph, graph)
    assert locality(diff(graph, graph), set()) == 1.0


@pytest.mark.slow
@FEW
@given(some_graphs, st.data())
def test_an_edit_of_one_value_is_the_only_difference(graph, data):
    """Whatever the scene, one edited property is told, and nothing else."""
    index = data.draw(st.integers(0, len(graph.nodes) - 1))
    named = _with_a_name(graph, index)
    node = named.nodes[index]
    edited = replace(node, props={**node.props, "rotation": 12345.0})
    after = replace(named, nodes=(*named.nodes[:index], edited, *named.nodes[index + 1 :]))
    (change,) = diff(named, after).changes
    assert (change.kind, change.path, change.prop, change.after) == (
        "changed",
        ("edited",),
        "rotation",
        12345.0,
    )


@pytest.mark.slow
@FEW
@given(some_graphs, st.data())
def test_taking_a_node_away_and_putting_it_back_mirror_each_other(graph, data):
    """One way it is removed, the other way added, and nothing else differs."""
    index = data.draw(st.integers(0, len(graph.nodes) - 1))
    named = _with_a_name(_all_named(graph), index)
    without = replace(named, nodes=(*named.nodes[:index], *named.nodes[index + 1 :]))
    assert diff(named, without).describe() == ["edited removed"]
    assert diff(without, named).describe() == ["edited added"]
