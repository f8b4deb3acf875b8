"""Scenes: read, checked, compared; the past of a project. Changing goes through actions."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from workbench.errors import NotFound
from workbench.scene.diff import diff
from workbench.scene.format import MAX_SECONDS
from workbench.scene.line_diff import unified
from workbench.service.access import OwnStudio
from workbench.service.problems import problem_responses
from workbench.store.values import Revision
from workbench.studio.actions import ParamValue
from workbench.studio.evaluator import Checked
from workbench.studio.studio import Studio
from workbench.studio.wire.scenes import (
    ChangeSent,
    CheckSent,
    DiffSent,
    RevisionSent,
    SceneSent,
    check_sent,
    scene_sent,
)

router = APIRouter(
    prefix="/projects/{project}", tags=["scenes"], responses=problem_responses(401, 404, 422, 429)
)
SceneName = Annotated[
    str, Path(description="Number (from 1), name, id, `first`, `last` or `@name`.", max_length=200)
]
RevisionNumber = Annotated[int, Path(ge=1, le=2**31 - 1)]


class Variation(BaseModel):
    """How a scene might be; what is left out stays as it is."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"source": 'text("Hello", size=96)\n'}]}
    )

    source: str | None = Field(None, max_length=200_000)
    params: dict[str, ParamValue] | None = None
    duration_seconds: float | None = Field(None, gt=0, le=MAX_SECONDS)


@router.get("/scenes")
def list_scenes(studio: OwnStudio) -> list[SceneSent]:
    """List the living scenes in order, with their source."""
    return [scene_sent(each) for each in studio.scenes]


@router.get("/scenes/{scene}")
def show_scene(studio: OwnStudio, scene: SceneName) -> SceneSent:
    """Show a scene."""
    return scene_sent(studio.scene(scene))


@router.get("/scenes/{scene}/check")
def check_scene(
    studio: OwnStudio,
    scene: SceneName,
    revision: Annotated[int | None, Query(ge=1, le=2**31 - 1, description="Default: as it is now.")] = None,
) -> CheckSent:
    """Find what is wrong with a scene, as it is now or as it was at a revision."""
    if revision is None:
        return check_sent(studio.check(scene))
    return check_sent(at_revision(studio, scene, revision_of(studio, scene, revision)))


@router.post("/scenes/{scene}/check")
def check_variation(studio: OwnStudio, scene: SceneName, asked: Variation) -> CheckSent:
    """Find what would be wrong with other text, parameters or length; keeps nothing."""
    return check_sent(studio.preview(scene, **asked.model_dump(exclude_none=True)))


@router.get("/scenes/{scene}/revisions")
def list_revisions(studio: OwnStudio, scene: SceneName) -> list[RevisionSent]:
    """List the kept revisions of a scene, the newest first."""
    return [RevisionSent.model_validate(each) for each in studio.revisions(scene)]


@router.get("/scenes/{scene}/revisions/{number}")
def show_revision(studio: OwnStudio, scene: SceneName, number: RevisionNumber) -> RevisionSent:
    """Show one revision of a scene."""
    return RevisionSent.model_validate(revision_of(studio, scene, number))


@router.get("/scenes/{scene}/diff")
def compare_revisions(
    studio: OwnStudio,
    scene: SceneName,
    before: Annotated[int, Query(ge=1, le=2**31 - 1)],
    after: Annotated[int | None, Query(ge=1, le=2**31 - 1, description="Default: as it is now.")] = None,
) -> DiffSent:
    """Say what differs between two revisions, in the picture and in the source."""
    old = revision_of(studio, scene, before)
    new = revision_of(studio, scene, after or studio.scene(scene).revision)
    one, other = at_revision(studio, scene, old), at_revision(studio, scene, new)
    told = diff(one.graph, other.graph).describe() if one.graph and other.graph else []
    lines = unified(
        old.source.splitlines(keepends=True),
        new.source.splitlines(keepends=True),
        (f"revision {old.number}", f"revision {new.number}"),
    )
    return DiffSent(before=old.number, after=new.number, told=told, source="".join(lines))


@router.get("/history")
def history(
    studio: OwnStudio,
    after: Annotated[int | None, Query(ge=0, le=2**31 - 1, description="Changes after this number.")] = None,
    most: Annotated[int, Query(ge=1, le=500)] = 100,
) -> list[ChangeSent]:
    """List the last changes, the newest first; with `after`, those since, the oldest first."""
    past = studio.workspace.history
    if after is None:
        found = past.list(studio.project_id, most=most)
    else:
        found = past.changes_since(studio.project_id, after, most=most)
    return [ChangeSent.model_validate(each) for each in found]


def revision_of(studio: Studio, scene: str, number: int) -> Revision:
    """Return one revision of a scene."""
    kept = {each.number: each for each in studio.revisions(scene)}
    if number not in kept:
        raise NotFound.among("revision", str(number), map(str, kept))
    return kept[number]


def at_revision(studio: Studio, scene: str, kept: Revision) -> Checked:
    """Return how a scene turned out at a revision."""
    fields: dict[str, Any] = {
        "source": kept.source,
        "params": dict(kept.params),
        "duration_seconds": kept.duration_seconds,
        "excerpt": kept.excerpt,
    }
    return studio.preview(scene, **fields)
