"""How big things are and where they go: rows, columns, stacks, grids, groups and free placement.

Two passes, as in any flex layout. `size` goes down with the room there is and comes up with sizes (texts
are set on the way); `arrange` goes down with final sizes and says where each centre lies in its parent's
space. Sizes and places may differ from frame to frame; the breaking of lines does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import numpy as np

from workbench.scene.piece import GROUPS, Piece, Surroundings, blaming
from workbench.scene.sizes import own_size
from workbench.scene.staged import PerFrame

STRETCHABLE = frozenset({"row", "column", "stack", "grid", "rect"})


def size(piece: Piece, room: float, around: Surroundings) -> None:
    """Give a piece and all it holds their natural sizes, breaking texts at `room` pixels."""
    if piece.kind in _SIZES:
        inner = _inner_room(piece, room)
        width, height = _SIZES[piece.kind](piece, inner, around)
        pad_x, pad_y = padding(piece)
        piece.width = piece.number("width", width + 2 * pad_x)
        piece.height = piece.number("height", height + 2 * pad_y)
    elif piece.kind in GROUPS:
        for child in piece.children:
            size(child, float(np.max(piece.number("width", room))) or room, around)
        _size_group(piece, around)
    else:
        with blaming(piece.node):
            piece.width, piece.height = own_size(piece, room, around)


def arrange(piece: Piece) -> None:
    """Say where the centres of all that a piece holds lie in its space."""
    if piece.kind in _ARRANGEMENTS:
        _ARRANGEMENTS[piece.kind](piece)
        for child in piece.children:
            child.x, child.y = child.x + child.number("x", 0.0), child.y + child.number("y", 0.0)
            arrange(child)
    elif piece.kind in GROUPS and piece.framed is not None:
        middle_x, middle_y = piece.framed
        for child in piece.children:
            child.x, child.y = child.x - middle_x, child.y - middle_y


def place(piece: Piece, around: Surroundings) -> None:
    """Put a piece where its own x, y and anchor say, in the coordinates of the picture."""
    if piece.kind in GROUPS:
        _place_group(piece, around)
    elif piece.kind == "line" and not piece.given("x", "y"):
        piece.x, piece.y = piece.middle
    else:
        share_x, share_y = anchor_share(piece.text("anchor", "center"))
        piece.x = piece.number("x", around.width / 2) - share_x * np.asarray(piece.width)
        piece.y = piece.number("y", around.height / 2) - share_y * np.asarray(piece.height)
    arrange(piece)


def anchor_share(anchor: str) -> tuple[float, float]:
    """Return how far an anchor lies from the centre, as shares of width and height."""
    across = -0.5 if "left" in anchor else 0.5 if "right" in anchor else 0.0
    down = -0.5 if "top" in anchor else 0.5 if "bottom" in anchor else 0.0
    return across, down


def padding(piece: Piece) -> tuple[float, float]:
    """Return a container's inner margins, horizontal and vertical."""
    given = piece.props.get("padding", 0.0)
    if isinstance(given, tuple | list):
        return float(given[0]), float(given[1])
    return float(given), float(given)


def _size_group(piece: Piece, around: Surroundings) -> None:
    for child in piece.children:
        place(child, around)
    held = [child for child in piece.children if child.kind != "mask"]
    sized = piece.props.get("width") or piece.props.get("height") or piece.props.get("clip")
    if sized or not piece.in_layout or not held:
        piece.framed = (around.width / 2, around.height / 2)
        piece.width = piece.number("width", 0.0) or around.width
        piece.height = piece.number("height", 0.0) or around.height
    else:
        left = min(float(np.min(child.x - np.divide(child.width, 2))) for child in held)
        right = max(float(np.max(child.x + np.divide(child.width, 2))) for child in held)
        top = min(float(np.min(child.y - np.divide(child.height, 2))) for child in held)
        bottom = max(float(np.max(child.y + np.divide(child.height, 2))) for child in held)
        piece.framed = ((left + right) / 2, (top + bottom) / 2)
        piece.width, piece.height = right - left, bottom - top


def _place_group(piece: Piece, around: Surroundings) -> None:
    middle = (around.width / 2, around.height / 2)
    if "anchor" in piece.props:
        share_x, share_y = anchor_share(piece.text("anchor", "center"))
        piece.x = piece.number("x", middle[0]) - share_x * np.asarray(piece.width)
        piece.y = piece.number("y", middle[1]) - share_y * np.asarray(piece.height)
    else:
        piece.x = middle[0] + piece.number("x", 0.0)
        piece.y = middle[1] + piece.number("y", 0.0)


