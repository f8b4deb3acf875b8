"""Several processes on one database, a process that is killed, a disk that is full: nothing is lost."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.store.writer import Writer
from workbench.store import Database, History, Project, Projects, Scenes

pytestmark = pytest.mark.slow


def said_by_four(task: str, place: str, key: str, count: int) -> list[Any]:
    writers = [Writer(task, place, key, count) for _ in range(4)]
    for writer in writers:
        writer.go()
    return [word for writer in writers for word in writer.rest()]


def test_adds_from_four_processes(place: str, database: Database, project: Project) -> None:
    """Scenes added by four processes at once have the positions 1 to n, each once, and no error."""
    said = said_by_four("add", place, project.id, 10)
    held = Scenes(database).list(project.id)
    assert sorted(each.id for each in held) == sorted(said)
    assert [each.position for each in held] == list(range(1, 41))
    assert [each.sequence for each in History(database).changes_since(project.id, 0)] == list(range(1, 42))


def test_stale_saves_from_four_processes(place: str, database: Database, project: Project) -> None:
    """When four processes save the same scene, one wins each revision and no save is lost."""
    scene = Scenes(database).add(project.id, "")
    said = said_by_four("race", place, scene.id, 15)
    assert sorted(number for number, _mark in said) == list(range(2, 62))
    assert Scenes(database).get(scene.id).source.split() == [mark for _number, mark in sorted(said)]
    assert all(each.base == each.number - 1 for each in Scenes(database).revisions(scene.id)[:-1])


def test_killed_writer(empty_file: Path, tmp_path: Path) -> None:
    """After kill -9 at twenty random points every acknowledged save is there and the file is whole."""
    place = str(tmp_path / "a.db")
    shutil.copy(empty_file, place)
    chance = random.Random(7)
    with Database.open(place) as database:
        scene = Scenes(database).add(Projects(database).create("Demo").id, "text 1 " + "x" * 5000)
    for _ in range(20):
        writer = Writer("save", place, scene.id, 1_000_000)
        writer.go()
        acknowledged = [writer.said() for _ in range(chance.randint(1, 40))]
        writer.kill()
        acknowledged += writer.rest()
        with Database.open(place) as database:
            kept = {each.number: each.source for each in Scenes(database).revisions(scene.id)}
            assert database.health().intact
        assert len(kept) - acknowledged[-1] in (0, 1)
        assert all(kept[number] == f"text {number} " + "x" * 5000 for number in acknowledged)


def test_full_disk(empty_file: Path, tmp_path: Path) -> None:
    """A disk that is full is said in words; what was acknowledged is there, and work can go on."""
    place = str(tmp_path / "a.db")
    shutil.copy(empty_file, place)
    with Database.open(place) as database:
        project = Projects(database).create("Demo")
    writer = Writer("fill", place, project.id, 200)
    writer.go()
    said = writer.rest()
    assert said[-1].startswith(("The database file could not be written", "The disk is full"))
    with Database.open(place) as database:
        held = Scenes(database).list(project.id)
        assert [each.id for each in held] == said[:-1]
        assert database.health().intact
        assert Scenes(database).add(project.id, "more").position == len(held) + 1
