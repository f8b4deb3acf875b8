"""What a scene says itself, with `raise` or `assert`, told as what it is: its author's own words."""

from __future__ import annotations

import ast

from workbench.scene.sandbox import Fault
from workbench.syntax import syntax_tree

_MOST_LETTERS = 300
_TESTED = "assert "
_FIXES = {"NotImplementedError": "Write what is missing here, or take the raise out."}
_MENDED = "The scene raises this itself: change what leads to this line, or take the raise out."
_HELD = "change the values, or take the assert out."


def raised(fault: Fault, text: str) -> tuple[str, str, str] | None:
    """Return code, words and fix when the fault is what `raise` or `assert` says at its place in `text`."""
    statement = _statement(fault, text) if fault.frames else None
    if isinstance(statement, ast.Raise):
        said = _sentence(fault.message) or f"The scene raised {fault.kind}."
        return "runtime", said, _FIXES.get(fault.kind, _MENDED)
    if isinstance(statement, ast.Assert) and fault.kind == "AssertionError":
        said, demanded = _asserted(fault.message)
        if not said:
            words = f"{demanded} does not hold." if demanded else "What is asserted here does not hold."
            return "runtime", words, f"The scene asserts this itself: {_HELD}"
        return "runtime", said, f"The scene asserts {demanded or 'this'}, which does not hold: {_HELD}"
    return None


def _statement(fault: Fault, text: str) -> ast.Raise | ast.Assert | None:
    """Return the statement whose error, or whose condition, is exactly where the fault is."""
    line, column, end_line, end_column = fault.frames[-1]
    rows = text.split("\n")
    place = (line, _offset(rows, line, column), end_line, _offset(rows, end_line, end_column))
    for node in ast.walk(syntax_tree(text)):
        told = (
            node.exc if isinstance(node, ast.Raise) else node.test if isinstance(node, ast.Assert) else None
        )
        if told and place == (told.lineno, told.col_offset, told.end_lineno, told.end_col_offset):
            assert isinstance(node, ast.Raise | ast.Assert)
            return node
    return None


def _offset(rows: list[str], line: int, column: int) -> int:
    return len(rows[line - 1][: column - 1].encode())


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
