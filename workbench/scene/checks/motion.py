"""Motion that does not come to its end, and pictures in which nothing moves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import numpy as np

from workbench.scene.checks.rule import Explanation, Rule, found
from workbench.scene.checks.view import Subject, View
from workbench.scene.easing import ease, spring_constants, spring_share
from workbench.scene.finding import Finding
from workbench.scene.graph import Gradient, Motion, Shadow, Stroke, Track
from workbench.scene.staged import Floats, Item, Staged

FROZEN_SECONDS = 2.0
_NEAR_ENOUGH = 0.02
_SLACK = 0.05
_LONGEST_SPRING = 20.0


def _never_settles(view: View) -> Iterator[Finding]:
    for subject in view.subjects:
        if subject.begin >= view.end_seconds:
            yield _never_begins(view, subject)
            continue
        yield from _entering(view, subject)
        yield from _moving(view, subject)


def _never_begins(view: View, subject: Subject) -> Finding:
    ends = view.end_seconds
    message = f"{subject.words} starts at {subject.begin:.1f} seconds, after the scene ends at {ends:.1f}."
    fix = f"Start it before {max(0.0, ends - 1):.1f} seconds into the scene."
    return found("never-settles", "warning", subject, message, fix)


def _entering(view: View, subject: Subject) -> Iterator[Finding]:
    enter = subject.node.enter
    if enter is None:
        return
    stop = min(subject.end, view.end_seconds)
    arrives = subject.begin + _enter_seconds(subject, enter)
    leaves = stop - (subject.node.exit.seconds if subject.node.exit else 0.0)
    if arrives <= leaves + _SLACK:
        return
    before = (
        "it leaves again"
        if subject.node.exit
        else "it ends"
        if subject.end < view.end_seconds
        else "the scene ends"
    )
    late = arrives - leaves
    message = (
        f"{subject.words} is not fully there before {before} at {leaves:.1f} seconds: its "
        f"{enter.kind} takes until {arrives:.1f}."
    )
    fix = f"Start it {late:.1f} seconds earlier, or make its enter {late:.1f} seconds shorter."
    frame = int(min(view.staged.frames - 1, max(0, leaves * view.staged.fps)))
    yield found("never-settles", "warning", subject, message, fix, frame=frame)


def _enter_seconds(subject: Subject, enter: Motion) -> float:
    item = subject.item
    letters = max((block.letters for block in item.blocks), default=0)
    if enter.kind == "typewriter":
        return letters / max(float(enter.args.get("per_second", 20.0)), 1e-6)
    if item.units is None or not len(item.units.opacity):
        return enter.seconds
    step = subject.node.props.get("stagger_seconds")
    if not isinstance(step, int | float):
        return enter.seconds
    return enter.seconds + step * (len(item.units.opacity) - 1)


def _moving(view: View, subject: Subject) -> Iterator[Finding]:
    stop = min(subject.end, view.end_seconds)
    room = stop - subject.begin
    for name, value in subject.node.props.items():
        for track, later in _finite(value, 0.0):
            begins, ends = _reach(track, later)
            if (
                begins < room - 1e-9
                and ends > room + _SLACK
                and _remaining(track, later, room) > _NEAR_ENOUGH
            ):
                yield _cut_short(view, subject, name, track, begins, ends)


def _cut_short(view: View, subject: Subject, name: str, track: Track, begins: float, ends: float) -> Finding:
    stop = min(subject.end, view.end_seconds)
    over = subject.begin + ends - stop
    message = (
        f"The {track.kind} of {name} on {subject.words} is cut off at {stop:.1f} seconds; it would "
        f"end at {stop + over:.1f}."
    )
    fix = f"Begin it {over:.1f} seconds earlier"
    fix += "." if ends - begins <= over else f", or make it {over:.1f} seconds shorter."
    frame = int(min(view.staged.frames - 1, stop * view.staged.fps))
    return found("never-settles", "info", subject, message, fix, frame=frame)


def _finite(value: Any, later: float) -> Iterator[tuple[Track, float]]:
    """Yield the tweens and springs in a value that run once, with the seconds they are delayed by."""
    if isinstance(value, Track):
        if value.kind in ("tween", "spring"):
            yield value, later
        elif value.kind != "loop":
            wait = float(value.args.get("seconds", 0.0)) if value.kind == "delay" else 0.0
            for argument in value.args.values():
                yield from _finite(argument, later + wait)


def _reach(track: Track, later: float) -> tuple[float, float]:
    """Return the local seconds at which a tween or spring begins and is as good as there."""
    begins = later + float(track.args.get("start", 0.0))
    if track.kind == "tween":
        return begins, begins + float(track.args.get("seconds", 1.0))
    steps = np.arange(0.0, _LONGEST_SPRING, 1 / 60)
    astray = np.flatnonzero(np.abs(1 - _share(track, steps)) > _NEAR_ENOUGH)
    return begins, begins + float(steps[astray[-1]] if len(astray) else 0.0)


def _remaining(track: Track, later: float, room: float) -> float:
    """Return the share of the way still to go when the node's time is over."""
    begins, ends = _reach(track, later)
    return float(np.abs(1 - _share(track, np.linspace(room - begins, ends - begins, 30))).max())


