"""What is in a scene, read from its text: enough to choose a scene and a node by."""

from __future__ import annotations

import ast

from workbench.scene.declared import parse_source
from workbench.scene.reference import node_names

_MOST = 24
_WORDS_LETTERS = 32


def outline(source: str) -> tuple[str, ...]:
    """Return the scene's nodes in order of the text: each by name, else by kind with its first words."""
    tree = parse_source(source)
    if tree is None:
        return ()
    calls = [
        node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    ordered = sorted(calls, key=lambda call: (call.lineno, call.col_offset))
    return tuple(_called(call) for call in ordered if _kind(call) in node_names())[:_MOST]


def _kind(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _called(call: ast.Call) -> str:
    for keyword in call.keywords:
        if keyword.arg == "name" and isinstance(keyword.value, ast.Constant):
            return str(keyword.value.value)
    first = call.args[0] if call.args else None
    words = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""
    return f'{_kind(call)} "{words[:_WORDS_LETTERS]}"' if words else _kind(call)
