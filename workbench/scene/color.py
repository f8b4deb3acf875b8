"""Colours: reading them, and mixing them so that the way between looks even.

Mixing happens in Oklab (Björn Ottosson, "A perceptual color space for image processing", 2020,
bottosson.github.io/posts/oklab) with opacity premultiplied, as CSS Color 4 does, so that a mix with
something transparent does not turn dark.
"""

from __future__ import annotations

import colorsys
import re
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from workbench.errors import InputError, NotFound
from workbench.scene.color_names import COLOR_NAMES
from workbench.scene.staged import Rgba

Floats = NDArray[np.float64]

_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_LMS_BACK = np.linalg.inv(_LMS)
_LAB_BACK = np.linalg.inv(_LAB)

_FUNCTION = re.compile(r"(rgb|hsl)a?\(([^()]*)\)")
_NUMBER = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(%|deg)?")


@lru_cache(maxsize=4096)
def parse_color(text: str) -> Rgba:
    """Read `#rgb`, `#rgba`, `#rrggbb`, `#rrggbbaa`, a CSS name, `transparent`, `rgb(...)` or `hsl(...)`."""
    word = text.strip().lower()
    if word == "transparent":
        return (0.0, 0.0, 0.0, 0.0)
    if word.startswith("#"):
        return _hex(word[1:], text)
    if match := _FUNCTION.fullmatch(word):
        return _function(match[1], match[2], text)
    if word in COLOR_NAMES:
        return _hex(COLOR_NAMES[word][1:], text)
    if word.isalpha():
        raise NotFound.among("colour", text, COLOR_NAMES)
    raise _unreadable(text)


def hex_color(color: Rgba) -> str:
    """Return `#rrggbb`, or `#rrggbbaa` when it is not opaque."""
    red, green, blue, alpha = (round(255 * min(max(part, 0.0), 1.0)) for part in color)
    return f"#{red:02x}{green:02x}{blue:02x}" + (f"{alpha:02x}" if alpha < 255 else "")


def to_oklab(colors: Floats) -> Floats:
    """Return lightness, a, b and opacity of colours; shape (4, ...) in and out."""
    lms = np.cbrt(_times(_LMS, linear_light(colors[:3])))
    return np.concatenate([_times(_LAB, lms), colors[3:]])


def from_oklab(labs: Floats) -> Floats:
    """Return the sRGB colours, held within 0..1; shape (4, ...) in and out."""
    lms = _times(_LAB_BACK, labs[:3]) ** 3
    colors = _gamma(_times(_LMS_BACK, lms))
    clipped: Floats = np.clip(np.concatenate([colors, labs[3:]]), 0.0, 1.0)
    return clipped


def mix_colors(a: Floats, b: Floats, share: Floats | float) -> Floats:
    """Return the colours `share` of the way from a to b; shapes (4, ...) that broadcast."""
    return from_oklab(unpremultiplied(premultiplied(a) * (1 - share) + premultiplied(b) * share))


def premultiplied(colors: Floats) -> Floats:
    """Return colours in Oklab with lightness, a and b multiplied by opacity: fit for adding up."""
    labs = to_oklab(colors)
    return np.concatenate([labs[:3] * labs[3:], labs[3:]])


def unpremultiplied(labs: Floats) -> Floats:
    """Undo `premultiplied` without leaving Oklab."""
    alpha = np.clip(labs[3:], 0.0, 1.0)
    return np.concatenate([labs[:3] / np.where(alpha > 1e-9, alpha, 1.0), alpha])


def linear_light(channels: Floats) -> Floats:
    """Undo the sRGB transfer curve."""
    low = channels / 12.92
    return np.where(channels <= 0.04045, low, ((np.maximum(channels, 0.0) + 0.055) / 1.055) ** 2.4)


def _times(matrix: Floats, columns: Floats) -> Floats:
    if columns.ndim <= 2:
        return np.asarray(matrix @ columns)
    return np.asarray(np.tensordot(matrix, columns, 1))


def _gamma(light: Floats) -> Floats:
    positive = np.maximum(light, 0.0)
    return np.where(positive <= 0.0031308, positive * 12.92, 1.055 * positive ** (1 / 2.4) - 0.055)


def _hex(digits: str, text: str) -> Rgba:
    if len(digits) in (3, 4):
        digits = "".join(digit * 2 for digit in digits)
    if not re.fullmatch(r"[0-9a-f]{6}([0-9a-f]{2})?", digits):
        raise _unreadable(text)
    red, green, blue, alpha = bytes.fromhex(digits + "ff"[: 8 - len(digits)])
    return (red / 255, green / 255, blue / 255, alpha / 255)


def _function(name: str, inside: str, text: str) -> Rgba:
    words = [word for word in re.split(r"[\s,/]+", inside.strip()) if word]
    matches = [_NUMBER.fullmatch(word) for word in words]
    if len(words) not in (3, 4) or not all(matches):
        raise _unreadable(text)
    values = [(float(match[1]), match[2] or "") for match in matches if match]
    alpha = _share(*values[3], 1.0) if len(values) == 4 else 1.0
    if name == "rgb":
        red, green, blue = (_share(number, unit, 255.0) for number, unit in values[:3])
        return (red, green, blue, alpha)
    hue, (saturation, _), (lightness, _) = values[0][0] / 360 % 1.0, values[1], values[2]
    rgb = colorsys.hls_to_rgb(hue, _unit(lightness / 100), _unit(saturation / 100))
    return (*rgb, alpha)


def _share(number: float, unit: str, full: float) -> float:
    return _unit(number / 100 if unit == "%" else number / full)


def _unit(number: float) -> float:
    return min(max(number, 0.0), 1.0)


def _unreadable(text: str) -> InputError:
    return InputError(
        f"{text!r} is not a colour.",
        remedy='Write "#38bdf8", "#38bdf880" with opacity, or a CSS name such as "white".',
    )
