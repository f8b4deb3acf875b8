"""What a property is at every frame: values, tracks and samples become floats, arrays and colours.

Numbers come out as a float when nothing moves, else as an array `(frames,)`; colours as an `Rgba` tuple,
else as an array `(4, frames)`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from workbench.scene.color import from_oklab, parse_color, premultiplied, unpremultiplied
from workbench.scene.easing import ease, spring_constants, spring_share
from workbench.scene.graph import Gradient, Samples, Shadow, Stroke, Track
from workbench.scene.staged import Floats, PerFrame, Rgba


@dataclass(frozen=True, slots=True)
class Times:
    """A node's own seconds at every frame of the scene, 0 before it starts."""

    local: Floats

    @classmethod
    def of(cls, frames: int, fps: int, start_seconds: float) -> Times:
        """Build the times of a node that starts `start_seconds` into the scene."""
        return cls(np.maximum(np.arange(frames) / fps - start_seconds, 0.0))


def number(value: Any, times: Times) -> PerFrame:
    """Return a number property at every frame."""
    if isinstance(value, Samples):
        return _still(np.array(value.values, dtype=np.float64))
    if isinstance(value, Track):
        return _still(track(value, times.local))
    return float(value)


def color(value: Any, times: Times) -> Rgba | Floats:
    """Return a colour property at every frame."""
    if isinstance(value, Samples):
        known = {text: parse_color(text) for text in dict.fromkeys(map(str, value.values))}
        if len(known) > 1:
            return np.array([known[str(text)] for text in value.values]).T
        return next(iter(known.values()))
    if isinstance(value, Track):
        return _still_color(from_oklab(unpremultiplied(color_track(value, times.local))))
    return parse_color(value)


def paint(value: Any, times: Times) -> Any:
    """Return a colour or gradient at every frame; None stays None."""
    if value is None or not isinstance(value, Gradient):
        return None if value is None else color(value, times)
    return Gradient(
        value.kind,
        tuple((float(offset), color(stop, times)) for offset, stop in value.stops),
        *(number(member, times) for member in (value.angle, value.x, value.y, value.radius)),
    )


def stroke(value: Stroke | None, times: Times) -> Stroke | None:
    """Return an outline with its paint and width at every frame."""
    if value is None:
        return None
    dash = tuple(float(length) for length in value.dash)
    return Stroke(paint(value.paint, times), number(value.width, times), dash, value.cap)


def shadow(value: Shadow | None, times: Times) -> Shadow | None:
    """Return a shadow with its members at every frame."""
    if value is None:
        return None
    members = (number(member, times) for member in (value.blur, value.x, value.y))
    return Shadow(color(value.color, times), *members)


def track(value: Track | float, seconds: Floats) -> Floats:
    """Return a number track at the given seconds (any shape)."""
    values = _number_track(value, seconds)
    return values if values.shape == seconds.shape else np.full_like(seconds, values)


def _number_track(value: Track | float, seconds: Floats) -> Floats:
    if not isinstance(value, Track):
        return np.asarray(value, np.float64)
    return _KINDS[value.kind](value.args, seconds, _number_track)


def color_track(value: Track | str, seconds: Floats) -> Floats:
    """Return a colour track in premultiplied Oklab, shape (4, ...), or (4, 1, ...) for what never changes."""
    if not isinstance(value, Track):
        return _lab(value).reshape(4, *[1] * seconds.ndim)
    return _KINDS[value.kind](value.args, seconds, color_track)


@lru_cache(maxsize=4096)
def _lab(text: str) -> Floats:
    return premultiplied(np.array(parse_color(text)))


Evaluate = Callable[[Any, Floats], Floats]
Args = Mapping[str, Any]


def _tween(args: Args, seconds: Floats, evaluate: Evaluate) -> Floats:
    span = max(float(args.get("seconds", 1.0)), 1e-9)
    share = ease(args.get("ease", "in_out_cubic"), (seconds - float(args.get("start", 0.0))) / span)
    a, b = evaluate(args["a"], seconds), evaluate(args["b"], seconds)
    return np.where(share == 1.0, b, a + (b - a) * share)


def _spring(args: Args, seconds: Floats, evaluate: Evaluate) -> Floats:
    constants = spring_constants(args.get("taste", "smooth"), args.get("stiffness"), args.get("damping"))
    since = seconds - float(args.get("start", 0.0))
    share = spring_share(since, *constants, float(args.get("mass", 1.0)))
    a, b = evaluate(args["a"], seconds), evaluate(args["b"], seconds)
    return np.where(share == 1.0, b, a + (b - a) * share)


