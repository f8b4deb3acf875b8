"""How big a node is that holds no others, and what finding that out tells about painting it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from workbench.scene.highlight import THEMES, Theme, code_spans
from workbench.scene.measure import TextSpec
from workbench.scene.particles import swarm
from workbench.scene.piece import Piece, Surroundings
from workbench.scene.staged import PerFrame, Segment
from workbench.scene.svgpath import mapped, parse_path, path_bounds, through
from workbench.scene.texts import SMALLEST_SIZE, Setting, set_text
from workbench.scene.tracks import color

Size = tuple[PerFrame, PerFrame]

CODE_PADDING, CODE_BAR, CODE_RADIUS, CODE_GUTTER_GAP = 1.1, 1.7, 0.5, 0.9
"""Of a code panel, in sizes of its letters: margins, the bar above, corners, space beside line numbers."""
CODE_DOTS = ("#ff5f57", "#febc2e", "#28c840")


def own_size(piece: Piece, room: float, around: Surroundings) -> Size:
    """Return the width and height, and write down in the piece what it shows."""
    return _SIZES[piece.kind](piece, room, around)


def _box(piece: Piece, _room: float, _around: Surroundings) -> Size:
    return np.maximum(piece.number("width", 320.0), 0.0), np.maximum(piece.number("height", 180.0), 0.0)


def _circle(piece: Piece, _room: float, _around: Surroundings) -> Size:
    across = 2 * np.maximum(piece.number("radius", 80.0), 0.0)
    return across, across


def _text(piece: Piece, room: float, around: Surroundings) -> Size:
    setting = piece.setting = set_text(piece.props, piece.times, room, around.measure)
    return setting.width * setting.ratio, setting.height * setting.ratio


def _line(piece: Piece, _room: float, _around: Surroundings) -> Size:
    points = [(float(x), float(y)) for x, y in piece.props.get("points", ())]
    return _outline(piece, through(points, curve=bool(piece.props.get("curve", False))), 0.0, 0.0)


def _path(piece: Piece, _room: float, _around: Surroundings) -> Size:
    width, height = (max(float(piece.props.get(side, 0.0)), 0.0) for side in ("width", "height"))
    return _outline(piece, parse_path(str(piece.props["data"])), width, height)


def _outline(piece: Piece, segments: tuple[Segment, ...], width: float, height: float) -> Size:
    """Centre an outline, scaled to a width and height where given; one given alone scales both."""
    left, top, right, bottom = path_bounds(segments)
    piece.middle = ((left + right) / 2, (top + bottom) / 2)
    across = width / (right - left) if width and right > left else 0.0
    down = height / (bottom - top) if height and bottom > top else 0.0
    scale_x, scale_y = across or down or 1.0, down or across or 1.0
    piece.extra["segments"] = mapped(
        segments, scale_x, scale_y, -piece.middle[0] * scale_x, -piece.middle[1] * scale_y
    )
    return (right - left) * scale_x, (bottom - top) * scale_y


def _image(piece: Piece, room: float, around: Surroundings) -> Size:
    width, height = (max(float(piece.props.get(side, 0.0)), 0.0) for side in ("width", "height"))
    natural = around.measure.image_size(str(piece.props["asset"]))
    piece.extra["source"] = None
    if natural is None:
        return width or height or 320.0, height or width or 180.0
    across, down = float(natural[0]), float(natural[1])
    piece.extra["source"] = (0.0, 0.0, across, down)
    if width and height and piece.text("fit", "cover") == "cover":
        piece.extra["source"] = _covering(across, down, width, height)
        return width, height
    scale = min(width / across if width else np.inf, height / down if height else np.inf)
    if not (width or height):
        scale = min(1.0, room / across, around.height / down)
    return across * scale, down * scale


def _covering(across: float, down: float, width: float, height: float) -> tuple[float, float, float, float]:
    """Return the middle part of a picture that has the shape of a box."""
    scale = max(width / across, height / down)
    cut_x, cut_y = (across - width / scale) / 2, (down - height / scale) / 2
    return (cut_x, cut_y, across - cut_x, down - cut_y)


def _code(piece: Piece, room: float, around: Surroundings) -> Size:
    """Set program text in its panel; a panel wider than the room is set smaller."""
    theme = THEMES[piece.text("theme", "night")]
    source = piece.text("source", "").replace("\r\n", "\n").expandtabs(4).strip("\n")
    spec = TextSpec(
        content=source,
        font="mono",
        size=max(float(piece.props.get("size", 34.0)), 1.0),
        weight=450,
        align="left",
        line_height=float(piece.props.get("line_height", 1.5)),
        spans=code_spans(source, piece.text("language", "python"), theme),
    )
    width, height = _code_panel(piece, spec, theme, around)
    if width > room and spec.size > SMALLEST_SIZE:
        smaller = replace(spec, size=max(spec.size * room / width, SMALLEST_SIZE))
        width, height = _code_panel(piece, smaller, theme, around)
    return width, height


def _code_panel(piece: Piece, spec: TextSpec, theme: Theme, around: Surroundings) -> tuple[float, float]:
    block, size = around.measure.text(spec), spec.size
    count = spec.content.count("\n") + 1
    gutter, beside = None, 0.0
    if piece.props.get("line_numbers", False):
        numbers = "\n".join(map(str, range(1, count + 1)))
        gutter = around.measure.text(replace(spec, content=numbers, align="right", spans=()))
        beside = gutter.width + CODE_GUTTER_GAP * size
    margin, bar = CODE_PADDING * size, CODE_BAR * size
    width, height = block.width + beside + 2 * margin, block.height + bar + margin
    piece.setting = Setting((block,), None, size, 1.0)
    piece.block_offset = (margin + beside, bar)
    highlight = {int(line) - 1 for line in piece.props.get("highlight", ())}
    piece.extra |= {
        "panel": color(theme.panel, piece.times),
        "radius": CODE_RADIUS * size,
        "dots": _dots(width, height, size, piece),
        "size": size,
        "dimmed": frozenset(range(count)) - highlight if highlight else frozenset(),
        "gutter": gutter,
        "gutter_left": margin - width / 2,
        "gutter_color": color(theme.gutter, piece.times),
        "color": color(theme.ink, piece.times),
    }
    return width, height


def _dots(width: float, height: float, size: float, piece: Piece) -> tuple[tuple[object, ...], ...]:
    left, middle = CODE_PADDING * size - width / 2, CODE_BAR * size / 2 - height / 2
    return tuple(
        (left + (0.2 + 0.62 * place) * size, middle, 0.19 * size, color(dot, piece.times))
        for place, dot in enumerate(CODE_DOTS)
    )


def _particles(piece: Piece, _room: float, around: Surroundings) -> Size:
    props = piece.props
    width, height = props.get("area") or (around.width, around.height)
    piece.extra["swarm"] = swarm(
        int(props.get("count", 80)),
        size=props.get("size", (4.0, 12.0)),
        colors=props.get("colors", ("#f8fafc",)),
        motion=piece.text("motion", "drift"),
        speed=float(props.get("speed", 60.0)),
        area=(float(width), float(height)),
        gravity=float(props.get("gravity", 0.0)),
        life_seconds=float(props.get("life", 0.0)),
        seed=int(props.get("seed", 0)),
        local_seconds=piece.times.local,
    )
    return float(width), float(height)


_SIZES: dict[str, Callable[[Piece, float, Surroundings], Size]] = {
    "rect": _box,
    "ellipse": _box,
    "circle": _circle,
    "text": _text,
    "line": _line,
    "path": _path,
    "image": _image,
    "code": _code,
    "particles": _particles,
}
