"""What a view shows of a project, as plain data: small and durable, so that a new view can draw it all."""

from __future__ import annotations

from typing import Any

from workbench.scene.format import SHAPES
from workbench.scene.graph import Param
from workbench.store.values import Change, Message, Project, Revision, Scene
from workbench.studio.evaluator import Checked
from workbench.studio.studio import Studio
from workbench.widgets.drafts import Drafts


def project_state(studio: Studio, drafts: Drafts) -> dict[str, Any]:
    """Return the project's name, shape, scenes, what is selected, and what undo and redo would do."""
    project, scenes = studio.project, studio.scenes
    history = studio.workspace.history
    living = [scene.id for scene in scenes]
    if studio.selected not in living:
        studio.selected = living[0] if living else None
    return {
        "project": {
            "id": project.id,
            "name": project.name,
            "width": project.width,
            "height": project.height,
            "fps": project.fps,
            "shape": shape_name(project),
            "shapes": list(SHAPES),
        },
        "scenes": [scene_line(scene, dirty=scene.id in drafts) for scene in scenes],
        "selected": studio.selected,
        "pictures": picture_names(studio),
        "undo": _deed(history.undoable(project.id)),
        "redo": _deed(history.redoable(project.id)),
        "sequence": project.sequence,
    }


def picture_names(studio: Studio) -> list[str]:
    """Return the names of the project's pictures."""
    return [each.name for each in studio.workspace.assets.list(studio.project_id)]


def scene_line(scene: Scene, *, dirty: bool) -> dict[str, Any]:
    """Return what the timeline shows of a scene."""
    return {
        "id": scene.id,
        "position": scene.position,
        "name": scene.name,
        "seconds": scene.duration_seconds,
        "excerpt": dict(scene.excerpt),
        "revision": scene.revision,
        "status": scene.status,
        "transition": {"kind": "cut", "seconds": 0.5, **scene.transition},
        "dirty": dirty,
    }


def checked_state(checked: Checked) -> dict[str, Any]:
    """Return how a draft turned out: its findings, its controls and its length in frames."""
    return {
        "ok": checked.ok,
        "findings": [finding.as_dict() for finding in checked.findings],
        "params": [param_state(param) for param in checked.graph.params] if checked.graph else None,
        "frames": checked.staged.frames
        if checked.staged
        else checked.draft.format.frames(checked.draft.duration_seconds),
        "seconds": checked.draft.duration_seconds,
        "fps": checked.draft.format.fps,
        "width": checked.draft.format.width,
        "height": checked.draft.format.height,
    }


def param_state(param: Param) -> dict[str, Any]:
    """Return what a control needs."""
    return {
        "name": param.name,
        "kind": param.kind,
        "default": param.default,
        "value": param.value,
        "minimum": param.minimum,
        "maximum": param.maximum,
        "choices": list(param.choices),
        "line": param.line,
    }


def message_state(message: Message) -> dict[str, Any]:
    """Return a message with the scenes it made, so that each can be restored."""
    scenes = (message.take or {}).get("scenes", ())
    return {
        "id": message.id,
        "number": message.number,
        "role": message.role,
        "text": message.text,
        "at": message.created_at.isoformat(),
        "ok": bool((message.take or {}).get("ok", True)),
        "scenes": [{key: scene[key] for key in ("id", "name", "revision")} for scene in scenes],
        "offer": any(step.get("offer") for step in (message.take or {}).get("steps", ())),
    }


def revision_state(revision: Revision) -> dict[str, Any]:
    """Return a line of a scene's history."""
    return {
        "number": revision.number,
        "name": revision.name,
        "seconds": revision.duration_seconds,
        "who": revision.who,
        "why": revision.why,
        "at": revision.created_at.isoformat(),
        "base": revision.base,
        "pinned": revision.pinned,
    }


def shape_name(project: Project) -> str:
    """Return `16:9` for a project of that shape, else its size."""
    ratio = project.width / project.height
    for name, (width, height) in SHAPES.items():
        if abs(width / height - ratio) < 1e-3:
            return name
    return f"{project.width}x{project.height}"


def _deed(change: Change | None) -> str | None:
    return change.kind.replace("_", " ") if change else None
