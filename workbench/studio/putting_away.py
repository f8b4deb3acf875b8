"""A project that is put away: it can be brought back, and its unfinished films end with it.

Nobody could see, cancel or fetch them while it is away, and yet they would be painted, and count among those
that one user may have unfinished. Its pictures are measured all the same, which is soon done.
"""

from __future__ import annotations

from sqlalchemy import Connection

from workbench.store.database import accompanied
from workbench.studio.film_jobs import FILM
from workbench.studio.workspace import Workspace

WHY_ENDED = "Its project was deleted before the film was made. Retry the job when the project is back."


def put_away(workspace: Workspace, project_id: str, *, who: str) -> int:
    """Delete a living project and return how many unfinished films were cancelled with it.

    Both happen or neither. `undelete` brings the project back with these films cancelled; one whose job is
    retried then is the film that was asked for.
    """
    ended: list[str] = []

    def end_films(connection: Connection) -> None:
        ended.extend(workspace.jobs.cancel_all(connection, project_id, FILM, WHY_ENDED))

    with accompanied(end_films):
        workspace.projects.delete(project_id, who=who)
    for job_id in ended:
        workspace.background.stop(job_id)
    return len(ended)
