"""The parameters a source declares, read from its text without running it."""

from __future__ import annotations

import ast

from workbench.scene.graph import Param
from workbench.syntax import syntax_tree

MAX_SOURCE_BYTES = 64_000


def parse_source(source: str) -> ast.Module | None:
    """Return the syntax tree of `source`, or None when it cannot be parsed or is too big to try."""
    if len(source.encode("utf-8", "replace")) > MAX_SOURCE_BYTES:
        return None
    try:
        return syntax_tree(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def declared_params(source: str) -> tuple[Param, ...]:
    """Return the `param(...)` calls with a literal name, in order of the text; broken source has none.

    A default that is not a literal is given as None, with the kind the call names (or text).
    """
    tree = parse_source(source)
    if tree is None:
        return ()
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _is_param(node)]
    found: dict[str, Param] = {}
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        param = _read(call)
        if param:
            found.setdefault(param.name, param)
    return tuple(found.values())


def _is_param(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == "param"


def _read(call: ast.Call) -> Param | None:
    given = {keyword.arg: _literal(keyword.value) for keyword in call.keywords if keyword.arg}
    positional = [_literal(value) for value in call.args[:2]]
    name = positional[0] if positional else given.get("name")
    default = positional[1] if len(positional) > 1 else given.get("default")
    if not isinstance(name, str):
        return None
    kind = given.get("kind")
    choices = given.get("choices")
    return Param(
        name=name,
        kind=kind if isinstance(kind, str) else _kind(default),
        default=default,
        value=default,
        minimum=_number(given.get("min")),
        maximum=_number(given.get("max")),
        choices=tuple(map(str, choices)) if isinstance(choices, (list, tuple)) else (),
        line=call.lineno,
    )


def _literal(node: ast.expr) -> object:
    try:
        value: object = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None
    return value


def _kind(default: object) -> str:
    if isinstance(default, bool):
        return "boolean"
    return "number" if isinstance(default, (int, float)) else "text"


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
