"""The colours of parts of a picture: what a rectangle is filled with, and what its letters are written in."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from workbench.images.colors import oklab
from workbench.images.values import Area, Swatch, TextLine

SAMPLES = 4000
UNLIKE = 0.2
"""How far in Oklab letters are from their ground at least."""
_FEWEST = 0.02
MOST_BLOCKS = 32
NEAR = 0.04
"""How near in Oklab the pixels of a block are to its colour."""
_FULL = 0.72
_LEAST_PIXELS = 12

Pixels = NDArray[np.uint8]


def blocks(small: Pixels, swatches: tuple[Swatch, ...], ground: str | None) -> tuple[Area, ...]:
    """Return rectangles full of one colour of the palette, the largest first: buttons, bars, panels."""
    from scipy import ndimage  # it takes longer to load than all else that a studio needs of pictures

    height, width = small.shape[:2]
    labs = oklab(small[..., :3].reshape(-1, 3)).reshape(height, width, 3)
    seen = small[..., 3] >= 128
    found = []
    for swatch in swatches:
        if swatch.color == ground:
            continue
        near = seen & (np.linalg.norm(labs - np.array(swatch.oklab), axis=2) < NEAR)
        labels, _ = ndimage.label(near)
        for place, where in enumerate(ndimage.find_objects(labels), 1):
            part = labels[where] == place
            if part.sum() >= _LEAST_PIXELS and part.mean() >= _FULL and min(part.shape) >= 2:
                found.append(_block(where, part.shape, (height, width), swatch.color))
    found = [each for each in found if each.width < 0.97 or each.height < 0.97]
    return tuple(sorted(found, key=lambda each: (-each.width * each.height, each.y, each.x))[:MOST_BLOCKS])


def _block(where: tuple[slice, ...], size: tuple[int, ...], whole: tuple[int, int], color: str) -> Area:
    top, left = where[0].start, where[1].start
    return Area(
        round(left / whole[1], 4),
        round(top / whole[0], 4),
        round(size[1] / whole[1], 4),
        round(size[0] / whole[0], 4),
        0.0,
        color,
    )


def colored_areas(pixels: Pixels, areas: tuple[Area, ...]) -> tuple[Area, ...]:
    """Return the areas with the most frequent colour of each."""
    return tuple(
        replace(area, color=_most_frequent(_part(pixels, area.x, area.y, area.width, area.height)))
        for area in areas
    )


def colored_lines(pixels: Pixels, lines: tuple[TextLine, ...]) -> tuple[TextLine, ...]:
    """Return the lines of text with the colour of their letters; empty where it cannot be told."""
    return tuple(
        replace(line, color=_letters(_part(pixels, line.x, line.y, line.width, line.height)))
        for line in lines
    )


def _part(pixels: Pixels, x: float, y: float, width: float, height: float) -> Pixels:
    """Return visible pixels of a rectangle given in shares, shape (n, 3), evenly thinned."""
    rows, columns = pixels.shape[:2]
    top, left = min(rows - 1, int(y * rows)), min(columns - 1, int(x * columns))
    part = pixels[
        top : max(top + 1, round((y + height) * rows)), left : max(left + 1, round((x + width) * columns))
    ]
    step = max(1, int(np.sqrt(part.shape[0] * part.shape[1] / SAMPLES)))
    flat = part[::step, ::step].reshape(-1, 4)
    return np.ascontiguousarray(flat[flat[:, 3] >= 128, :3])


def _most_frequent(rgb: Pixels) -> str:
    if not len(rgb):
        return ""
    cells = rgb.astype(np.uint32) >> 4
    packed = (cells[:, 0] << 8) | (cells[:, 1] << 4) | cells[:, 2]
    counts = np.bincount(packed, minlength=4096)
    return _hex(rgb[packed == counts.argmax()])


def _letters(rgb: Pixels) -> str:
    """Return the most frequent colour that is unlike the ground."""
    ground = _most_frequent(rgb)
    if not ground:
        return ""
    lab = oklab(np.array([[int(ground[place : place + 2], 16) for place in (1, 3, 5)]], dtype=np.float64))
    unlike = rgb[np.linalg.norm(oklab(rgb) - lab, axis=1) > UNLIKE]
    return _most_frequent(unlike) if len(unlike) > _FEWEST * len(rgb) else ""


def _hex(rgb: Pixels) -> str:
    """Return the colour that occurs most in a small cube of colours."""
    exact, counts = np.unique(rgb, axis=0, return_counts=True)
    red, green, blue = exact[counts.argmax()]
    return f"#{red:02x}{green:02x}{blue:02x}"
