"""Where a mistake in a `with` block is, which the interpreter tells at the end of the block.

What goes wrong while a block is open passes through its end, and is told there. So the source is run once
more with its blocks written flat: entered, worked through and left, statement by statement. A mistake that
comes again is then told at its own place, which is looked up in the text that the author wrote. Blocks
inside `try` stay blocks, because something goes on after a mistake there. A mistake outside of all blocks is
told where it is, and nothing is run again for it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from workbench.scene.sandbox import Fault, Outcome
from workbench.scene.sealed import ENTER, LEAVE
from workbench.syntax import syntax_tree

_Range = tuple[int, int, int, int]
_Blocks = list[tuple[int, int]]
"""The first and last lines of `with` statements."""
_NOT_IN_A_BLOCK = frozenset({"TimeoutError", "MemoryError", "Crashed", "NotStarted", "Unsupported"})
"""Faults that nothing passes on: they are told where they are, or nowhere."""


def placed(fault: Fault, text: str, run: Callable[[str], Outcome]) -> Fault:
    """Return the fault with the frames of its own place, where running `text` flat brings it again."""
    if fault.kind in _NOT_IN_A_BLOCK:
        return fault
    try:
        before = syntax_tree(text)
        blocks = [(one.lineno, one.end_lineno or 0) for one in ast.walk(before) if isinstance(one, ast.With)]
        if not any(_in_one(blocks, frame, frame) for frame in fault.frames):
            return fault
        before.body = _Unroller().block(before.body, 0, 0)
        flat = ast.unparse(before)
        after = syntax_tree(flat)
    except (ValueError, SyntaxError, RecursionError, MemoryError):  # nested too deeply to be written anew
        return fault
    again = run(flat).fault
    if again is None or (again.kind, again.message) != (fault.kind, fault.message):
        return fault
    read, written = list(_ranges(after, flat)), list(_ranges(before, text))
    if [kind for kind, _ in read] != [kind for kind, _ in written]:
        return fault
    places = {place: origin for (_, place), (_, origin) in zip(read, written, strict=True)}
    origins = {frame: _original(frame, places) for frame in set(again.frames)}  # a recursion has few places
    frames = tuple(origin for frame in again.frames if (origin := origins[frame]))
    if len(frames) < len(again.frames) or not _same_way(fault.frames, frames, blocks):
        return fault
    return replace(fault, frames=frames)


def _same_way(told: tuple[_Range, ...], found: tuple[_Range, ...], blocks: _Blocks) -> bool:
    """Say whether a mistake was found where it can have been told: at the same line, or in the same block.

    Another mistake may have the same words, such as one that a context manager of the author's own swallows.
    """
    pairs = set(zip(told, found, strict=False))
    same = (one[0] == other[0] or _in_one(blocks, one, other) for one, other in pairs)
    return len(told) <= len(found) and all(same)


def _in_one(blocks: _Blocks, one: _Range, other: _Range) -> bool:
    return any(first <= min(one[0], other[0]) and max(one[0], other[0]) <= last for first, last in blocks)


class _Unroller:
    """Writes blocks flat; `opened` are those open in this function, `outside` those open around its loop."""

    def __init__(self) -> None:
        self._trying = 0

    def block(self, statements: Sequence[ast.stmt], opened: int, outside: int) -> list[ast.stmt]:
        return [each for one in statements for each in self._statement(one, opened, outside)]

    def _statement(self, one: ast.stmt, opened: int, outside: int) -> list[ast.stmt]:
        match one:
            case ast.With() if not self._trying:
                inner = self.block(one.body, opened + len(one.items), outside)
                return [*(_entered(item) for item in one.items), *inner, _left(len(one.items), one)]
            case ast.Return() if opened:
                one.value = _left(opened, one, one.value).value
            case ast.Break() | ast.Continue() if opened > outside:
                return [_left(opened - outside, one), one]
            case ast.FunctionDef() | ast.ClassDef():
                opened = outside = 0
            case ast.For() | ast.While():
                one.body = self.block(one.body, opened, opened)
                one.orelse = self.block(one.orelse, opened, outside)
                return [one]
        self._trying += isinstance(one, ast.Try)
        self._inside(one, opened, outside)
        self._trying -= isinstance(one, ast.Try)
        return [one]

    def _inside(self, one: ast.stmt | ast.excepthandler | ast.match_case, opened: int, outside: int) -> None:
        for name, value in ast.iter_fields(one):
            if not isinstance(value, list):
                continue
            if all(isinstance(each, ast.stmt) for each in value):
                setattr(one, name, self.block(value, opened, outside))
            for each in value:
                if isinstance(each, ast.excepthandler | ast.match_case):
                    self._inside(each, opened, outside)


def _entered(item: ast.withitem) -> ast.stmt:
    entering = _call(ENTER, item.context_expr, item.context_expr)
    target = item.optional_vars
    made = ast.Expr(entering) if target is None else ast.Assign([target], entering)
    return ast.copy_location(made, item.context_expr)


def _left(count: int, at: ast.stmt, value: ast.expr | None = None) -> ast.Expr:
    given = [ast.copy_location(ast.Constant(count), at), *([] if value is None else [value])]
    return ast.copy_location(ast.Expr(_call(LEAVE, at, *given)), at)


def _call(function: str, at: ast.stmt | ast.expr, *given: ast.expr) -> ast.Call:
    name = ast.copy_location(ast.Name(function, ast.Load()), at)
    return ast.copy_location(ast.Call(name, list(given), []), at)


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
