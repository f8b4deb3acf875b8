"""The examples of docs/service.md run as they stand, against a real service."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

from tests.service.server import served
from workbench.service.app import ROUTERS, create_app
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


def test_every_family_of_routes_is_told() -> None:
    """The last word of each route stands in the document's table."""
    text = (DOCS / "service.md").read_text()
    words = {
        [part for part in route.path.split("/") if part and "{" not in part][-1]
        for router in ROUTERS
        for route in router.routes
    }
    assert {word for word in words if word not in text} == set()


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
