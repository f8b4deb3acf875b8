"""Where something is in a picture: a grid of edge density, and the rectangles around what hangs together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.images.colors import Floats
from workbench.images.values import Area

CELL_PIXELS = 8
EDGE = 0.03
"""A step in Oklab that the eye sees as an edge between two flat areas."""
DENSE = 0.05
MOST_AREAS = 24
_LEAST_CELLS = 2

Mask = NDArray[np.bool_]


def areas(level: Floats, upright: Floats) -> tuple[Area, ...]:
    """Return the rectangles that hold something, the largest first; they may lie within each other."""
    marked = np.maximum(level, upright) > EDGE
    found = [
        _area(marked, cells) for cells in _hanging_together(_dense(marked)) if len(cells) >= _LEAST_CELLS
    ]
    return tuple(sorted(found, key=lambda area: (-area.width * area.height, area.y, area.x))[:MOST_AREAS])


def _dense(marked: Mask) -> Mask:
    """Return the cells of the grid in which enough pixels are edges."""
    rows, columns = (-(-side // CELL_PIXELS) for side in marked.shape)
    padded = np.zeros((rows * CELL_PIXELS, columns * CELL_PIXELS))
    padded[: marked.shape[0], : marked.shape[1]] = marked
    share = padded.reshape(rows, CELL_PIXELS, columns, CELL_PIXELS).mean(axis=(1, 3))
    return np.asarray(share > DENSE)


def _hanging_together(dense: Mask) -> list[list[tuple[int, int]]]:
    """Return the dense cells in groups of neighbours, corners included."""
    left = {(int(row), int(column)) for row, column in zip(*np.nonzero(dense), strict=True)}
    groups = []
    while left:
        group, fresh = [], [left.pop()]
        while fresh:
            row, column = fresh.pop()
            group.append((row, column))
            near = {(row + down, column + along) for down in (-1, 0, 1) for along in (-1, 0, 1)} & left
            left -= near
            fresh.extend(near)
        groups.append(group)
    return groups


def _area(marked: Mask, cells: list[tuple[int, int]]) -> Area:
    """Return the rectangle around the edge pixels of the cells."""
    rows, columns = zip(*cells, strict=True)
    top, left = min(rows) * CELL_PIXELS, min(columns) * CELL_PIXELS
    part = marked[top : (max(rows) + 1) * CELL_PIXELS, left : (max(columns) + 1) * CELL_PIXELS]
    down, along = np.nonzero(part.any(axis=1))[0], np.nonzero(part.any(axis=0))[0]
    height, width = marked.shape
    box = part[down[0] : down[-1] + 1, along[0] : along[-1] + 1]
    return Area(
        round((left + int(along[0])) / width, 4),
        round((top + int(down[0])) / height, 4),
        round(box.shape[1] / width, 4),
        round(box.shape[0] / height, 4),
        round(float(box.mean()), 4),
    )
