"""A project as files: a video, a contact sheet, pictures, a folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from workbench.render.film import Broken, FilmKind, FilmReport, render_film
from workbench.render.process import Cancel
from workbench.render.progress import OnProgress
from workbench.render.timeline import FilmScene, Transition
from workbench.scene.format import Format
from workbench.spans import traced
from workbench.store.values import Scene
from workbench.studio.evaluator import Checked
from workbench.studio.performing import Performer
from workbench.studio.showing import Clip, Picture
from workbench.studio.workspace import Workspace


def film_scenes(judge: Callable[[Scene], Checked], scenes: Sequence[Scene]) -> list[FilmScene]:
    """Return the scenes as a film; broken ones have no graph and carry their findings."""
    film = []
    for scene in scenes:
        checked = judge(scene)
        transition = (
            Transition(scene.transition["kind"], scene.transition.get("seconds", 0.5))
            if scene.transition.get("kind")
            else None
        )
        film.append(
            FilmScene(
                graph=checked.graph,
                name=scene.name,
                duration_seconds=scene.duration_seconds,
                findings=checked.findings,
                assets=checked.draft.assets.sources,
                transition_in=transition,
            )
        )
    return film


@traced("studio.export")
def export_film(
    workspace: Workspace,
    performer: Performer,
    path: Path,
    *,
    scenes: Sequence[Scene] | None = None,
    quality: str = "good",
    kind: FilmKind | None = None,
    broken: Broken = "refuse",
    on_progress: OnProgress | None = None,
    cancel: Cancel | None = None,
) -> FilmReport:
    """Render a project, or some of its scenes, to `path`; see `render_film` for what is raised."""
    project = performer.project()
    chosen = performer.scenes() if scenes is None else scenes
    path.parent.mkdir(parents=True, exist_ok=True)
    with workspace.crew() as crew:
        return render_film(
            film_scenes(performer.judge, chosen),
            Format(project.width, project.height, project.fps),
            path,
            quality=quality,
            kind=kind,
            broken=broken,
            cache=workspace.chunks,
            on_progress=on_progress,
            cancel=cancel,
            clock=workspace.clock,
            crew=crew,
            reserve=workspace.reserve,
        )


def preview_film(workspace: Workspace, performer: Performer, height: int) -> Clip:
    """Return the whole project as a clip; scenes that cannot be painted show a marked card."""
    project = performer.project()
    picture = Format(project.width, project.height, project.fps)
    film = film_scenes(performer.judge, performer.scenes())
    preview = workspace.renderer.preview(film, height, picture=picture)
    source = film[0].source(picture)
    still = workspace.renderer.still(source, source.frames // 2, height)
    poster = Picture(still, "image/jpeg", project.name)
    return Clip(preview.content, poster, project.name, preview.frames / picture.fps)
