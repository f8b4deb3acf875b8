"""Pictures of our own made as scene graphs: the card of a broken scene, and contact sheets.

They are painted by the same painter as any scene, so they need no drawing code of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workbench.scene.format import Format
from workbench.scene.graph import Graph, Node

NIGHT = "#0b1020"
RED = "#ef4444"
GREY = "#94a3b8"
_LENGTHS = {"x", "y", "width", "height", "radius", "size", "max_width"}


class Plate:
    """Collects nodes placed by their top left corner; a length of 1 is `unit` design pixels."""

    def __init__(self, unit: float = 1.0) -> None:
        self._nodes: list[Node] = []
        self._unit = unit

    def add(self, kind: str, x: float, y: float, **props: Any) -> None:
        """Put one node of a kind of the scene language."""
        name = f"{kind}-{len(self._nodes) + 1}"
        placed = {"x": x, "y": y, "anchor": "top left", **props}
        scaled = {key: item * self._unit if key in _LENGTHS else item for key, item in placed.items()}
        self._nodes.append(Node(name, kind, None, scaled))

    def text(self, x: float, y: float, content: str, **props: Any) -> None:
        """Put words, left aligned."""
        self.add("text", x, y, **{"content": content, "align": "left", **props})

    def graph(self, picture: Format, background: str = NIGHT) -> Graph:
        """Return a scene of one frame."""
        return Graph(
            picture.design_width,
            picture.design_height,
            picture.fps,
            1 / picture.fps,
            1,
            background,
            tuple(self._nodes),
        )


def broken_scene_card(name: str, lines: Sequence[str], picture: Format) -> Graph:
    """Return the card that stands for a scene that cannot be painted: its name, and why."""
    width, height = picture.design_width, picture.design_height
    margin = 96.0
    inner = width - 2 * margin
    plate = Plate()
    for edge in (0.0, height - 18):
        plate.add("rect", 0, edge, width=width, height=18, fill=RED)
    plate.add("rect", margin, 150, width=330, height=60, radius=30, fill=RED)
    plate.text(margin + 34, 163, "BROKEN SCENE", size=28, weight=800, letter_spacing=0.06, max_width=0)
    plate.text(margin, 250, _short(name, 42) or "Unnamed", size=84, weight=800, max_width=inner, max_lines=1)
    plate.text(
        margin, 365, "It is not in the video until this is mended:", size=36, color=GREY, max_width=inner
    )
    plate.text(
        margin,
        450,
        "\n".join(_short(line, 120) for line in lines[:5]),
        size=46,
        font="mono",
        max_width=inner,
        max_lines=int((height - 560) / (46 * 1.4)),
        line_height=1.4,
    )
    return plate.graph(picture, "#1f1115")


def _short(line: str, most: int) -> str:
    line = " ".join(line.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
