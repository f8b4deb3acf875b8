"""How a piece is painted: the remaining properties of each kind, resolved (see `staged` for the table)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from workbench.scene.affine import plain
from workbench.scene.graph import Stroke
from workbench.scene.piece import Piece
from workbench.scene.staged import PerFrame
from workbench.scene.tracks import paint, shadow, stroke

INK_COLOR = "#f8fafc"
PLAIN_STROKE = Stroke(INK_COLOR, 3.0)
"""How lines, and paths with neither fill nor stroke, are drawn."""


def dress(piece: Piece) -> Mapping[str, Any]:
    """Return everything the painter needs to know beyond place, size and time."""
    return {
        "blend": piece.text("blend", "normal"),
        "shadow": shadow(piece.props.get("shadow"), piece.times),
        **_DRESSES[piece.kind](piece),
        **piece.extra,
    }


def _shape(piece: Piece) -> dict[str, Any]:
    return {
        "fill": paint(piece.props.get("fill", INK_COLOR), piece.times),
        "stroke": stroke(piece.props.get("stroke"), piece.times),
    }


def _rect(piece: Piece) -> dict[str, Any]:
    return {**_shape(piece), "radius": _radius(piece)}


def _container(piece: Piece) -> dict[str, Any]:
    return {
        "fill": paint(piece.props.get("fill"), piece.times),
        "stroke": stroke(piece.props.get("stroke"), piece.times),
        "radius": _radius(piece),
        "clip": bool(piece.props.get("clip", False)),
    }


def _group(piece: Piece) -> dict[str, Any]:
    return {"clip": bool(piece.props.get("clip", False))}


def _mask(piece: Piece) -> dict[str, Any]:
    return {"invert": bool(piece.props.get("invert", False))}


def _text(piece: Piece) -> dict[str, Any]:
    assert piece.setting
    return {
        "color": paint(piece.props.get("color", INK_COLOR), piece.times),
        "outline": stroke(piece.props.get("outline"), piece.times),
        "size": piece.setting.size,
        "cursor": has_cursor(piece),
    }


def _code(piece: Piece) -> dict[str, Any]:
    return {"cursor": has_cursor(piece)}


def _line(piece: Piece) -> dict[str, Any]:
    return {"stroke": stroke(piece.props.get("stroke") or PLAIN_STROKE, piece.times)}


def _path(piece: Piece) -> dict[str, Any]:
    fill = piece.props.get("fill")
    outline = piece.props.get("stroke") or (PLAIN_STROKE if fill is None else None)
    return {"fill": paint(fill, piece.times), "stroke": stroke(outline, piece.times)}


def _image(piece: Piece) -> dict[str, Any]:
    return {"asset": str(piece.props["asset"]), "radius": _radius(piece)}


def _particles(piece: Piece) -> dict[str, Any]:
    return {"shape": piece.text("shape", "circle")}


def has_cursor(piece: Piece) -> bool:
    """Whether a typewriter with a caret types this text."""
    motions = (piece.node.enter, piece.node.exit)
    return any(
        motion and motion.kind == "typewriter" and bool(motion.args.get("cursor", True)) for motion in motions
    )


def _radius(piece: Piece) -> PerFrame:
    return plain(np.maximum(piece.number("radius", 0.0), 0.0))


_DRESSES: dict[str, Callable[[Piece], dict[str, Any]]] = {
    "rect": _rect,
    "circle": _shape,
    "ellipse": _shape,
    "text": _text,
    "code": _code,
    "line": _line,
    "path": _path,
    "image": _image,
    "particles": _particles,
    "row": _container,
    "column": _container,
    "stack": _container,
    "grid": _container,
    "group": _group,
    "mask": _mask,
}
