"""Playing a node's presets: when each begins and ends, for the node or for each of its letters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.scene.affine import bounds
from workbench.scene.graph import Motion
from workbench.scene.motion import STAGGER_SECONDS, Change, Stagefloor, emphasising, entering, exiting
from workbench.scene.motion import without_window as unit_part
from workbench.scene.piece import Piece, Surroundings
from workbench.scene.staged import Floats, Units

WHOLE_ONLY = frozenset({"wipe", "draw", "typewriter"})
"""Presets that act on a whole node even when its letters come one by one."""


@dataclass(frozen=True, slots=True)
class Act:
    """What a node's presets do: to all of it, to its units, and how many letters show."""

    change: Change
    units: Units | None = None
    reveal: Floats | None = None


def act(piece: Piece, box: Floats, rest: Floats, parent: Floats, around: Surroundings) -> Act:
    """Play a piece's presets; `rest` maps its box to the picture while nothing plays."""
    if not piece.moves:
        return _NOTHING
    slides = any(motion and motion.kind == "slide" for motion in (piece.node.enter, piece.node.exit))
    floor = Stagefloor(_reach(bounds(rest, box), parent, around) if slides else {}, _outlined(piece))
    unit, count = _units(piece)
    seconds = around.seconds - piece.start_seconds
    life = piece.end_seconds - piece.start_seconds
    change = _play(piece, seconds, life, np.zeros(1), floor, whole=True)
    numbers = {name: _flat(getattr(change, name)) for name in _NUMBERS}
    change = Change(**numbers, window=_flat_window(change.window))
    reveal = _reveal(piece, seconds, life)
    if not unit:
        return Act(change, None, reveal)
    offsets: Floats = np.arange(count, dtype=np.float64) * _stagger_seconds(piece, unit)
    each = unit_part(_play(piece, seconds, life, offsets, floor, whole=False))
    shape = (count, around.frames)
    spread = (
        np.broadcast_to(getattr(each, name), shape)
        for name in ("opacity", "dx", "dy", "scale", "rotation", "blur")
    )
    return Act(change, Units(unit, *spread), reveal)


_NOTHING = Act(Change())
_NUMBERS = ("opacity", "dx", "dy", "scale", "rotation", "blur", "trim")


def _play(
    piece: Piece, seconds: Floats, life: float, offsets: Floats, floor: Stagefloor, *, whole: bool
) -> Change:
    """Play the presets that act on the whole, or those that act on units begun `offsets` later."""
    node, change = piece.node, Change()
    staggered = _units(piece)[0] is not None
    since = seconds - offsets[:, None]
    last = offsets[-1]
    left = life - seconds - (last - offsets)[:, None]
    if node.enter and _belongs(node.enter, whole, staggered):
        change = change & entering(node.enter, since, floor)
    if node.exit and _belongs(node.exit, whole, staggered):
        change = change & exiting(node.exit, left, floor)
    if node.emphasis and _belongs(node.emphasis, whole, staggered):
        begun = since - (length(node.enter, piece) if node.enter else 0.0)
        calm = left - length(node.exit, piece) if node.exit else np.full_like(left, np.inf)
        change = change & emphasising(node.emphasis, begun, calm)
    return change


def _belongs(motion: Motion, whole: bool, staggered: bool) -> bool:
    return whole == (not staggered or motion.kind in WHOLE_ONLY)


def length(motion: Motion, piece: Piece) -> float:
    """Return how long a preset takes for one unit, in seconds."""
    if motion.kind == "typewriter":
        letters = max((block.letters for block in piece.setting.blocks), default=0) if piece.setting else 0
        return letters / max(float(motion.args.get("per_second", 20.0)), 1e-6)
    return motion.seconds


def _reveal(piece: Piece, seconds: Floats, life: float) -> Floats | None:
    node, shown = piece.node, None
    for motion, since in ((node.enter, seconds), (node.exit, life - seconds)):
        if motion and motion.kind == "typewriter" and piece.setting:
            letters = max(block.letters for block in piece.setting.blocks)
            rate = max(float(motion.args.get("per_second", 20.0)), 1e-6)
            typed = np.clip(np.floor(since * rate + 1e-6), 0, letters)
            shown = typed if shown is None else np.minimum(shown, typed)
    return shown


def _units(piece: Piece) -> tuple[str | None, int]:
    unit = piece.props.get("stagger")
    if not unit or not piece.setting:
        return None, 0
    totals = {
        "letter": max(block.letters for block in piece.setting.blocks),
        "word": max(block.words for block in piece.setting.blocks),
        "line": max(len(block.lines) for block in piece.setting.blocks),
    }
    return (str(unit), totals[unit]) if totals[unit] else (None, 0)


def _stagger_seconds(piece: Piece, unit: str) -> float:
    given = piece.props.get("stagger_seconds")
    return STAGGER_SECONDS[unit] if given is None else float(given)


def _outlined(piece: Piece) -> bool:
    return piece.kind in ("line", "path") or (
        piece.kind in ("rect", "circle", "ellipse") and piece.props.get("stroke") is not None
    )


def _reach(world: Floats, parent: Floats, around: Surroundings) -> dict[str, float]:
    """Return how far a node must move, in its parent's pixels, to be out of the picture on each side."""
    a, b, c, d, _, _ = parent
    scale = max(float(np.sqrt(np.min(np.abs(a * d - b * c)))), 1e-3)
    left, top, right, bottom = world
    ways = {
        "left": np.max(right),
        "right": around.width - np.min(left),
        "top": np.max(bottom),
        "bottom": around.height - np.min(top),
    }
    return {side: max(float(way), 0.0) / scale for side, way in ways.items()}


def _flat(value: Floats | float) -> Floats | float:
    return value[0] if isinstance(value, np.ndarray) else value


def _flat_window(window: Floats | None) -> Floats | None:
    return None if window is None else window[:, 0]
