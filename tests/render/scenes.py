"""Small staged scenes, made by hand, that touch what the painter can do."""

from __future__ import annotations

from typing import Any

import numpy as np

from workbench.render.shaping import HarfbuzzMeasure
from workbench.scene.graph import Node
from workbench.scene.measure import TextSpec
from workbench.scene.staged import Item, Staged

MEASURE = HarfbuzzMeasure()
WHITE = (0.97, 0.98, 0.99, 1.0)
SKY = (0.22, 0.74, 0.97, 1.0)
PINK = (0.96, 0.45, 0.71, 1.0)
NIGHT = (0.04, 0.06, 0.13, 1.0)


def item(
    kind: str,
    x: float,
    y: float,
    width: float,
    height: float,
    *,
    frames: int = 1,
    scale: float = 1.0,
    degrees: float = 0.0,
    opacity: Any = 1.0,
    blur: float = 0.0,
    children: tuple[Item, ...] = (),
    more: dict[str, Any] | None = None,
    **values: Any,
) -> Item:
    """Return one item whose centre is at x, y of its parent."""
    angle = np.radians(degrees)
    a, b = scale * np.cos(angle), scale * np.sin(angle)
    matrix = np.repeat(np.array([[a], [b], [-b], [a], [x], [y]]), frames, axis=1)
    reach = scale * (abs(np.cos(angle)) * width + abs(np.sin(angle)) * height) / 2
    rise = scale * (abs(np.sin(angle)) * width + abs(np.cos(angle)) * height) / 2
    world = np.repeat(np.array([[x - reach], [y - rise], [x + reach], [y + rise]]), frames, axis=1)
    return Item(
        node=Node(f"{kind}-{x:.0f}-{y:.0f}", kind, None, {}),
        visible=np.ones(frames, bool),
        matrix=matrix,
        opacity=opacity,
        blur=blur,
        width=width,
        height=height,
        world=world,
        values=values,
        children=children,
        **(more or {}),
    )


def words(
    content: str,
    x: float,
    y: float,
    *,
    color: Any = WHITE,
    more: dict[str, Any] | None = None,
    shadow: Any = None,
    outline: Any = None,
    spec: dict[str, Any] | None = None,
    **placed: Any,
) -> Item:
    """Return a text item."""
    block = MEASURE.text(TextSpec(content, **(spec or {})))
    more = {"blocks": (block,), "block_left": -block.width / 2, "block_top": -block.height / 2} | (more or {})
    return item(
        "text",
        x,
        y,
        block.width,
        block.height,
        more=more,
        color=color,
        shadow=shadow,
        outline=outline,
        **placed,
    )


def picture(*items: Item, background: Any = NIGHT, frames: int = 1) -> Staged:
    """Return a 16:9 scene of those items."""
    return Staged(1920.0, 1080.0, 30, frames, background, items)
