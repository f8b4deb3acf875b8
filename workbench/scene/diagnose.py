"""What the type checker found, as findings a person or a model can act on."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.scene.finding import Finding
from workbench.scene.located import bound_names
from workbench.scene.reference import Entry, Parameter, reference
from workbench.scene.wording import expected, nearest, nearest_argument, plain_type, quoted

_SILENT = {"undefined-reveal", "revealed-type"}
_TICKED = re.compile(r'`((?:"(?:[^"\\]|\\.)*"|[^`"])+)`')
"""What stands between backticks; a text in quotation marks may hold backticks of its own."""
_BUILTINS = [
    "abs",
    "all",
    "any",
    "bool",
    "dict",
    "enumerate",
    "filter",
    "float",
    "int",
    "isinstance",
    "len",
    "list",
    "map",
    "max",
    "min",
    "range",
    "reversed",
    "round",
    "set",
    "sorted",
    "str",
    "sum",
    "tuple",
    "zip",
    "print",
]


@dataclass(frozen=True, slots=True)
class _Place:
    """A part of the source: 1-based lines and columns."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class _Report:
    """One report of the checker; `ticked` are the parts of its message between backticks, then two blanks."""

    code: str
    message: str
    place: _Place
    ticked: tuple[str, ...]

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> _Report:
        begin, end = data["location"], data["end_location"]
        place = _Place(begin["row"] - 1, begin["column"], end["row"] - 1, end["column"])
        message = str(data["message"])
        return cls(str(data["code"]), message, place, (*_TICKED.findall(message), "", ""))


def diagnose(
    reports: Sequence[Mapping[str, Any]], nodes: Sequence[ast.AST], text: str, most: int
) -> tuple[Finding, ...]:
    """Return one finding per report of the checker, in order of line; at most `most`."""
    if not reports:
        return ()
    doctor = _Doctor(nodes, text)
    told = {
        (*_where(report), str(report["message"])): report
        for report in reports
        if report["code"] not in _SILENT
    }
    return tuple(doctor.finding(told[key]) for key in sorted(told)[:most])


def _where(report: Mapping[str, Any]) -> tuple[int, int]:
    return report["location"]["row"], report["location"]["column"]


