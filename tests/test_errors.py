"""Errors point to the exit."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FAMILY = {
    "Busy",
    "Conflict",
    "EnvironmentFault",
    "InputError",
    "ModelFailed",
    "NotFound",
    "Refusal",
    "RenderFailed",
    "SceneBroken",
    "TooSlow",
    "WorkbenchError",
}
# why a fault of a drill could not be made, told in its table; there is nothing that its reader could do
NO_WAY_OUT = {ROOT / "workbench" / "stress" / "drill_faults.py"}


@pytest.mark.slow
def test_what_is_raised_on_purpose_says_what_to_do_now() -> None:
    """An error with a message has a remedy as well."""
    silent = [
        f"{file.relative_to(ROOT)}, line {node.lineno}"
        for room in ("workbench", "dashboards")
        for file in (ROOT / room).rglob("*.py")
        if "node_modules" not in file.parts and file not in NO_WAY_OUT
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Raise) and _has_no_remedy(node.exc)
    ]
    assert silent == []


def _has_no_remedy(raised: ast.expr | None) -> bool:
    if not isinstance(raised, ast.Call) or not isinstance(raised.func, ast.Name):
        return False
    return raised.func.id in FAMILY and {"remedy", None}.isdisjoint(each.arg for each in raised.keywords)
