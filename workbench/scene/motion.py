"""Enter, exit and emphasis presets as plain numbers.

A preset is a function of a share: 0 is away, 1 is there. An exit is the same function of a share that
runs from 1 to 0, and goes on in the direction of the enter (what rose into place rises away).
Seconds may have any shape, so one call serves a node, or every letter of a text at every frame.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from workbench.scene.easing import SPRING_TASTES, ease, spring_seconds, spring_share
from workbench.scene.graph import Motion
from workbench.scene.staged import Floats, PerFrame

STAGGER_SECONDS = {"letter": 0.03, "word": 0.09, "line": 0.16}
EMPHASIS_FADE_SECONDS = 0.25
"""An emphasis calms down within this time before an exit begins."""


@dataclass(frozen=True, slots=True)
class Change:
    """What presets do to a node: factors (opacity, scale, trim), offsets (dx, dy, rotation, blur), a window.

    `window` is the uncovered part as shares of the box, shape (4, ...): left, top, right, bottom.
    """

    opacity: PerFrame = 1.0
    dx: PerFrame = 0.0
    dy: PerFrame = 0.0
    scale: PerFrame = 1.0
    rotation: PerFrame = 0.0
    blur: PerFrame = 0.0
    trim: PerFrame = 1.0
    window: Floats | None = None

    def __and__(self, other: Change) -> Change:
        return Change(
            self.opacity * other.opacity,
            self.dx + other.dx,
            self.dy + other.dy,
            self.scale * other.scale,
            self.rotation + other.rotation,
            self.blur + other.blur,
            self.trim * other.trim,
            _both(self.window, other.window),
        )


@dataclass(frozen=True, slots=True)
class Stagefloor:
    """What a preset must know about its node: how far each side's outside is, whether it has outlines."""

    reach: Mapping[str, float]
    outlined: bool


@dataclass(frozen=True, slots=True)
class Cue:
    """One preset at work: the share it has reached, and whether it leads out."""

    motion: Motion
    share: Floats
    leaving: bool
    floor: Stagefloor

    @property
    def away(self) -> Floats:
        """How far from being there, with the sense of the way: 1 before an enter, -1 after an exit."""
        return (self.share - 1) if self.leaving else (1 - self.share)

    @property
    def shown(self) -> Floats:
        return np.clip(self.share, 0.0, 1.0)

    def number(self, name: str, usual: float) -> float:
        value = self.motion.args.get(name)
        return usual if value is None else float(value)


def entering(motion: Motion, seconds: Floats, floor: Stagefloor) -> Change:
    """Return what an enter does `seconds` after it began."""
    return _PRESETS[motion.kind](Cue(motion, _progress(motion, seconds), False, floor))


def exiting(motion: Motion, seconds_left: Floats, floor: Stagefloor) -> Change:
    """Return what an exit does `seconds_left` before it is over."""
    return _PRESETS[motion.kind](Cue(motion, _progress(motion, seconds_left), True, floor))


def emphasising(motion: Motion, seconds: Floats, seconds_left: Floats) -> Change:
    """Return what an emphasis does `seconds` after it may begin and `seconds_left` before it must be over."""
    calm = np.clip(seconds_left / EMPHASIS_FADE_SECONDS, 0.0, 1.0)
    return _EMPHASES[motion.kind](motion, np.maximum(seconds, 0.0), calm)


def _progress(motion: Motion, seconds: Floats) -> Floats:
    length = max(motion.seconds, 1e-9)
    share = np.asarray(np.clip(seconds / length, 0.0, 1.0), dtype=np.float64)
    return share if motion.kind == "pop" else ease(motion.ease, share)


def _fade(cue: Cue) -> Change:
    return Change(opacity=cue.shown)


def _rise(cue: Cue) -> Change:
    return Change(opacity=cue.shown, dy=cue.number("distance", 60) * cue.away)


def _slide(cue: Cue) -> Change:
    side = cue.motion.args.get("side", "left")
    distance = cue.number("distance", cue.floor.reach.get(side, 0.0))
    way = distance * (1 - cue.share)
    across, sense = side in ("left", "right"), -1.0 if side in ("left", "top") else 1.0
    fades = cue.motion.args.get("distance") is not None
    opacity = cue.shown if fades else 1.0
    return Change(opacity, dx=sense * way if across else 0.0, dy=0.0 if across else sense * way)