def _inner_room(piece: Piece, room: float) -> float:
    outer = float(np.max(piece.number("width", room)))
    inner = outer - 2 * padding(piece)[0]
    return inner if inner > 0 else max(outer, 1.0)


def _size_column(piece: Piece, inner: float, around: Surroundings) -> tuple[PerFrame, PerFrame]:
    for child in piece.children:
        size(child, inner, around)
    return _widest(piece.children, "width"), _total(piece.children, "height", gap(piece))


def _size_row(piece: Piece, inner: float, around: Surroundings) -> tuple[PerFrame, PerFrame]:
    soft = [child for child in piece.children if _gives_way(child)]
    for child in piece.children:
        if child not in soft:
            size(child, inner, around)
    rigid = sum(float(np.max(child.width)) for child in piece.children if child not in soft)
    left = inner - rigid - gap(piece) * max(len(piece.children) - 1, 0)
    room = max(_fair_room([natural_width(child, around) for child in soft], left), 1.0)
    for child in soft:
        size(child, min(room, inner), around)
    return _total(piece.children, "width", gap(piece)), _widest(piece.children, "height")


def _fair_room(widths: list[float], left: float) -> float:
    """Return the most that each may take so that all fit: only the widest give way, evenly."""
    for place, width in enumerate(sorted(widths)):
        room = left / (len(widths) - place)
        if width > room + 1e-6:
            return room
        left -= width
    return np.inf


def natural_width(piece: Piece, around: Surroundings) -> float:
    """Return how wide a piece would like to be if lines never broke; found once."""
    if piece.natural_width is None:
        piece.natural_width = _natural_width(piece, around)
    return piece.natural_width


def _natural_width(piece: Piece, around: Surroundings) -> float:
    if piece.kind not in _SIZES:
        size(piece, around.safe_width if piece.kind == "group" else np.inf, around)
        return float(np.max(piece.width))
    if piece.given("width"):
        return float(np.max(piece.number("width", 0.0)))
    widths = [natural_width(child, around) for child in piece.children]
    widest, between = max(widths, default=0.0), gap(piece)
    inner = {
        "row": sum(widths) + between * max(len(widths) - 1, 0),
        "grid": _columns(piece) * (widest + between) - between,
    }.get(piece.kind, widest)
    return inner + 2 * padding(piece)[0]


def _gives_way(piece: Piece) -> bool:
    if piece.kind == "text":
        return not piece.props.get("max_width")
    return piece.kind in _SIZES and not piece.given("width") and any(map(_gives_way, piece.children))


def _size_stack(piece: Piece, inner: float, around: Surroundings) -> tuple[PerFrame, PerFrame]:
    for child in piece.children:
        size(child, inner, around)
    return _widest(piece.children, "width"), _widest(piece.children, "height")


def _size_grid(piece: Piece, inner: float, around: Surroundings) -> tuple[PerFrame, PerFrame]:
    columns = _columns(piece)
    cell = (inner - gap(piece) * (columns - 1)) / columns
    for child in piece.children:
        size(child, max(cell, 1.0), around)
    width = _widest(piece.children, "width")
    heights = [_widest(row, "height") for row in _grid_rows(piece)]
    return width * columns + gap(piece) * (columns - 1), sum(heights, 0.0) + gap(piece) * max(
        len(heights) - 1, 0
    )


_SIZES = {"column": _size_column, "row": _size_row, "stack": _size_stack, "grid": _size_grid}


def _arrange_column(piece: Piece) -> None:
    _stretch(piece, "width", padding(piece)[0])
    starts = _along(piece, "height", padding(piece)[1])
    for child, start in zip(piece.children, starts, strict=True):
        child.y = start + np.divide(child.height, 2)
        child.x = _across(piece, child, "width", padding(piece)[0])


def _arrange_row(piece: Piece) -> None:
    _stretch(piece, "height", padding(piece)[1])
    starts = _along(piece, "width", padding(piece)[0])
    for child, start in zip(piece.children, starts, strict=True):
        child.x = start + np.divide(child.width, 2)
        child.y = _across(piece, child, "height", padding(piece)[1])


