"""The examples of docs/service.md run as they stand, against a real service."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

from tests.service.server import served
from workbench.service.app import ROUTERS, create_app
from workbench.service.routes import keeping
from workbench.studio.settings import Settings
from workbench.studio.workspace import Workspace

pytestmark = pytest.mark.slow
DOCS = Path(__file__).parents[2] / "docs"


def test_the_examples_run(tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python and curl, one after the other, as a reader would run them."""
    with served(tmp_path / "data", WORKBENCH_DATABASE=address) as running:
        monkeypatch.setenv("WORKBENCH_URL", running.url)
        monkeypatch.setenv("WORKBENCH_TOKEN", running.token())
        document = Sybil([PythonCodeBlockParser()], path=str(DOCS), pattern="service.md").parse(
            DOCS / "service.md"
        )
        for example in document.examples():
            example.evaluate()
        commands = re.findall(r"^\$ (.+)$", (DOCS / "service.md").read_text(), re.MULTILINE)
        script = "set -e\n" + "\necho\n".join(commands)
        told = subprocess.run(
            ["bash", "-c", script],
            cwd=tmp_path,
            env=dict(os.environ),
            capture_output=True,
            text=True,
            check=False,
        )
    assert told.returncode == 0, told.stdout + told.stderr
    assert len(commands) > 5
    assert '"status":"ready"' in told.stdout


def test_every_route_is_told() -> None:
    """The document's table has each route with its methods, and none that is not there."""
    table = (DOCS / "service.md").read_text().partition("Routes, in short")[2].partition("\n## ")[0]
    told = {each for cell in re.findall(r"^\| (`.+?) \|", table, re.MULTILINE) for each in _routes(cell)}
    there = {
        (method, route.path)
        for router in (*ROUTERS, keeping.router)
        for route in router.routes
        for method in route.methods
    }
    assert told == there | {("GET", "/ops")}  # which is mounted


def _routes(cell: str) -> Iterator[tuple[str, str]]:
    """Read routes such as `GET POST P/assets`; methods hold for those after them, too."""
    methods: list[str] = []
    for words in re.findall(r"`([^`]+)`", cell):
        *before, path = words.split()
        methods = before or methods
        whole = re.sub(r"^S\b", "P/scenes/{scene}", path)
        for method in methods:
            yield method, re.sub(r"^P\b", "/projects/{project}", whole)


def test_every_body_has_an_example(tmp_path: Path) -> None:
    """Whoever reads the service's description sees what a request may look like."""
    with Workspace(Settings(data=tmp_path)) as workspace:
        told = create_app(workspace).openapi()
    schemas = told["components"]["schemas"]

    def shown(schema: dict[str, Any]) -> bool:
        if "$ref" in schema:
            return shown(schemas[schema["$ref"].rpartition("/")[2]])
        inner = [each for key in ("oneOf", "anyOf", "allOf") for each in schema.get(key, ())]
        every = [schema, *schema.get("properties", {}).values()]
        return any("example" in each or "examples" in each for each in every) or any(map(shown, inner))

    bodies = {
        f"{method} {path}": next(iter(asked["requestBody"]["content"].values()))
        for path, asks in told["paths"].items()
        for method, asked in asks.items()
        if "requestBody" in asked
    }
    assert len(bodies) > 10
    assert [
        name for name, body in bodies.items() if "examples" not in body and not shown(body["schema"])
    ] == []
