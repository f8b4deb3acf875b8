"""A project as models are told of it: its scenes, which is selected, which was last touched."""

from __future__ import annotations

from workbench.brain.packet import ProjectView, SceneView
from workbench.scene.format import Format
from workbench.studio.performing import Performer
from workbench.studio.workspace import Workspace

CHANGES_LOOKED_AT = 10


def project_view(workspace: Workspace, performer: Performer, selected: str | None) -> ProjectView:
    """Return the project as it stands now."""
    project = performer.project()
    origin = {
        source: each.id for each in workspace.templates() for source in (each.source, each.scene_source)
    }  # scenes of earlier versions begin with the template's header
    views = [
        SceneView(
            scene.id,
            scene.name,
            scene.source,
            scene.duration_seconds,
            scene.params,
            origin.get(scene.source),
            scene.excerpt.get("begin_seconds", 0.0),
            scene.excerpt.get("of_seconds"),
        )
        for scene in performer.scenes()
    ]
    touched = [
        key
        for change in workspace.history.list(project.id, most=CHANGES_LOOKED_AT)
        for key in [*change.after.get("scenes", {}), *change.after.get("order", ())[-1:]]
    ]
    living = {view.id for view in views}
    return ProjectView(
        project.name,
        tuple(views),
        selected if selected in living else None,
        next((key for key in touched if key in living), None),
        Format(project.width, project.height, project.fps),
    )
