"""Many small seeded shapes whose places are a formula of time: no state, so any frame comes at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.scene.color import parse_color
from workbench.scene.staged import Floats, Rgba
from workbench.scene.tracks import chance

MOST_PARTICLES = 5000
DRAG_PER_SECOND = 1.2
"""How quickly the particles of a burst lose speed."""
SHORTEST_LIFE_SECONDS = 0.05
_EDGE_SHARE = 0.12
"""Particles fade within this share of the area at its edges, where they leave and return."""


@dataclass(frozen=True, slots=True)
class Particles:
    """All particles at one frame, each array of shape (count,), in the node's own space.

    `size` is the diameter; `opacity` is 0 for what is gone; `color` counts into the swarm's colours.
    """

    x: Floats
    y: Floats
    size: Floats
    opacity: Floats
    color: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Swarm:
    """What stays the same about a node's particles, with their own seconds at every frame."""

    motion: str
    width: float
    height: float
    speed: float
    gravity: float
    life_seconds: float
    seed: int
    sizes: Floats
    colors: tuple[Rgba, ...]
    local_seconds: Floats

    def at(self, frame: int) -> Particles:
        """Return every particle at one frame of the scene."""
        seconds = float(self.local_seconds[frame])
        x, y, edge = _MOTIONS[self.motion](self, seconds)
        color = np.floor(self.chance(6) * len(self.colors)).astype(np.int64)
        return Particles(x, y, self.sizes, np.clip(edge * self._age(seconds), 0.0, 1.0), color)

    def chance(self, trait: int) -> Floats:
        """Return one seeded share 0..1 for each particle; `trait` keeps their traits independent."""
        return chance(np.arange(len(self.sizes), dtype=np.float64), self.seed * 64 + trait)

    def _age(self, seconds: float) -> Floats:
        if self.life_seconds <= 0:
            return np.ones_like(self.sizes)
        span = max(self.life_seconds, SHORTEST_LIFE_SECONDS) * (0.7 + 0.6 * self.chance(7))
        if self.motion == "burst":
            return 1 - np.clip(seconds / span, 0.0, 1.0) ** 2
        return np.sin(np.pi * ((seconds / span + self.chance(8)) % 1.0))


def swarm(
    count: int,
    *,
    size: Sequence[float],
    colors: Sequence[str],
    motion: str,
    speed: float,
    area: tuple[float, float],
    gravity: float,
    life_seconds: float,
    seed: int,
    local_seconds: Floats,
) -> Swarm:
    """Build a swarm of at most `MOST_PARTICLES` over an area of that width and height."""
    number = int(np.clip(count, 0, MOST_PARTICLES))
    low, high = sorted(max(float(each), 0.0) for each in size)
    shares = chance(np.arange(number, dtype=np.float64), seed * 64)
    return Swarm(
        motion,
        max(area[0], 1.0),
        max(area[1], 1.0),
        speed,
        gravity,
        life_seconds,
        seed,
        low + (high - low) * shares,
        tuple(parse_color(color) for color in colors) or (parse_color("#f8fafc"),),
        local_seconds,
    )


Motion = Callable[[Swarm, float], tuple[Floats, Floats, Floats]]


def _drift(swarm: Swarm, seconds: float) -> tuple[Floats, Floats, Floats]:
    angle = 2 * np.pi * swarm.chance(1)
    way = swarm.speed * _pace(swarm) * seconds
    return _roaming(swarm, seconds, way * np.cos(angle), way * np.sin(angle))


def _rise(swarm: Swarm, seconds: float) -> tuple[Floats, Floats, Floats]:
    return _roaming(swarm, seconds, _sway(swarm, seconds), -swarm.speed * _pace(swarm) * seconds)


def _fall(swarm: Swarm, seconds: float) -> tuple[Floats, Floats, Floats]:
    return _roaming(swarm, seconds, _sway(swarm, seconds), swarm.speed * _pace(swarm) * seconds)


def _burst(swarm: Swarm, seconds: float) -> tuple[Floats, Floats, Floats]:
    angle = 2 * np.pi * swarm.chance(1)
    pace = swarm.speed * (0.25 + 1.5 * swarm.chance(2))
    way = pace * (1 - np.exp(-DRAG_PER_SECOND * seconds)) / DRAG_PER_SECOND
    down = swarm.gravity * seconds * seconds / 2
    return way * np.cos(angle), way * np.sin(angle) + down, np.ones_like(angle)


def _orbit(swarm: Swarm, seconds: float) -> tuple[Floats, Floats, Floats]:
    radius = np.sqrt(0.04 + 0.96 * swarm.chance(2))
    turn = swarm.speed * seconds / (radius * min(swarm.width, swarm.height) / 2)
    angle = 2 * np.pi * swarm.chance(1) + turn
    x, y = radius * np.cos(angle) * swarm.width / 2, radius * np.sin(angle) * swarm.height / 2
    return x, y + swarm.gravity * seconds * seconds / 2, np.ones_like(x)


_MOTIONS: dict[str, Motion] = {
    "drift": _drift,
    "rise": _rise,
    "fall": _fall,
    "burst": _burst,
    "orbit": _orbit,
}


def _roaming(swarm: Swarm, seconds: float, dx: Floats, dy: Floats) -> tuple[Floats, Floats, Floats]:
    """Move from seeded homes; what leaves the area on one side returns on the other."""
    down = dy + swarm.gravity * seconds * seconds / 2
    across_share = (swarm.chance(3) + dx / swarm.width) % 1.0
    down_share = (swarm.chance(4) + down / swarm.height) % 1.0
    nearest = np.minimum(np.minimum(across_share, 1 - across_share), np.minimum(down_share, 1 - down_share))
    edge = np.clip(nearest / _EDGE_SHARE, 0.0, 1.0)
    return (across_share - 0.5) * swarm.width, (down_share - 0.5) * swarm.height, edge


def _pace(swarm: Swarm) -> Floats:
    return 0.4 + 1.2 * swarm.chance(2)


def _sway(swarm: Swarm, seconds: float) -> Floats:
    return 0.35 * swarm.speed * np.sin(seconds * (0.6 + swarm.chance(5)) + 2 * np.pi * swarm.chance(1))
