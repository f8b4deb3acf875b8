"""Short ways to write graph nodes and staged scenes by hand in tests."""

from __future__ import annotations

from typing import Any

from workbench.scene.graph import Graph, Node
from workbench.scene.measure import MonospaceMeasure
from workbench.scene.stage import stage
from workbench.scene.staged import Staged

_TIMES = ("start", "end", "enter", "exit", "emphasis", "allow")


def node(kind: str, *children: Node, name: str = "", **props: Any) -> Node:
    """Return a node; times and motions are told from properties by their names."""
    times = {key: props.pop(key) for key in _TIMES if key in props}
    return Node(name or kind, kind, 1, props, children, **times)


def scene(
    *nodes: Node,
    frames: int = 60,
    fps: int = 30,
    size: tuple[float, float] = (1920.0, 1080.0),
    background: Any = "#0b1020",
) -> Staged:
    """Stage nodes in a picture where every letter is 0.6 sizes wide and "cat" is 800 x 400."""
    graph = Graph(*size, fps, frames / fps, frames, background, nodes)
    return stage(graph, MonospaceMeasure({"cat": (800, 400)}))
