"""The command line in a data folder of its own."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from workbench.cli.main import run

HELLO = 'text("Hello", size=96, color="white", enter=fade(), name="title")\n'
BROKEN = 'text("Hello", sise=96)\n'


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


Workbench = Callable[..., Ran]


@pytest.fixture
def workbench(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Workbench:
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object) -> Ran:
        capfd.readouterr()
        code = run([str(argument) for argument in arguments])
        written = capfd.readouterr()
        return Ran(code, written.out, written.err)

    return call


@pytest.fixture
def hello(tmp_path: Path) -> Path:
    path = tmp_path / "hello.scene"
    path.write_text(HELLO)
    return path


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    path = tmp_path / "broken.scene"
    path.write_text(BROKEN)
    return path


@pytest.fixture
def project(workbench: Workbench, hello: Path) -> str:
    """A project of one scene, "one"."""
    assert workbench("project", "new", "Test", "--format", "320x180").code == 0
    assert (
        workbench("scene", "add", "-p", "Test", "--name", "one", "--source", hello, "--seconds", 1).code == 0
    )
    return "Test"
