"""Names that people give never lead out of a folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.naming import file_name


@given(st.text())
def test_a_file_of_that_name_lies_in_the_folder(name: str) -> None:
    folder = Path("/films")
    assert (folder / f"{file_name(name)}.mp4").resolve().parent == folder


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Orbit", "Orbit"), ("../../tmp/evil", "-..-tmp-evil"), ("/films/best", "-films-best"),
        ("..", "project"),
        ("a: b?", "a- b-"), ("", "project"), ("Zürich 2026", "Zürich 2026"), ("x\n\0y", "x--y"),
    ],
)  # fmt: skip
def test_names(name: str, file: str) -> None:
    assert file_name(name) == file
