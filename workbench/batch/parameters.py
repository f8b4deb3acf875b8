"""The parameters of a notebook: read from its tagged cell, chosen outside, checked before anything runs."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from pydantic import TypeAdapter, ValidationError

from workbench.batch.catalog import opened
from workbench.batch.secrets import is_secret_name, refuse_secret
from workbench.errors import InputError, NotFound
from workbench.syntax import syntax_tree

_SIMPLE: dict[str, Any] = {"str": str, "int": int, "float": float, "bool": bool, "list": list, "dict": dict}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: its name, type (as written in the notebook), default and comment."""

    name: str
    kind: str
    default: Any
    help: str

    def read(self, text: str) -> Any:
        """Return the value that a text from the command line means; raises InputError."""
        adapter = TypeAdapter(_type(self.kind))
        try:
            if _head(self.kind) in ("list", "dict"):
                value = adapter.validate_json(text, strict=True)
            else:
                value = text if self.kind == "str" else adapter.validate_python(text.strip())
        except ValidationError as wrong:
            raise self._refusal(text, wrong) from None
        return self._finite(value)

    def check(self, value: Any) -> Any:
        """Return a value given by a program when it has the right type; raises InputError."""
        try:
            return self._finite(TypeAdapter(_type(self.kind)).validate_python(value, strict=True))
        except ValidationError as wrong:
            raise self._refusal(value, wrong) from None

    def _finite(self, value: Any) -> Any:
        if isinstance(value, float) and not math.isfinite(value):
            raise InputError(f"{self.name} is {value}.", remedy="Give a finite number.")
        return value

    def _refusal(self, value: object, wrong: ValidationError) -> InputError:
        why = wrong.errors()[0]["msg"].lower()
        return InputError(
            f"The parameter {self.name} is {value!r}, which is not {self.kind}: {why}.",
            remedy=f"Give {_EXAMPLES[_head(self.kind)]}; the default is {self.default!r}.",
        )


_EXAMPLES = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "list": 'a JSON list such as ["a", "b"]',
    "dict": 'a JSON object such as {"a": 1}',
}


def declared(notebook: Path) -> dict[str, Parameter]:
    """Return what the notebook's cell tagged `parameters` declares; raises InputError when that is no use."""
    from papermill import inspect_notebook

    content = opened(notebook)
    source = _parameter_cell(notebook, content)
    found = inspect_notebook(content)
    for name in _assigned(source, notebook):
        if name not in found:
            raise InputError(
                f"{notebook.name}: papermill cannot read the parameter {name!r}.",
                remedy="Write it on one line as `name: type = default  # help`, without a second `=`.",
            )
        if is_secret_name(name):
            raise InputError(
                f"{notebook.name} declares {name!r}, which looks like a secret.",
                remedy="Read it from an environment variable in the notebook instead.",
            )
    return {name: _declared(entry, notebook) for name, entry in found.items()}


def chosen(
    parameters: Mapping[str, Parameter],
    *,
    words: Sequence[str] = (),
    pairs: Iterable[str] = (),
    values: Mapping[str, Any] | None = None,
    secrets: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return the values to run with: `words` fill parameters in order, `pairs` are `name=text`.

    `values` come from a program and have their types already. Unknown names, values of the wrong type,
    and everything that is or carries one of the `secrets` raise InputError.
    """
    picked: dict[str, Any] = {}
    for name, text in [*_by_order(parameters, words), *map(_pair, pairs)]:
        parameter = _known(parameters, name)
        refuse_secret(name, text, secrets or {})
        if name in picked:
            raise InputError(f"The parameter {name!r} is given twice.", remedy="Give it once.")
        picked[name] = parameter.read(text)
    for name, value in (values or {}).items():
        refuse_secret(name, value, secrets or {})
        picked[name] = _known(parameters, name).check(value)
    return picked


def _by_order(parameters: Mapping[str, Parameter], words: Sequence[str]) -> list[tuple[str, str]]:
    if len(words) > len(parameters):
        raise InputError(
            f"{len(words)} values for {len(parameters)} parameters.",
            remedy=f"The parameters are: {', '.join(parameters) or 'none'}.",
        )
    return list(zip(parameters, words, strict=False))


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise InputError(f"{text!r} is no parameter.", remedy="Give -p name=value.")
    return name.strip().replace("-", "_"), value


def _known(parameters: Mapping[str, Parameter], name: str) -> Parameter:
    if name not in parameters:
        raise NotFound.among("parameter", name, parameters)
    return parameters[name]


def _parameter_cell(notebook: Path, content: NotebookNode) -> str:
    tagged = [cell for cell in content.cells if "parameters" in cell.metadata.get("tags", ())]
    if len(tagged) != 1:
        raise InputError(
            f"{notebook.name} has {len(tagged)} cells tagged `parameters`.",
            remedy="Tag one cell, with one `name: type = default  # help` a line.",
        )
    source: str = tagged[0].source
    return source


def _assigned(source: str, notebook: Path) -> list[str]:
    try:
        statements = syntax_tree(source).body
    except SyntaxError as mistake:
        raise InputError(
            f"{notebook.name}, parameters, line {mistake.lineno}: {mistake.msg}.",
            remedy="Mend that line of the cell tagged `parameters`.",
        ) from None
    names = []
    for statement in statements:
        targets: list[ast.expr] = []
        if isinstance(statement, ast.AnnAssign):
            targets = [statement.target]
        elif isinstance(statement, ast.Assign):
            targets = statement.targets
        names += [target.id for target in targets if isinstance(target, ast.Name)]
    return names


def _declared(entry: Mapping[str, str], notebook: Path) -> Parameter:
    name, kind = entry["name"], entry["inferred_type_name"].replace(" ", "").replace(",", ", ")
    try:
        default = ast.literal_eval(entry["default"])
        _type(kind)
    except (ValueError, SyntaxError):
        raise InputError(
            f"{notebook.name}: the parameter {name!r} is written as `{kind} = {entry['default']}`.",
            remedy=f"Give it a plain default and a type: {', '.join(_SIMPLE)}, or such as list[str].",
        ) from None
    parameter = Parameter(name, kind, default, entry["help"])
    parameter.check(float(default) if kind == "float" and isinstance(default, int) else default)
    return parameter


def _head(kind: str) -> str:
    return kind.partition("[")[0]


def _type(kind: str) -> Any:
    """Return the type that an annotation means; only plain types are known, nothing is evaluated."""
    return _type_of(ast.parse(kind, mode="eval").body)


def _type_of(node: ast.expr) -> Any:
    if isinstance(node, ast.Name) and node.id in _SIMPLE:
        return _SIMPLE[node.id]
    if (
        isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Name)
        and node.value.id in ("list", "dict")
    ):
        inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        return _SIMPLE[node.value.id][tuple(_type_of(each) for each in inner)]
    raise ValueError(ast.unparse(node))
