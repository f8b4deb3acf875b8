"""Painters that are killed in the middle of a film lose none, and each film has one result."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.jobs.painter import Painter, settings
from workbench.studio.studio import Studio
from workbench.studio.workspace import Workspace

SCENE = 'background("#102030")\ncircle(30, x=lambda t: {number} + width * t, y=45, fill="#38bdf8")'
FILMS = 60


@pytest.mark.slow
def test_five_kills_while_painting(place: str, tmp_path: Path) -> None:
    """Of sixty films on two processes, with five kill -9, each is there once, whole, and named by its job."""
    database, chance = place if "://" in place else f"sqlite:///{place}", random.Random(7)
    folder = tmp_path / "data"
    with Workspace(settings(folder, database, 0)) as workspace:
        studio = Studio(workspace, workspace.project("Test", create=True))
        workspace.projects.set_format(studio.project_id, 160, 90, 10)
        for number in range(FILMS):
            studio.add_scene(source=SCENE.format(number=number), duration_seconds=0.8)
        asked = [
            studio.export_job(tmp_path / f"{number}.mp4", scenes=[number], quality="draft")
            for number in range(1, FILMS + 1)
        ]
        painters = [Painter(folder, database) for _ in range(2)]
        for _ in range(5):
            victim = chance.randrange(2)
            painters[victim].begun()
            painters[victim].kill()
            painters[victim] = Painter(folder, database)
        ended = [studio.jobs.wait(each, 120) for each in asked]
        assert [painter.stop() for painter in painters] == [0, 0]
        assert {each.state for each in ended} == {"done"}
        kept = [studio.jobs.file(each).read_bytes() for each in ended]
        assert [(tmp_path / f"{number}.mp4").read_bytes() for number in range(1, FILMS + 1)] == kept
        assert len(set(kept)) == FILMS
        assert sum(each.attempts for each in ended) > FILMS
    assert not [left for left in tmp_path.iterdir() if left.name.endswith(".partial")]