def _grow(cue: Cue) -> Change:
    start = cue.number("from_scale", 0.0)
    scale = np.maximum(start + (1 - start) * cue.share, 0.0)
    return Change(opacity=np.clip(2 * cue.share, 0.0, 1.0), scale=scale)


def _pop(cue: Cue) -> Change:
    taste = SPRING_TASTES[cue.motion.args.get("taste", "bouncy")]
    scale = spring_share(cue.share * spring_seconds(*taste), *taste)
    return Change(opacity=np.clip(scale * 3, 0.0, 1.0), scale=np.maximum(scale, 0.0))


def _wipe(cue: Cue) -> Change:
    shown, none, full = cue.shown, np.zeros_like(cue.share), np.ones_like(cue.share)
    begin, finish = (1 - shown, full) if cue.leaving else (none, shown)
    window = {
        "left": (begin, none, finish, full),
        "right": (1 - finish, none, 1 - begin, full),
        "top": (none, begin, full, finish),
        "bottom": (none, 1 - finish, full, 1 - begin),
    }[cue.motion.args.get("side", "left")]
    return Change(opacity=_any(shown), window=np.stack(window))


def _blur_in(cue: Cue) -> Change:
    return Change(opacity=cue.shown, blur=cue.number("radius", 24) * (1 - cue.shown))


def _spin(cue: Cue) -> Change:
    return Change(opacity=cue.shown, rotation=-cue.number("degrees", 90) * cue.away)


def _typewriter(cue: Cue) -> Change:
    return Change(opacity=_any(cue.share) if cue.leaving else 1.0)


def _draw(cue: Cue) -> Change:
    return Change(trim=cue.shown, opacity=_any(cue.shown)) if cue.floor.outlined else _wipe(cue)


_PRESETS: dict[str, Callable[[Cue], Change]] = {
    "fade": _fade,
    "rise": _rise,
    "slide": _slide,
    "grow": _grow,
    "pop": _pop,
    "wipe": _wipe,
    "blur_in": _blur_in,
    "spin": _spin,
    "typewriter": _typewriter,
    "draw": _draw,
}


def _pulse(motion: Motion, seconds: Floats, calm: Floats) -> Change:
    breath = (1 - np.cos(_turns(motion, seconds))) / 2
    return Change(scale=1 + float(motion.args.get("amount", 0.06)) * breath * calm)


def _bob(motion: Motion, seconds: Floats, calm: Floats) -> Change:
    return Change(dy=-float(motion.args.get("distance", 14)) * np.sin(_turns(motion, seconds)) * calm)


def _shake(motion: Motion, seconds: Floats, calm: Floats) -> Change:
    left = np.clip(1 - seconds / max(motion.seconds, 1e-9), 0.0, 1.0)
    tremble = np.sin(2 * np.pi * 9 * seconds)
    return Change(dx=float(motion.args.get("distance", 10)) * tremble * left * left * calm)


def _wiggle(motion: Motion, seconds: Floats, calm: Floats) -> Change:
    return Change(rotation=float(motion.args.get("degrees", 3)) * np.sin(_turns(motion, seconds)) * calm)


_EMPHASES: dict[str, Callable[[Motion, Floats, Floats], Change]] = {
    "pulse": _pulse,
    "bob": _bob,
    "shake": _shake,
    "wiggle": _wiggle,
}

PRESETS = frozenset(_PRESETS)
EMPHASES = frozenset(_EMPHASES)


def _any(shares: Floats) -> Floats:
    return np.where(shares > 0, 1.0, 0.0)


def _turns(motion: Motion, seconds: Floats) -> Floats:
    return 2 * np.pi * seconds / max(motion.seconds, 1e-9)


def _both(one: Floats | None, other: Floats | None) -> Floats | None:
    if one is None or other is None:
        return other if one is None else one
    return np.concatenate([np.maximum(one[:2], other[:2]), np.minimum(one[2:], other[2:])])


def without_window(change: Change) -> Change:
    """Return the change without what only a whole node can do: its window and its trim."""
    return replace(change, window=None, trim=1.0)
