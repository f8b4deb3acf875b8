"""The scene graph: the evaluated scene as frozen, JSON-serialisable data.

A property is a plain value, or says how a value changes: a `Track` (a formula with arguments), or
`Samples` (one value per frame of the scene, which is what a function of time in the source became).
Seconds inside a track count from the node's own start; samples are indexed by the scene's frame.

In JSON a tagged value is an object with `"$"`: `{"$": "track", "kind": "tween", "args": {...}}`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

GRAPH_VERSION = 1


@dataclass(frozen=True, slots=True)
class Track:
    """A formula of local seconds.

    `kind` and its `args`: tween(a, b, seconds, start, ease) · spring(a, b, start, stiffness, damping,
    mass) · keys(points=[[seconds, value], ...], ease) · noise(amount, speed, seed) · wave(amount,
    seconds, phase) · loop(track, seconds, bounce) · delay(track, seconds) · add(a, b) · multiply(a, b)
    · negate(a). `a` and `b` are numbers, tracks or, for tween and keys, colours.
    """

    kind: str
    args: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Samples:
    """One value per frame of the scene: numbers, colours or texts, all of one type."""

    values: tuple[float, ...] | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gradient:
    """`kind` linear, radial or sweep; stops are (offset 0..1, colour) and colours may be tracks.

    linear: `angle` in degrees, 0 points right, 90 down. radial and sweep: centre `x`, `y` and `radius`
    as shares of the painted box.
    """

    kind: str
    stops: tuple[tuple[float, Any], ...]
    angle: Any = 90.0
    x: Any = 0.5
    y: Any = 0.5
    radius: Any = 0.7


@dataclass(frozen=True, slots=True)
class Stroke:
    """An outline: paint, width in design pixels, dash lengths (empty: solid), cap butt/round/square."""

    paint: Any
    width: Any = 2.0
    dash: tuple[float, ...] = ()
    cap: str = "round"


@dataclass(frozen=True, slots=True)
class Shadow:
    """A soft copy under the node: colour, blur (sigma is half of it), offset, all in design pixels."""

    color: Any
    blur: Any = 32.0
    x: Any = 0.0
    y: Any = 12.0


@dataclass(frozen=True, slots=True)
class Motion:
    """An enter, exit or emphasis preset: its kind, length, easing and its own arguments."""

    kind: str
    seconds: float
    ease: str
    args: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Node:
    """One thing in the picture. `id` is unique in the scene and stable while the source keeps its order.

    `start` and `end` are seconds after the parent's start (end None: as long as the parent).
    `props` holds everything else, by the names of `language.pyi`; a missing prop has its default there.
    `at` never stands here: it has become x, y and anchor. A group without an anchor is moved by x and y; one
    with an anchor has its box (width by height, else the picture) placed there. Text that counts has
    `tabular` True.
    """

    id: str
    kind: str
    line: int | None
    props: Mapping[str, Any]
    children: tuple[Node, ...] = ()
    start: float = 0.0
    end: float | None = None
    enter: Motion | None = None
    exit: Motion | None = None
    emphasis: Motion | None = None
    allow: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter the source declares: its value in this evaluation and what a control needs."""

    name: str
    kind: str
    default: Any
    value: Any
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    line: int | None = None
    used: bool = True


@dataclass(frozen=True, slots=True)
class Graph:
    """A whole evaluated scene, in design pixels.

    `frames` is how many are shown. An excerpt shows those from `first` on, of `performed` ones; samples
    have a value for each frame that is performed, and `duration_seconds` is the performance's (see
    `excerpt.py`).
    """

    width: float
    height: float
    fps: int
    duration_seconds: float
    frames: int
    background: Any
    nodes: tuple[Node, ...]
    params: tuple[Param, ...] = ()
    first: int = 0
    performed: int | None = None

    @property
    def all_frames(self) -> int:
        """How many frames the performance has; an excerpt shows fewer."""
        return self.frames if self.performed is None else self.performed

    def walk(self) -> Iterator[Node]:
        """Yield every node, parents before children, in paint order."""
        waiting = list(reversed(self.nodes))
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))

    def to_json(self) -> dict[str, Any]:
        """Return plain data that `Graph.from_json` reads back to an equal graph."""
        return {"version": GRAPH_VERSION, **_fields_to_json(self)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Graph:
        """Read what `to_json` wrote."""
        if data.get("version") != GRAPH_VERSION:
            raise ValueError(f"A scene graph of version {data.get('version')} is not readable here.")
        plain = {key: value_from_json(data[key]) for key in _names(cls) if key in data}
        plain["nodes"] = tuple(_node_from_json(node) for node in data["nodes"])
        plain["params"] = tuple(_param_from_json(param) for param in data.get("params", ()))
        return cls(**plain)


_TAGGED: dict[str, type] = {
    "track": Track,
    "samples": Samples,
    "gradient": Gradient,
    "stroke": Stroke,
    "shadow": Shadow,
    "motion": Motion,
}
_TAG_OF = {kind: tag for tag, kind in _TAGGED.items()}


def value_to_json(value: Any) -> Any:
    """Return plain JSON data for a property value."""
    if type(value) in _TAG_OF:
        return {"$": _TAG_OF[type(value)], **_fields_to_json(value)}
    if isinstance(value, Node | Param):
        return _fields_to_json(value)
    if isinstance(value, Mapping):
        return {key: value_to_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [value_to_json(item) for item in value]
    return value


def value_from_json(data: Any) -> Any:
    """Read a property value back; JSON lists become tuples."""
    if isinstance(data, Mapping):
        inner = {key: value_from_json(item) for key, item in data.items() if key != "$"}
        return _TAGGED[data["$"]](**inner) if "$" in data else inner
    if isinstance(data, list | tuple):
        return tuple(value_from_json(item) for item in data)
    return data


def _fields_to_json(value: Any) -> dict[str, Any]:
    return {name: value_to_json(getattr(value, name)) for name in _names(type(value))}


def _names(kind: type) -> list[str]:
    return [item.name for item in fields(kind)]


def _node_from_json(data: Mapping[str, Any]) -> Node:
    plain = {key: value_from_json(item) for key, item in data.items() if key != "children"}
    return Node(**plain, children=tuple(_node_from_json(child) for child in data.get("children", ())))


def _param_from_json(data: Mapping[str, Any]) -> Param:
    return Param(**{key: value_from_json(item) for key, item in data.items()})
