"""The examples of the documents run as they stand, and their commands exist."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

import click
import pytest
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

from tests.commands import check_command, commands_in

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]
_BLOCK = re.compile(r"```(?:text|sh|bash|console)\n(.*?)```", re.DOTALL)
_REMARK = re.compile(r"\s{2,}\S.*")


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


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_a_page_names_exists(page: Path) -> None:
    """Whoever types it, in a block or from the middle of a sentence, is not refused."""
    text = page.read_text("utf-8")
    lines = [_REMARK.sub("", line) for block in _BLOCK.findall(text) for line in block.splitlines()]
    for call in commands_in("\n".join(lines)):
        _check(call)
    for call in commands_in("\n".join(re.findall(r"`(workbench [a-z][^`\n]*)`", text))):
        with suppress(click.MissingParameter):  # a sentence may name a command without what it takes
            _check(call)


def _check(call: str) -> None:
    try:
        check_command(call.replace("NAME", "render"))
    except click.MissingParameter:
        raise
    except click.BadParameter as wrong:
        if "does not exist" not in wrong.message:  # a file that the reader makes before
            raise
