"""What kind of picture it is, told from measured signs, each of which is said.

The signs are simple on purpose: how much is flat, how many colours it takes, whether the corners are
clear, where long straight lines run, how many hues are vivid. They tell a photo from graphics nearly
always and a chart from a screen often; the evidence is kept, so that whoever reads it can disagree.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.images.areas import EDGE, Mask
from workbench.images.colors import Floats
from workbench.images.values import Area, PictureKind, Swatch

FLAT = 0.006
_RUN_PIXELS = 24
_VIVID = 0.08
_CORNER = 0.06


@dataclass(frozen=True, slots=True)
class Signs:
    """What is measured to tell the kind; shares are 0 to 1 of the picture, lines of its width or height."""

    flat: float
    edges: float
    colors_for_most: int
    clear_corners: int
    transparent: float
    hues: int
    level_line: float
    upright_line: float
    axes: bool
    filled: float
    areas: int
    tallest_area: float
    aspect: float


def signs(
    small: NDArray[np.uint8], rgb: NDArray[np.uint8], level: Floats, upright: Floats,
    swatches: tuple[Swatch, ...], areas: tuple[Area, ...],
) -> Signs:  # fmt: skip
    """Measure the signs on a reduced picture, its sampled colours and its edges."""
    steps = np.maximum(level, upright)
    across, along = _runs(upright > EDGE), _runs((level > EDGE).T).T
    height, width = steps.shape
    return Signs(
        flat=float((steps < FLAT).mean()),
        edges=float((steps > EDGE).mean()),
        colors_for_most=_colors_for_most(rgb),
        clear_corners=sum(bool(small[y, x, 3] < 128) for y in (0, -1) for x in (0, -1)),
        transparent=1 - float(small[..., 3].mean()) / 255,
        hues=_hues(swatches),
        level_line=float(across.sum(axis=1).max() / width),
        upright_line=float(along.sum(axis=0).max() / height),
        axes=_axes(across, along),
        filled=max((area.width * area.height for area in areas), default=0.0),
        areas=len(areas),
        tallest_area=max((area.height for area in areas if area.width < 0.98), default=0.0),
        aspect=width / height,
    )


def kind_of(found: Signs) -> tuple[PictureKind, tuple[str, ...]]:
    """Return the most likely kind and the signs that speak for it."""
    if found.flat < 0.5 and found.colors_for_most > 60:
        return "photo", (
            f"only {found.flat:.0%} of it is flat",
            f"it takes {found.colors_for_most} colours to make up nine tenths of it",
        )
    if found.clear_corners >= 3 and found.transparent < 0.9:
        return "logo", (f"{found.clear_corners} corners are transparent", f"{found.flat:.0%} of it is flat")
    if found.axes and found.hues >= 1:
        return "chart", ("a level and an upright line meet like axes", f"{found.hues} vivid hues")
    if found.edges < 0.035 and found.areas <= 4:
        return "logo", ("little but one mark on a plain ground", f"{found.edges:.1%} of it is edges")
    if found.hues >= 2 and found.level_line < 0.7 and found.upright_line < 0.8 and found.aspect > 1.1:
        return "chart", (f"{found.hues} vivid hues on a plain ground", "no line runs from side to side")
    if found.aspect < 1.1 and found.level_line < 0.6 and found.upright_line < 0.6:
        return "poster", ("it is upright", "large shapes, no lines that divide it")
    return "ui", (
        f"a level line runs over {found.level_line:.0%} of its width",
        f"an upright line over {found.upright_line:.0%} of its height",
        f"{found.areas} separate areas",
    )


def _runs(mask: Mask) -> Mask:
    """Return the mask without runs along the second axis that are shorter than a line."""
    if mask.shape[1] < _RUN_PIXELS:
        return np.zeros_like(mask)
    sums = np.cumsum(np.pad(mask, ((0, 0), (1, 0))), axis=1)
    full: Mask = sums[:, _RUN_PIXELS:] - sums[:, :-_RUN_PIXELS] == _RUN_PIXELS
    begun: Mask = np.pad(full, ((0, 0), (0, _RUN_PIXELS - 1)))
    count = np.cumsum(np.pad(begun, ((0, 0), (_RUN_PIXELS, 0))), axis=1)
    return np.asarray(count[:, _RUN_PIXELS:] - count[:, :-_RUN_PIXELS] > 0)


def _axes(across: Mask, along: Mask) -> bool:
    """Whether a long level line low down begins where a long upright line at the left ends."""
    height, width = across.shape
    rows = [row for row in range(height // 2, height - 1) if across[row].sum() > 0.5 * width]
    columns = [column for column in range(1, round(0.35 * width)) if along[:, column].sum() > 0.45 * height]
    near_x, near_y = _CORNER * width, _CORNER * height
    for row in rows:
        begins = int(np.flatnonzero(across[row])[0])
        for column in columns:
            ends = np.flatnonzero(along[:, column])
            inside = begins > 0.02 * width and ends[-1] < 0.97 * height and ends[0] > 0.01 * height
            if inside and abs(begins - column) < near_x and abs(int(ends[-1]) - row) < near_y:
                return True
    return False


def _colors_for_most(rgb: NDArray[np.uint8]) -> int:
    """Return how many cells of a 32x32x32 colour cube hold nine tenths of the sample."""
    if not len(rgb):
        return 0
    cells = (rgb.astype(np.uint32) >> 3) @ np.array([1024, 32, 1], dtype=np.uint32)
    counts = np.sort(np.unique(cells, return_counts=True)[1])[::-1]
    return int(np.searchsorted(np.cumsum(counts), 0.9 * counts.sum())) + 1


def _hues(swatches: tuple[Swatch, ...]) -> int:
    """Return how many sixths of the hue circle have a vivid colour that is not the ground."""
    vivid = [each.oklab for each in swatches if each.share < 0.5 and np.hypot(*each.oklab[1:]) > _VIVID]
    return len({int(np.arctan2(b, a) // (np.pi / 3)) for _lightness, a, b in vivid})
