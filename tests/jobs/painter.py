"""A process that paints the films of a workspace and says each one it begins."""

from __future__ import annotations

from multiprocessing.connection import Connection
from pathlib import Path

from tests.forking import processes
from workbench.events import Event
from workbench.studio.job_settings import JobSettings
from workbench.studio.settings import Settings
from workbench.studio.workspace import Workspace


def settings(folder: Path, database: str, threads: int) -> Settings:
    return Settings(
        data=folder, database=database, workers=1, job_threads=threads, jobs=JobSettings(lease_seconds=1.5)
    )


class Painter:
    """A process that is there to be killed in the middle of a film."""

    def __init__(self, folder: Path, database: str) -> None:
        self._ours, theirs = processes.Pipe()
        arguments = (theirs, folder, database)
        self._process = processes.Process(target=_work, args=arguments, daemon=False)
        self._process.start()
        theirs.close()

    def begun(self) -> str:
        """Return the id of a job of which it has just painted the first frames."""
        while self._ours.poll():
            self._ours.recv()
        return str(self._ours.recv())

    def kill(self) -> None:
        self._process.kill()
        self._process.join()

    def stop(self) -> int | None:
        self._ours.send("stop")
        self._process.join(60)
        return self._process.exitcode


def _work(pipe: Connection, folder: Path, database: str) -> None:
    def tell(event: Event) -> None:
        pipe.send(event.data["job_id"])

    with Workspace(settings(folder, database, 1)) as workspace:
        workspace.bus.on("render_progress", tell)
        workspace.background.work("film")
        pipe.recv()
