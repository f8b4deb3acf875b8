"""The colours of a picture: its palette by clustering in Oklab, its dominant and background colour.

Clustering is k-means over the distinct colours of a regular sample, weighted by how often each occurs
and begun at the farthest ones, so that it needs no chance. A cluster is named by the colour that is
frequent in it, not by its mean: a flat colour comes back exactly, also next to smoothed edges.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.images.values import Swatch
from workbench.scene.color import from_oklab, hex_color, to_oklab

Floats = NDArray[np.float64]
SAMPLES = 24_000
CLUSTERS = 12
ROUNDS = 12
ALIKE = 0.055
"""Colours nearer than this in Oklab are one entry; about three just noticeable differences."""
FEWEST = 0.008
VIVID = 0.10
FEWEST_VIVID = 0.003
BORDER_SHARE = 0.45
_BITS = 5
_VISIBLE = 128


def sampled(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return visible pixels of a regular grid, shape (n, 3), unmixed."""
    step = max(1, int(np.sqrt(pixels.shape[0] * pixels.shape[1] / SAMPLES)))
    grid = pixels[step // 2 :: step, step // 2 :: step].reshape(-1, 4)
    return np.ascontiguousarray(grid[grid[:, 3] >= _VISIBLE, :3])


def oklab(rgb: NDArray[np.uint8] | Floats) -> Floats:
    """Return the Oklab coordinates of 8-bit colours, shape (n, 3)."""
    colors = np.asarray(rgb, dtype=np.float64).T / 255
    return to_oklab(np.concatenate([colors, np.ones((1, colors.shape[1]))]))[:3].T


def palette(rgb: NDArray[np.uint8]) -> tuple[Swatch, ...]:
    """Return the colours of the sample, most frequent first; empty when nothing is visible."""
    if not len(rgb):
        return ()
    colors, weights = _distinct(rgb)
    labs = oklab(colors)
    mine = _clustered(labs, weights)
    named = [
        _named(labs[mine == each], colors[mine == each], weights[mine == each]) for each in np.unique(mine)
    ]
    return _merged(named)


def background(pixels: NDArray[np.uint8]) -> str | None:
    """Return the colour of the border when nearly half of it has one; None when it has not."""
    deep = max(1, round(0.03 * min(pixels.shape[:2])))
    edges = (pixels[:deep], pixels[-deep:], pixels[:, :deep], pixels[:, -deep:])
    ring = np.concatenate([edge.reshape(-1, 4) for edge in edges])[:: max(1, len(pixels) // 200)]
    visible = ring[ring[:, 3] >= _VISIBLE, :3]
    if len(visible) < 0.5 * len(ring):
        return None
    found = palette(visible)
    return found[0].color if found[0].share >= BORDER_SHARE else None


def _distinct(rgb: NDArray[np.uint8]) -> tuple[Floats, Floats]:
    """Return the most frequent exact colour of each cell of the colour cube, and the cells' shares."""
    packed = rgb.astype(np.uint32) @ np.array([65536, 256, 1], dtype=np.uint32)
    exact, counts = np.unique(packed, return_counts=True)
    parts = np.stack([exact >> 16, (exact >> 8) & 255, exact & 255], axis=1)
    cells = (parts >> (8 - _BITS)) @ np.array([1 << 2 * _BITS, 1 << _BITS, 1])
    order = np.lexsort((-counts, cells))
    firsts = np.unique(cells[order], return_index=True)[1]
    totals = np.add.reduceat(counts[order], firsts)
    return parts[order][firsts].astype(np.float64), totals / totals.sum()


def _clustered(labs: Floats, weights: Floats) -> NDArray[np.intp]:
    centers = labs[[int(weights.argmax())]]
    while len(centers) < min(CLUSTERS, len(labs)):
        far = _distances(labs, centers).min(axis=1)
        centers = np.concatenate([centers, labs[[int((far * np.sqrt(weights)).argmax())]]])
    for _ in range(ROUNDS):
        mine = _distances(labs, centers).argmin(axis=1)
        held = np.bincount(mine, weights, len(centers))
        sums = np.stack(
            [np.bincount(mine, weights * labs[:, axis], len(centers)) for axis in range(3)], axis=1
        )
        moved = np.where(held[:, None] > 0, sums / np.maximum(held, 1e-12)[:, None], centers)
        if np.allclose(moved, centers, atol=1e-4):
            break
        centers = moved
    return np.asarray(_distances(labs, centers).argmin(axis=1))


def _distances(labs: Floats, centers: Floats) -> Floats:
    return np.asarray(((labs[:, None] - centers[None]) ** 2).sum(axis=2))


def _named(labs: Floats, colors: Floats, weights: Floats) -> tuple[float, Floats, str]:
    """Return a cluster's share, its Oklab coordinates and its colour."""
    share = float(weights.sum())
    top = int(weights.argmax())
    if weights[top] >= 0.4 * share:
        lab, color = labs[top], colors[top] / 255
    else:
        lab = (labs * weights[:, None]).sum(axis=0) / share
        color = from_oklab(np.append(lab, 1.0)[:, None])[:3, 0]
    return share, lab, hex_color((float(color[0]), float(color[1]), float(color[2]), 1.0))


def _merged(named: list[tuple[float, Floats, str]]) -> tuple[Swatch, ...]:
    """Join what looks alike, drop what is hardly there, and keep small vivid accents."""
    kept: list[tuple[float, Floats, str]] = []
    for share, lab, color in sorted(named, key=lambda each: (-each[0], each[2])):
        near = [at for at, other in enumerate(kept) if np.linalg.norm(other[1] - lab) < ALIKE]
        if near:
            kept[near[0]] = (kept[near[0]][0] + share, *kept[near[0]][1:])
        else:
            kept.append((share, lab, color))
    lasting = [each for each in kept if _lasts(each, kept)] or kept[:1]
    return tuple(
        Swatch(color, round(share, 4), (_short(lab[0]), _short(lab[1]), _short(lab[2])))
        for share, lab, color in sorted(lasting, key=lambda each: (-each[0], each[2]))
    )


def _lasts(entry: tuple[float, Floats, str], others: list[tuple[float, Floats, str]]) -> bool:
    """Whether a colour is frequent enough, or vivid and unlike every larger one: an accent, not an edge."""
    share, lab, _color = entry
    if share >= FEWEST or share < FEWEST_VIVID:
        return share >= FEWEST
    nearest = min(
        (float(np.linalg.norm(other[1] - lab)) for other in others if other[0] > share), default=1.0
    )
    return bool(np.hypot(lab[1], lab[2]) > VIVID) and nearest > 2 * ALIKE


def _short(number: float) -> float:
    return round(float(number), 4)
