"""Scene source being edited in place: only the text asked for changes, everything else stays byte for byte.

The source is read with `ast`, never run. Every change replaces exact ranges of the text, and is kept only
when the result still parses. Values that come from `param(...)` are changed as parameters.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from workbench.brain.plan import ParamValue
from workbench.scene.declared import declared_params, parse_source
from workbench.scene.graph import Param

SHAPES = ("rect", "circle", "ellipse", "line", "path", "image")
CHARTS = ("bar_chart", "line_chart", "donut")
CONTAINERS = ("row", "column", "stack", "grid", "group", "mask", "phone", "browser")
KINDS = ("text", "code", "counter", "particles", *SHAPES, *CHARTS, *CONTAINERS)


@dataclass(frozen=True, slots=True)
class Element:
    """One node of the picture as it stands in the source."""

    kind: str
    name: str
    text: str
    call: ast.Call
    statement: ast.stmt
    container: ast.Call | None

    @property
    def laid_out(self) -> bool:
        """Say whether a row, column, stack or grid decides its place."""
        return self.container is not None and _called(self.container) not in ("group", "mask")

    def argument(self, name: str, place: int | None = None) -> ast.expr | None:
        """Return the expression given for a keyword, or for the positional argument at `place`."""
        for keyword in self.call.keywords:
            if keyword.arg == name:
                return keyword.value
        return self.call.args[place] if place is not None and len(self.call.args) > place else None


@dataclass(slots=True)
class Draft:
    """A source with its parameter values, what was changed in them, and remarks for the user."""

    source: str
    values: dict[str, ParamValue] = field(default_factory=dict)
    changed_params: dict[str, ParamValue] = field(default_factory=dict)
    assumed: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    @property
    def tree(self) -> ast.Module:
        return parse_source(self.source) or ast.Module([], [])

    def params(self) -> dict[str, Param]:
        """Return the declared parameters by name."""
        return {param.name: param for param in declared_params(self.source)}

    def variables(self) -> dict[str, ast.expr]:
        """Return what the top level assigns to plain names, by name."""
        return {
            target.id: statement.value
            for statement in self.tree.body
            if isinstance(statement, ast.Assign)
            for target in statement.targets
            if isinstance(target, ast.Name)
        }

    def elements(self) -> list[Element]:
        """Return the nodes of the picture in order of the text."""
        return list(self._elements(self.tree.body, None))

    def background(self) -> ast.Call | None:
        """Return the call that paints the background."""
        calls = (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))
        return next((call for call in calls if _called(call) == "background" and call.args), None)

    def param_of(self, expression: ast.expr | None) -> Param | None:
        """Return the parameter an expression stands for, as a variable or as the call itself."""
        if isinstance(expression, ast.Name):
            expression = self.variables().get(expression.id)
        if isinstance(expression, ast.Call) and _called(expression) == "param" and expression.args:
            first = expression.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                return self.params().get(first.value)
        return None

    def value_of(self, expression: ast.expr | None) -> object:
        """Return the value an expression has when it is a literal or a parameter, else None."""
        param = self.param_of(expression)
        if param:
            return self.values.get(param.name, param.default)
        if isinstance(expression, ast.Name):
            expression = self.variables().get(expression.id)
        if expression is None:
            return None
        try:
            value: object = ast.literal_eval(expression)
        except (ValueError, TypeError):
            return None
        return value

    def code_of(self, node: ast.expr) -> str:
        """Return the text of an expression."""
        start, end = self._range(node)
        return self.source.encode()[start:end].decode()

    def set_param(self, name: str, value: ParamValue) -> None:
        """Give a parameter another value; the source stays."""
        self.values[name] = value
        self.changed_params[name] = value

    def set_value(self, expression: ast.expr, value: str | float) -> bool:
        """Change a value where it comes from: its parameter, its variable's literal, or in place."""
        param = self.param_of(expression)
        if param:
            self.set_param(param.name, value)
            return True
        if isinstance(expression, ast.Name):
            origin = self.variables().get(expression.id)
            if isinstance(origin, ast.Constant):
                return self.replace(origin, literal(value))
        return self.replace(expression, literal(value))

    def replace(self, node: ast.expr, code: str) -> bool:
        """Put `code` where an expression stands."""
        start, end = self._range(node)
        return self._splice(start, end, code)

    def set_keyword(self, call: ast.Call, name: str, code: str) -> bool:
        """Give a call this keyword argument, in place of the one it has or after the last argument."""
        for keyword in call.keywords:
            if keyword.arg == name:
                return self.replace(keyword.value, code)
        raw = self.source.encode()
        closing = self._range(call)[1] - 1
        inside = raw[:closing].rstrip()
        glue = "" if inside.endswith(b"(") else " " if inside.endswith(b",") else ", "
        tries = (
            (len(inside), f"{glue}{name}={code}"),
            (closing, f"{name}={code}"),
            (closing, f", {name}={code}"),
        )
        return any(self._inserted(call, name, place, text) for place, text in tries)

    def _inserted(self, call: ast.Call, name: str, place: int, text: str) -> bool:
        """Insert an argument and see that the call has it; a place inside a comment does not count."""
        before = self.source
        here = (call.lineno, call.col_offset)
        if self._splice(place, place, text):
            calls = (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))
            found = next((one for one in calls if (one.lineno, one.col_offset) == here), None)
            if found and any(keyword.arg == name for keyword in found.keywords):
                return True
        self.source = before
        return False

    def drop_keyword(self, call: ast.Call, name: str) -> bool:
        """Take a keyword argument out of a call; True when it was there."""
        for keyword in call.keywords:
            if keyword.arg == name:
                start, end = self._keyword_range(keyword)
                raw = self.source.encode()
                before = raw[:start].rstrip()
                if before.endswith(b","):
                    return self._splice(len(before) - 1, end, "")
                after = raw[end:]
                comma = len(after) - len(after.lstrip(b" ,\n"))
                return self._splice(start, end + comma, "")
        return False

    def remove(self, statement: ast.stmt) -> bool:
        """Take a whole statement out, and a `with` that would be left empty along with it."""
        parent = self._parent_with(statement)
        if parent is not None and len(parent.body) == 1:
            return self.remove(parent)
        lines = self.source.encode().splitlines(keepends=True)
        assert statement.end_lineno is not None
        kept = lines[: statement.lineno - 1] + lines[statement.end_lineno :]
        return self._accept(b"".join(kept).decode())

    def insert(self, code: str, *, after: ast.stmt | None = None, before: ast.stmt | None = None) -> bool:
        """Put a new statement line after or before another with its indent, or at the end."""
        lines = self.source.encode().splitlines(keepends=True)
        if lines and not lines[-1].endswith(b"\n"):
            lines[-1] += b"\n"
        beside = after or before
        indent = " " * beside.col_offset if beside is not None else ""
        place = len(lines)
        if after is not None:
            place = after.end_lineno or place
        elif before is not None:
            place = before.lineno - 1
        new = "".join(f"{indent}{line}\n" for line in code.splitlines()).encode()
        return self._accept(b"".join([*lines[:place], new, *lines[place:]]).decode())

    def replace_all(self, changes: list[tuple[ast.expr, str]]) -> bool:
        """Put several pieces of code in place of as many expressions at once."""
        raw = self.source.encode()
        for node, code in sorted(changes, key=lambda change: self._range(change[0]), reverse=True):
            start, end = self._range(node)
            raw = raw[:start] + code.encode() + raw[end:]
        return bool(changes) and self._accept(raw.decode())

    def _splice(self, start: int, end: int, code: str) -> bool:
        raw = self.source.encode()
        return self._accept((raw[:start] + code.encode() + raw[end:]).decode())

    def _accept(self, source: str) -> bool:
        if parse_source(source) is None:
            return False
        self.source = source
        return True

    def _range(self, node: ast.expr) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self._offset(node.lineno, node.col_offset), self._offset(node.end_lineno, node.end_col_offset)

    def _keyword_range(self, keyword: ast.keyword) -> tuple[int, int]:
        return self._offset(keyword.lineno, keyword.col_offset), self._range(keyword.value)[1]

    def _offset(self, line: int, column: int) -> int:
        lines = self.source.encode().splitlines(keepends=True)
        return sum(len(text) for text in lines[: line - 1]) + column

    def _parent_with(self, statement: ast.stmt) -> ast.With | None:
        withs = (node for node in ast.walk(self.tree) if isinstance(node, ast.With))
        return next(
            (node for node in withs if any(child.lineno == statement.lineno for child in node.body)), None
        )

    def _elements(self, body: list[ast.stmt], container: ast.Call | None) -> Iterator[Element]:
        for statement in body:
            if isinstance(statement, ast.With):
                call = statement.items[0].context_expr
                if isinstance(call, ast.Call) and _called(call) in KINDS:
                    yield self._element(call, statement, container)
                    yield from self._elements(statement.body, call)
            elif isinstance(statement, (ast.Expr, ast.Assign)):
                if isinstance(statement.value, ast.Call) and _called(statement.value) in KINDS:
                    yield self._element(statement.value, statement, container)
            else:
                for name in ("body", "orelse"):
                    yield from self._elements(getattr(statement, name, []), container)

    def _element(self, call: ast.Call, statement: ast.stmt, container: ast.Call | None) -> Element:
        kind = _called(call)
        name = next((self.value_of(keyword.value) for keyword in call.keywords if keyword.arg == "name"), "")
        first = self.value_of(call.args[0]) if call.args and kind in ("text", "code") else ""
        text = first if isinstance(first, str) else ""
        return Element(kind, str(name or ""), text, call, statement, container)


def literal(value: str | float) -> str:
    """Return the source text of a value, with double quotes and without needless decimals."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return f"{round(value, 3):g}"


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""
