"""A scene with everything decided: what the painter paints and the checks look at.

`stage(graph, measure)` (in `stage.py`) turns a graph into this once per scene, for all frames together:
tracks are computed, texts are set, layouts are solved, motion presets have become plain numbers. An
array here has one value per frame (shape `(frames,)`, float64); a plain float stands for a value that
never changes. Painting frame f is then pure look-up.

A node's own space has its origin at the centre of its box: the box spans -width/2..width/2. `matrix`
carries it to its parent's space; a parent's space is that of its own centre, and the root's is the
picture (origin top left, design pixels).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.scene.graph import Node
from workbench.scene.measure import TextBlock

Floats = NDArray[np.float64]
PerFrame = Floats | float


@dataclass(frozen=True, slots=True)
class Units:
    """How the letters, words or lines of one text differ while they come and go.

    Arrays have shape (units, frames): `opacity`, `dx`, `dy`, `scale`, `rotation`, `blur`. `unit` says
    which glyph index belongs to which row: letter, word or line.
    """

    unit: str
    opacity: Floats
    dx: Floats
    dy: Floats
    scale: Floats
    rotation: Floats
    blur: Floats


@dataclass(frozen=True, slots=True)
class Item:
    """One node, ready to paint.

    `matrix` holds a, b, c, d, e, f of the affine map (x' = a x + c y + e, y' = b x + d y + f), shape
    (6, frames). `visible` is a boolean array: within start and end, and opacity above 0. `world` is the
    node's box in the picture, shape (4, frames): left, top, right, bottom; `ink` is the same for what is
    really drawn when that is smaller (glyphs, a revealed part), else None.

    `wipe` is (side, share uncovered per frame) or None; `trim` is the drawn share of outlines; `reveal`
    is the number of letters shown per frame (typewriter) or None. `scale` of text that animates its
    size is folded into `matrix`, its block is set once at its largest size.

    `values` holds every remaining paint property resolved: plain values, PerFrame numbers, tuples of
    colours per frame, or Gradient/Stroke/Shadow whose members are resolved the same way. `blocks` are the
    set texts, `block_at` the index of the block shown at each frame.
    """

    node: Node
    visible: NDArray[np.bool_]
    matrix: Floats
    opacity: PerFrame
    blur: PerFrame
    width: PerFrame
    height: PerFrame
    world: Floats
    values: Mapping[str, Any]
    children: tuple[Item, ...] = ()
    blocks: tuple[TextBlock, ...] = ()
    block_at: NDArray[np.int64] | None = None
    units: Units | None = None
    wipe: tuple[str, PerFrame] | None = None
    trim: PerFrame = 1.0
    reveal: Floats | None = None
    ink: Floats | None = None


@dataclass(frozen=True, slots=True)
class Staged:
    """A whole scene, ready to paint, in design pixels."""

    width: float
    height: float
    fps: int
    frames: int
    background: Any
    items: tuple[Item, ...]
    assets: tuple[str, ...] = field(default=())

    def walk(self) -> Iterator[Item]:
        """Yield every item, parents before children, in paint order."""
        waiting = list(reversed(self.items))
        while waiting:
            item = waiting.pop()
            yield item
            waiting.extend(reversed(item.children))


def at(value: PerFrame | tuple[Any, ...] | Any, frame: int) -> Any:
    """Return a resolved value at one frame, whether it changes or not."""
    if isinstance(value, np.ndarray):
        return value[..., frame].item() if value.ndim == 1 else value[..., frame]
    return value
