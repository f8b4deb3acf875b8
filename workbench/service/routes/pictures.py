"""How scenes look: frames as JPEG, clips as MP4 that plays while it loads."""

from __future__ import annotations

from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from workbench.errors import InputError
from workbench.service.access import OwnStudio, TheService
from workbench.service.film_limits import refuse_endless
from workbench.service.painting import Height, painted, tag_of
from workbench.service.problems import problem_responses
from workbench.service.routes.scenes import SceneName, Variation, at_revision, revision_of
from workbench.studio.evaluator import Checked
from workbench.studio.studio import Studio

router = APIRouter(
    prefix="/projects/{project}", tags=["pictures"], responses=problem_responses(401, 404, 422, 429)
)
RevisionAsked = Annotated[int | None, Query(ge=1, le=2**31 - 1, description="Default: as it is now.")]


def _content(media_type: str) -> dict[str, Any]:
    picture = {"schema": {"type": "string", "format": "binary"}}
    return {
        "response_class": Response,
        "responses": {
            200: {"description": "Painted", "content": {media_type: picture}},
            304: {"description": "Unchanged"},
        },
    }


@router.get("/scenes/{scene}/frames/{number}", **_content("image/jpeg"))
async def frame(
    studio: OwnStudio,
    service: TheService,
    request: Request,
    scene: SceneName,
    number: Annotated[int, Path(ge=0, le=2**31 - 1, description="Frames count from 0.")],
    height: Height = 720,
    revision: RevisionAsked = None,
) -> Response:
    """Show one frame of a scene, as it is now or as it was at a revision."""
    name, checked = await to_thread.run_sync(_checked, studio, scene, revision)
    _within(checked, name, number)
    tag = tag_of("frame", checked.draft.key, number, height)

    def paint() -> bytes:
        return studio.picture(checked, name, number, height=height).data

    return await painted(service, request, tag, "image/jpeg", paint)


@router.get("/scenes/{scene}/preview", **_content("video/mp4"))
async def scene_preview(
    studio: OwnStudio,
    service: TheService,
    request: Request,
    scene: SceneName,
    height: Height = 360,
    revision: RevisionAsked = None,
) -> Response:
    """Show a scene as a clip, as it is now or as it was at a revision."""
    name, checked = await to_thread.run_sync(_checked, studio, scene, revision)
    checked.painted(name)
    tag = tag_of("clip", checked.draft.key, height)
    return await painted(service, request, tag, "video/mp4", lambda: studio.clip(checked, name, height).data)


@router.post("/scenes/{scene}/frame", **_content("image/jpeg"))
async def frame_of_variation(
    studio: OwnStudio,
    service: TheService,
    request: Request,
    scene: SceneName,
    asked: Variation,
    number: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    height: Height = 720,
) -> Response:
    """Show one frame of a scene with other text, parameters or length; keeps nothing."""
    checked = await to_thread.run_sync(lambda: studio.preview(scene, **asked.model_dump(exclude_none=True)))
    _within(checked, scene, number)
    tag = tag_of("frame", checked.draft.key, number, height)

    def paint() -> bytes:
        return studio.picture(checked, scene, number, height=height).data

    return await painted(service, request, tag, "image/jpeg", paint)


@router.post("/scenes/{scene}/clip", **_content("video/mp4"))
async def clip_of_variation(
    studio: OwnStudio,
    service: TheService,
    request: Request,
    scene: SceneName,
    asked: Variation,
    height: Height = 360,
) -> Response:
    """Show a scene with other text, parameters or length as a clip; keeps nothing."""
    checked = await to_thread.run_sync(lambda: studio.preview(scene, **asked.model_dump(exclude_none=True)))
    checked.painted(scene)
    tag = tag_of("clip", checked.draft.key, height)
    return await painted(service, request, tag, "video/mp4", lambda: studio.clip(checked, scene, height).data)


@router.get("/preview", **_content("video/mp4"))
async def project_preview(
    studio: OwnStudio, service: TheService, request: Request, height: Height = 360
) -> Response:
    """Show the whole project as a clip; a scene that cannot be painted shows a card that says so."""
    project = await to_thread.run_sync(lambda: studio.project)
    tag = tag_of("project", project.id, project.sequence, height)

    def paint() -> bytes:
        if not studio.scenes:
            raise InputError("There is no scene to show.", remedy="Add a scene first.")
        picture = studio.format.with_height_at_most(height)
        refuse_endless(service.settings, picture, (each.duration_seconds for each in studio.scenes))
        return studio.video(height=height).data

    return await painted(service, request, tag, "video/mp4", paint)


def _within(checked: Checked, name: str, number: int) -> None:
    frames = checked.painted(name).frames
    if number >= frames:
        raise InputError(f"There is no frame {number}.", remedy=f"Give 0 to {frames - 1}.")


def _checked(studio: Studio, reference: str, revision: int | None) -> tuple[str, Checked]:
    scene = studio.scene(reference)
    if revision is None or revision == scene.revision:
        return scene.name, studio.check(scene.id)
    kept = revision_of(studio, scene.id, revision)
    return kept.name, at_revision(studio, scene.id, kept)