class _Doctor:
    """Explains reports with the tree and the reference at hand."""

    def __init__(self, nodes: Sequence[ast.AST], text: str) -> None:
        self._names = bound_names(nodes)
        self._lines = text.split("\n")
        self._calls = [node for node in nodes if isinstance(node, ast.Call)]

    def finding(self, data: Mapping[str, Any]) -> Finding:
        report = _Report.read(data)
        explain = getattr(self, "_" + report.code.replace("-", "_"), None)
        code, words, fix = (explain(report) if explain else None) or self._unexplained(report)
        place = report.place
        return Finding(code, "error", words, fix, place.line, place.column, place.end_line, place.end_column)

    def _unexplained(self, report: _Report) -> tuple[str, str, str]:
        words = re.sub(r"`([^`]+)`", lambda match: _plain(match[1]), report.message)
        kind = "syntax" if report.code == "invalid-syntax" else "type"
        return kind, f"{words.rstrip('.')}.", "Change the value so that the types fit."

    def _unresolved_reference(self, report: _Report) -> tuple[str, str, str]:
        name = report.ticked[0]
        close = nearest(name, [*reference(), *self._names, *_BUILTINS])
        fix = f"Did you mean {close}?" if close else "Define it first, or use a name of the language."
        return "name", f"There is no {name} here.", fix

    def _unknown_argument(self, report: _Report) -> tuple[str, str, str]:
        argument, function = report.ticked[:2]
        entry = reference().get(function)
        if entry is None:
            return "argument", f"{function}() takes no argument {argument}.", "Leave it out."
        return _unknown(entry, argument)

    def _missing_argument(self, report: _Report) -> tuple[str, str, str]:
        *missing, function = report.ticked[:-2]
        names = " and ".join(missing)
        return "argument", f"{function}() also needs {names}.", _how(function)

    def _too_many_positional_arguments(self, report: _Report) -> tuple[str, str, str]:
        function = report.ticked[0]
        counts = re.findall(r"\d+", report.message)
        most = f"{counts[0]} argument{'' if counts[0] == '1' else 's'}" if counts else "fewer arguments"
        entry = reference().get(function)
        named = [item.name for item in entry.parameters if item.keyword_only][:4] if entry else []
        fix = (
            f"Name the others, such as {', '.join(f'{name}=' for name in named)}"
            if named
            else "Leave the others out"
        )
        return (
            "argument",
            f"{function}() takes only {most} without a name, and was given {counts[-1]}.",
            f"{fix}.",
        )

    def _parameter_already_assigned(self, report: _Report) -> tuple[str, str, str]:
        argument, function = report.ticked[:2]
        return "argument", f"{function}() is given {argument} twice.", "Leave one of the two out."

    def _invalid_argument_type(self, report: _Report) -> tuple[str, str, str] | None:
        if "cannot be called with key" in report.message:
            key, owner = (plain_type(each) for each in report.ticked[-4:-2])
            words = f"{owner[:1].upper()}{owner[1:]} has no item {key}."
            return (
                "type",
                words,
                "Lists and texts count their items from 0; a dict has the keys it was given.",
            )
        call, parameter = self._argument(report.place)
        if call is None or parameter is None:
            if len(report.ticked) < 5:
                return None
            function, wanted, found = report.ticked[:3]
            return (
                "type",
                f"{function.split('.')[0]}() was given {plain_type(found)}.",
                f"It takes {plain_type(wanted)}.",
            )
        return _mismatch(call, parameter, report.ticked[-3])

    def _no_matching_overload(self, report: _Report) -> tuple[str, str, str]:
        function = report.ticked[0].split(".")[0]
        entry = reference().get(function)
        call = self._call_at(report.place)
        if entry is None or call is None:
            return "type", f"{function}() cannot take these values.", "Change the values so that they fit."
        return _wrong_call(entry, call)

    def _unresolved_attribute(self, report: _Report) -> tuple[str, str, str]:
        ticked = report.ticked
        owner, name = (
            (ticked[0], ticked[1]) if report.message.startswith("Object") else (ticked[1], ticked[0])
        )
        if owner == "Place":
            return "name", f"A place has no {name}.", "It has x, y and offset(dx, dy)."
        return "name", f"{plain_type(owner).capitalize()} has no {name}.", "Use a name that it has."

    def _unsupported_operator(self, report: _Report) -> tuple[str, str, str]:
        operator, first, second = report.ticked[:3]
        if report.message.startswith("Unary"):
            whole = "whole " if operator == "~" else ""
            words = f"{operator} does not work before {plain_type(first)}."
            return "type", words, f"Put it before a {whole}number."
        second = second or first  # "between two objects of type", named once
        words = f"{operator} does not work between {plain_type(first)} and {plain_type(second)}."
        return "type", words, _for_operator(operator, first, second)

    def _not_subscriptable(self, report: _Report) -> tuple[str, str, str]:
        found = plain_type(report.ticked[0])
        words = f"{found[:1].upper()}{found[1:]} has no items to take with [ ]."
        return "type", words, "Take them from a list, a text or a dict."

    def _not_iterable(self, report: _Report) -> tuple[str, str, str]:
        found = plain_type(report.ticked[0])
        words = f"{found[:1].upper()}{found[1:]} has no items to go through."
        return "type", words, "Go through a list, or count with range(5)."

    def _invalid_assignment(self, report: _Report) -> tuple[str, str, str] | None:
        name = self._target(report.place)
        if name in reference():
            kind = "function" if reference()[name].parameters else "value"
            return (
                "name",
                f"{name} is a {kind} of the language and cannot stand for something else.",
                (f"Choose another name, such as my_{name}."),
            )
        return None

    def _invalid_context_manager(self, report: _Report) -> tuple[str, str, str]:
        return (
            "type",
            f"with needs a container, not {plain_type(report.ticked[0])}.",
            "Write: with column(gap=24):",
        )

    def _call_non_callable(self, report: _Report) -> tuple[str, str, str]:
        found = plain_type(report.ticked[0])
        return "type", f"{found[:1].upper()}{found[1:]} cannot be called.", "Leave the parentheses out."

    def _invalid_syntax(self, report: _Report) -> tuple[str, str, str]:
        if "keyword argument" in report.message:
            return "argument", f"{report.ticked[0]}= is given twice.", "Leave one of the two out."
        return "syntax", f"{report.message}.", "Mend the syntax here."

    def _argument(self, place: _Place) -> tuple[ast.Call | None, Parameter | None]:
        for call in self._calls:
            entry = _entry_of(call)
            if entry is None:
                continue
            for position, value in enumerate(call.args):
                if self._starts(value, place) and position < len(entry.parameters):
                    return call, entry.parameters[position]
            for keyword in call.keywords:
                if keyword.arg and (self._starts(keyword, place) or self._starts(keyword.value, place)):
                    return call, entry.parameter(keyword.arg)
        return None, None

    def _call_at(self, place: _Place) -> ast.Call | None:
        return next((call for call in self._calls if self._starts(call, place)), None)

    def _starts(self, node: ast.expr | ast.keyword, place: _Place) -> bool:
        return node.lineno == place.line and self._column(node) == place.column

    def _column(self, node: ast.expr | ast.keyword) -> int:
        return len(self._lines[node.lineno - 1].encode()[: node.col_offset].decode()) + 1

    def _target(self, place: _Place) -> str:
        row = self._lines[place.line - 1]
        match = re.match(r"\s*(\w+)\s*(?::[^=]+)?=", row)
        return match[1] if match else ""


