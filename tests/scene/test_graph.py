import json
from dataclasses import replace

import pytest
from hypothesis import given, settings

from tests.scene.strategies import graphs
from workbench.scene.graph import Graph


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(graphs())
def test_a_graph_survives_its_json(graph):
    """What is written as JSON text reads back as an equal graph."""
    assert Graph.from_json(json.loads(json.dumps(graph.to_json()))) == graph


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(graphs())
def test_walking_meets_each_node_once_and_parents_first(graph):
    """Every node is yielded once, after its parent."""
    order = [node.id for node in graph.walk()]
    assert len(order) == len(set(order))
    for node in graph.walk():
        assert all(order.index(child.id) > order.index(node.id) for child in node.children)


def test_another_version_is_refused():
    """A graph of a version that is not ours is not guessed at."""
    data = Graph(1920, 1080, 30, 1, 30, "#000", ()).to_json()
    with pytest.raises(ValueError, match="version 99"):
        Graph.from_json({**data, "version": 99})


def test_a_graph_says_when_it_differs():
    """Equality of graphs is equality of what they hold."""
    graph = Graph(1920, 1080, 30, 1, 30, "#000", ())
    assert graph != replace(graph, background="#001")
