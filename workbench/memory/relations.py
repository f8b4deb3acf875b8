"""How scenes are alike, computed from their graphs: palette, type, motion, build.

Colours are compared in Oklab, weighted by how often a scene uses them; everything else by the share
that two scenes have in common. All likenesses run from 0 (nothing) to 1 (the same).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from statistics import median
from typing import Any

import numpy as np

from workbench.errors import InputError
from workbench.memory.applying import CountTokens, Section, section_of
from workbench.scene.color import hex_color, parse_color, to_oklab
from workbench.scene.graph import Gradient, Graph, Node, Stroke, Track

MOST_COLORS = 8
LOOKS_TITLE = "How the scenes look"
ALIKE_AT = 0.75
_FAR = 0.3
"""Oklab distance from which two colours have nothing in common; black and white are 1 apart."""
_COLOR_PROPS = ("color", "colors", "fill", "stroke")
_WEIGHTS = {"palette": 0.4, "type": 0.25, "motion": 0.2, "build": 0.15}


@dataclass(frozen=True, slots=True)
class Look:
    """What a scene looks like: colours with their share of uses, type, motion and kinds of nodes.

    `sizes` are the text sizes in design pixels, `motion_seconds` the median length of an entrance.
    """

    palette: tuple[tuple[str, float], ...]
    background: str
    type: frozenset[str]
    sizes: tuple[float, ...]
    motion: frozenset[str]
    motion_seconds: float
    build: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two scenes are, part by part; `total` weighs the parts."""

    palette: float
    type: float
    motion: float
    build: float

    @property
    def total(self) -> float:
        """The weighted mean of the parts."""
        return round(sum(_WEIGHTS[part] * value for part, value in self._parts.items()), 4)

    @property
    def shared(self) -> tuple[str, ...]:
        """The parts that are so alike that a viewer would call them the same."""
        return tuple(part for part, value in self._parts.items() if value >= ALIKE_AT)

    @property
    def _parts(self) -> dict[str, float]:
        return {"palette": self.palette, "type": self.type, "motion": self.motion, "build": self.build}


@dataclass(frozen=True, slots=True)
class Relation:
    """Two scenes that share something, by the names they were given in."""

    one: str
    other: str
    likeness: Likeness

    def __str__(self) -> str:
        return f"{self.one} and {self.other} share {', '.join(self.likeness.shared)}"


def look_of(graph: Graph) -> Look:
    """Return what a scene looks like."""
    nodes = list(graph.walk())
    uses = Counter(color for node in _seen(graph.nodes) for color in _node_colors(node))
    ground = next(_colors(graph.background), "")
    uses.update(dict.fromkeys(_colors(graph.background), 3))
    total = uses.total() or 1
    texts = [node for node in nodes if node.kind in ("text", "counter")]
    entrances = [node.enter for node in nodes if node.enter]
    return Look(
        palette=tuple((color, round(count / total, 4)) for color, count in uses.most_common(MOST_COLORS)),
        background=ground,
        type=frozenset(_type_of(node) for node in texts),
        sizes=tuple(
            sorted({float(s) for node in texts if isinstance(s := node.props.get("size"), int | float)})
        ),
        motion=frozenset(f"{motion.kind} {motion.ease}".strip() for motion in entrances),
        motion_seconds=median([motion.seconds for motion in entrances]) if entrances else 0.0,
        build=dict(Counter(node.kind for node in nodes)),
    )


def likeness(one: Look, other: Look) -> Likeness:
    """Return how alike two looks are; the order does not matter."""
    pace = _ratio(one.motion_seconds, other.motion_seconds)
    return Likeness(
        palette=round(_palettes(one.palette, other.palette), 4),
        type=round(0.7 * _common(one.type, other.type) + 0.3 * _sizes(one.sizes, other.sizes), 4),
        motion=round(0.7 * _common(one.motion, other.motion) + 0.3 * pace, 4),
        build=round(_counts(one.build, other.build), 4),
    )


def relationships(looks: Mapping[str, Look]) -> tuple[Relation, ...]:
    """Return every pair of scenes that shares a part of its look, the most alike first."""
    pairs = [Relation(a, b, likeness(looks[a], looks[b])) for a, b in combinations(looks, 2)]
    related = [pair for pair in pairs if pair.likeness.shared]
    return tuple(sorted(related, key=lambda pair: (-pair.likeness.total, pair.one, pair.other)))


def relations_section(looks: Mapping[str, Look], budget_tokens: int, count: CountTokens) -> Section:
    """Return lines for a packet: each scene's palette and type, then what scenes share; whole lines only."""
    lines = [f"- {name}: {_told(look)}" for name, look in looks.items()]
    lines += [f"- {relation}" for relation in relationships(looks)]
    return section_of(LOOKS_TITLE, lines, budget_tokens, count)


def _told(look: Look) -> str:
    colors = " ".join(color for color, _ in look.palette[:5])
    sizes = "/".join(f"{size:g}" for size in look.sizes[-3:])
    parts = [f"colours {colors}" if colors else "", f"text {sizes}" if sizes else ""]
    parts.append(f"entrances {', '.join(sorted(look.motion))}" if look.motion else "")
    return "; ".join(part for part in parts if part) or "empty"


def _seen(nodes: Iterable[Node]) -> Iterator[Node]:
    """Yield what is painted in its own colours; a mask only decides where others show."""
    for node in nodes:
        if node.kind != "mask":
            yield node
            yield from _seen(node.children)


def _node_colors(node: Node) -> Iterator[str]:
    for prop in _COLOR_PROPS:
        yield from _colors(node.props.get(prop))


def _colors(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        try:
            color = parse_color(value)
        except InputError:
            return
        if color[3] > 0.1:
            yield hex_color((*color[:3], 1.0))
    elif isinstance(value, Gradient):
        for _, stop in value.stops:
            yield from _colors(stop)
    elif isinstance(value, Stroke):
        yield from _colors(value.paint)
    elif isinstance(value, Track):
        yield from _colors([value.args.get("a"), value.args.get("b")])
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _colors(part)


def _type_of(node: Node) -> str:
    return f"{node.props.get('font', 'sans')} {node.props.get('weight', 500)}"


def _palettes(one: tuple[tuple[str, float], ...], other: tuple[tuple[str, float], ...]) -> float:
    if not one or not other:
        return float(not one and not other)
    gaps = np.linalg.norm(_lab(one)[:, :, None] - _lab(other)[:, None, :], axis=0)
    near = np.clip(1 - gaps / _FAR, 0, 1)
    mine, its = (np.array([share for _, share in palette]) for palette in (one, other))
    there = float(near.max(axis=1) @ mine / mine.sum())
    back = float(near.max(axis=0) @ its / its.sum())
    return (there + back) / 2


def _lab(palette: tuple[tuple[str, float], ...]) -> Any:
    return to_oklab(np.array([parse_color(color) for color, _ in palette]).T)[:3]


def _common(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 1.0


def _sizes(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    return _ratio(max(one, default=0.0), max(other, default=0.0))


def _ratio(one: float, other: float) -> float:
    return min(one, other) / max(one, other) if max(one, other) > 0 else 1.0


def _counts(one: Mapping[str, int], other: Mapping[str, int]) -> float:
    kinds = one.keys() | other.keys()
    most = sum(max(one.get(kind, 0), other.get(kind, 0)) for kind in kinds)
    return sum(min(one.get(kind, 0), other.get(kind, 0)) for kind in kinds) / most if most else 1.0
