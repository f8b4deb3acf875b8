"""A picture's look rebuilt as a scene of its own: ground, boxes and words where they were measured.

Everything is placed in shares of the picture, so that the scene keeps its shape in any format, and comes in
one after another from the top. What was not measured is not made up: without a reader there are no words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workbench.brain.edits.draft import literal
from workbench.brain.packet import Packet, Patch, PictureView
from workbench.brain.pictures.looks import look_of, own_colors
from workbench.brain.plan import ParamValue

MOST_BOXES = 14
MOST_WORDS = 22
_WHOLE = 0.92
_LETTER_SHARE = 0.56
"""How wide a letter is on average, as a share of the text's size."""
_ALLOWED = 'allow=["overlap", "safe-area", "text-too-small", "contrast", "off-canvas"]'


def rebuilt(
    packet: Packet, picture: PictureView, seconds: float
) -> tuple[str, dict[str, ParamValue], tuple[str, ...]]:
    """Return source, parameters and remarks for a scene that looks like the picture."""
    look = look_of(picture, packet)
    words = _readable(picture.words or ())[:MOST_WORDS]
    boxes = _boxes(picture.areas, words)[:MOST_BOXES]
    ground = look.colors.get("background", "#0b1020")
    accent = look.colors.get("accent", look.colors.get("ink", "#f8fafc"))
    measured = picture.background or ground
    head = [
        f"# The look of {picture.name!r}: its ground, boxes and words, as they were measured",
        f'ground = param("background", {literal(ground)}, kind="color")',
        "background(ground)",
        f"across = min(width, height * {picture.aspect:.4f})",
        f"down = across / {picture.aspect:.4f}",
        "left_edge = (width - across) / 2",
        "top_edge = (height - down) / 2",
    ]
    lines: list[str] = []
    pieces = sorted([*((box, True) for box in boxes), *((word, False) for word in words)], key=_reading_order)
    boxes_first = [piece for piece in pieces if piece[1]] + [piece for piece in pieces if not piece[1]]
    step = min(0.12, 0.45 * seconds / max(1, len(pieces)))
    starts = {id(piece[0]): round(place * step, 2) for place, piece in enumerate(pieces)}
    own = own_colors(picture).get("accent", "")
    for number, (patch, is_box) in enumerate(boxes_first, 1):
        begin = starts[id(patch)]
        lines.append(
            _box(patch, number, begin, own, measured) if is_box else _line(patch, begin, ground, look.colors)
        )
    if any("fill=accent" in line for line in lines):
        head.insert(1, f'accent = param("accent", {literal(accent)}, kind="color")')
    return "\n".join([*head, *lines]) + "\n", {}, _remarks(picture, boxes, words, look.conflicts)


def _box(patch: Patch, number: int, start: float, accent: str, ground: str) -> str:
    color = patch.color or ground
    fill = "accent" if color == accent else literal(color)
    outline = ', stroke=stroke("#94a3b855", 2)' if color == ground else ""
    round_to = 14 if patch.height > 0.03 else 6
    size = f"across * {patch.width:.4f}, down * {patch.height:.4f}"
    return (
        f"rect({size}, radius={round_to}, fill={fill}{outline}, "
        f'{_at(patch)}, start={start:g}, enter=rise(24), name="box {number}", {_ALLOWED})'
    )


def _line(patch: Patch, start: float, ground: str, colors: Mapping[str, str]) -> str:
    ink = patch.color or colors.get("ink", "#f8fafc")
    if ink == ground:
        ink = "#f8fafc" if ink != "#f8fafc" else "#0f172a"
    letters = max(1, len(patch.words))
    size = f"min(down * {patch.height * 0.86:.4f}, across * {patch.width / (letters * _LETTER_SHARE):.4f})"
    return (
        f"text({literal(patch.words)}, size={size}, weight=500, color={literal(ink)}, max_lines=1, "
        f'max_width=across * {max(patch.width * 1.3, 0.05):.4f}, align="left", anchor="left", '
        f"{_left(patch)}, start={start:g}, "
        f"enter=fade(), name={literal(patch.words[:32])}, {_ALLOWED})"
    )


def _at(patch: Patch) -> str:
    x, y = patch.x + patch.width / 2, patch.y + patch.height / 2
    return f"x=left_edge + across * {x:.4f}, y=top_edge + down * {y:.4f}"


def _left(patch: Patch) -> str:
    y = patch.y + patch.height / 2
    return f"x=left_edge + across * {patch.x:.4f}, y=top_edge + down * {y:.4f}"


def _readable(words: Sequence[Patch]) -> list[Patch]:
    return [each for each in words if each.words.strip() and each.height > 0.004]


def _boxes(areas: Sequence[Patch], words: Sequence[Patch]) -> list[Patch]:
    """Return the areas that are boxes: not the whole picture, and not merely the words in them."""
    return [
        area
        for area in areas
        if not (area.width > _WHOLE and area.height > _WHOLE)
        and not any(_covered(area, word) > 0.6 for word in words)
    ]


def _covered(area: Patch, word: Patch) -> float:
    """Return which share of an area a line of words covers."""
    across = min(area.x + area.width, word.x + word.width) - max(area.x, word.x)
    down = min(area.y + area.height, word.y + word.height) - max(area.y, word.y)
    return max(0.0, across) * max(0.0, down) / max(1e-9, area.width * area.height)


def _reading_order(piece: tuple[Patch, bool]) -> tuple[float, float]:
    patch, _ = piece
    return round(patch.y, 1), patch.x


def _remarks(
    picture: PictureView, boxes: Sequence[Patch], words: Sequence[Patch], conflicts: Sequence[str]
) -> tuple[str, ...]:
    found = f"{len(boxes)} boxes, {len(words)} lines of text"
    told = [f"Rebuilt from the facts of {picture.name!r} ({picture.kind}): {found}."]
    if picture.words is None:
        told.append("Its text was not read: install the reader with pip install onnxruntime.")
    if not boxes and not words:
        told.append("Nothing but its colours could be measured.")
    left = len(picture.areas) - len(boxes) if len(boxes) == MOST_BOXES else 0
    if left > 0:
        told.append(f"{left} smaller boxes were left out.")
    return (*told, *conflicts)
