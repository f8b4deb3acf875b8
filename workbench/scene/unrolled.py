"""Where a mistake in a `with` or `try` is, which the interpreter tells at the end of the block.

What goes wrong in a block passes through its end, or through an `except`, and is told there. So the source
is run once more to learn what the mistake passes through, and then with those blocks written flat, see
`attempts`. A mistake that comes again is told at its own place, which is looked up in the text that the
author wrote. A mistake outside of all blocks is told where it is, and nothing is run again for it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from workbench.scene.attempts import Site, flattened, recorded
from workbench.scene.sandbox import Fault, Outcome
from workbench.syntax import syntax_tree

_Range = tuple[int, int, int, int]
_Blocks = list[tuple[int, int]]
"""The first and last lines of `with` and `try` statements."""
_NOT_IN_A_BLOCK = frozenset({"TimeoutError", "MemoryError", "Crashed", "NotStarted", "Unsupported"})
"""Faults that nothing passes on: they are told where they are, or nowhere."""
_PASSED = re.compile(r"passed(?: \d+@\d+\.\d+\.\d+)+")
"""How a recorded run ends, with the attempts that the mistake passes through."""
_TOO_DEEP = (ValueError, SyntaxError, RecursionError, MemoryError)
"""What reading a source, or writing it anew, ends in when it is nested too deeply for that."""


def placed(fault: Fault, text: str, run: Callable[[str], Outcome]) -> Fault:
    """Return the fault with the frames of its own place, where running `text` flat brings it again."""
    if fault.kind in _NOT_IN_A_BLOCK:
        return fault
    try:
        tree = syntax_tree(text)
        blocks = _blocks(tree)
        if not any(_in_one(blocks, frame, frame) for frame in fault.frames):
            return fault
        recording = ast.unparse(recorded(tree))
    except _TOO_DEEP:
        return fault
    passed = _passed(run(recording).fault)
    flat, places = _flat(tree, passed, text)
    again = run(flat).fault if flat else None
    if again is None or (again.kind, again.message) != (fault.kind, fault.message):
        return fault
    origins = {frame: _original(frame, places) for frame in set(again.frames)}  # a recursion has few places
    frames = tuple(origin for frame in again.frames if (origin := origins[frame]))
    if len(frames) < len(again.frames) or not _same_way(fault.frames, frames, blocks):
        return fault
    return replace(fault, frames=frames)


def _blocks(tree: ast.Module) -> _Blocks:
    found = (node for node in ast.walk(tree) if isinstance(node, ast.With | ast.Try))
    return [(one.lineno, one.end_lineno or 0) for one in found]


def _passed(fault: Fault | None) -> dict[int, Site]:
    """Return the attempts that a recorded run tells, by number."""
    if fault is None or fault.kind != "ValueError" or not _PASSED.fullmatch(fault.message):
        return {}
    told = (map(int, re.split("[@.]", one)) for one in fault.message.split()[1:])
    return {number: (line, column, part) for number, line, column, part in told}


def _flat(tree: ast.Module, passed: Mapping[int, Site], text: str) -> tuple[str, dict[_Range, _Range]]:
    """Return the text with these attempts flat, and where its parts are in `text`; empty if it cannot be."""
    if not passed:
        return "", {}
    try:
        before = flattened(tree, passed)
        flat = ast.unparse(before)
        after = syntax_tree(flat)
    except _TOO_DEEP:
        return "", {}
    read, written = list(_ranges(after, flat)), list(_ranges(before, text))
    if [kind for kind, _ in read] != [kind for kind, _ in written]:
        return "", {}
    return flat, {place: origin for (_, place), (_, origin) in zip(read, written, strict=True)}


def _same_way(told: tuple[_Range, ...], found: tuple[_Range, ...], blocks: _Blocks) -> bool:
    """Say whether a mistake was found where it can have been told: at the same line, or in the same block."""
    pairs = set(zip(told, found, strict=False))
    same = (one[0] == other[0] or _in_one(blocks, one, other) for one, other in pairs)
    return len(told) <= len(found) and all(same)


def _in_one(blocks: _Blocks, one: _Range, other: _Range) -> bool:
    return any(first <= min(one[0], other[0]) and max(one[0], other[0]) <= last for first, last in blocks)


def _ranges(tree: ast.AST, text: str) -> Iterator[tuple[str, _Range]]:
    """Give what and where every statement and expression is: lines and columns from 1, in letters.

    The parts of an f-string are left out: their columns are not those of the text.
    """
    lines = [line.encode() for line in text.split("\n")]

    def column(line: int, offset: int) -> int:
        return len(lines[line - 1][:offset].decode()) + 1

    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.stmt | ast.expr):
            first, last = node.lineno, node.end_lineno or node.lineno
            begin, end = column(first, node.col_offset), column(last, node.end_col_offset or 0)
            yield type(node).__name__, (first, begin, last, end)
        if not isinstance(node, ast.JoinedStr):
            waiting.extend(ast.iter_child_nodes(node))


def _original(frame: _Range, places: dict[_Range, _Range]) -> _Range | None:
    """Return the author's place for one of the flat text, that of the smallest part around it, if any."""
    begin, end = frame[:2], frame[2:]
    around = [place for place in places if place[:2] <= begin and end <= place[2:]]
    return places[max(around, key=lambda place: (place[:2], -place[2], -place[3]))] if around else None
