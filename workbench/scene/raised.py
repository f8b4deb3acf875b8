"""What a scene says itself, with `raise` or `assert`, told as what it is: its author's own words."""

from __future__ import annotations

import ast

from workbench.scene.sandbox import Fault
from workbench.scene.sealed import unsealed
from workbench.syntax import syntax_tree

_MOST_LETTERS = 300
_TESTED = "assert "
_FIXES = {"NotImplementedError": "Write what is missing here, or take the raise out."}
_MENDED = "The scene raises this itself: change what leads to this line, or take the raise out."
_HELD = "change the values, or take the assert out."
_ALSO_THE_INTERPRETERS = frozenset({
    "TimeoutError", "MemoryError", "RecursionError", "NameError", "UnboundLocalError", "TypeError",
    "Unsupported",
})  # fmt: skip
"""What can go wrong where a `raise` stands before it raises: the author's only if the raise names it."""


def raised(fault: Fault, text: str) -> tuple[str, str, str] | None:
    """Return code, words and fix when the fault is what `raise` or `assert` says at its place in `text`."""
    statement = _statement(fault, text) if fault.frames else None
    message = unsealed(fault.message)
    if isinstance(statement, ast.Raise) and (
        fault.kind not in _ALSO_THE_INTERPRETERS or fault.kind == _named(statement.exc)
    ):
        said = _sentence(message) or f"The scene raised {fault.kind}."
        return "runtime", said, _FIXES.get(fault.kind, _MENDED)
    if isinstance(statement, ast.Assert) and fault.kind == "AssertionError":
        said, demanded = _asserted(message)
        if not said:
            words = f"{demanded} does not hold." if demanded else "What is asserted here does not hold."
            return "runtime", words, f"The scene asserts this itself: {_HELD}"
        return "runtime", said, f"The scene asserts {demanded or 'this'}, which does not hold: {_HELD}"
    return None


def _statement(fault: Fault, text: str) -> ast.Raise | ast.Assert | None:
    """Return the statement whose error, or whose condition, is exactly where the fault is."""
    try:
        tree = syntax_tree(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError):  # the fault is that it cannot be read
        return None
    rows = text.split("\n")
    for node in ast.walk(tree):
        told = (
            node.exc if isinstance(node, ast.Raise) else node.test if isinstance(node, ast.Assert) else None
        )
        if told and fault.frames[-1] == _place(told, rows):
            assert isinstance(node, ast.Raise | ast.Assert)
            return node
    return None


def _place(node: ast.expr, rows: list[str]) -> tuple[int, int, int, int]:
    last = node.end_lineno or node.lineno
    first_row, last_row = rows[node.lineno - 1].encode(), rows[last - 1].encode()
    begin, end = first_row[: node.col_offset].decode(), last_row[: node.end_col_offset].decode()
    return node.lineno, len(begin) + 1, last, len(end) + 1


def _named(error: ast.expr | None) -> str:
    """Return the name of the error that a `raise` makes, such as `KeyError` for `raise KeyError("x")`."""
    called = error.func if isinstance(error, ast.Call) else error
    return called.id if isinstance(called, ast.Name) else ""


def _asserted(message: str) -> tuple[str, str]:
    """Return what an assert says, and its condition with the values; empty where there is none."""
    said, _, last = message.rpartition("\n")
    if last.startswith(_TESTED):
        return _sentence(said), last.removeprefix(_TESTED)[:_MOST_LETTERS]
    return _sentence(message), ""


def _sentence(said: str) -> str:
    words = said.strip()
    if len(words) > _MOST_LETTERS:
        words = f"{words[:_MOST_LETTERS]} …"
    return words if words.endswith((".", "!", "?", "…")) or not words else f"{words}."
