"""Python text read into a syntax tree, by many threads at once."""

from __future__ import annotations

import ast
import threading

_LOCK = threading.RLock()
_TRIES = 20


def syntax_tree(text: str) -> ast.Module:
    """Return the syntax tree of `text`, as `ast.parse` does, with its errors.

    CPython 3.11 counts in one place for all threads how deep it is in the trees it makes. When a garbage
    collection runs Python code in the middle of one, another thread may begin a tree of its own, and the
    first ends with "SystemError: AST constructor recursion depth mismatch". So the workbench reads one
    text at a time, and reads it again when the reading of others came between.
    """
    for _ in range(_TRIES - 1):
        try:
            with _LOCK:
                return ast.parse(text)
        except SystemError as mismatch:
            if "recursion depth" not in str(mismatch):
                raise
    with _LOCK:
        return ast.parse(text)