def _keys(args: Args, seconds: Floats, evaluate: Evaluate) -> Floats:
    points = sorted(args["points"], key=lambda point: float(point[0]))
    moments = np.array([float(point[0]) for point in points])
    values = np.stack([_at_zero(point[1], evaluate) for point in points], axis=-1)
    last = len(points) - 1
    right = np.clip(np.searchsorted(moments, seconds, side="right"), 1, max(last, 1))
    right, left = np.minimum(right, last), np.minimum(right - 1, last)
    span = np.maximum(moments[right] - moments[left], 1e-9)
    share = ease(args.get("ease", "in_out_cubic"), (seconds - moments[left]) / span)
    a, b = values[..., left], values[..., right]
    return np.where(share == 1.0, b, a + (b - a) * share)


def _at_zero(value: Any, evaluate: Evaluate) -> Floats:
    values = evaluate(value, np.zeros(1))
    return values[..., 0] if values.ndim else values


def _noise(args: Args, seconds: Floats, evaluate: Evaluate) -> Floats:
    time = seconds * float(args.get("speed", 1.0))
    seed = int(args.get("seed", 0))
    drift = smooth_noise(time, seed) + 0.5 * smooth_noise(2 * time + 0.37, seed + 1)
    return evaluate(args.get("amount", 1.0), seconds) * (drift / 1.5)


def _wave(args: Args, seconds: Floats, evaluate: Evaluate) -> Floats:
    swings = seconds / max(float(args.get("seconds", 2.0)), 1e-9) + float(args.get("phase", 0.0))
    return evaluate(args.get("amount", 1.0), seconds) * np.sin(2 * np.pi * swings)


def _loop(args: Args, seconds: Floats, evaluate: Evaluate) -> Floats:
    span = max(float(args["seconds"]), 1e-9)
    # a frame that rounding puts just before the seam belongs after it
    rounds, within = np.divmod(seconds + 1e-9, span)
    within = np.maximum(within - 1e-9, 0.0)
    if args.get("bounce", False):
        within = np.where(rounds % 2 == 1, span - within, within)
    return evaluate(args["track"], within)


def _delay(args: Args, seconds: Floats, evaluate: Evaluate) -> Floats:
    return evaluate(args["track"], np.maximum(seconds - float(args["seconds"]), 0.0))


def _add(args: Args, seconds: Floats, evaluate: Evaluate) -> Floats:
    return evaluate(args["a"], seconds) + evaluate(args["b"], seconds)


def _multiply(args: Args, seconds: Floats, evaluate: Evaluate) -> Floats:
    return evaluate(args["a"], seconds) * evaluate(args["b"], seconds)


def _negate(args: Args, seconds: Floats, evaluate: Evaluate) -> Floats:
    return -evaluate(args["a"], seconds)


_KINDS: dict[str, Callable[[Args, Floats, Evaluate], Floats]] = {
    "tween": _tween,
    "spring": _spring,
    "keys": _keys,
    "noise": _noise,
    "wave": _wave,
    "loop": _loop,
    "delay": _delay,
    "add": _add,
    "multiply": _multiply,
    "negate": _negate,
}

TRACK_KINDS = frozenset(_KINDS)


def smooth_noise(time: Floats, seed: int) -> Floats:
    """Return value noise in -1..1: chance at whole times, faded by Perlin's quintic (2002) between."""
    whole = np.floor(time)
    share = time - whole
    fade = share * share * share * (share * (share * 6 - 15) + 10)
    left, right = chance(whole, seed), chance(whole + 1, seed)
    return 2 * (left + (right - left) * fade) - 1


def chance(numbers: Floats, seed: int) -> Floats:
    """Return for each whole number a share 0..1 that looks random (SplitMix64, Steele et al. 2014)."""
    with np.errstate(over="ignore"):
        start = np.uint64((seed * 0x9E3779B97F4A7C15 + 0x632BE59BD9B4E019) & 0xFFFFFFFFFFFFFFFF)
        bits = numbers.astype(np.int64).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + start
        bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        bits ^= bits >> np.uint64(31)
    return (bits >> np.uint64(11)).astype(np.float64) / float(1 << 53)


def _still(values: Floats) -> PerFrame:
    return float(values[0]) if np.all(values == values[0]) else values


def _still_color(colors: Floats) -> Rgba | Floats:
    if np.all(colors == colors[:, :1]):
        red, green, blue, alpha = colors[:, 0].tolist()
        return (red, green, blue, alpha)
    return colors
