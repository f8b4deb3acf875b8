"""Where a node really draws: the lines of a text, an uncovered part, what a group holds.

Boxes are conservative: what is drawn lies within (shadows, outlines and blur aside), and the box of a text
runs from its first ascender to its last descender as Inter has them, not around each glyph.
"""

from __future__ import annotations

import numpy as np

from workbench.scene import affine
from workbench.scene.acting import Act
from workbench.scene.measure import TextBlock
from workbench.scene.piece import GROUPS, Piece
from workbench.scene.staged import ALIGN_SHARE, Floats, Item, PerFrame, Units, mask_among

ASCENT, DESCENT = 0.78, 0.24
"""Reach of letters above and below the baseline, in sizes (Inter: 0.756 and 0.205 without accents)."""


def ink(piece: Piece, world: Floats, played: Act, children: tuple[Item, ...], frames: int) -> Floats | None:
    """Return the box of what is drawn, in the picture, shape (4, frames); None when it is the node's box."""
    if piece.kind == "text":
        local = _text_box(piece, played)
    elif piece.kind in GROUPS or (children and not _painted(piece)):
        return _held(children, frames)
    elif played.change.window is None:
        return None
    else:
        local = affine.centred(*own_box(piece))
    window = played.change.window
    if window is not None:
        box = affine.centred(*own_box(piece))
        spans = np.concatenate([box[2:] - box[:2]] * 2)
        corners = np.concatenate([box[:2]] * 2) + spans * window
        local = np.concatenate([np.maximum(local[:2], corners[:2]), np.minimum(local[2:], corners[2:])])
        local = np.concatenate([np.minimum(local[:2], local[2:]), local[2:]])
    return np.broadcast_to(affine.bounds(world, local), (4, frames))


def _held(children: tuple[Item, ...], frames: int) -> Floats:
    """Return the box around what a container holds, as far as a mask lets it be seen."""
    seen = [item for item in children if item.node.kind != "mask"]
    box = affine.union(((item.drawn, item.visible) for item in seen), frames)
    mask = mask_among(children)
    if mask is None or mask.values["invert"]:
        return box
    return affine.common(box, mask.drawn, mask.visible)


def own_box(piece: Piece) -> tuple[PerFrame, PerFrame]:
    """Return a piece's width and height in its own space, where a text is always at its largest size."""
    if piece.kind == "text" and piece.setting:
        return piece.setting.width, piece.setting.height
    return piece.width, piece.height


def _painted(piece: Piece) -> bool:
    return piece.props.get("fill") is not None or piece.props.get("stroke") is not None


def _text_box(piece: Piece, played: Act) -> Floats:
    setting = piece.setting
    assert setting
    boxes = np.array([_block_box(block, setting.width, setting.height) for block in setting.blocks]).T
    local = boxes[:, :1] if setting.block_at is None else boxes[:, setting.block_at]
    if played.reveal is not None and len(setting.blocks) == 1:
        local = _revealed(setting.blocks[0], local, played.reveal)
    return local if played.units is None else _spread(local, played.units)


def _block_box(block: TextBlock, width: float, height: float) -> tuple[float, float, float, float]:
    lines = [line for line in block.lines if line.content.strip()]
    if not lines:
        return (0.0, 0.0, 0.0, 0.0)
    x = -width / 2 + (width - block.width) * ALIGN_SHARE[block.spec.align]
    y = -height / 2 + (height - block.height) / 2
    return (
        x + min(line.left for line in lines),
        y + lines[0].baseline - ASCENT * block.spec.size,
        x + max(line.left + line.width for line in lines),
        y + lines[-1].baseline + DESCENT * block.spec.size,
    )


def _revealed(block: TextBlock, box: Floats, reveal: Floats) -> Floats:
    """Return the box up to the last line reached, as wide as its widest line so far."""
    if not block.glyphs:
        return box
    size = block.spec.size
    edges = np.array([[glyph.letter, glyph.x, glyph.x + glyph.advance, glyph.y] for glyph in block.glyphs])
    edges = edges[np.argsort(edges[:, 0], kind="stable")]
    lefts, rights = np.minimum.accumulate(edges[:, 1]), np.maximum.accumulate(edges[:, 2])
    downs = np.maximum.accumulate(edges[:, 3])
    last = np.searchsorted(edges[:, 0], reveal, side="left") - 1
    some, last = last >= 0, np.maximum(last, 0)
    x, y = -block.width / 2, -block.height / 2
    bottom = np.where(some, y + downs[last] + DESCENT * size, box[1])
    return np.stack(
        [
            np.where(some, x + lefts[last], box[0]),
            np.broadcast_to(box[1], reveal.shape),
            np.where(some, x + rights[last], box[0]),
            bottom,
        ]
    )


def _spread(box: Floats, units: Units) -> Floats:
    """Widen a text's box by how far its visible units have moved."""
    seen = units.opacity > 0
    reach = [np.where(seen, move, 0.0) for move in (units.dx, units.dy)]
    low = np.stack([np.min(move, axis=0) for move in reach])
    high = np.stack([np.max(move, axis=0) for move in reach])
    return np.concatenate([box[:2] + np.minimum(low, 0.0), box[2:] + np.maximum(high, 0.0)])
