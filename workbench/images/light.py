"""How bright, how contrasty and how sharp a picture is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.images.colors import Floats, oklab

_WINDOW = 9
_LEAST_DETAIL = 0.0005


def brightness_and_contrast(rgb: NDArray[np.uint8]) -> tuple[float, float]:
    """Return the mean Oklab lightness, and the distance from the darkest to the lightest hundredth."""
    if not len(rgb):
        return 0.0, 0.0
    lightness = oklab(rgb)[:, 0]
    low, high = np.percentile(lightness, [1, 99])
    return round(float(lightness.mean()), 4), round(float(high - low), 4)


def sharpness(pixels: NDArray[np.uint8]) -> float | None:
    """Return how much of the detail a slight blur takes away, 0 to 1; None when there is no detail.

    A picture that is blurred already loses little: F. Crete et al., "The blur effect", 2007.
    """
    opacity = pixels[..., 3:].astype(np.float32) / 255
    shown = pixels[..., :3] * opacity + 128 * (1 - opacity)
    luma = shown @ np.array([0.299, 0.587, 0.114]) / 255
    losses = [_lost(each) for each in (luma, luma.T) if each.shape[0] > 2 * _WINDOW]
    judged = [each for each in losses if each is not None]
    return round(min(judged), 4) if judged else None


def _lost(luma: Floats) -> float | None:
    """Return the share of the change along the first axis that a blur along it removes."""
    sums = np.cumsum(
        np.pad(luma, ((_WINDOW // 2 + 1, _WINDOW // 2), (0, 0)), mode="edge"), axis=0, dtype=np.float64
    )
    blurred = (sums[_WINDOW:] - sums[:-_WINDOW]) / _WINDOW
    before = np.abs(np.diff(luma, axis=0))
    if before.mean() < _LEAST_DETAIL:
        return None
    after = np.abs(np.diff(blurred, axis=0))
    return float(np.maximum(before - after, 0).sum() / before.sum())


def transparent_share(pixels: NDArray[np.uint8]) -> float:
    """Return the mean transparency, 0 opaque to 1 invisible."""
    return round(1 - float(pixels[..., 3].mean()) / 255, 4)


def edges(small: NDArray[np.uint8]) -> tuple[Floats, Floats]:
    """Return how much each pixel differs from its right and its lower neighbour, in Oklab and opacity."""
    height, width = small.shape[:2]
    opacity = small[..., 3:].astype(np.float64) / 255
    channels = np.concatenate(
        [oklab(small[..., :3].reshape(-1, 3)).reshape(height, width, 3), opacity], axis=2
    )
    channels[..., :3] *= opacity
    level = np.zeros((height, width))
    upright = np.zeros((height, width))
    level[:, :-1] = np.abs(np.diff(channels, axis=1)).max(axis=2)
    upright[:-1] = np.abs(np.diff(channels, axis=0)).max(axis=2)
    return level, upright
