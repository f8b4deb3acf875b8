"""Affine maps and boxes for all frames at once.

A map is an array `(6, n)` of a, b, c, d, e, f (x' = a x + c y + e, y' = b x + d y + f); a box is an array
`(4, n)` of left, top, right, bottom. n is the number of frames, or 1 for what never changes.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from workbench.scene.staged import Floats, PerFrame

IDENTITY: Floats = np.array([[1.0], [0.0], [0.0], [1.0], [0.0], [0.0]])


def placed(x: PerFrame, y: PerFrame, rotation_degrees: PerFrame, scale: PerFrame) -> Floats:
    """Return the map that scales, then turns clockwise, then moves by x and y."""
    angle = np.deg2rad(rotation_degrees)
    cosine, sine = np.cos(angle) * scale, np.sin(angle) * scale
    return rows(cosine, sine, -sine, cosine, x, y)


def rows(*values: PerFrame) -> Floats:
    """Stack numbers of one or n frames into an array of one row each."""
    frames = max(value.size if isinstance(value, np.ndarray) else 1 for value in values)
    stacked = np.empty((len(values), frames))
    for row, value in zip(stacked, values, strict=True):
        row[:] = value
    return stacked


def compose(outer: Floats, inner: Floats) -> Floats:
    """Return the map that does `inner` first, then `outer`."""
    if outer is IDENTITY:
        return inner
    a, b, c, d, e, f = outer
    p, q, r, s, t, u = inner
    return rows(
        a * p + c * q, b * p + d * q, a * r + c * s, b * r + d * s, a * t + c * u + e, b * t + d * u + f
    )


def bounds(matrix: Floats, box: Floats) -> Floats:
    """Return the upright box around a mapped box."""
    a, b, c, d, e, f = matrix
    left, top, right, bottom = box
    x, y = (left + right) / 2, (top + bottom) / 2
    half_width, half_height = (right - left) / 2, (bottom - top) / 2
    middle_x, middle_y = a * x + c * y + e, b * x + d * y + f
    reach_x = np.abs(a) * half_width + np.abs(c) * half_height
    reach_y = np.abs(b) * half_width + np.abs(d) * half_height
    return rows(middle_x - reach_x, middle_y - reach_y, middle_x + reach_x, middle_y + reach_y)


def centred(width: PerFrame, height: PerFrame) -> Floats:
    """Return the box of that size around the origin."""
    half_width, half_height = width / 2, height / 2
    return rows(-half_width, -half_height, half_width, half_height)


def union(boxes: Iterable[tuple[Floats, np.typing.NDArray[np.bool_]]], frames: int) -> Floats:
    """Return the box around all boxes that count at each frame; of no size at 0, 0 where none does."""
    low, high = np.full((2, frames), np.inf), np.full((2, frames), -np.inf)
    for box, counts in boxes:
        low = np.where(counts, np.minimum(low, box[:2]), low)
        high = np.where(counts, np.maximum(high, box[2:]), high)
    found = np.isfinite(low[0])
    return np.concatenate([np.where(found, low, 0.0), np.where(found, high, 0.0)])


def common(box: Floats, other: Floats, counts: np.typing.NDArray[np.bool_]) -> Floats:
    """Return what two boxes have in common where that counts; of no size at 0, 0 where there is nothing."""
    low, high = np.maximum(box[:2], other[:2]), np.minimum(box[2:], other[2:])
    found = counts & (low <= high).all(axis=0)
    return np.concatenate([np.where(found, low, 0.0), np.where(found, high, 0.0)])


def plain(value: PerFrame) -> PerFrame:
    """Return a float for what never changes, else the array."""
    array = np.asarray(value, dtype=np.float64)
    return float(array) if array.ndim == 0 else array
