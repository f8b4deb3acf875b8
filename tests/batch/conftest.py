"""Small notebooks to run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a notebook: its parameters cell, then one cell for each further text."""

    def write(parameters: str, *cells: str, name: str = "small") -> Path:
        made = nbformat.v4.new_notebook()
        made.cells = [
            nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]}),
            *map(nbformat.v4.new_code_cell, cells),
        ]
        path = tmp_path / f"{name}.ipynb"
        nbformat.write(made, path)
        return path

    return write
