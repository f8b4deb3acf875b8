"""How alike two videos look, so that nobody can say that a peer drew something else."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

MOMENTS = (30, 75, 120)
"""Frames that are compared."""


def psnr(one: Path, other: Path, moments: tuple[int, ...] = MOMENTS) -> float:
    """Return the peak signal-to-noise ratio in decibels over those frames; infinite when they are equal."""
    errors = [
        float(np.square(a.astype(np.float64) - b).mean())
        for a, b in zip(_frames(one, moments), _frames(other, moments), strict=True)
    ]
    error = sum(errors) / len(errors)
    return float("inf") if error == 0 else float(10 * np.log10(255**2 / error))


def _frames(video: Path, moments: tuple[int, ...]) -> list[NDArray[np.uint8]]:
    with av.open(str(video)) as file:
        return [
            np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
            for number, frame in enumerate(file.decode(video=0))
            if number in moments
        ]
