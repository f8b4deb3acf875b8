"""What must stay hidden is in no process's arguments, which everybody on the machine can read."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace

from workbench.service.ops import Pages
from workbench.studio.settings import Settings

_DASHBOARD = """
import json, os, pathlib, sys
told = pathlib.Path(sys.argv[sys.argv.index("--socket") + 1])
told.write_text(json.dumps([sys.argv, os.environ["WORKBENCH_DATABASE"]]))
"""
"""Writes down how it was started."""


def test_the_database_s_password_is_in_no_argument(tmp_path: Path) -> None:
    """The dashboard's process gets the database's address in its environment."""
    address, told = "postgresql://ana:hunter2@db/film", tmp_path / "told"
    pages = Pages((sys.executable, "-c", _DASHBOARD))
    pages.service = SimpleNamespace(  # type: ignore[assignment]
        workspace=SimpleNamespace(settings=Settings(data=tmp_path, database=address))
    )
    with pages._started(told) as process:
        assert process.wait(60) == 0
    arguments, environment = json.loads(told.read_text())
    assert environment == address
    assert "hunter2" not in str(arguments)
