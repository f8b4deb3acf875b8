"""What the MCP server answers with: plain, typed data about projects, scenes, findings and takes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, Field

from workbench.scene.finding import Finding
from workbench.store.values import Scene
from workbench.studio.evaluator import Checked
from workbench.studio.performing import Done
from workbench.studio.studio import Studio
from workbench.studio.take import Take
from workbench.templates.registry import Template


class FindingView(BaseModel):
    """One located problem and how to mend it."""

    code: str
    severity: str
    message: str
    fix: str
    line: int | None = None
    column: int | None = None
    node: str | None = None
    frame: int | None = None
    box: tuple[float, float, float, float] | None = Field(None, description="left, top, right, bottom")


class SceneView(BaseModel):
    """One scene of a project."""

    number: int
    id: str
    name: str
    duration_seconds: float
    revision: int
    status: str


class ProjectView(BaseModel):
    """A project and its scenes in order."""

    id: str
    name: str
    format: str
    sequence: int = Field(description="Number of the last change.")
    scenes: list[SceneView]


class SourceView(SceneView):
    """A scene with everything that decides how it looks."""

    source: str
    params: dict[str, Any]
    findings: list[FindingView]


class CheckView(BaseModel):
    """Whether source can be painted, and everything found in it."""

    ok: bool
    worst: str | None
    frames: int
    findings: list[FindingView]


class DoneView(BaseModel):
    """What an action did, in words and as data."""

    told: list[str]
    sequence: int
    scene: SceneView | None
    findings: list[FindingView]


class StepView(BaseModel):
    """One step of a plan, as it went."""

    kind: str
    done: bool
    told: list[str]
    repairs: int
    offered: bool = Field(
        description="A good result that changed more than was asked; `accept_take` saves it."
    )


class TakeView(BaseModel):
    """The answer to a prompt: what was decided, what was really done, what it took."""

    id: str
    outcome: str
    ok: bool
    text: str
    steps: list[StepView]
    scenes: list[SceneView]
    findings: list[FindingView]
    usage: list[dict[str, Any]]
    left_out: list[str]


class TemplateView(BaseModel):
    """A template: what it is for and what can be filled in."""

    id: str
    title: str
    about: str
    seconds: float
    params: dict[str, Any] = Field(description="Defaults by name.")


class FilmView(BaseModel):
    """A film that was written."""

    uri: str
    seconds: float
    frames: int
    bytes: int
    skipped: list[str]


def finding_views(findings: Iterable[Finding]) -> list[FindingView]:
    """Return findings as data."""
    return [FindingView.model_validate(finding, from_attributes=True) for finding in findings]


def scene_view(scene: Scene) -> SceneView:
    """Return a scene as data; a deleted one has the number 0."""
    return SceneView(
        number=scene.position or 0,
        id=scene.id,
        name=scene.name,
        duration_seconds=scene.duration_seconds,
        revision=scene.revision,
        status=scene.status,
    )


def project_view(studio: Studio) -> ProjectView:
    """Return a project as data."""
    project = studio.project
    return ProjectView(
        id=project.id,
        name=project.name,
        format=str(studio.format),
        sequence=project.sequence,
        scenes=[scene_view(scene) for scene in studio.scenes],
    )


def source_view(studio: Studio, reference: str) -> SourceView:
    """Return a scene with its source and findings."""
    checked = studio.check(reference)
    scene = studio.scene(reference)
    return SourceView(
        **scene_view(scene).model_dump(),
        source=scene.source,
        params=dict(scene.params),
        findings=finding_views(checked.findings),
    )


def check_view(checked: Checked) -> CheckView:
    """Return how source turned out as data."""
    frames = checked.graph.frames if checked.graph else 0
    return CheckView(
        ok=checked.ok, worst=checked.worst, frames=frames, findings=finding_views(checked.findings)
    )


def done_view(done: Done) -> DoneView:
    """Return what an action did as data."""
    return DoneView(
        told=list(done.told),
        sequence=done.sequence,
        scene=scene_view(done.scene) if done.scene else None,
        findings=finding_views(done.checked.findings if done.checked else ()),
    )


def take_view(studio: Studio, take: Take) -> TakeView:
    """Return a take as data."""
    touched = {shot.scene_id for shot in take.shots}
    plain = take.as_dict()
    return TakeView(
        id=take.message_id,
        outcome=take.plan.outcome,
        ok=take.ok,
        text=take.text,
        steps=[StepView.model_validate(step) for step in plain["steps"]],
        scenes=[scene_view(scene) for scene in studio.scenes if scene.id in touched],
        findings=finding_views(take.findings),
        usage=plain["usage"],
        left_out=plain["left_out"],
    )


def template_view(template: Template) -> TemplateView:
    """Return a template as data."""
    return TemplateView(
        id=template.id,
        title=template.title,
        about=template.about,
        seconds=template.seconds,
        params={param.name: param.default for param in template.params},
    )
