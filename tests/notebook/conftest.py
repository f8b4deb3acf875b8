"""An IPython shell without a terminal, with the workbench loaded and its displays caught."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import CapturedIO, capture_output

from workbench.studio.studio import Studio, open_studio


class Notebook:
    """Runs cells and gives back what they showed."""

    def __init__(self, shell: InteractiveShell) -> None:
        self.shell = shell

    def run(self, cell: str) -> CapturedIO:
        with capture_output() as shown:
            self.result = self.shell.run_cell(cell)
        return shown

    @property
    def error(self) -> BaseException | None:
        return self.result.error_in_exec  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("WORKBENCH_DATA", str(tmp_path_factory.mktemp("data")))
        with open_studio("Cells", "320x180") as studio:
            yield studio


@pytest.fixture
def notebook(studio: Studio, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Notebook]:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path / "data"))
    shell: Any = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "workbench")
    shell.user_ns["studio"] = studio
    yield Notebook(shell)
    shell.run_line_magic("unload_ext", "workbench")
    InteractiveShell.clear_instance()
