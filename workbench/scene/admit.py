"""From what a worker handed over to a graph: nothing is believed, everything is looked at."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from workbench.errors import InputError
from workbench.scene.admitted import Wrong, motion, number, paint, seconds, take, takers, told, words
from workbench.scene.finding import Finding
from workbench.scene.format import Format
from workbench.scene.graph import Graph, Node, Param
from workbench.scene.limits import Limits
from workbench.scene.reference import node_names, reference
from workbench.scene.svgpath import parse_path

_COMPOSED = {"bar_chart", "line_chart", "donut", "counter", "phone", "browser", "cursor"}
_MOTIONS = ("enter", "exit", "emphasis")


class Refused(Exception):
    """The picture holds something that cannot be painted; `finding` says what and where it was made."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def admit(
    result: str, format_: Format, duration_seconds: float, used: frozenset[str], limits: Limits
) -> Graph:
    """Return the graph that the JSON text describes; raises `Refused` at the first thing that is wrong."""
    if len(result) > limits.result_bytes:
        size = f"The picture takes {len(result):,} bytes; at most {limits.result_bytes:,} are kept."
        raise Refused(Finding("limit-size", "error", size, "Use fewer nodes and functions of time.", 1, 1))
    try:
        data = json.loads(result)
        room = _Room(limits.nodes, limits.depth)
        return Graph(
            width=format_.design_width,
            height=format_.design_height,
            fps=format_.fps,
            duration_seconds=duration_seconds,
            frames=format_.frames(duration_seconds),
            background=_background(data["background"]),
            nodes=_held("picture", tuple(room.node(node, 1) for node in data["nodes"])),
            params=tuple(_param(param, used) for param in data["params"]),
        )
    except (
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        RecursionError,
        OverflowError,
    ) as error:
        fix = "Use the language's functions only."
        raise Refused(
            Finding("sandbox", "error", "What the source made is not a picture.", fix, 1, 1)
        ) from error


class _Room:
    """How many nodes and how deep a nesting are still allowed."""

    def __init__(self, nodes: int, depth: int) -> None:
        self._nodes, self._depth = nodes, depth

    def node(self, data: Mapping[str, Any], depth: int) -> Node:
        line = data["line"] if type(data.get("line")) is int else None
        ident = words(data["id"])
        self._nodes -= 1
        try:
            self._count(depth)
            return self._admitted(data, ident, line, depth)
        except Wrong as wrong:
            raise Refused(Finding(wrong.code, "error", wrong.message, wrong.fix, line, node=ident)) from wrong

    def _count(self, depth: int) -> None:
        if self._nodes < 0:
            raise Wrong("There are too many nodes.", "Use particles() for crowds.", "limit-nodes")
        if depth > self._depth:
            raise Wrong(f"Containers are nested more than {self._depth} deep.", "Nest fewer.", "limit-depth")

    def _admitted(self, data: Mapping[str, Any], ident: str, line: int | None, depth: int) -> Node:
        kind = str(data["kind"])
        if kind not in node_names() - _COMPOSED:
            raise Wrong(f"{kind!r} is not a node.", "Use the language's functions only.", "sandbox")
        start = seconds(data.get("start", 0))
        end = data.get("end")
        if end is not None and seconds(end) <= start:
            words_ = f"It ends at {seconds(end):g} s, before it begins at {start:g} s."
            raise Wrong(words_, "Give an end after the start; both count from the parent's start.", "runtime")
        motions = {name: motion(data.get(name)) for name in _MOTIONS}
        return Node(
            id=ident,
            kind=kind,
            line=line,
            props=_props(kind, data["props"]),
            children=_held(kind, tuple(self.node(child, depth + 1) for child in data["children"])),
            start=start,
            end=None if end is None else seconds(end),
            allow=_allowed(kind, data.get("allow") or []),
            **motions,
        )


def _held(kind: str, children: tuple[Node, ...]) -> tuple[Node, ...]:
    """Return what a container, or the picture, holds; a mask stands once in a group and nowhere else."""
    masks = [child for child in children if child.kind == "mask"]
    if len(masks) > (1 if kind == "group" else 0):
        last, words_ = masks[-1], "A mask stands once in a group() and nowhere else."
        fix = "Put it into the group() that it cuts out."
        raise Refused(Finding("argument", "error", words_, fix, last.line, node=last.id))
    return children


def _props(kind: str, props: Mapping[str, Any]) -> dict[str, Any]:
    known = takers(kind)
    found = {}
    for name, value in props.items():
        if name == "tabular" and kind == "text":
            found[name] = value is True
            continue
        if name not in known:
            raise Wrong(f"{kind}() has no argument {name}.", "Leave it out.", "argument")
        parameter, taker = known[name]
        try:
            found[name] = taker(value)
        except Wrong as wrong:
            raise told(name, f"{kind}()", parameter, wrong) from wrong
    if kind == "path" and "data" in found:
        _readable_path(str(found["data"]))
    missing = [name for name, (item, _) in known.items() if item.default is None and name not in found]
    if missing:
        raise Wrong(f"{kind}() also needs {' and '.join(missing)}.", "Give it.", "argument")
    return found


def _readable_path(data: str) -> None:
    try:
        parse_path(data)
    except InputError as error:
        raise Wrong(f"data of path(): {error.message}", error.remedy, "argument") from error


def _allowed(kind: str, codes: Any) -> tuple[str, ...]:
    parameter = reference()[kind].parameter("allow")
    assert parameter is not None
    return tuple(take(codes, parameter))


def _background(value: Any) -> Any:
    try:
        return paint(value["paint"])
    except Wrong as wrong:
        line = value["line"] if type(value["line"]) is int else None
        message = f"background(): {wrong.message}"
        raise Refused(Finding(wrong.code, "error", message, wrong.fix, line)) from wrong


def _param(data: Mapping[str, Any], used: frozenset[str]) -> Param:
    name = words(data["name"])
    try:
        return Param(
            name=name,
            kind=words(data["kind"]),
            default=_setting(data["default"]),
            value=_setting(data["value"]),
            minimum=None if data["minimum"] is None else number(data["minimum"]),
            maximum=None if data["maximum"] is None else number(data["maximum"]),
            choices=tuple(words(choice) for choice in data["choices"]),
            line=data["line"] if type(data["line"]) is int else None,
            used=name in used or data["line"] is None,
        )
    except Wrong as wrong:
        raise Refused(
            Finding("param", "error", f"{name}: {wrong.message}", wrong.fix, data["line"])
        ) from wrong


def _setting(value: Any) -> bool | float | str:
    if isinstance(value, bool):
        return value
    return words(value) if isinstance(value, str) else number(value)
