"""The doors that are no page: the launcher's tile, the login's settings, the command line."""

from __future__ import annotations

import json
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from workbench.cli.main import run


def test_the_launcher_has_a_tile_that_opens_no_port() -> None:
    """jupyter-server-proxy finds the tile; it starts the dashboard on a socket behind Jupyter's login."""
    (found,) = entry_points(group="jupyter_serverproxy_servers", name="workbench-dashboard")
    tile = found.load()()
    assert tile["unix_socket"]
    assert "--port" not in tile["command"]
    assert "{unix_socket}" in tile["command"]
    assert Path(tile["launcher_entry"]["icon_path"]).read_text().startswith("<svg")


def test_alerts_on_the_command_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing stands in an empty workbench; history without spans raises nothing; a wrong name is told."""
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path))
    assert run(["alerts", "list"]) == 0
    assert run(["alerts", "check", "--json"]) == 0
    assert run(["alerts", "replay", "--since", "2h", "--rule", "error_rate"]) == 0
    told = capsys.readouterr().out
    assert "No alert stands." in told
    assert json.loads(told.splitlines()[1]) == []
    assert "Nothing would have fired" in told
    assert run(["alerts", "replay", "--rule", "error_rat"]) == 2
    assert "Did you mean 'error_rate'?" in capsys.readouterr().err
    assert run(["alerts", "ack", "error_rate"]) == 2
