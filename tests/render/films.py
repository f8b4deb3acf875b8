"""Small films for tests."""

from __future__ import annotations

from pathlib import Path

import av

from workbench.render.timeline import FilmScene, Transition
from workbench.scene.finding import Finding
from workbench.scene.format import Format
from workbench.scene.graph import Graph, Node, Track

SMALL = Format(160, 90, 30)
GRADIENTS = "workbench.render.easel:GradientEasel"
WHY = Finding("name-error", "error", "There is no 'circel'.", "Write circle.", line=4, column=3)


def graph(color: str = "#102030", seconds: float = 1.0, fps: int = 30) -> Graph:
    """Return a scene with a moving circle and words."""
    across = Track("tween", {"a": 200, "b": 1700, "seconds": seconds, "start": 0, "ease": "linear"})
    nodes = (
        Node("dot", "circle", 1, {"radius": 120, "fill": "#38bdf8", "x": across, "y": 300}),
        Node("words", "text", 2, {"content": f"Scene {color}", "size": 140, "weight": 800}),
    )
    return Graph(1920.0, 1080.0, fps, seconds, round(seconds * fps), color, nodes)


def scene(color: str = "#102030", seconds: float = 1.0, **trouble: Path | bytes) -> FilmScene:
    """Return a film's scene; `trouble` are its assets."""
    return FilmScene(graph(color, seconds), f"Scene {color}", seconds, assets=trouble)


def broken(name: str = "Don't", seconds: float = 0.5) -> FilmScene:
    return FilmScene(None, name, seconds, (WHY,))


def led_by(kind: str, seconds: float = 0.3) -> Transition:
    return Transition(kind, seconds)  # type: ignore[arg-type]


def shown_times(path: Path) -> list[float]:
    """Return when each decoded frame is shown, in seconds."""
    with av.open(str(path)) as film:
        return [frame.time for frame in film.decode(video=0)]