def _arrange_stack(piece: Piece) -> None:
    pad_x, pad_y = padding(piece)
    for child in piece.children:
        share_x, share_y = anchor_share(child.text("anchor", piece.text("align", "center")))
        child.x = share_x * (piece.width - 2 * pad_x - np.asarray(child.width))
        child.y = share_y * (piece.height - 2 * pad_y - np.asarray(child.height))


def _arrange_grid(piece: Piece) -> None:
    pad_x, pad_y = padding(piece)
    columns, rows, between = _columns(piece), _grid_rows(piece), gap(piece)
    cell = (piece.width - 2 * pad_x - between * (columns - 1)) / columns
    natural = [_widest(row, "height") for row in rows]
    spare = piece.height - 2 * pad_y - between * (len(rows) - 1) - sum(natural, 0.0)
    top = -np.divide(piece.height, 2) + pad_y
    for row, height in zip(rows, natural, strict=True):
        tall = height + spare / len(rows)
        for column, child in enumerate(row):
            _fill_cell(child, cell, tall)
            child.x = -np.divide(piece.width, 2) + pad_x + column * (cell + between) + cell / 2
            child.y = top + tall / 2
        top = top + tall + between


def _fill_cell(child: Piece, width: PerFrame, height: PerFrame) -> None:
    if child.kind in STRETCHABLE:
        child.width = child.width if child.given("width") else width
        child.height = child.height if child.given("height") else height


_ARRANGEMENTS = {
    "column": _arrange_column,
    "row": _arrange_row,
    "stack": _arrange_stack,
    "grid": _arrange_grid,
}


def _stretch(piece: Piece, side: str, pad: float) -> None:
    if piece.text("align", "center") == "stretch":
        for child in piece.children:
            if child.kind in STRETCHABLE and not child.given(side):
                setattr(child, side, np.maximum(getattr(piece, side) - 2 * pad, 0.0))


def _along(piece: Piece, side: str, pad: float) -> list[PerFrame]:
    """Return where each child begins along the main axis, from the container's centre."""
    sizes = [getattr(child, side) for child in piece.children]
    whole = getattr(piece, side)
    spare = whole - 2 * pad - _total(piece.children, side, gap(piece))
    count, justify = len(sizes), piece.text("justify", "center")
    begin: PerFrame = {"start": 0.0, "end": 1.0}.get(justify, 0.5) * spare
    between: PerFrame = gap(piece)
    if justify == "between" and count > 1:
        begin, between = np.minimum(spare, 0.0) / 2, between + np.maximum(spare, 0.0) / (count - 1)
    elif justify == "around" and count:
        share = np.maximum(spare, 0.0) / count
        begin, between = share / 2 + np.minimum(spare, 0.0) / 2, between + share
    starts: list[PerFrame] = []
    edge = begin - np.divide(whole, 2) + pad
    for each in sizes:
        starts.append(edge)
        edge = edge + each + between
    return starts


def _across(piece: Piece, child: Piece, side: str, pad: float) -> PerFrame:
    align = piece.text("align", "center")
    if align == "stretch":
        align = _own_side(child) if side == "width" else "center"
    share = {"start": -0.5, "end": 0.5}.get(align, 0.0)
    spare: PerFrame = getattr(piece, side) - 2 * pad - np.asarray(getattr(child, side))
    return share * spare


def _own_side(child: Piece) -> str:
    held = child.text("align", "center") if child.kind == "text" else "center"
    return {"left": "start", "right": "end"}.get(held, "center")


def gap(piece: Piece) -> float:
    """Return the space a container keeps between neighbours."""
    return float(piece.props.get("gap", 24.0))


def _columns(piece: Piece) -> int:
    return max(int(piece.props.get("columns", 1)), 1)


def _grid_rows(piece: Piece) -> list[Sequence[Piece]]:
    columns = _columns(piece)
    return [piece.children[first : first + columns] for first in range(0, len(piece.children), columns)]


def _widest(pieces: Sequence[Piece], side: str) -> PerFrame:
    return reduce(np.maximum, (getattr(piece, side) for piece in pieces), 0.0)


def _total(pieces: Sequence[Piece], side: str, between: float) -> PerFrame:
    sizes: PerFrame = sum((getattr(piece, side) for piece in pieces), 0.0)
    return sizes + between * max(len(pieces) - 1, 0)
