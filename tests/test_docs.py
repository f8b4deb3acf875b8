"""The examples of the documents run as they stand."""

from __future__ import annotations

from pathlib import Path

import pytest
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

DOCS = Path(__file__).parent.parent / "docs"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["images.md", "jobs.md", "batch.md", "experiments.md", "telemetry.md"])
def test_examples_run(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each block of Python in the document does what it says, one after the other."""
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path))
    document = Sybil([PythonCodeBlockParser()], path=str(DOCS), pattern=name).parse(DOCS / name)
    examples = list(document.examples())
    assert examples
    for example in examples:
        example.evaluate()