def _share(track: Track, seconds: Floats) -> Floats:
    args = track.args
    if track.kind == "tween":
        return ease(args.get("ease", "in_out_cubic"), seconds / max(float(args.get("seconds", 1.0)), 1e-9))
    constants = spring_constants(args.get("taste") or "smooth", args.get("stiffness"), args.get("damping"))
    return spring_share(seconds, *constants, float(args.get("mass", 1.0)))


def _frozen(view: View) -> Iterator[Finding]:
    long = view.graph.performed is None and view.seconds >= FROZEN_SECONDS
    if long and _anything_shows(view) and not _anything_moves(view.staged):
        yield Finding(
            "frozen",
            "info",
            f"Nothing moves in the whole {view.seconds:.1f} seconds.",
            "Give the main text an enter such as enter=rise(), or let something drift: x=960 + wave(12, 4).",
            frame=0,
        )


def _anything_shows(view: View) -> bool:
    return any(subject.opacity.max() > 0 for subject in view.subjects)


def _anything_moves(staged: Staged) -> bool:
    return _changes(staged.background) or any(_item_moves(item) for item in staged.walk())


def _item_moves(item: Item) -> bool:
    if not item.visible.any():
        return False
    parts = (item.visible, item.matrix, item.opacity, item.blur, item.width, item.height, item.trim)
    more = (item.wipe, item.reveal, item.block_at, item.units, *item.values.values())
    return item.node.kind == "particles" or any(_changes(part) for part in (*parts, *more))


def _changes(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return bool((value != value[..., :1]).any())
    if isinstance(value, Gradient | Stroke | Shadow):
        return any(_changes(getattr(value, item.name)) for item in fields(value))
    if isinstance(value, tuple):
        return any(_changes(part) for part in value)
    return hasattr(value, "dx") and any(
        _changes(getattr(value, name)) for name in ("dx", "dy", "opacity", "scale")
    )


RULES = (
    Rule(
        Explanation(
            code="never-settles",
            severity="warning",
            summary="A node's enter, tween or spring is cut off by the end of the node or of the scene.",
            why="What is still arriving when the picture ends looks like a fault in the video. Loops, "
            "waves and noise have no end and do not count.",
            fix="Start earlier, or make the motion shorter.",
            failing="text('At last', size=96, start=4.6, enter=rise(60, 1.2))\n",
            passing="text('At last', size=96, start=1, enter=rise(60, 1.2))\n",
        ),
        _never_settles,
    ),
    Rule(
        Explanation(
            code="frozen",
            severity="info",
            summary="Nothing moves in a scene of two seconds or more.",
            why="A still is a fine ending, but a whole scene without motion is usually a forgotten enter.",
            fix="Give a node an enter, an emphasis or a track.",
            failing="text('Standing still', size=96)\n",
            passing="text('Moving in', size=96, enter=rise())\n",
        ),
        _frozen,
    ),
)
