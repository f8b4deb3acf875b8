"""Pictures of a project: brought in by bytes, never by path; measured in the background."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Path, UploadFile
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import FileResponse, JSONResponse, Response

from workbench.service.access import MOST_UPLOAD_BYTES, OwnStudio, TheService
from workbench.service.once import OnceRoute, recoveries
from workbench.service.problems import problem_responses
from workbench.service.state import Service
from workbench.service.unfinished import bounded, refuse_when_full
from workbench.store.tokens import Token
from workbench.studio.analysing import IMAGE_FACTS
from workbench.studio.project_pictures import MOST_ALT_LETTERS
from workbench.studio.wire.work import AssetSent, PictureSent, asset_sent, picture_sent

router = APIRouter(
    prefix="/projects/{project}/assets",
    tags=["assets"],
    responses=problem_responses(401, 404, 409, 413, 422, 429),
    route_class=OnceRoute,
)
AssetName = Annotated[str, Path(description="The picture's name or id.", max_length=200)]
_BYTES: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}


class AltText(BaseModel):
    """What a picture shows."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"text": "Our logo."}]})

    text: str = Field(max_length=MOST_ALT_LETTERS, pattern=r"^[^\x00]*$")


@router.get("")
def list_assets(studio: OwnStudio) -> list[AssetSent]:
    """List the pictures of a project by name."""
    return [asset_sent(each) for each in studio.workspace.assets.list(studio.project_id)]


@router.post("", status_code=201, max_body_size=MOST_UPLOAD_BYTES, responses=problem_responses(503))
def add_asset(
    studio: OwnStudio,
    service: TheService,
    file: Annotated[UploadFile, File(description="PNG, JPEG, WebP, GIF, AVIF or SVG; at most 50 MB.")],
    name: Annotated[
        str,
        Form(
            max_length=120,
            description="Default: the file's name without its ending.",
            examples=["logo"],
        ),
    ] = "",
) -> AssetSent:
    """Bring in a picture. It is measured in the background; nobody waits for that."""
    refuse_when_full(service.settings, studio, IMAGE_FACTS)
    content = file.file.read()
    stem = (file.filename or "").replace("\\", "/").rpartition("/")[2].rpartition(".")[0]
    with bounded(service.settings, studio, IMAGE_FACTS):
        return asset_sent(studio.add_picture(content, name or stem[:120]))


def _recovered(service: Service, caller: Token, facts: Mapping[str, Any]) -> Response:
    """Answer for a picture that was kept just before the server stopped."""
    studio = service.studios.studio(caller.user, facts["project_id"])
    change = studio.workspace.history.changes_since(studio.project_id, facts["sequence"] - 1, most=1)[0]
    found = studio.workspace.assets.get(studio.project_id, next(iter(change.after["assets"])))
    return JSONResponse(asset_sent(found).model_dump(mode="json"), 201)


recoveries["add_asset"] = _recovered


@router.get("/{asset}")
def show_asset(studio: OwnStudio, asset: AssetName) -> AssetSent:
    """Show what is known of a picture without its bytes."""
    return asset_sent(studio.workspace.assets.get(studio.project_id, asset))


@router.get(
    "/{asset}/content",
    response_class=FileResponse,
    responses={200: {"description": "The picture", "content": {"image/*": _BYTES}}},
)
def asset_content(studio: OwnStudio, asset: AssetName) -> FileResponse:
    """Return a picture's bytes."""
    found = studio.workspace.assets.get(studio.project_id, asset)
    path = studio.workspace.blobs.path(found.sha256)
    headers = {"ETag": f'"{found.sha256}"', "Cache-Control": "private, max-age=31536000, immutable"}
    return FileResponse(path, media_type=found.media_type, headers=headers)


@router.get("/{asset}/facts")
def asset_facts(studio: OwnStudio, asset: AssetName) -> PictureSent:
    """Show how far the measuring of a picture is, what was measured, and its alt text."""
    return picture_sent(studio.pictures[asset])


@router.post("/{asset}/facts", status_code=202)
def measure_again(studio: OwnStudio, service: TheService, asset: AssetName) -> PictureSent:
    """Measure a picture again whose measuring failed or whose facts expired."""
    with bounded(service.settings, studio, IMAGE_FACTS):
        return picture_sent(studio.pictures.retry(asset))


@router.put("/{asset}/alt")
def describe_asset(studio: OwnStudio, asset: AssetName, asked: AltText) -> PictureSent:
    """Say in words what a picture shows, for whoever cannot see it and for models."""
    return picture_sent(studio.pictures.set_alt(asset, asked.text))
