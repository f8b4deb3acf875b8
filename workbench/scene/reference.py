"""The language as data: every name in `language.pyi`, with its signature, its words and its section.

Completion, hover, the reference in the docs, the wording of findings and the validation of a worker's answer
all read this one table.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Literal

from workbench.syntax import syntax_tree

EntryKind = Literal["value", "function", "node", "type", "choice"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument: its type in the language's words, its default as source text, its possible values."""

    name: str
    type: str
    default: str | None
    choices: tuple[str, ...] = ()
    keyword_only: bool = False
    variadic: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One name of the language; `signatures` has more than one when the arguments may be of several types."""

    name: str
    kind: EntryKind
    signatures: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    doc: str
    section: str
    choices: tuple[str, ...] = ()

    def parameter(self, name: str) -> Parameter | None:
        """Return the argument of that name, or None."""
        return next((item for item in self.parameters if item.name == name), None)


@cache
def language() -> str:
    """Return the text of `language.pyi`."""
    return resources.files("workbench.scene").joinpath("language.pyi").read_text(encoding="utf-8")


@cache
def reference() -> MappingProxyType[str, Entry]:
    """Return every entry of the language by name, in the order of `language.pyi`."""
    text = language()
    tree = syntax_tree(text)
    sections = _sections(text)
    choices = _choices(tree)
    entries: dict[str, Entry] = {}
    for statement, doc in _documented(tree):
        section = next((name for line, name in reversed(sections) if line < statement.lineno), "")
        for entry in _entries(statement, doc, section, choices):
            entries[entry.name] = _joined(entries.get(entry.name), entry)
    return MappingProxyType(entries)


@cache
def node_names() -> frozenset[str]:
    """Return the names of the functions that put something into the picture."""
    return frozenset(name for name, entry in reference().items() if entry.kind == "node")


@cache
def choice_types() -> MappingProxyType[str, tuple[str, ...]]:
    """Return the named sets of words, such as Ease or Side, with their words."""
    return MappingProxyType(_choices(syntax_tree(language())))


def _sections(text: str) -> list[tuple[int, str]]:
    lines = enumerate(text.splitlines(), 1)
    return [
        (number, match[1].strip()) for number, line in lines if (match := re.match(r"# -{8,} (.+)", line))
    ]


def _choices(tree: ast.Module) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            words = _literal_words(statement.value)
            if words:
                found[statement.targets[0].id] = words
    return found


def _literal_words(node: ast.expr | None) -> tuple[str, ...]:
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == "Literal":
        items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        return tuple(str(item.value) for item in items if isinstance(item, ast.Constant))
    return ()


def _documented(tree: ast.Module) -> list[tuple[ast.stmt, str]]:
    found: list[tuple[ast.stmt, str]] = []
    for statement, after in zip(tree.body, [*tree.body[1:], None], strict=True):
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            found.append((statement, ast.get_docstring(statement) or ""))
        elif isinstance(statement, ast.AnnAssign | ast.Assign):
            follows = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
            found.append((statement, str(after.value.value) if follows else ""))  # type: ignore[union-attr]
    return found


def _entries(statement: ast.stmt, doc: str, section: str, choices: dict[str, tuple[str, ...]]) -> list[Entry]:
    match statement:
        case ast.FunctionDef():
            kind: EntryKind = "node" if _text(statement.returns) == "Node" else "function"
            parameters = _parameters(statement, choices)
            return [Entry(statement.name, kind, (_signature(statement),), parameters, doc, section)]
        case ast.AnnAssign(target=ast.Name(id=name)):
            words = choices.get(_text(statement.annotation), _literal_words(statement.annotation))
            return [
                Entry(name, "value", (f"{name}: {_text(statement.annotation)}",), (), doc, section, words)
            ]
        case ast.ClassDef():
            return [Entry(statement.name, "type", (f"class {statement.name}",), (), doc, section)]
        case ast.Assign(targets=[ast.Name(id=name)]):
            words = choices.get(name, ())
            return [
                Entry(name, "choice" if words else "type", (_text(statement.value),), (), doc, section, words)
            ]
    return []


def _joined(first: Entry | None, second: Entry) -> Entry:
    if first is None:
        return second
    known = {parameter.name for parameter in first.parameters}
    more = tuple(parameter for parameter in second.parameters if parameter.name not in known)
    return Entry(
        first.name,
        first.kind,
        first.signatures + second.signatures,
        first.parameters + more,
        first.doc or second.doc,
        first.section,
        first.choices,
    )


def _parameters(function: ast.FunctionDef, choices: dict[str, tuple[str, ...]]) -> tuple[Parameter, ...]:
    given = function.args
    first_default = len(given.args) - len(given.defaults)
    found = [
        _parameter(item, given.defaults[place - first_default] if place >= first_default else None, choices)
        for place, item in enumerate(given.args)
    ]
    if given.vararg:
        found.append(_parameter(given.vararg, None, choices, variadic=True))
    for item, default in zip(given.kwonlyargs, given.kw_defaults, strict=True):
        found.append(_parameter(item, default, choices, keyword_only=True))
    return tuple(found)


def _parameter(
    item: ast.arg,
    default: ast.expr | None,
    choices: dict[str, tuple[str, ...]],
    *,
    keyword_only: bool = False,
    variadic: bool = False,
) -> Parameter:
    words: tuple[str, ...] = ()
    for node in ast.walk(item.annotation) if item.annotation else ():
        if isinstance(node, ast.Name):
            words += choices.get(node.id, ())
        elif isinstance(node, ast.expr):
            words += _literal_words(node)
    type_text = _text(item.annotation)
    return Parameter(
        item.arg, type_text, None if default is None else _text(default), words, keyword_only, variadic
    )


def _signature(function: ast.FunctionDef) -> str:
    return f"{function.name}({ast.unparse(function.args)}) -> {_text(function.returns)}"


def _text(node: ast.expr | None) -> str:
    return "" if node is None else ast.unparse(node)
