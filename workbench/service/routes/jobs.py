"""Background work of a project: films asked for, jobs looked at, cancelled, retried; films fetched."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import FileResponse

from workbench.render.quality import quality_named
from workbench.service.access import OwnStudio, TheService
from workbench.service.film_limits import refuse_endless
from workbench.service.once import OnceRoute
from workbench.service.problems import problem_responses
from workbench.service.unfinished import bounded
from workbench.store.jobs import JobState
from workbench.studio.film_jobs import FILM
from workbench.studio.film_orders import FilmFile
from workbench.studio.wire.work import JobSent, job_sent

router = APIRouter(
    prefix="/projects/{project}",
    tags=["jobs"],
    responses=problem_responses(401, 404, 409, 422, 429),
    route_class=OnceRoute,
)
JobId = Annotated[str, Path(max_length=64)]
_FILM: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}


class Film(BaseModel):
    """A film to be made of scenes as they are now."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"quality": "good", "file": "mp4"}]}
    )

    scenes: list[str] | None = Field(None, min_length=1, max_length=500, description="Default: every scene.")
    file: FilmFile = Field("mp4", description="`zip` holds every frame as a numbered PNG.")
    quality: str = Field("good", max_length=20, description="draft, good, final, low, medium or high.")
    broken: Literal["refuse", "skip", "card"] = "refuse"
    key: str | None = Field(
        None, min_length=1, max_length=100, pattern=r"^[^\x00]*$", description="Asking twice is asking once."
    )


@router.post("/exports", status_code=202, responses=problem_responses(503))
def export(studio: OwnStudio, service: TheService, asked: Film) -> JobSent:
    """Ask for a film; follow its job, then fetch it from `jobs/{job}/film`."""
    scenes = studio.scenes if asked.scenes is None else [studio.scene(each) for each in asked.scenes]
    picture = quality_named(asked.quality).sized(studio.format)
    refuse_endless(service.settings, picture, (each.duration_seconds for each in scenes))
    options = asked.model_dump(exclude={"scenes"})
    with bounded(service.settings, studio, FILM):
        return job_sent(studio.export_job(None, scenes=asked.scenes, **options))


@router.get("/jobs")
def list_jobs(
    studio: OwnStudio,
    kind: Annotated[str | None, Query(max_length=64)] = None,
    state: Annotated[list[JobState] | None, Query(max_length=6)] = None,
) -> list[JobSent]:
    """List the newest jobs of a project, of one kind and in some states where these are given."""
    return [job_sent(each) for each in studio.jobs.list(kind, tuple(state or ()))]


@router.get("/jobs/{job}")
def show_job(studio: OwnStudio, job: JobId) -> JobSent:
    """Show how a job stands."""
    return job_sent(studio.jobs.get(job))


@router.post("/jobs/{job}/cancel")
def cancel_job(studio: OwnStudio, job: JobId) -> JobSent:
    """Stop a job that has not ended; nothing it made is kept."""
    return job_sent(studio.jobs.cancel(job))


@router.post("/jobs/{job}/retry")
def retry_job(studio: OwnStudio, service: TheService, job: JobId) -> JobSent:
    """Do a job again that failed, died or was cancelled."""
    with bounded(service.settings, studio, studio.jobs.get(job).kind):
        return job_sent(studio.jobs.retry(job))


@router.get(
    "/jobs/{job}/film",
    response_class=FileResponse,
    responses={
        200: {
            "description": "The film",
            "content": {"video/mp4": _FILM, "image/gif": _FILM, "application/zip": _FILM},
        }
    },
)
def film(studio: OwnStudio, job: JobId) -> FileResponse:
    """Fetch the film of a job that is done; parts of it on request (`Range`)."""
    path, made = studio.jobs.file(job), studio.jobs.get(job).result or {}
    return FileResponse(path, media_type=made["media_type"], filename=made["name"])
