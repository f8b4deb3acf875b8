"""Contrast as WCAG 2.2 measures it, and the nearest colour that has enough of it.

Relative luminance and contrast ratio: W3C, "Web Content Accessibility Guidelines (WCAG) 2.2",
www.w3.org/TR/WCAG22, definitions of *relative luminance* and *contrast ratio*, criterion 1.4.3.
"""

from __future__ import annotations

import numpy as np

from workbench.scene.color import from_oklab, linear_light, to_oklab
from workbench.scene.staged import Floats, Rgba

_WEIGHTS = np.array([0.2126, 0.7152, 0.0722])
_STEPS = 201


def luminance(colors: Floats) -> Floats:
    """Return the relative luminance 0..1 of sRGB colours; shape (3, ...) in, (...) out."""
    result: Floats = np.tensordot(_WEIGHTS, linear_light(colors[:3]), 1)
    return result


def contrast_ratio(a: Floats, b: Floats) -> Floats:
    """Return the ratio 1..21 between two luminances."""
    result: Floats = (np.maximum(a, b) + 0.05) / (np.minimum(a, b) + 0.05)
    return result


def readable_color(color: Rgba, behind: Floats, needed: float) -> Rgba | None:
    """Return the opaque colour nearest to `color` that stands out by `needed` from every colour in `behind`.

    The hue is kept and the lightness moved in Oklab; `behind` has shape (3, n). None when there is none.
    """
    lab = to_oklab(np.array(color)[:, None])
    tries = np.repeat(lab, _STEPS, axis=1)
    tries[0] = np.linspace(0, 1, _STEPS)
    room = 1 - np.abs(2 * tries[0] - 1) ** 3
    tries[1:3] *= room
    tries[3] = 1.0
    colors = np.round(from_oklab(tries) * 255) / 255
    ratios = contrast_ratio(luminance(colors)[:, None], luminance(behind)[None, :]).min(axis=1)
    passing = np.flatnonzero(ratios >= needed)
    if not len(passing):
        return None
    nearest = passing[np.abs(tries[0][passing] - lab[0, 0]).argmin()]
    red, green, blue = colors[:3, nearest].tolist()
    return (red, green, blue, 1.0)
