"""`workbench project`: make, list, show, export and import projects."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from workbench.cli.opening import opened
from workbench.cli.saying import json_option, say_done, say_json, say_table
from workbench.scene.format import Format
from workbench.store.folder import export_project, import_project
from workbench.store.values import Project
from workbench.studio.actions import RenameProject, SetFormat
from workbench.studio.putting_away import put_away
from workbench.studio.settings import Settings
from workbench.studio.workspace import Workspace


@click.group()
def project() -> None:
    """Make, list, show, export and import projects."""


@project.command("list")
@json_option
def list_projects(as_json: bool) -> None:
    """List the projects, the last changed first."""
    with Workspace(Settings()) as workspace:
        rows = [(each, len(workspace.scenes.list(each.id))) for each in workspace.projects.list()]
    if as_json:
        say_json([{**_described(each), "scenes": scenes} for each, scenes in rows])
    elif rows:
        say_table(
            [(each.name, _shape(each), scenes, f"{each.updated_at:%Y-%m-%d %H:%M}") for each, scenes in rows],
            ["Project", "Format", "Scenes", "Changed (UTC)"],
        )
    else:
        click.echo('No project yet. Try: workbench ask "a title card for my talk"')


@project.command()
@click.argument("name")
@json_option
def show(name: str, as_json: bool) -> None:
    """Show a project's scenes."""
    with opened(name) as studio:
        checked = [(scene, studio.check(scene.id)) for scene in studio.scenes]
        described = _described(studio.project)
    if as_json:
        scenes = [
            {
                "id": scene.id,
                "number": scene.position,
                "name": scene.name,
                "duration_seconds": scene.duration_seconds,
                "revision": scene.revision,
                "ok": result.ok,
                "params": dict(scene.params),
                "findings": [finding.as_dict() for finding in result.findings],
            }
            for scene, result in checked
        ]
        say_json({**described, "scenes": scenes})
        return
    click.echo(f"{described['name']}  {described['format']}")
    rows = [
        (scene.position, scene.name, f"{scene.duration_seconds:g} s", scene.revision, _state(result.worst))
        for scene, result in checked
    ]
    say_table(rows, ["No", "Scene", "Length", "Revision", "Findings"])


@project.command()
@click.argument("name")
@click.option("--format", "picture", default="16:9", show_default=True,
              help="16:9, 9:16, 1:1, 4:5, 4:3, or such as 1280x720@60.")  # fmt: skip
@json_option
def new(name: str, picture: str, as_json: bool) -> None:
    """Make an empty project."""
    shape = Format.parse(picture)
    with Workspace(Settings()) as workspace:
        made = workspace.projects.create(
            name, width=shape.width, height=shape.height, fps=shape.fps, who=workspace.settings.user
        )
    say_done(f"Made {made.name!r}, {_shape(made)}.", as_json, **_described(made))


@project.command()
@click.argument("name")
@click.argument("new_name")
@json_option
def rename(name: str, new_name: str, as_json: bool) -> None:
    """Give a project another name."""
    with opened(name) as studio:
        told = " ".join(studio.do(RenameProject(name=new_name)).told)
        say_done(told, as_json, **_described(studio.project))


@project.command("format")
@click.argument("name")
@click.argument("picture", metavar="FORMAT")
@json_option
def set_format(name: str, picture: str, as_json: bool) -> None:
    """Change a project's shape or frame rate: 16:9, 9:16, 1:1, 1280x720@60; undo takes it back."""
    with opened(name) as studio:
        told = " ".join(studio.do(SetFormat(format=picture)).told)
        say_done(told, as_json, **_described(studio.project))


@project.command()
@click.argument("name")
@json_option
def delete(name: str, as_json: bool) -> None:
    """Put a project away and cancel its unfinished films; `undelete` brings it back."""
    with opened(name) as studio:
        gone = studio.project
        films = put_away(studio.workspace, gone.id, who=studio.workspace.settings.user)
    told = f"Deleted {gone.name!r}{_and_films(films)}."
    told += f" Bring it back with: workbench project undelete {gone.id}"
    say_done(told, as_json, **_described(gone))


@project.command()
@click.argument("project_id")
@json_option
def undelete(project_id: str, as_json: bool) -> None:
    """Bring a deleted project back by its id."""
    with Workspace(Settings()) as workspace:
        back = workspace.projects.undelete(project_id, who=workspace.settings.user)
    say_done(f"{back.name!r} is back.", as_json, **_described(back))


@project.command("export")
@click.argument("name")
@click.argument("folder", type=click.Path(path_type=Path))
@json_option
def export_folder(name: str, folder: Path, as_json: bool) -> None:
    """Write a project as a folder of readable files."""
    with opened(name) as studio:
        room = studio.workspace
        export_project(room.database, room.blobs, studio.project_id, folder)
    say_done(f"Wrote {folder}", as_json, path=str(folder))


@project.command("import")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--name", help="Another name for it.")
@json_option
def import_folder(folder: Path, name: str | None, as_json: bool) -> None:
    """Read a folder back as a new project."""
    with Workspace(Settings()) as workspace:
        room = partial(workspace.reserve.check, workspace.blobs.folder)
        made = import_project(workspace.database, workspace.blobs, folder, name=name, room=room)
    say_done(f"Imported {made.name!r}.", as_json, **_described(made))


def _and_films(cancelled: int) -> str:
    if not cancelled:
        return ""
    return f" and cancelled its {'unfinished film' if cancelled == 1 else f'{cancelled} unfinished films'}"


def _shape(each: Project) -> str:
    return f"{each.width}x{each.height}@{each.fps}"


def _described(each: Project) -> dict[str, str]:
    return {"id": each.id, "name": each.name, "format": _shape(each), "changed": each.updated_at.isoformat()}


def _state(worst: str | None) -> str:
    return worst or "none"
