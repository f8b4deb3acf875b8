"""How alike two pictures are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Likeness:
    """Peak signal to noise in dB, structural similarity (Wang 2004, 8x8 blocks), pixels off by > 16."""

    psnr: float
    ssim: float
    off: float


def likeness(one: Picture, other: Picture) -> Likeness:
    """Compare two pictures of one shape, (height, width, 3)."""
    difference = one.astype(np.float64) - other
    error = float((difference**2).mean())
    psnr = 99.0 if error == 0 else float(10 * np.log10(255**2 / error))
    return Likeness(
        psnr, _ssim(one.mean(axis=2), other.mean(axis=2)), float((abs(difference).max(axis=2) > 16).mean())
    )


def _ssim(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    a, b = _blocks(one), _blocks(other)
    mean_a, mean_b = a.mean(axis=1), b.mean(axis=1)
    covariance = ((a - mean_a[:, None]) * (b - mean_b[:, None])).mean(axis=1)
    near, far = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    likeness = (2 * mean_a * mean_b + near) * (2 * covariance + far)
    return float((likeness / ((mean_a**2 + mean_b**2 + near) * (a.var(axis=1) + b.var(axis=1) + far))).mean())


def _blocks(picture: NDArray[np.float64]) -> NDArray[np.float64]:
    height, width = (side // 8 * 8 for side in picture.shape)
    cut = picture[:height, :width].reshape(height // 8, 8, width // 8, 8)
    return cut.swapaxes(1, 2).reshape(-1, 64)
