"""Which part of a performance is shown: all of it, or what a split left of it.

A scene that was split still runs its source for the whole performance, so that `duration` and every moment
in it mean what they meant, and everything is decided (sizes, layouts, chance) with all frames in view. Then
only its own frames are kept: the picture at a frame is the same bytes as before the split.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from math import ceil
from typing import Any

import numpy as np

from workbench.scene.graph import Gradient, Graph, Shadow, Stroke
from workbench.scene.particles import Swarm
from workbench.scene.staged import Item, Staged, Units


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Where a scene begins within a performance, and how long that is; 0 seconds: as long as is shown."""

    begin_seconds: float = 0.0
    of_seconds: float = 0.0

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Excerpt:
        """Read what the store keeps of it."""
        return cls(float(kept.get("begin_seconds", 0.0)), float(kept.get("of_seconds", 0.0)))

    def performance_seconds(self, duration_seconds: float) -> float:
        """Return how long the performance is; a scene made longer than what is left of it lengthens it."""
        return max(self.of_seconds, self.begin_seconds + duration_seconds)

    def cut(self, graph: Graph, duration_seconds: float) -> Graph:
        """Return the performance's graph, told which frames of it are shown."""
        first = _frame(self.begin_seconds, graph.fps)
        last = _frame(self.begin_seconds + duration_seconds, graph.fps)
        frames = max(1, min(last, graph.frames) - first)
        if (first, frames) == (0, graph.frames):
            return graph
        return replace(graph, frames=frames, first=first, performed=graph.frames)


def shown(staged: Staged, first: int, frames: int) -> Staged:
    """Return frames `first` .. `first + frames - 1` of a staged scene; they count from 0 again."""
    window = _Window(staged.frames, first, frames)
    return replace(
        staged,
        frames=frames,
        first=first,
        background=window.of(staged.background),
        items=tuple(window.item(item) for item in staged.items),
    )


@dataclass(frozen=True, slots=True)
class _Window:
    """Cuts arrays whose last axis is time."""

    whole: int
    first: int
    frames: int

    def item(self, item: Item) -> Item:
        still = {"node", "children", "blocks", "block_left", "block_top"}
        moving = {
            each.name: self.of(getattr(item, each.name)) for each in fields(item) if each.name not in still
        }
        return replace(item, children=tuple(self.item(child) for child in item.children), **moving)

    def of(self, value: Any) -> Any:
        if isinstance(value, np.ndarray):
            timed = value.ndim > 0 and value.shape[-1] == self.whole
            return value[..., self.first : self.first + self.frames] if timed else value
        if isinstance(value, Swarm):
            return replace(value, local_seconds=self.of(value.local_seconds))
        if isinstance(value, Mapping):
            return {key: self.of(each) for key, each in value.items()}
        if isinstance(value, tuple):
            return tuple(self.of(each) for each in value)
        if isinstance(value, Gradient | Stroke | Shadow | Units):
            return replace(value, **{each.name: self.of(getattr(value, each.name)) for each in fields(value)})
        return value


def _frame(seconds: float, fps: int) -> int:
    return ceil(seconds * fps - 1e-6)