def _entry_of(call: ast.Call) -> Entry | None:
    return reference().get(call.func.id) if isinstance(call.func, ast.Name) else None


def _for_operator(operator: str, first: str, second: str) -> str:
    if "Track" in (first, second):
        return "Tracks know + - and *; to divide, multiply by the inverse: track * 0.5."
    if "Place" in (first, second):
        return "Move a place with offset: center.offset(0, 40)."
    if operator in ("in", "not in"):
        return "Look into a list, a text or a dict."
    if operator in ("<", ">", "<=", ">="):
        return "Compare numbers with numbers and texts with texts."
    if operator in ("+", "+=") and _is_text(first) != _is_text(second):
        return 'Write numbers into a text with f"{value}".'
    if first.startswith("list[") and second.startswith("list["):
        return "Compute item by item: [a + b for a, b in zip(first, second)]."
    return "Change one of the two."


def _is_text(found: str) -> bool:
    return found == "str" or found.startswith('Literal["')


def _plain(ticked: str) -> str:
    return plain_type(ticked) if re.search(r"[\[\]|>]", ticked) else ticked


def _how(function: str) -> str:
    entry = reference().get(function)
    if entry is None:
        return "Give it."
    first = [item.name for item in entry.parameters if item.default is None and not item.variadic]
    return f"Write {function}({', '.join(first)}, …)."


def _unknown(entry: Entry, argument: str) -> tuple[str, str, str]:
    known = [item.name for item in entry.parameters]
    close = nearest_argument(argument, known)
    if close:
        return "argument", f"{entry.name}() has no argument {argument}.", f"Did you mean {close}?"
    return (
        "argument",
        f"{entry.name}() has no argument {argument}.",
        f"It has {', '.join(known[:10])}" + (" …" if len(known) > 10 else "."),
    )


def _mismatch(call: ast.Call, parameter: Parameter, found: str) -> tuple[str, str, str]:
    assert isinstance(call.func, ast.Name)
    subject = f"{parameter.name} of {call.func.id}()"
    if parameter.choices:
        return _wrong_word(subject, parameter, found)
    words = f"{subject} cannot be {plain_type(found)}."
    fix = f"Give {expected(parameter)}."
    if match := re.match(r"def (\w+)\(", found):
        fix = f"Call it: {parameter.name}={match[1]}()."
    elif re.match(r"\(\) ->", found):
        fix = "A function of time takes the seconds: lambda t: 40 * sin(t)."
    return "type", words, fix


def _wrong_word(subject: str, parameter: Parameter, found: str) -> tuple[str, str, str]:
    word = re.fullmatch(r'Literal\["(.*)"\]', found)
    close = nearest(word[1], parameter.choices) if word else None
    fix = f'Did you mean "{close}"? ' if close else ""
    if parameter.type.startswith("Sequence"):
        example = f'["{close or parameter.choices[0]}"]'
        return (
            "type",
            f"{subject} is a list of known words, not {plain_type(found)}.",
            (f"Write {parameter.name}={example}. Known are {quoted(parameter.choices, 24)}."),
        )
    return "type", f"{subject} cannot be {plain_type(found)}.", f"{fix}Use {quoted(parameter.choices, 24)}."


def _wrong_call(entry: Entry, call: ast.Call) -> tuple[str, str, str]:
    given = [keyword.arg for keyword in call.keywords if keyword.arg]
    for name in given:
        parameter = entry.parameter(name)
        if parameter is None:
            return _unknown(entry, name)
    for keyword in call.keywords:
        parameter = entry.parameter(keyword.arg or "")
        word = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
        if parameter and parameter.choices and isinstance(word, str) and word not in parameter.choices:
            return _wrong_word(f"{parameter.name} of {entry.name}()", parameter, f'Literal["{word}"]')
    needed = [item.name for item in entry.parameters if item.default is None and not item.variadic]
    missing = [name for name in needed[len(call.args) :] if name not in given]
    if missing and not any(isinstance(value, ast.Starred) for value in call.args):
        return "argument", f"{entry.name}() also needs {' and '.join(missing)}.", _how(entry.name)
    return "type", f"{entry.name}() cannot take these values together.", f"It takes {_forms(entry)}."


def _forms(entry: Entry) -> str:
    return {
        "tween": 'two numbers, or two colours such as tween("#38bdf8", "#f472b6")',
        "keys": "points of (seconds, value), all numbers or all colours: keys((0, 0), (1, 200))",
        "loop": "a track and seconds: loop(tween(0, 1), 2)",
        "delay": "a track and seconds: delay(tween(0, 1), 0.5)",
        "param": 'a name and a default (a number, a text, True or False): param("speed", 1.5, min=0, max=4)',
    }.get(entry.name, " or ".join(entry.signatures))
