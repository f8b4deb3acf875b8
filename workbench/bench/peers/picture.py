"""The benchmark scene in numbers, for peers written in Python. Standard library only.

Lengths are painted pixels. A peer is started as `python PEER.py ORDER`, ORDER being JSON with the members
of `Order`; with `frame` it makes a PNG of that frame, else the whole video.
"""

from __future__ import annotations

import json
import sys
from colorsys import hls_to_rgb
from dataclasses import dataclass
from math import cos, exp, pi, sin, sqrt

Rgb = tuple[int, int, int]

HEADLINE = "Motion, measured."
TYPED = "Typed one letter at a time in Python."
SHADOW_OPACITY = 0x59 / 255
DOT_OPACITY = 0.75
TYPED_OPACITY = 0xE6 / 255
TRACK_OPACITY = 0x40 / 255
CARD: Rgb = (248, 250, 252)


@dataclass(frozen=True)
class Order:
    """What to make: a video, or with `frame` a still; `font` is Inter's variable font file."""

    width: int
    height: int
    fps: int
    seconds: float
    font: str
    preset: str
    crf: int
    output: str
    frame: int | None = None

    @classmethod
    def read(cls) -> Order:
        return cls(**json.loads(sys.argv[1]))

    @property
    def scale(self) -> float:
        """Painted pixels per design pixel."""
        return self.height / 1080

    def px(self, length: float) -> float:
        return length * self.scale


@dataclass(frozen=True)
class Dot:
    """One of the forty circles, at one moment."""

    x: float
    y: float
    radius: float
    color: Rgb
    sigma: float


def hsl(hue: float, saturation: float, lightness: float) -> Rgb:
    """Return CSS's hsl() as bytes."""
    red, green, blue = hls_to_rgb(hue / 360 % 1, lightness, saturation)
    return (round(red * 255), round(green * 255), round(blue * 255))


def ground(t: float) -> tuple[Rgb, Rgb]:
    """The colours at the top left and bottom right corners."""
    return hsl(200 + 72 * t, 0.65, 0.30), hsl(260 + 72 * t, 0.65, 0.18)


def dot(order: Order, i: int, t: float) -> Dot:
    """Return circle i at a moment."""
    x = order.width * (i + 0.5) / 40 + order.px(60) * sin(2 * pi * (0.2 + 0.01 * i) * t + 0.7 * i)
    y = order.height * (0.5 + 0.35 * sin(2 * pi * (0.15 + 0.013 * i) * t + 1.3 * i))
    radius, sigma = order.px(15 + 4.5 * (i % 7)), order.px(9 if i % 4 == 0 else 0)
    return Dot(x, y, radius, hsl(9 * i, 0.8, 0.6), sigma)


def card_left(order: Order, t: float) -> float:
    """Return where the card's left edge is."""
    share = min(max(t - 0.5, 0), 1)
    return order.px(-840 + (570 + 840) * (1 - (1 - share) ** 3))


def headline_scale(t: float) -> float:
    """A spring of stiffness 100, damping 10 and mass 1."""
    pace, decay = sqrt(100 - 25), 5.0
    return 1 - exp(-decay * t) * (cos(pace * t) + decay / pace * sin(pace * t))


def letters(t: float) -> int:
    """How many letters of the typed line are shown."""
    return min(max(int((t - 1) * 18 + 1e-6), 0), len(TYPED))


def progress(order: Order, t: float) -> float:
    """How wide the bar is."""
    return order.px(18 + (1680 - 18) * min(t / order.seconds, 1))
