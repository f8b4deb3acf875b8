"""Every block of the README runs, in order, as a reader would run it."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest
from sybil import Example, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser

from workbench.cli.main import run

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"


def run_shell_block(example: Example) -> None:
    """Run our own commands for real, and ask make whether it could do its part."""
    for line in str(example.parsed).splitlines():
        name, *arguments = shlex.split(line, comments=True)
        if name == "make":
            subprocess.run(["make", "-n", *arguments], cwd=ROOT, check=True, capture_output=True)
        else:
            assert name == "workbench", f"the README tells a reader to run {line!r}"
            assert run(arguments) == 0, line


@pytest.mark.slow
def test_every_block_of_the_readme_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The tour of the README, from its first block to its last, in an empty folder."""
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    parsers = [PythonCodeBlockParser(), CodeBlockParser(language="sh", evaluator=run_shell_block)]
    examples = list(Sybil(parsers, path=str(ROOT), pattern=README.name).parse(README).examples())
    assert len(examples) == README.read_text().count("```") // 2 + _doctest_extras()
    for example in examples:
        example.evaluate()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "talk.mp4", "thanks.png"]


def _doctest_extras() -> int:
    """Count the prompts beyond the first of every block: each is an example of its own."""
    blocks = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    return sum(max(0, block.count(">>> ") - 1) for block in blocks)


def test_every_link_of_the_papers_leads_somewhere() -> None:
    """Files the README and the notebooks point to exist."""
    papers = [README, *ROOT.glob("docs/*.md"), *ROOT.glob("notebooks/*.ipynb")]
    for paper in papers:
        for target in re.findall(r"\]\(([^)#:\s]+)\)", paper.read_text()):
            assert (paper.parent / target).exists(), f"{paper.name}: {target}"


def test_the_picture_is_light_enough_to_load() -> None:
    """The README's picture is a JPEG below 300 kB."""
    picture = (ROOT / "docs" / "picture.jpg").read_bytes()
    assert picture.startswith(b"\xff\xd8")
    assert len(picture) < 300_000
