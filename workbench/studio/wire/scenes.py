"""Projects, scenes and what is done to them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from workbench.scene.finding import Finding
from workbench.scene.format import Format
from workbench.store.values import Project, Scene
from workbench.studio.evaluator import Checked
from workbench.studio.performing import Done
from workbench.studio.wire.sent import Sent


class FindingSent(Sent):
    """One located problem and how to mend it."""

    code: str
    severity: Literal["error", "warning", "info"]
    message: str
    fix: str
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None
    node: str | None = None
    frame: int | None = None
    box: tuple[float, float, float, float] | None = Field(None, description="left, top, right, bottom")

    def value(self) -> Finding:
        """Return the finding."""
        return Finding(**self.model_dump())


class ProjectSent(Sent):
    """A project; `sequence` is the number of its last change."""

    id: str
    name: str
    format: str
    width: int
    height: int
    fps: int
    sequence: int
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None


class SceneSent(Sent):
    """A scene as it is now; `position` counts from 1 and is null once the scene is deleted."""

    id: str
    project_id: str
    position: int | None
    name: str
    source: str
    params: dict[str, Any]
    duration_seconds: float
    transition: dict[str, Any]
    excerpt: dict[str, Any]
    revision: int
    status: Literal["unchecked", "ready", "broken"]
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None

    def value(self) -> Scene:
        """Return the scene."""
        return Scene(**dict(self))


class RevisionSent(Sent):
    """One saved state of a scene: what it held, by whom and why; `base` is the number it came from."""

    scene_id: str
    number: int
    name: str
    source: str
    params: dict[str, Any]
    duration_seconds: float
    transition: dict[str, Any]
    excerpt: dict[str, Any]
    who: str
    why: str
    base: int | None
    pinned: bool
    created_at: datetime


class ChangeSent(Sent):
    """One step of a project's history; an undo or redo names what it `reverses`."""

    project_id: str
    sequence: int
    kind: str
    before: dict[str, Any]
    after: dict[str, Any]
    who: str
    why: str
    created_at: datetime
    undone_by: int | None
    reverses: int | None


class CheckSent(Sent):
    """Whether source can be painted, how many frames it has, and everything found in it."""

    ok: bool
    frames: int
    findings: list[FindingSent]


class DiffSent(Sent):
    """What differs between two revisions: in the picture, in words, and in the source, as a unified diff."""

    before: int
    after: int
    told: list[str]
    source: str


class DoneSent(Sent):
    """What an action did: the scene as it is now, how it turned out, and the number of the change."""

    action: str
    told: list[str]
    sequence: int
    scene: SceneSent | None
    check: CheckSent | None


def findings_sent(findings: Iterable[Finding]) -> list[FindingSent]:
    """Return findings to be sent."""
    return [FindingSent.model_validate(each) for each in findings]


def project_sent(project: Project) -> ProjectSent:
    """Return a project to be sent."""
    picture = Format(project.width, project.height, project.fps)
    fields = {name: getattr(project, name) for name in ProjectSent.model_fields if name != "format"}
    return ProjectSent(format=str(picture), **fields)


def scene_sent(scene: Scene) -> SceneSent:
    """Return a scene to be sent."""
    return SceneSent.model_validate(scene)


def check_sent(checked: Checked) -> CheckSent:
    """Return how source turned out, to be sent."""
    frames = checked.staged.frames if checked.staged else 0
    return CheckSent(ok=checked.ok, frames=frames, findings=findings_sent(checked.findings))


def done_sent(done: Done) -> DoneSent:
    """Return what an action did, to be sent."""
    return DoneSent(
        action=str(getattr(done.action, "kind", "")),
        told=list(done.told),
        sequence=done.sequence,
        scene=scene_sent(done.scene) if done.scene else None,
        check=check_sent(done.checked) if done.checked else None,
    )
