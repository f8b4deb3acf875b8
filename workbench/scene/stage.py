"""From a scene graph to a staged scene: every decision made, for all frames together.

`stage` is a pure function. Nodes become pieces with times, sizes and places (`piece`, `layout`), presets
become numbers (`motion`, `acting`), and each piece becomes an `Item` with its matrix, boxes and paint.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict

import numpy as np
from numpy.typing import NDArray

from workbench.scene import affine, layout
from workbench.scene.acting import act
from workbench.scene.dressing import dress
from workbench.scene.excerpt import shown
from workbench.scene.graph import Graph, Node
from workbench.scene.inking import ink, own_box
from workbench.scene.measure import Measure, TextBlock
from workbench.scene.piece import Piece, Surroundings, blaming
from workbench.scene.staged import Floats, Item, PerFrame, Staged
from workbench.scene.tracks import Times, paint

LAYOUTS = frozenset({"row", "column", "stack", "grid"})


@dataclass(frozen=True, slots=True)
class Above:
    """What a parent hands down: its map to the picture, moving and at rest, and when it is seen."""

    world: Floats
    rest: Floats
    visible: NDArray[np.bool_]


def stage(graph: Graph, measure: Measure) -> Staged:
    """Decide everything about a scene: what is where, how it looks, and when.

    Raises SceneBroken, with a finding that names the node, for colours or path data that cannot be read.
    """
    seconds = np.arange(graph.all_frames) / graph.fps
    around = Surroundings(graph.width, graph.height, seconds, measure)
    whole = graph.all_frames / graph.fps
    pieces = [_piece(node, around, 0.0, whole, in_layout=False) for node in graph.nodes]
    above = Above(affine.IDENTITY, affine.IDENTITY, np.ones(graph.all_frames, dtype=np.bool_))
    items = []
    for piece in pieces:
        layout.size(piece, around.safe_width, around)
        layout.place(piece, around)
        items.append(_item(piece, above, around))
    performed = Staged(
        graph.width,
        graph.height,
        graph.fps,
        graph.all_frames,
        paint(graph.background, Times(seconds)),
        tuple(items),
        tuple(dict.fromkeys(str(node.props["asset"]) for node in graph.walk() if node.kind == "image")),
    )
    return performed if graph.performed is None else shown(performed, graph.first, graph.frames)


def _piece(node: Node, around: Surroundings, start: float, end: float, *, in_layout: bool) -> Piece:
    begin = start + node.start
    finish = end if node.end is None else min(end, start + node.end)
    return Piece(
        node,
        begin,
        finish,
        Times(np.maximum(around.seconds - begin, 0.0)),
        in_layout,
        [_piece(child, around, begin, finish, in_layout=node.kind in LAYOUTS) for child in node.children],
    )


def _item(piece: Piece, above: Above, around: Surroundings) -> Item:
    frames, setting = around.frames, piece.setting
    turn = piece.number("rotation", 0.0)
    size = piece.number("scale", 1.0) * (setting.ratio if setting else 1.0)
    still = affine.placed(piece.x, piece.y, turn, size)
    width, height = own_box(piece)
    box = affine.centred(width, height)
    rest = affine.compose(above.rest, still)
    played = act(piece, box, rest, above.rest, around)
    matrix, opacity = still, piece.number("opacity", 1.0)
    change = played.change
    if piece.moves:
        place = (piece.x + change.dx, piece.y + change.dy)
        matrix = affine.placed(*place, turn + change.rotation, size * change.scale)
        opacity = opacity * change.opacity
    opacity = np.minimum(np.maximum(opacity, 0.0), 1.0)
    world = affine.compose(above.world, matrix)
    visible = above.visible & _shown(piece, around, opacity, matrix)
    below = Above(world, rest, visible)
    children = tuple(_item(child, below, around) for child in piece.children)
    return Item(
        node=piece.node,
        visible=visible,
        matrix=_all_frames(matrix, frames),
        opacity=affine.plain(opacity),
        blur=affine.plain(np.maximum(piece.number("blur", 0.0) + change.blur, 0.0)),
        width=affine.plain(width),
        height=affine.plain(height),
        world=_all_frames(affine.bounds(world, box), frames),
        values=_dressed(piece),
        children=children,
        **_lettered(piece, box),
        units=played.units,
        wipe=None if change.window is None else _all_frames(change.window, frames),
        trim=affine.plain(np.clip(piece.number("trim", 1.0) * change.trim, 0.0, 1.0)),
        reveal=played.reveal,
        ink=ink(piece, world, played, children, frames),
    )


def _dressed(piece: Piece) -> Mapping[str, Any]:
    with blaming(piece.node):
        return dress(piece)


class _Lettered(TypedDict, total=False):
    blocks: tuple[TextBlock, ...]
    block_at: NDArray[np.int64] | None
    block_left: float
    block_top: float


def _lettered(piece: Piece, box: Floats) -> _Lettered:
    if piece.setting is None:
        return {}
    left, top = piece.block_offset
    return {
        "blocks": piece.setting.blocks,
        "block_at": piece.setting.block_at,
        "block_left": float(box[0, 0]) + left,
        "block_top": float(box[1, 0]) + top,
    }


def _shown(piece: Piece, around: Surroundings, opacity: PerFrame, matrix: Floats) -> NDArray[np.bool_]:
    seconds = around.seconds
    within = (seconds >= piece.start_seconds - 1e-6) & (seconds < piece.end_seconds - 1e-6)
    area = np.abs(matrix[0] * matrix[3] - matrix[1] * matrix[2])
    return np.asarray(within & (np.asarray(opacity) > 0) & (area > 1e-9))


def _all_frames(rows: Floats, frames: int) -> Floats:
    return rows if rows.shape[1] == frames else np.broadcast_to(rows, (rows.shape[0], frames))
