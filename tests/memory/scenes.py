"""Small scene graphs for tests, made by hand."""

from typing import Any

from workbench.scene.graph import Graph, Motion, Node, Param


def node(identity: str, kind: str = "text", enter: Motion | None = None, **props: Any) -> Node:
    return Node(identity, kind, None, props, enter=enter)


def graph(*nodes: Node, background: Any = "#0b1020", **colors: str) -> Graph:
    params = tuple(Param(name, "color", value, value) for name, value in colors.items())
    return Graph(1920, 1080, 30, 5.0, 150, background, nodes, params)
