"""The background work of one project, as a user sees it: what runs, how far it is, what failed and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from workbench.errors import InputError, NotFound
from workbench.render.film import Broken
from workbench.store.draft import lock_project
from workbench.store.jobs import Job, JobState
from workbench.store.values import Scene
from workbench.studio.film_jobs import FILM
from workbench.studio.film_orders import FilmFile, film_order
from workbench.studio.work_card import work_card
from workbench.studio.workspace import Workspace

MOST_LISTED = 100
LONGEST_WAIT_SECONDS = 3600.0


class Work:
    """The jobs of a project, the newest first. In a notebook it shows itself.

    A job outlives this process: what was asked for is done by whoever opens the data folder next.
    """

    def __init__(self, workspace: Workspace, project_id: str) -> None:
        self._workspace = workspace
        self._project_id = project_id

    def list(self, kind: str | None = None, state: Iterable[JobState] = ()) -> tuple[Job, ...]:
        """Return the newest jobs, of one kind and in some states where these are given."""
        return self._workspace.jobs.list(
            kind=kind, project_id=self._project_id, state=state, most=MOST_LISTED
        )

    def get(self, job: Job | str) -> Job:
        """Return a job of this project as it is now."""
        found = self._workspace.jobs.get(job if isinstance(job, str) else job.id)
        if found.project_id != self._project_id:
            raise NotFound("There is no job of that id in this project.", remedy="See studio.jobs.")
        return found

    def wait(self, job: Job | str, timeout_seconds: float = LONGEST_WAIT_SECONDS) -> Job:
        """Return a job once it has ended, or as it is when the time is over."""
        return self._workspace.jobs.wait(self.get(job).id, timeout_seconds)

    def cancel(self, job: Job | str) -> Job:
        """Stop a job that has not ended; nothing it made is kept."""
        return self._workspace.background.stop(self.get(job).id)

    def retry(self, job: Job | str) -> Job:
        """Do a job again that failed, died or was cancelled."""
        again = self._workspace.jobs.retry(self.get(job).id)
        self._workspace.background.work(again.kind)
        return again

    def file(self, job: Job | str) -> Path:
        """Return where the finished film of a job lies; copy it, do not change it."""
        found = self.get(job)
        if found.kind != FILM or found.state != "done" or not found.result:
            raise InputError(
                f"The job is {found.state}; there is no film of it.", remedy="Wait for it: studio.jobs.wait."
            )
        return self._workspace.renders.path(found.result["sha256"])

    def export(
        self,
        scenes: tuple[Scene, ...],
        path: str | Path | None = None,
        *,
        quality: str = "good",
        file: FilmFile | None = None,
        broken: Broken = "refuse",
        key: str | None = None,
    ) -> Job:
        """Ask for a film of scenes as they are now, and return its job without waiting for it.

        Without a `path` the film is only kept with the job (`file`). With a `key`, asking twice is asking
        once.
        """
        project = self._workspace.projects.get(self._project_id)
        assets = self._workspace.assets.list(self._project_id)
        target = Path(path) if path else None
        order = film_order(project, scenes, assets, path=target, file=file, quality=quality, broken=broken)
        self._workspace.reserve.check(self._workspace.renders.folder)
        with self._workspace.database.write() as connection:
            lock_project(
                connection, self._project_id
            )  # whoever deletes it now finds the film, or comes first
            asked = self._workspace.jobs.enqueue(
                connection,
                FILM,
                order.model_dump(mode="json"),
                key=f"{FILM}:{self._project_id}:{key}" if key else None,
                project_id=self._project_id,
            )
        self._workspace.background.work(FILM)
        return asked

    def __iter__(self) -> Iterator[Job]:
        return iter(self.list())

    def __len__(self) -> int:
        return len(self.list())

    def __repr__(self) -> str:
        held = self.list()
        waiting = sum(not each.ended for each in held)
        return f"Work({len(held)} jobs, {waiting} not ended)"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": work_card(self.list())}
