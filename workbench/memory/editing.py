"""Taste read from what the user changed by hand and kept.

Colour parameters speak for themselves (`accent`, `background`, `ink`), and then every other colour of
the edit follows from them. Without one, the background and the colours of texts and shapes speak. Other
changes count when most of those in one edit go the same way: bigger, bolder, rounder, quicker.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from workbench.errors import InputError
from workbench.memory.evidence import KEYS, LONG_AGO, Evidence
from workbench.scene.color import hex_color, parse_color
from workbench.scene.diff import Change, diff
from workbench.scene.graph import Gradient, Graph, Motion, Param

LEAST_CHANGE = 0.05
"""By what share a number must differ to say anything."""

_COLOR_PARAMS = {"accent": "accent", "background": "background", "ink": "ink"}
_LARGER: Mapping[str, tuple[str, str, str]] = {
    "size": ("type_size", "large", "small"),
    "weight": ("type_weight", "bold", "light"),
    "radius": ("corners", "round", "sharp"),
}
_ENTRANCES = {
    "fade": "fade", "rise": "smooth", "slide": "slide", "pop": "bouncy", "grow": "zoom", "blur_in": "blur",
    "wipe": "wipe", "spin": "spin",
}  # fmt: skip
_Taste = tuple[str, str]


def learn_from_edit(
    before: Graph, after: Graph, *, source_id: str = "", project_id: str = "", when: datetime = LONG_AGO
) -> tuple[Evidence, ...]:
    """Return what an edit by hand says about taste; `source_id` names the revision it made.

    Nothing is learned from words that changed, from what was added or removed, or from an edit that goes
    both ways.
    """
    tastes: dict[str, Counter[str]] = defaultdict(Counter)
    for key, value in _tastes(before, after):
        tastes[key][value] += 1
    return tuple(
        Evidence(
            key,
            value,
            1,
            source="edit",
            source_id=source_id,
            project_id=project_id,
            said=_said(key, value),
            when=when,
        )
        for key, votes in sorted(tastes.items())
        for value in [_clear(votes)]
        if value
    )


def learn_from_picture(
    before: Graph,
    after: Graph,
    picture: str,
    *,
    source_id: str = "",
    project_id: str = "",
    when: datetime = LONG_AGO,
) -> tuple[Evidence, ...]:
    """Return what a scene that got the colours of a picture, as its user asked, hints at: colours alone."""
    found = learn_from_edit(before, after, source_id=source_id, project_id=project_id, when=when)
    return tuple(
        replace(each, source="image", said=f"{KEYS[each.key].label} {each.value} of {picture!r}")
        for each in found
        if each.key in _COLOR_PARAMS.values()
    )


def _tastes(before: Graph, after: Graph) -> Iterator[_Taste]:
    by_param = list(_params(before, after))
    yield from by_param
    for change in diff(before, after).changes:
        if change.kind != "changed":
            continue
        if not by_param:
            yield from _colors(change)
        yield from _numbers(change)
        yield from _motions(change)
        if change.prop == "font" and change.path and change.after in ("sans", "mono"):
            yield "typeface", change.after


def _params(before: Graph, after: Graph) -> Iterator[_Taste]:
    old: dict[str, Param] = {param.name: param for param in before.params}
    for param in after.params:
        key = _COLOR_PARAMS.get(param.name)
        known = old.get(param.name)
        if key and known and known.value != param.value and (color := _color(param.value)):
            yield key, color


def _colors(change: Change) -> Iterator[_Taste]:
    color = _color(change.after)
    if not color or color == _color(change.before):
        return
    if change.prop == "background" and not change.path:
        yield "background", color
    elif change.prop == "color":
        yield "ink", color
    elif change.prop == "fill":
        yield "accent", color


def _color(value: Any) -> str:
    if isinstance(value, Gradient):
        value = value.stops[0][1]
    if not isinstance(value, str):
        return ""
    try:
        return hex_color(parse_color(value))
    except InputError:
        return ""


def _numbers(change: Change) -> Iterator[_Taste]:
    if change.prop in _LARGER and (direction := _direction(change.before, change.after)):
        key, more, less = _LARGER[change.prop]
        yield key, more if direction > 0 else less


def _motions(change: Change) -> Iterator[_Taste]:
    if change.prop not in ("enter", "exit"):
        return
    before, after = change.before, change.after
    if isinstance(after, Motion) and isinstance(before, Motion):
        if before.kind != after.kind and after.kind in _ENTRANCES:
            yield "motion", _ENTRANCES[after.kind]
        if direction := _direction(before.seconds, after.seconds):
            yield "pace", "slow" if direction > 0 else "fast"


def _direction(before: Any, after: Any) -> Literal[-1, 0, 1]:
    if not (isinstance(before, int | float) and isinstance(after, int | float)):
        return 0
    if abs(after - before) <= LEAST_CHANGE * max(abs(before), abs(after)):
        return 0
    return 1 if after > before else -1


def _clear(votes: Counter[str]) -> str:
    """Return the value more than two thirds of the changes agree on; empty when they are divided."""
    value, count = votes.most_common(1)[0]
    return value if count * 3 > 2 * votes.total() else ""


def _said(key: str, value: str) -> str:
    return f"{key.replace('_', ' ')} {value} by hand"
