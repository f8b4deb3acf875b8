"""A source written anew, so that the mistake that ends its run can be followed back to where it was made.

The interpreter tells a mistake where it was let through last: at the end of a `with`, or of an `except` that
does not want it or raises it again. Here every `try`, `with` and `except` is an attempt, and attempts are
numbered as they begin, which is alike in each run. What is `recorded` runs as the source does, and tells in
the end through which of them the mistake went. What is `flattened` begins just those without their blocks,
since nothing comes after them; all others stay what they were, and go on catching. Both call what is in
`prelude/retracing.py`.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from workbench.scene.sealed import inner

_HOLDERS = (ast.stmt, ast.excepthandler, ast.match_case)
_DEEPEST = 12
"""How many attempts in attempts are written flat; those that are deeper stay blocks."""
_DEEPEST_LATER = 3
"""How many they are in a function of a block, which is written in each copy of the block."""

Site = tuple[int, int, int]
"""Where an attempt is written: a line, a column, and 1 for a `try` with a `finally`, 0 for all others."""
_Node = TypeVar("_Node", bound=ast.AST)


def recorded(tree: ast.Module) -> ast.Module:
    """Return a program that ends by telling the attempts through which the mistake goes that ends `tree`."""
    names = {node.name for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler) and node.name}
    body = _all(_Recorder(names).written, tree.body)
    telling = ast.ExceptHandler(None, None, [_said("tell", tree.body[0])])
    return ast.Module([ast.Try(body, [telling], [], [])], [])


def flattened(tree: ast.Module, passed: Mapping[int, Site]) -> ast.Module:
    """Return `tree` with these attempts flat, by number; each part keeps its place in the text."""
    first = tree.body[0]
    numbers = [_at(ast.Constant(number), first) for number in passed]
    body = _all(_Flattener(passed.values()).flat, tree.body)
    return ast.Module([_said("flatten", first, *numbers), *body], [])


class _Recorder:
    """Writes what watches each attempt and its body; `names` are those that an `except` gives a mistake."""

    def __init__(self, names: Collection[str]) -> None:
        self._names = names

    def written(self, one: Any) -> list[Any]:
        if (parted := _parted(one)) is not None:
            return self.written(parted)
        new = _rebuilt(one, self.written)
        match new:
            case ast.Try():
                new.body = [_watched(one, [], new.body)]
                if new.finalbody:  # what goes wrong in there takes the place of what is on its way
                    new.finalbody = [_said("caught", one), *new.finalbody, _said("let_go", one)]
                return [_at(ast.With([_watching(one)], [new]), one)]
            case ast.With():
                return [_watched(one, [_watching(one), *new.items], new.body)]
            case ast.ExceptHandler():
                new.body = [_said("caught", one), _watched(one, [_watching(one)], new.body)]
            case ast.Raise() if new.exc is None or getattr(new.exc, "id", None) in self._names:
                return [_said("again", one), new]
        return [new]


class _Flattener:
    """Writes the attempts of these sites flat, and as blocks too where they may begin several times.

    In the body of a block no attempt can be flat: what goes through it would go through the block too.
    """

    def __init__(self, sites: Iterable[Site]) -> None:
        self._sites = frozenset(sites)
        self._repeated = 0
        self._deep = 0
        self._handlers = 0
        self._in_function = False

    def flat(self, one: Any) -> list[Any]:
        """Return a statement in which each attempt is flat when its number is among those that were told."""
        if (parted := _parted(one)) is not None:
            return self.flat(parted)
        if self._deep >= _DEEPEST and isinstance(one, ast.Try | ast.With):
            return self.counted(one)
        match one:
            case ast.With(items=[item]) if _site(one) in self._sites:
                flat = [_entered(item), *self._straight(one.body)]
                return self._begun(one, flat, lambda: [_rebuilt(one, self.counted)])
            case ast.With():
                return self.counted(one)
            case ast.Try() if _site(one) in self._sites:
                return self._begun(one, self._straight(one.body), lambda: self._block(one))
            case ast.Try():
                return [_said("is_flat", one), *self._block(one)]
        repeats = isinstance(one, ast.For | ast.While | ast.FunctionDef)
        self._repeated += repeats
        written = _declaring(one, self.flat)
        self._repeated -= repeats
        return written

    def _begun(self, one: Any, flat: list[Any], block: Callable[[], list[Any]]) -> list[Any]:
        """Return an attempt flat, and as a block where it may begin again."""
        if not self._repeated:
            return [_said("is_flat", one), *flat]
        return [_at(ast.If(_call("is_flat", one), flat, block()), one)]

    def counted(self, one: Any) -> list[Any]:
        """Return a statement whose attempts are numbered, and stay as they are."""
        if (parted := _parted(one)) is not None:
            return self.counted(parted)
        if isinstance(one, ast.FunctionDef) and not self._in_function:
            return self._called_later(one)
        (new,) = _declaring(one, self.counted)
        match new:
            case ast.Try() | ast.With():
                return [_said("is_flat", one), new]
            case ast.ExceptHandler():
                new.body = [_said("is_flat", one), *new.body]
        return [new]

    def _called_later(self, one: ast.FunctionDef) -> list[Any]:
        """Return a function of a block that stays: when the block is over, what is in it can be flat."""
        deep, self._deep = self._deep, max(self._deep, _DEEPEST - _DEEPEST_LATER)
        self._in_function = True
        written = self.flat(one)
        self._in_function = False
        self._deep = deep
        return written

    def _block(self, one: ast.Try) -> list[Any]:
        """Return a `try` that catches, and what comes after it for handlers that are flat."""
        handled = [self._handled(handler) for handler in one.handlers]
        block = ast.Try(
            _all(self.counted, one.body),
            [handler for handler, _ in handled],
            _all(self.flat, one.orelse),
            _all(self.flat, one.finalbody),
        )
        return [_at(block, one), *(each for _, later in handled for each in later)]

    def _handled(self, handler: ast.ExceptHandler) -> tuple[ast.ExceptHandler, list[ast.stmt]]:
        """Return a handler that, when it is flat, leaves its work until the `try` is over, and that work."""
        if _site(handler) not in self._sites:
            return self.counted(handler)[0], []
        self._handlers += 1
        number = _at(ast.Constant(self._handlers), handler)
        block = _rebuilt(handler, self.counted)
        begun: ast.stmt = _said("taken_up", handler)
        caught: list[ast.expr] = []
        if handler.name is not None:
            caught = [_at(ast.Name(handler.name, ast.Load()), handler)]
            name = _at(ast.Name(handler.name, ast.Store()), handler)
            begun = _at(ast.Assign([name], _call("taken_up", handler)), handler)
        leaving: list[ast.stmt] = [_said("put_off", handler, number, *caught)]
        block.body = [_at(ast.If(_call("is_flat", handler), leaving, block.body), handler)]
        work = [begun, *self._straight(handler.body)]
        return block, [_at(ast.If(_call("is_put_off", handler, number), work, []), handler)]

    def _straight(self, body: Sequence[ast.stmt]) -> list[Any]:
        self._deep += 1
        written = _all(self.flat, body)
        self._deep -= 1
        return written


def _parted(one: Any) -> ast.With | ast.Try | None:
    """Return a `with` of several as one in another, and `try`, `except`, `finally` as two; else None."""
    match one:
        case ast.With(items=[first, _, *_]):
            return _at(ast.With([first], [_at(ast.With(one.items[1:], one.body), one)]), one)
        case ast.Try(handlers=[_, *_], finalbody=[_, *_]):
            inside = _at(ast.Try(one.body, one.handlers, one.orelse, []), one)
            return _at(ast.Try([inside], [], [], one.finalbody), one)
    return None


def _rebuilt(one: Any, change: Callable[[Any], list[Any]]) -> Any:
    """Return a copy with the statements in it changed; it shares its expressions."""
    new = copy.copy(one)
    for name, value in ast.iter_fields(one):
        if isinstance(value, list) and value and isinstance(value[0], _HOLDERS):
            setattr(new, name, _all(change, value))
    return new


def _declaring(one: Any, change: Callable[[Any], list[Any]]) -> list[Any]:
    """Return a copy as `_rebuilt` does, of a function with its `global` before all copies of its blocks."""
    if isinstance(one, ast.Global | ast.Nonlocal):
        return [_at(ast.Pass(), one)]
    new = _rebuilt(one, change)
    if isinstance(one, ast.FunctionDef):
        new.body = [*_declared(one.body), *new.body]
    return [new]


def _declared(body: Sequence[ast.AST]) -> list[Any]:
    """Return the `global` and `nonlocal` of a function, without those of functions in it."""
    inside = (
        one
        for one in body
        if isinstance(one, _HOLDERS) and not isinstance(one, ast.FunctionDef | ast.ClassDef)
    )
    found: list[Any] = []
    for one in inside:
        own = isinstance(one, ast.Global | ast.Nonlocal)
        found += [one] if own else _declared(list(ast.iter_child_nodes(one)))
    return found


def _all(change: Callable[[Any], list[Any]], statements: Sequence[Any]) -> list[Any]:
    return [each for one in statements for each in change(one)]


def _watching(at: Any) -> ast.withitem:
    return ast.withitem(_call("Attempt", at, *(_at(ast.Constant(part), at) for part in _site(at))))


def _site(one: Any) -> Site:
    place = one.items[0].context_expr if isinstance(one, ast.With) else one
    return place.lineno, place.col_offset, int(isinstance(one, ast.Try) and bool(one.finalbody))


def _watched(at: Any, items: Sequence[ast.withitem], body: list[Any]) -> ast.With:
    return _at(ast.With([*items, ast.withitem(_call("Body", at))], body), at)


def _entered(item: ast.withitem) -> ast.stmt:
    entering = _call("enter", item.context_expr, item.context_expr)
    target = item.optional_vars
    made = ast.Expr(entering) if target is None else ast.Assign([target], entering)
    return _at(made, item.context_expr)


def _said(function: str, at: Any, *given: ast.expr) -> ast.Expr:
    return _at(ast.Expr(_call(function, at, *given)), at)


def _call(function: str, at: Any, *given: ast.expr) -> ast.Call:
    return _at(ast.Call(_at(ast.Name(inner(function), ast.Load()), at), list(given), []), at)


def _at(new: _Node, place: Any) -> _Node:
    """Give a new part of the tree the place of an old one."""
    return ast.copy_location(new, place)
