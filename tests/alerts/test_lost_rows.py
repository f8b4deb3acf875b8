"""A table that shrank since the last backup: the shipped rule fires, wherever rules are judged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from workbench.cli.main import run
from workbench.lifecycle.backups import Backups
from workbench.service.alerting import judge_of
from workbench.store import Scenes
from workbench.studio.settings import Settings
from workbench.studio.workspace import Workspace


@pytest.mark.slow
@pytest.mark.parametrize("door", ["service", "command"])
def test_a_table_that_shrank_fires(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], door: str
) -> None:
    """Before rows vanish nothing stands; afterwards `rows_lost` fires."""
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path))
    with Workspace(Settings(data=tmp_path, job_threads=0)) as workspace:
        project = workspace.projects.create("kept")
        for number in range(20):
            Scenes(workspace.database).add(project.id, f"{number}")
        Backups(tmp_path / "backups").make(workspace.database.engine, "test")
        assert _fired(workspace, door, capfd) == []
        with workspace.database.write() as connection:
            connection.execute(text("DELETE FROM revision"))
        assert _fired(workspace, door, capfd) == ["rows_lost"]


def _fired(workspace: Workspace, door: str, capfd: pytest.CaptureFixture[str]) -> list[str]:
    if door == "service":
        watching = judge_of(workspace)
        watching.look()
        return [each.rule for each in watching.book.open() if each.state == "firing"]
    capfd.readouterr()
    code = run(["alerts", "check", "--json"])
    found = [each["rule"] for each in json.loads(capfd.readouterr().out) if each["state"] == "firing"]
    assert code == (1 if found else 0)
    return found
