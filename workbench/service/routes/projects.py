"""Projects: made, listed, shown, renamed, deleted and brought back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from workbench.errors import NotFound
from workbench.scene.format import Format
from workbench.service.access import OwnStudio, OwnWorkspace, TheService
from workbench.service.once import OnceRoute
from workbench.service.problems import problem_responses
from workbench.studio.putting_away import put_away
from workbench.studio.wire.scenes import ProjectSent, project_sent

router = APIRouter(
    prefix="/projects",
    tags=["projects"],
    responses=problem_responses(401, 409, 422, 429),
    route_class=OnceRoute,
)


class NewProject(BaseModel):
    """A project to be made."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "Talk", "format": "1280x720"}]}
    )

    name: str = Field(min_length=1, max_length=120)
    format: str = Field("16:9", max_length=40, description="16:9, 9:16, 1:1, 4:5, 4:3 or 1280x720@60.")


@router.get("")
def list_projects(own: OwnWorkspace, deleted: Annotated[bool, Query()] = False) -> list[ProjectSent]:
    """List your projects (or the deleted ones), the last changed first."""
    return [project_sent(each) for each in own.projects.list(deleted=deleted)]


@router.post("", status_code=201)
def create_project(asked: NewProject, own: OwnWorkspace) -> ProjectSent:
    """Make an empty project; its name must be free among yours."""
    shape = Format.parse(asked.format)
    who = own.settings.user
    made = own.projects.create(asked.name, width=shape.width, height=shape.height, fps=shape.fps, who=who)
    return project_sent(made)


@router.get("/{project}", responses=problem_responses(404))
def show_project(studio: OwnStudio) -> ProjectSent:
    """Show a project."""
    return project_sent(studio.project)


@router.delete("/{project}", status_code=204, responses=problem_responses(404))
def delete_project(studio: OwnStudio, service: TheService) -> None:
    """Put a project away and cancel its unfinished films; `undelete` brings it back."""
    gone = studio.project
    put_away(studio.workspace, gone.id, who=studio.workspace.settings.user)
    service.studios.forget(gone)


class Undeleted(BaseModel):
    """How a project is brought back."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(
        None,
        min_length=1,
        max_length=120,
        description="Another name, when its own is taken by now.",
        examples=["Launch film, brought back"],
    )


@router.post("/{project}/undelete", responses=problem_responses(404))
def undelete_project(
    project: Annotated[str, Path(description="The deleted project's id.", max_length=200)],
    asked: Undeleted,
    own: OwnWorkspace,
) -> ProjectSent:
    """Bring a deleted project back."""
    if project not in {each.id for each in own.projects.list(deleted=True)}:
        raise NotFound("There is no deleted project of that id.", remedy="List them: /projects?deleted=true.")
    return project_sent(own.projects.undelete(project, name=asked.name, who=own.settings.user))
