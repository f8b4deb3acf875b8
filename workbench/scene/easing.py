"""How a share of time becomes a share of the way: easing curves and the damped spring.

The curves are Robert Penner's (easings.net shows them). Every curve takes an array of shares, 0..1, and
gives 0 at 0 and 1 at 1; only the `back` and `elastic` curves leave 0..1 between.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf, log, sqrt

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Curve = Callable[[Floats], Floats]

SPRING_TASTES: dict[str, tuple[float, float]] = {
    "smooth": (120.0, 22.0),
    "snappy": (260.0, 26.0),
    "bouncy": (180.0, 12.0),
}
"""Stiffness and damping by taste, for mass 1: no, 1.5 % and 21 % of overshoot."""

SETTLED = 1e-5
"""A spring rests, exactly, once it can no longer be this share of its way off its goal."""

_BACK = 1.70158


def _square(share: Floats) -> Floats:
    return share * share


def _cube(share: Floats) -> Floats:
    return share * share * share


def _fourth(share: Floats) -> Floats:
    return _square(share * share)


def _expo(share: Floats) -> Floats:
    # 2 ** (10 x - 10) does not reach 0: stretch it so that it does
    return (np.exp2(10 * share) - 1) / 1023


def _back(share: Floats) -> Floats:
    return share * share * ((_BACK + 1) * share - _BACK)


def _sine(share: Floats) -> Floats:
    return 1 - np.cos(share * (np.pi / 2))


def _elastic_out(share: Floats) -> Floats:
    return np.exp2(-10 * share) * np.sin((share * 10 - 0.75) * (2 * np.pi / 3)) + 1


def _bounce_out(share: Floats) -> Floats:
    steepness, span = 7.5625, 2.75
    hops = ((1.0, 0.0, 0.0), (2.0, 1.5, 0.75), (2.5, 2.25, 0.9375), (span, 2.625, 0.984375))
    heights = [steepness * (share - middle / span) ** 2 + floor for _, middle, floor in hops]
    return np.select([share <= until / span for until, _, _ in hops], heights, 1.0)


def _out(curve: Curve) -> Curve:
    return lambda share: 1 - curve(1 - share)


def _in_out(curve: Curve) -> Curve:
    return lambda share: np.where(share < 0.5, curve(2 * share) / 2, 1 - curve(2 - 2 * share) / 2)


_INWARD: dict[str, Curve] = {
    "sine": _sine,
    "quad": _square,
    "cubic": _cube,
    "quart": _fourth,
    "expo": _expo,
    "back": _back,
}

EASES: dict[str, Curve] = {
    "linear": lambda share: share,
    **{f"in_{name}": curve for name, curve in _INWARD.items()},
    **{f"out_{name}": _out(curve) for name, curve in _INWARD.items()},
    **{f"in_out_{name}": _in_out(curve) for name, curve in _INWARD.items()},
    "out_elastic": _elastic_out,
    "out_bounce": _bounce_out,
}


_EXACT = frozenset(
    {"linear", *(f"{way}_{name}" for way in ("in", "out", "in_out") for name in ("quad", "cubic", "quart"))}
)
"""Curves whose arithmetic gives exactly 0 at 0 and 1 at 1."""


def ease(name: str, share: Floats) -> Floats:
    """Return the eased shares, exactly 0 and 1 at the ends; shares outside 0..1 count as the nearer end."""
    shares = EASES[name](np.minimum(np.maximum(share, 0.0), 1.0))
    if name not in _EXACT:
        shares[share <= 0] = 0.0
        shares[share >= 1] = 1.0
    return shares


def spring_share(seconds: Floats, stiffness: float, damping: float, mass: float = 1.0) -> Floats:
    """Return how far a spring let go at 0 with no speed has come: 0 at the start, 1 when it rests.

    The closed solution of m x'' + c x' + k x = 0 in its three cases; exactly 1 from `spring_seconds` on.
    """
    mass, stiffness, damping = max(mass, 1e-6), max(stiffness, 0.0), max(damping, 0.0)
    time = np.maximum(seconds, 0.0)
    natural = sqrt(stiffness / mass)
    if natural == 0:
        return np.zeros_like(time)
    ratio = damping / (2 * sqrt(stiffness * mass))
    rests = spring_seconds(stiffness, damping, mass)
    time = np.minimum(time, rests)
    if abs(ratio - 1) < 1e-4:
        left = (1 + natural * time) * np.exp(-natural * time)
    elif ratio < 1:
        swing = natural * sqrt(1 - ratio * ratio)
        left = np.exp(-ratio * natural * time) * (
            np.cos(swing * time) + ratio * natural / swing * np.sin(swing * time)
        )
    else:
        root = sqrt(ratio * ratio - 1)
        slow, fast = natural * (ratio - root), natural * (ratio + root)
        left = (fast * np.exp(-slow * time) - slow * np.exp(-fast * time)) / (fast - slow)
    return np.where(time >= rests, 1.0, 1 - left)


def spring_seconds(stiffness: float, damping: float, mass: float = 1.0) -> float:
    """Return when a spring rests (see `SETTLED`); infinite when nothing damps or pulls it."""
    mass = max(mass, 1e-6)
    if stiffness <= 0 or damping <= 0:
        return inf
    natural = sqrt(stiffness / mass)
    ratio = damping / (2 * sqrt(stiffness * mass))
    if ratio < 1 - 1e-4:
        return log(1 / (SETTLED * sqrt(1 - ratio * ratio))) / (ratio * natural)
    if ratio > 1 + 1e-4:
        root = sqrt(ratio * ratio - 1)
        return log((ratio + root) / (2 * root * SETTLED)) / (natural * (ratio - root))
    # (1 + x) e^-x = SETTLED by fixed-point steps, which contract quickly here
    x = 1.0
    for _ in range(40):
        x = log((1 + x) / SETTLED)
    return x / natural


def spring_constants(
    taste: str, stiffness: float | None = None, damping: float | None = None
) -> tuple[float, float]:
    """Return stiffness and damping: those given, else the taste's."""
    usual = SPRING_TASTES[taste]
    return (
        usual[0] if stiffness is None else stiffness,
        usual[1] if damping is None else damping,
    )
