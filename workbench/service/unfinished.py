"""How much work one user may have unfinished at once: films, and pictures that are to be measured.

It is counted in the transaction that adds to it: however many requests come in one moment, no more are taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from workbench.service.problems import Refusal
from workbench.store.database import accompanied
from workbench.store.jobs_count import one_at_a_time, unfinished_of
from workbench.studio.analysing import IMAGE_FACTS
from workbench.studio.film_jobs import FILM
from workbench.studio.service_settings import ServiceSettings
from workbench.studio.studio import Studio

_FILM_PAUSE_SECONDS, _PICTURE_PAUSE_SECONDS = "30", "5"


@contextmanager
def bounded(settings: ServiceSettings, studio: Studio, kind: str) -> Iterator[None]:
    """Raise Refusal, and keep nothing, when the block would leave the user more unfinished jobs than allowed.

    Who has more already, from a notebook or an earlier setting, may still ask for what adds none: a film
    under the key of one that is there.
    """
    most = _most(settings, kind)
    if most is None:
        yield
        return
    user_id = studio.workspace.projects.user_id
    with studio.workspace.database.read() as connection:
        bound = max(most, unfinished_of(connection, user_id, kind))

    def look(connection: Connection) -> None:
        one_at_a_time(connection, user_id)
        if unfinished_of(connection, user_id, kind, bound + 1) > bound:
            raise _refusal(kind, most)

    with accompanied(look):
        yield


def refuse_when_full(settings: ServiceSettings, studio: Studio, kind: str) -> None:
    """Raise Refusal when the user has as many unfinished jobs as allowed, before anything is written."""
    most = _most(settings, kind)
    with studio.workspace.database.read() as connection:
        if most and unfinished_of(connection, studio.workspace.projects.user_id, kind, most) >= most:
            raise _refusal(kind, most)


def _most(settings: ServiceSettings, kind: str) -> int | None:
    return {FILM: settings.films_unfinished, IMAGE_FACTS: settings.pictures_unmeasured}.get(kind)


def _refusal(kind: str, most: int) -> Refusal:
    if kind == FILM:
        return Refusal(
            429,
            f"You have {most} films that are not finished; no more are taken.",
            remedy="Wait until one is done, or cancel one: POST /projects/{project}/jobs/{job}/cancel.",
            Retry_After=_FILM_PAUSE_SECONDS,
        )
    return Refusal(
        429,
        f"You have {most} pictures that are not measured yet; no more are taken.",
        remedy="Send it again when some have been measured, or cancel their jobs.",
        Retry_After=_PICTURE_PAUSE_SECONDS,
    )
