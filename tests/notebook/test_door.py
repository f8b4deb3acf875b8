"""The names `import workbench as wb` gives."""

import subprocess
import sys

import pytest

import workbench as wb


def test_the_door_has_exactly_these_names() -> None:
    """A new name is news: it is written here, in the changelog, and there are at most fifteen."""
    assert wb.__all__ == [
        "Conflict",
        "Format",
        "SceneBroken",
        "ScriptedModel",
        "Settings",
        "Studio",
        "Take",
        "WorkbenchError",
        "Workspace",
        "experiment",
        "gallery",
        "history",
        "open",
        "player",
        "templates",
    ]
    assert sorted(wb.__all__) == dir(wb)


@pytest.mark.slow
def test_every_name_of_the_door_opens() -> None:
    """Each name is found when it is used, says what it is, and a wrong one is answered with the list."""
    for name in wb.__all__:
        assert getattr(wb, name).__doc__
    with pytest.raises(AttributeError, match="templates"):
        _ = wb.tempaltes  # type: ignore[attr-defined]


def test_importing_the_package_loads_no_engine() -> None:
    """`import workbench` is for free; its names arrive when they are used."""
    script = "import sys, workbench; print(sorted({'numpy', 'sqlalchemy', 'skia', 'av'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
