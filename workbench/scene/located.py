"""Source text with the line of every node written into it, and the way back to the author's columns."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from workbench.scene.reference import node_names

_NEVER_BINDING = {ast.Constant, ast.Call, ast.keyword, ast.Expr, ast.BinOp}


@dataclass(frozen=True, slots=True)
class Located:
    """Text to run, and per line the (column, length) of what was written into it, columns from 0."""

    text: str
    insertions: dict[int, tuple[tuple[int, int], ...]]

    def original_column(self, line: int, column: int) -> int:
        """Return the author's column (from 1) for a column (from 1) of the text that ran."""
        shift = 0
        for at, length in self.insertions.get(line, ()):
            beyond = column - 1 - at - shift
            if beyond <= 0:
                break
            shift += min(length, beyond)
        return column - shift


def locate(source: str, nodes: Sequence[ast.AST]) -> Located:
    """Write `_line=N` into every call of a node function that the author has not redefined."""
    shadowed = bound_names(nodes)
    lines = source.split("\n")
    found: dict[int, list[tuple[int, str]]] = {}
    for call in nodes:
        if isinstance(call, ast.Call) and _makes_a_node(call, shadowed):
            row, at = call.end_lineno or 1, (call.end_col_offset or 1) - 1
            column = len(lines[row - 1].encode()[:at].decode())
            found.setdefault(row, []).append((column, _words(lines, call)))
    insertions = {}
    for number, places in found.items():
        places.sort()
        lines[number - 1] = _insert(lines[number - 1], places)
        insertions[number] = tuple((at, len(words)) for at, words in places)
    return Located("\n".join(lines), insertions)


def bound_names(nodes: Iterable[ast.AST]) -> dict[str, int]:
    """Return every name that the source itself binds, anywhere, with the first line it does so at."""
    bound: dict[str, int] = {}
    for node in nodes:
        if type(node) in _NEVER_BINDING:
            continue
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            bound.setdefault(node.id, node.lineno)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            bound.setdefault(node.name, node.lineno)
        elif isinstance(node, ast.arg):
            bound.setdefault(node.arg, node.lineno)
        elif isinstance(node, ast.alias):
            bound.setdefault((node.asname or node.name).split(".")[0], node.lineno)
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            bound.setdefault(node.name, node.lineno)
    return bound


def _makes_a_node(call: ast.Call, shadowed: dict[str, int]) -> bool:
    if not isinstance(call.func, ast.Name) or call.func.id not in _located() or call.func.id in shadowed:
        return False
    lone_generator = len(call.args) == 1 and isinstance(call.args[0], ast.GeneratorExp)
    return not lone_generator


def _words(lines: list[str], call: ast.Call) -> str:
    words = f"_line={call.lineno}"
    last = max(
        (value for value in (*call.args, *(item.value for item in call.keywords))),
        key=lambda value: (value.end_lineno or 0, value.end_col_offset or 0),
        default=None,
    )
    if last is None:
        return words
    return words if "," in _after(lines, last, call) else f", {words}"


def _after(lines: list[str], last: ast.expr, call: ast.Call) -> str:
    first, final = last.end_lineno or 1, call.end_lineno or 1
    rows = [line.encode() for line in lines[first - 1 : final]]
    rows[-1] = rows[-1][: (call.end_col_offset or 1) - 1]
    rows[0] = rows[0][last.end_col_offset or 0 :]
    return "".join(re.sub(r"#.*", "", row.decode()) for row in rows)


def _insert(row: str, places: list[tuple[int, str]]) -> str:
    for at, words in reversed(places):
        row = row[:at] + words + row[at:]
    return row


@cache
def _located() -> frozenset[str]:
    return node_names() | {"background", "param"}
