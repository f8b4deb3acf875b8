"""A scene with everything decided: what the painter paints and the checks look at.

`stage(graph, measure)` (in `stage.py`) turns a graph into this once per scene, for all frames together:
tracks are computed, texts are set, layouts are solved, motion presets have become plain numbers. Painting
frame f is then pure look-up with `at(value, f)`.

**Time is the last axis of every array.** A number is a float that never changes or an array `(frames,)`;
a colour is an `Rgba` tuple (0..1, straight alpha, sRGB) or an array `(4, frames)`; a matrix is `(6, frames)`.

A node's own space has its origin at the centre of its box: the box spans -width/2..width/2. `matrix`
carries it to its parent's space; a parent's space is that of its own centre, and the root's is the
picture (origin top left, design pixels).

What `Item.values` holds, by kind. N is a number, C a colour, P a paint (C, or a `Gradient` with resolved
members), S a `Stroke` with resolved paint and width, or None:

- every kind: `blend` str, `shadow` a `Shadow` with resolved members or None
- rect: `fill` P or None, `stroke` S, `radius` N
- circle, ellipse: `fill` P or None, `stroke` S
- line: `stroke` S (never None), `segments`
- path: `fill` P or None, `stroke` S, `segments`
- text: `color` P, `outline` S, `size` float (of the blocks), `cursor` bool (a typewriter's)
- code: `panel` C, `radius` float, `dots` a tuple of (x, y, radius, C), `color` C, `size` float, `cursor`
  bool, `dimmed` a frozenset of line numbers from 0, `gutter` a TextBlock or None, `gutter_color` C,
  `gutter_left` float (its top is the block's)
- image: `asset` str, `radius` N, `source` a box in the picture's own pixels, None when it is missing
- row, column, stack, grid: `fill` P or None, `stroke` S, `radius` N, `clip` bool
- group: `clip` bool
- mask: `invert` bool
- particles: `swarm` a `particles.Swarm`, whose `at(frame)` gives every particle, `shape` str

`segments` are `("M", x, y) · ("L", x, y) · ("C", x1, y1, x2, y2, x, y) · ("Z",)`, in the node's own space.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.scene.graph import Node
from workbench.scene.measure import TextBlock

Floats = NDArray[np.float64]
PerFrame = Floats | float
Rgba = tuple[float, float, float, float]
Segment = tuple[Any, ...]

ALIGN_SHARE = {"left": 0.0, "center": 0.5, "right": 1.0}


@dataclass(frozen=True, slots=True)
class Units:
    """How the letters, words or lines of one text differ while they come and go.

    Arrays have shape (units, frames). `opacity` and `scale` multiply, `dx`, `dy` (design pixels) and
    `rotation` (degrees) add, in the text's own space, about the unit's own centre; `blur` is in pixels.
    `unit` says which index of a glyph is its row: letter, word or line.
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
    (6, frames). `visible` is a boolean array: within start and end (its parents' too), opacity above 0
    and not scaled to nothing. `world` is the node's box in the picture, shape (4, frames): left, top,
    right, bottom; `ink` is the same for what is really drawn when that differs (the lines of a text, a
    revealed part, what a group holds), else None.

    `wipe` is None or the uncovered part of the box as shares, shape (4, frames): left, top, right, bottom,
    where 0, 0, 1, 1 is all of it; a side at its full share does not cut shadows or outlines. `trim` is
    the drawn share of outlines; `reveal` is the number of letters shown per frame (typewriter) or None.
    The animated size of a text is folded into `matrix`, its block is set once at its largest size.

    `blocks` are the set texts, `block_at` the index of the block shown at each frame (None: the first).
    `opacity` and `blur` are the node's own and do not include its parents'.
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
    block_left: float = 0.0
    block_top: float = 0.0
    units: Units | None = None
    wipe: Floats | None = None
    trim: PerFrame = 1.0
    reveal: Floats | None = None
    ink: Floats | None = None

    @property
    def drawn(self) -> Floats:
        """The box of what is really drawn, in the picture, shape (4, frames)."""
        return self.world if self.ink is None else self.ink

    @property
    def mask(self) -> Item | None:
        """What decides where the rest of a group shows, when it holds a mask."""
        return mask_among(self.children) if self.node.kind == "group" else None

    def block(self, frame: int) -> tuple[TextBlock, float, float]:
        """Return the text shown at a frame, and its top left corner in the node's own space.

        `block_left` and `block_top` are those of the largest block; a smaller one (a counter's) is held
        at the text's own `align` and halfway down.
        """
        block = self.blocks[0 if self.block_at is None else int(self.block_at[frame])]
        widest = max(each.width for each in self.blocks)
        highest = max(each.height for each in self.blocks)
        left = self.block_left + (widest - block.width) * ALIGN_SHARE[block.spec.align]
        return block, left, self.block_top + (highest - block.height) / 2


def mask_among(items: Iterable[Item]) -> Item | None:
    """Return the mask among what a group holds, or None."""
    return next((item for item in items if item.node.kind == "mask"), None)


@dataclass(frozen=True, slots=True)
class Staged:
    """A whole scene, ready to paint, in design pixels; `background` is a paint (P above).

    `first` is the frame of its performance that its frame 0 is: above 0 for what a split left of a scene.
    """

    width: float
    height: float
    fps: int
    frames: int
    background: Any
    items: tuple[Item, ...]
    assets: tuple[str, ...] = field(default=())
    first: int = 0

    def walk(self) -> Iterator[Item]:
        """Yield every item, parents before children, in paint order."""
        waiting = list(reversed(self.items))
        while waiting:
            item = waiting.pop()
            yield item
            waiting.extend(reversed(item.children))


def at(value: Any, frame: int) -> Any:
    """Return a resolved value at one frame: a float for a number, a tuple for a colour, matrix or box."""
    if isinstance(value, np.ndarray):
        column = value[..., frame]
        return column.item() if column.ndim == 0 else tuple(column.tolist())
    return value
