"""What is asked for is recorded: every name in a question, a page, a chart or the sample is given by code."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from dashboards import keeping
from dashboards.pages import stress
from dashboards.scope import FIRST_OPERATION
from workbench.studio import watching
from workbench.telemetry.conventions import MODEL_CALL
from workbench.telemetry.questions import QUESTIONS
from workbench.telemetry.rules import read_rules
from workbench.telemetry.sample import Sample, sample_tables

ROOT = Path(__file__).parents[2]
_GIVERS = {"span", "count", "traced"}
_IN_SQL = re.compile(r"\bname (?:=|LIKE) '([^']+)'")


@cache
def given() -> frozenset[str]:
    """Return the names that the source gives to spans and counts; * stands for what it fills in."""
    found: set[str] = set()
    for path in (ROOT / "workbench").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
                found |= {name for name in _named(call.func.id, call.args) if "." in name}
    return frozenset(found)


def _named(function: str, arguments: list[ast.expr]) -> Iterator[str]:
    place = 0 if function in _GIVERS else 1 if function == "Record" else len(arguments)
    for each in arguments[place : place + 1]:
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield each.value
        elif isinstance(each, ast.JoinedStr):
            yield "".join(part.value if isinstance(part, ast.Constant) else "*" for part in each.values)  # type: ignore[misc]


def asked() -> dict[str, str]:
    """Return the names that are asked for, with who asks; % of SQL is * here."""
    sql = {each.name: f"{each.sql} {each.long_sql or ''}" for each in QUESTIONS.values()}
    sql |= {"keeping": keeping._LOADS, "watching": watching._LOST}
    found = {name.replace("%", "*"): who for who, text in sql.items() for name in _IN_SQL.findall(text)}
    panels = json.dumps(json.loads((ROOT / "dashboards/grafana/workbench.json").read_text()))
    found |= dict.fromkeys(re.findall(r'operation=\\+"([a-z_.]+)\\+"', panels), "Grafana")
    found |= {f"{prefix.rstrip('.')}.*": "the stress page" for prefix, _ in stress._KINDS.values()}
    found |= {name: f"the rule {rule.name}" for rule in read_rules(None) for name in rule.operations}
    for table in sample_tables(Sample(datetime(2026, 6, 17, 15, tzinfo=UTC), days=2, takes_a_day=80)):
        found |= dict.fromkeys(table.column("name").to_pylist(), "the sample")
    return found | {FIRST_OPERATION: "the dashboard", MODEL_CALL: "the conventions"}


def unheard(names: dict[str, str]) -> dict[str, str]:
    """Return those of the names that no code gives."""
    return {
        name: who
        for name, who in names.items()
        if not any(fnmatchcase(name, each) or fnmatchcase(each, name) for each in given())
    }


def test_every_name_that_is_asked_for_is_recorded() -> None:
    """A card that asks for a span nobody opens would stay empty for ever."""
    assert unheard(asked()) == {}


def test_a_name_nobody_gives_is_found() -> None:
    """The look itself sees what is wrong."""
    assert unheard({"service.request": "a test", "http.request": "a test"}) == {"service.request": "a test"}
