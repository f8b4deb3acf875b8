"""Setting texts: one block for a text that stays, one per distinct string for a text that changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.scene.graph import Samples
from workbench.scene.measure import Measure, TextBlock, TextSpec
from workbench.scene.staged import PerFrame
from workbench.scene.tracks import Times, number

SMALLEST_SIZE = 12.0
"""`max_lines` shrinks no further than this."""
BALANCED_LINES = (2, 4)
"""Texts of so many lines are broken into lines of about the same length; longer ones are prose."""
MOST_BLOCKS = 2400
"""A text that changes more often than this in a scene holds each string for a few frames."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A set text: its blocks, which one shows at each frame, and its size relative to the blocks'."""

    blocks: tuple[TextBlock, ...]
    block_at: NDArray[np.int64] | None
    size: float
    ratio: PerFrame

    @property
    def width(self) -> float:
        return max(block.width for block in self.blocks)

    @property
    def height(self) -> float:
        return max(block.height for block in self.blocks)


def set_text(props: Mapping[str, Any], times: Times, room: float, measure: Measure) -> Setting:
    """Set a text node at its largest size, broken at its own `max_width` or at `room`."""
    sizes = number(props.get("size", 64.0), times)
    spec = TextSpec(
        content="",
        font=props.get("font", "sans"),
        size=max(float(np.max(sizes)), 0.1),
        weight=int(props.get("weight", 500)),
        align=props.get("align", "center"),
        max_width=float(props.get("max_width", 0.0)) or (room if isfinite(room) else 0.0),
        line_height=float(props.get("line_height", 1.2)),
        letter_spacing=float(props.get("letter_spacing", 0.0)),
        tabular=bool(props.get("tabular", False)),
    )
    strings, block_at = _strings(props["content"])
    specs = [replace(spec, content=string) for string in strings]
    blocks = _fitted(specs, int(props.get("max_lines", 0)), measure)
    if block_at is None:
        blocks = (_balanced(blocks[0], measure),)
    size = blocks[0].spec.size
    return Setting(blocks, block_at, size, np.maximum(np.divide(sizes, spec.size), 0.0))


def _strings(content: Any) -> tuple[list[str], NDArray[np.int64] | None]:
    if not isinstance(content, Samples):
        return [str(content)], None
    values = [str(value) for value in content.values]
    if len(set(values)) > MOST_BLOCKS:
        hold = -(-len(values) // MOST_BLOCKS)
        values = [
            values[min(frame // hold * hold + hold - 1, len(values) - 1)] for frame in range(len(values))
        ]
    order = {string: place for place, string in enumerate(dict.fromkeys(values))}
    places = np.array([order[string] for string in values], dtype=np.int64)
    return list(order), places if len(order) > 1 else None


def _fitted(specs: list[TextSpec], max_lines: int, measure: Measure) -> tuple[TextBlock, ...]:
    def at_size(size: float) -> tuple[TextBlock, ...]:
        return tuple(measure.text(replace(spec, size=size)) for spec in specs)

    blocks = at_size(specs[0].size)
    if max_lines <= 0 or _fits(blocks, max_lines):
        return blocks
    return _shrunk(at_size, specs[0].size, max_lines)


def _balanced(block: TextBlock, measure: Measure) -> TextBlock:
    """Return the narrowest setting that takes no more lines, so that no word is left alone on the last."""
    fewest, most = BALANCED_LINES
    count = len(block.lines)
    if not fewest <= count <= most or "\n" in block.spec.content or not _keeps_words(block):
        return block
    low, high, best = block.width / count, block.width, block
    for _ in range(7):
        middle = (low + high) / 2
        narrow = measure.text(replace(block.spec, max_width=middle))
        if len(narrow.lines) <= count and narrow.width <= middle + 0.01 and _keeps_words(narrow):
            best, high = narrow, middle
        else:
            low = middle
    return best


def _keeps_words(block: TextBlock) -> bool:
    return " ".join(line.content for line in block.lines).split() == block.spec.content.split()


def _fits(blocks: tuple[TextBlock, ...], max_lines: int) -> bool:
    return all(
        len(block.lines) <= max_lines and block.width <= (block.spec.max_width or np.inf) + 0.01
        for block in blocks
    )


def _shrunk(
    at_size: Callable[[float], tuple[TextBlock, ...]], size: float, max_lines: int
) -> tuple[TextBlock, ...]:
    low, high = min(SMALLEST_SIZE, size), size
    best = at_size(low)
    for _ in range(7):
        middle = (low + high) / 2
        blocks = at_size(middle)
        if _fits(blocks, max_lines):
            best, low = blocks, middle
        else:
            high = middle
    return best
