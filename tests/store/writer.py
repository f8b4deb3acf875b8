"""Processes that write to a database and say each thing that was acknowledged."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from tests.forking import processes
from workbench.errors import Conflict, EnvironmentFault
from workbench.store import Database, Scenes

Say = Callable[[Any], None]


class Writer:
    """A process that does `task` on the database at `place` once it is told to go."""

    def __init__(self, task: str, place: str, key: str, count: int) -> None:
        self._ours, theirs = processes.Pipe()
        self._process = processes.Process(target=_work, args=(theirs, task, place, key, count))
        self._process.start()
        theirs.close()
        assert self._ours.recv() == "ready"

    def go(self) -> None:
        self._ours.send("go")

    def said(self) -> Any:
        return self._ours.recv()

    def kill(self) -> None:
        self._process.kill()

    def rest(self) -> list[Any]:
        """Return everything it still says until it ends."""
        said = []
        with suppress(EOFError):
            while True:
                said.append(self._ours.recv())
        self._process.join()
        return said


def _work(pipe: Connection, task: str, place: str, key: str, count: int) -> None:
    with Database.open(place) as database:
        pipe.send("ready")
        pipe.recv()
        {"add": add, "save": save, "race": race, "fill": fill}[task](Scenes(database), key, count, pipe.send)


def add(scenes: Scenes, project_id: str, count: int, say: Say) -> None:
    for _ in range(count):
        say(scenes.add(project_id, "").id)


def save(scenes: Scenes, scene_id: str, count: int, say: Say) -> None:
    revision = scenes.get(scene_id).revision
    for _ in range(count):
        revision = scenes.save(scene_id, revision, source=f"text {revision + 1} " + "x" * 5000).revision
        say(revision)


def race(scenes: Scenes, scene_id: str, count: int, say: Say) -> None:
    """Append `count` marks of its own to one scene, reading it again after each conflict."""
    done = 0
    while done < count:
        held = scenes.get(scene_id)
        try:
            saved = scenes.save(scene_id, held.revision, source=f"{held.source} {os.getpid()}-{done}")
        except Conflict:
            continue
        say((saved.revision, f"{os.getpid()}-{done}"))
        done += 1


def fill(scenes: Scenes, project_id: str, count: int, say: Say) -> None:
    """Add scenes until no file may grow any more."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, 1_500_000))
    try:
        for _ in range(count):
            say(scenes.add(project_id, "x" * 60_000).id)
    except EnvironmentFault as fault:
        say(str(fault))
