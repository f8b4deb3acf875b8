"""From what a worker handed over to a graph: nothing is believed, everything is looked at."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from workbench.scene.format import Format
from workbench.scene.graph import Graph, Motion, Node, Param, value_from_json


class Refused(Exception):
    """The picture holds something that cannot be painted; `line` is where it was made."""

    def __init__(self, code: str, message: str, fix: str, line: int | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.fix, self.line = code, message, fix, line


def admit(result: str, format: Format, duration_seconds: float, used: frozenset[str]) -> Graph:
    """Return the graph that the JSON text describes; raises `Refused` at the first thing that is wrong."""
    data = json.loads(result, parse_float=_rounded)
    return Graph(
        width=format.design_width,
        height=format.design_height,
        fps=format.fps,
        duration_seconds=duration_seconds,
        frames=format.frames(duration_seconds),
        background=value_from_json(data["background"]),
        nodes=tuple(_node(node) for node in data["nodes"]),
        params=tuple(_param(param, used) for param in data["params"]),
    )


def _rounded(digits: str) -> float:
    return round(float(digits), 6)


def _node(data: Mapping[str, Any]) -> Node:
    props = {name: value_from_json(value) for name, value in data["props"].items()}
    for name, value in props.items():
        if isinstance(value, float) and not math.isfinite(value):
            raise Refused("runtime", f"{name} is {value}.", "Give a finite number.", data["line"])
    motions: dict[str, Motion | None] = {
        name: value_from_json(data[name]) if data.get(name) else None
        for name in ("enter", "exit", "emphasis")
    }
    return Node(
        id=data["id"],
        kind=data["kind"],
        line=data["line"],
        props=props,
        children=tuple(_node(child) for child in data["children"]),
        start=float(data.get("start") or 0.0),
        end=data.get("end"),
        allow=tuple(data.get("allow") or ()),
        **motions,
    )


def _param(data: Mapping[str, Any], used: frozenset[str]) -> Param:
    return Param(**{**data, "choices": tuple(data["choices"])}, used=data["name"] in used)
