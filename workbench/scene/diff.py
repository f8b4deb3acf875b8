"""What changed between two versions of a scene, node by node.

Ids shift when source is inserted above a node, so nodes are matched by what they are: first by the name
their author gave, then by being the same in everything, then by content, then by likeness, among the
children of matched containers before anywhere else.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from workbench.scene.diff_words import described, node_label
from workbench.scene.graph import Graph, Node, value_to_json

ChangeKind = Literal["added", "removed", "moved", "changed"]

_LIKE = 0.35
_LIKE_ELSEWHERE = 0.6
_SAME_ID_BONUS = 0.25
_FIELDS = ("kind", "start", "end", "enter", "exit", "emphasis", "allow")
_CONTENT = ("content", "asset", "data", "source")
_SCENE = ("background", "duration_seconds", "width", "height", "fps")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs.

    `path` holds the ids of the outermost container down to the node itself, in the newer graph (in the
    older one for a removed node); it is empty for the scene as a whole. `prop` is set for changes of a
    value, with the value before and after (None where it was not given).
    """

    kind: ChangeKind
    path: tuple[str, ...]
    label: str
    prop: str = ""
    before: Any = None
    after: Any = None

    def __str__(self) -> str:
        return described(self.kind, self.label, self.prop, self.before, self.after)


@dataclass(frozen=True, slots=True)
class GraphDiff:
    """Everything that differs between two graphs, in order of the scene; false when nothing does."""

    changes: tuple[Change, ...]

    def __bool__(self) -> bool:
        return bool(self.changes)

    def of(self, kind: ChangeKind) -> tuple[Change, ...]:
        """Return the changes of one kind."""
        return tuple(change for change in self.changes if change.kind == kind)

    def describe(self) -> list[str]:
        """Return one line in plain words for each change."""
        return [str(change) for change in self.changes]


def diff(before: Graph, after: Graph) -> GraphDiff:
    """Return what was added, removed, moved and changed on the way from `before` to `after`."""
    old, new = _places(before), _places(after)
    pairs = _matched(old, new)
    matched_old = set(pairs.values())
    removed = [_whole("removed", place) for place in old if place.order not in matched_old]
    outer_removed = _outermost(removed)
    added = {place.order: _whole("added", place) for place in new if place.order not in pairs}
    moved = _moved(old, new, pairs)
    changes: list[Change] = [*_scene(before, after), *_params(before, after)]
    for place in new:
        if place.order in pairs:
            changes += [_whole("moved", place)] if place.order in moved else []
            changes += _props(old[pairs[place.order]].node, place)
    changes += _outermost(added.values())
    return GraphDiff((*changes, *outer_removed))


def locality(changes: GraphDiff, targets: Collection[str]) -> float:
    """Return the share of changes that lie on the target nodes or inside them; 1 when nothing changed.

    `targets` are node ids; the empty string stands for the scene itself (background, duration, params).
    """
    if not changes.changes:
        return 1.0
    inside = sum(any(node in targets for node in change.path or ("",)) for change in changes.changes)
    return inside / len(changes.changes)


@dataclass(frozen=True, slots=True)
class _Place:
    """A node with where it stands; `order` counts all nodes of its graph in paint order."""

    node: Node
    order: int
    parent: int | None
    path: tuple[str, ...]


def _places(graph: Graph) -> list[_Place]:
    places: list[_Place] = []

    def visit(nodes: Iterable[Node], parent: _Place | None) -> None:
        for node in nodes:
            path = (*(parent.path if parent else ()), node.id)
            place = _Place(node, len(places), parent.order if parent else None, path)
            places.append(place)
            visit(node.children, place)

    visit(graph.nodes, None)
    return places


def _matched(old: list[_Place], new: list[_Place]) -> dict[int, int]:
    """Return the order of the old node for the order of every new node that has one."""
    pairs: dict[int, int] = {}
    for key in (_name, _everything, _essence):
        _match_by(key, old, new, pairs)
    _match_alike(old, new, pairs, _LIKE, lambda mine, its: _same_parent(mine, its, pairs))
    _match_alike(old, new, pairs, _LIKE_ELSEWHERE, lambda _mine, _its: True)
    return pairs


def _match_by(
    key: Callable[[Node], Hashable], old: list[_Place], new: list[_Place], pairs: dict[int, int]
) -> None:
    taken = set(pairs.values())
    waiting: dict[Hashable, list[int]] = {}
    for place in old:
        if place.order not in taken and (mark := key(place.node)) is not None:
            waiting.setdefault(mark, []).append(place.order)
    for place in new:
        queue = waiting.get(key(place.node)) if place.order not in pairs else None
        if queue:
            pairs[place.order] = queue.pop(0)


