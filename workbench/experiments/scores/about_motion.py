"""Assertions about when things come, go and move."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

import numpy as np

from workbench.experiments.scores.finding_things import centre, none_called, seen, things
from workbench.experiments.scores.registry import Seen, kind
from workbench.scene.checks.view import View, drawn_box
from workbench.scene.staged import Floats

Direction = Literal["left", "right", "up", "down"]
_WAYS: dict[str, tuple[int, int]] = {"left": (0, -1), "right": (0, 1), "up": (1, -1), "down": (1, 1)}
_STILL = 2.0
"""Design pixels, and hundredths of opacity, within which nothing has changed."""


@kind("some", "what")
def shows(view: View, what: str, at_least_seconds: float = 0.3) -> Seen:
    """Something is seen, for at least some seconds."""
    found = things(view, what)
    if not found:
        return Seen(False, none_called(view, what))
    held = float(seen(found).sum() / view.staged.fps)
    return Seen(held >= at_least_seconds, f"{what!r} is seen for {held:.2g} s")


@kind("some")
def appears_before(view: View, what: str, seconds: float) -> Seen:
    """Something is first seen before a moment."""
    first = _first(view, what)
    if isinstance(first, str):
        return Seen(False, first)
    return Seen(first < seconds, f"{what!r} appears at {first:.2f} s")


@kind("some")
def appears_after(view: View, what: str, seconds: float) -> Seen:
    """Something is not seen before a moment."""
    first = _first(view, what)
    if isinstance(first, str):
        return Seen(False, first)
    return Seen(first >= seconds, f"{what!r} appears at {first:.2f} s")


@kind("some")
def appears_in_order(view: View, what: Sequence[str]) -> Seen:
    """Things are first seen one after the other."""
    what = [what] if isinstance(what, str) else what
    moments = [_first(view, each) for each in what]
    missing = next((moment for moment in moments if isinstance(moment, str)), None)
    if missing is not None:
        return Seen(False, missing)
    times = [moment for moment in moments if isinstance(moment, float)]
    told = ", ".join(f"{each!r} at {time:.2f} s" for each, time in zip(what, times, strict=True))
    return Seen(all(a < b for a, b in pairwise(times)), told)


@kind("every", "seconds")
def ends_within(view: View, seconds: float, what: str = "") -> Seen:
    """Everything, or one thing, is at rest (or gone) from some seconds on."""
    found = things(view, what)
    if not found:
        return Seen(False, none_called(view, what))
    fps = view.staged.fps
    ends = 0.0
    slowest = ""
    for subject in found:
        changes = np.abs(np.diff(drawn_box(subject.item), axis=1)).max(axis=0)
        fading = np.abs(np.diff(subject.shown)) * 100
        there = subject.opacity[1:] > 0.01
        moving = np.flatnonzero(((changes * fps > _STILL) & there) | (fading * fps > _STILL))
        last = float((moving[-1] + 1) / fps) if len(moving) else 0.0
        if last > ends:
            ends, slowest = last, subject.node.id
    told = f"all rests from {ends:.2f} s" + (f" ({slowest} is last)" if slowest else "")
    return Seen(ends <= seconds + 1e-9, told)


@kind("some")
def moves(view: View, what: str, direction: Direction, at_least: float = 40.0) -> Seen:
    """Something moves left, right, up or down while it is seen, by at least some design pixels."""
    if direction not in _WAYS:
        return Seen(False, f"{direction!r} is no direction; use left, right, up or down")
    found = things(view, what)
    if not found:
        return Seen(False, none_called(view, what))
    axis, sign = _WAYS[direction]
    along = max((_travel(centre(each)[axis], each.opacity) * sign for each in found), key=lambda d: d)
    told = f"moves {along:.0f} pixels {direction}" if along >= 1 else f"does not move {direction}"
    return Seen(along >= at_least, f"{what!r} {told}")


@kind("some", "what")
def moves_left(view: View, what: str, at_least: float = 40.0) -> Seen:
    """Something moves left while it is seen."""
    return moves(view, what, "left", at_least)


@kind("every", "bpm")
def on_beat(
    view: View, bpm: float, what: str = "", tolerance_seconds: float = 0.08, offset_seconds: float = 0.0
) -> Seen:
    """Whatever comes, or what is named, comes on a beat."""
    found = [each for each in things(view, what) if (each.opacity > 0).any()]
    if not found:
        return Seen(False, none_called(view, what))
    beat = 60.0 / bpm
    worst, late = 0.0, ""
    for subject in found:
        moment = subject.begin
        away = abs(math.remainder(moment - offset_seconds, beat))
        if away > worst:
            worst, late = away, f"{subject.node.id} comes at {moment:.2f} s"
    return Seen(
        worst <= tolerance_seconds + 1e-9, f"at most {worst:.3f} s off the beat{': ' + late if late else ''}"
    )


def _first(view: View, what: str) -> float | str:
    found = things(view, what)
    if not found:
        return none_called(view, what)
    frames = np.flatnonzero(seen(found))
    return float(frames[0] / view.staged.fps) if len(frames) else f"{what!r} is never seen"


def _travel(position: Floats, opacity: Floats) -> float:
    """Return how far it goes from where it is first seen to where it is last seen."""
    frames = np.flatnonzero(opacity > 0.01)
    return float(position[frames[-1]] - position[frames[0]]) if len(frames) else 0.0
