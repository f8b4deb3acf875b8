"""A process that takes one picture's job, says so, and never comes to an end with it."""

from __future__ import annotations

import threading
from multiprocessing.connection import Connection
from pathlib import Path

from tests.forking import processes
from workbench.store import Database
from workbench.store.jobs import Jobs
from workbench.studio.analysing import IMAGE_FACTS
from workbench.studio.working import Outcome, Task, Workers


class Analyser:
    """A process that is in the middle of measuring a picture until it is killed."""

    def __init__(self, folder: Path) -> None:
        self._ours, theirs = processes.Pipe()
        self._process = processes.Process(target=_work, args=(theirs, folder), daemon=True)
        self._process.start()
        theirs.close()

    def begun(self) -> str:
        return str(self._ours.recv())

    def kill(self) -> None:
        self._process.kill()
        self._process.join()


def _work(pipe: Connection, folder: Path) -> None:
    def run(task: Task) -> Outcome:
        pipe.send(task.job.id)
        threading.Event().wait()
        return Outcome()

    with Database.open(folder / "workbench.db") as database:
        Workers(Jobs(database), {IMAGE_FACTS: run}, lease_seconds=1.0).drain()