def _match_alike(
    old: list[_Place],
    new: list[_Place],
    pairs: dict[int, int],
    least: float,
    may: Callable[[_Place, _Place], bool],
) -> None:
    """Pair what is left, the most alike first, containers before what they hold."""
    free = [place for place in old if place.order not in set(pairs.values())]
    left = [place for place in new if place.order not in pairs]
    scored = [
        (len(mine.path), -likeness, mine.order, its.order)
        for mine in left
        for its in free
        if mine.node.kind == its.node.kind and (likeness := _likeness(its.node, mine.node)) >= least
    ]
    for _, _, mine, its in sorted(scored):
        if mine not in pairs and its not in pairs.values() and may(new[mine], old[its]):
            pairs[mine] = its


def _same_parent(mine: _Place, its: _Place, pairs: Mapping[int, int]) -> bool:
    if mine.parent is None or its.parent is None:
        return mine.parent is its.parent
    return pairs.get(mine.parent) == its.parent


def _name(node: Node) -> Hashable:
    return None if re.fullmatch(rf"{re.escape(node.kind)}-\d+", node.id) else node.id


def _everything(node: Node) -> Hashable:
    return json.dumps(_bare(value_to_json(node)), sort_keys=True, default=str)


def _bare(data: Any) -> Any:
    plain = {key: value for key, value in data.items() if key not in ("id", "line", "children")}
    return {**plain, "children": [_bare(child) for child in data["children"]]}


def _essence(node: Node) -> Hashable:
    content = [str(node.props[key]) for key in _CONTENT if isinstance(node.props.get(key), str)]
    if content:
        return (node.kind, *content)
    inner = tuple(_essence(child) for child in node.children)
    return (node.kind, *inner) if any(inner) else None


def _likeness(a: Node, b: Node) -> float:
    """Return the share of values two nodes have in common, with a bonus for the same id; 0 to 1.25."""
    mine, its = _values(a), _values(b)
    same = sum(mine.get(key) == its.get(key) for key in mine.keys() | its.keys())
    inner = {child.kind for child in a.children} == {child.kind for child in b.children}
    alike: float = (same + inner) / (len(mine.keys() | its.keys()) + 1)
    return alike + (_SAME_ID_BONUS if a.id == b.id else 0.0)


def _values(node: Node) -> dict[str, Any]:
    given = {name: getattr(node, name) for name in _FIELDS}
    return {**{name: value for name, value in given.items() if value not in (None, (), 0.0)}, **node.props}


def _moved(old: list[_Place], new: list[_Place], pairs: Mapping[int, int]) -> set[int]:
    """Return the new nodes that changed container, or their place among the siblings they kept."""
    moved: set[int] = set()
    kept: dict[int | None, list[int]] = {}
    for place in new:
        if place.order not in pairs:
            continue
        if _same_parent(place, old[pairs[place.order]], pairs):
            kept.setdefault(place.parent, []).append(place.order)
        else:
            moved.add(place.order)
    for siblings in kept.values():
        staying = _longest_rise([pairs[order] for order in siblings])
        moved |= {order for index, order in enumerate(siblings) if index not in staying}
    return moved


def _longest_rise(numbers: list[int]) -> set[int]:
    """Return the indices of a longest increasing subsequence: what stayed in order."""
    tails: list[int] = []
    ends: list[int] = []
    back: list[int] = []
    for index, number in enumerate(numbers):
        length = bisect_left(tails, number)
        back.append(ends[length - 1] if length else -1)
        tails[length : length + 1] = [number]
        ends[length : length + 1] = [index]
    staying: set[int] = set()
    index = ends[-1] if ends else -1
    while index >= 0:
        staying.add(index)
        index = back[index]
    return staying


def _whole(kind: ChangeKind, place: _Place) -> Change:
    return Change(kind, place.path, node_label(place.node))


def _outermost(changes: Iterable[Change]) -> list[Change]:
    """Leave out what came or went with its container."""
    every = list(changes)
    whole = {change.path for change in every}
    return [
        change
        for change in every
        if not any(change.path[:end] in whole for end in range(1, len(change.path)))
    ]


def _props(before: Node, place: _Place) -> Iterator[Change]:
    old, new = _values(before), _values(place.node)
    label = node_label(before)
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) != new.get(name):
            yield Change("changed", place.path, label, name, old.get(name), new.get(name))


def _scene(before: Graph, after: Graph) -> Iterator[Change]:
    for name in _SCENE:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield Change("changed", (), "Scene", name, old, new)


def _params(before: Graph, after: Graph) -> Iterator[Change]:
    old, new = ({param.name: param for param in graph.params} for graph in (before, after))
    for name in {**old, **new}:
        label = f"Parameter {name}"
        if name not in new:
            yield Change("removed", (), label)
        elif name not in old:
            yield Change("added", (), label)
        elif old[name].value != new[name].value:
            yield Change("changed", (), label, "value", old[name].value, new[name].value)
        elif old[name].default != new[name].default:
            yield Change("changed", (), label, "default", old[name].default, new[name].default)
