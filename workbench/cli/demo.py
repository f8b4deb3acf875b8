"""`workbench demo`: the first minute. A brief in words becomes files to look at."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

import click

from workbench.cli.saying import ProgressLine, json_option, say_findings, say_json
from workbench.errors import RenderFailed
from workbench.render.sheet import contact_sheet
from workbench.scene.format import Format
from workbench.store.folder import export_project
from workbench.studio.exporting import export_film, film_scenes
from workbench.studio.performing import Performer
from workbench.studio.settings import Settings
from workbench.studio.studio import Studio
from workbench.studio.workspace import Workspace

BRIEF = (
    'A launch video for Orbit, a habit tracker. Open with a hero that says "Meet Orbit". '
    "Then show three features: Build streaks, See your week, Share goals. "
    "Then a chart of active users 120, 480, 1900, 4200 for Jan, Feb, Mar, Apr. "
    'End with a call to action that says "Start today".'
)


@dataclass
class _Steps:
    """What was done and how long each step took, told as it happens."""

    quiet: bool
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        began = perf_counter()
        yield
        self.seconds[name] = perf_counter() - began
        if not self.quiet:
            click.echo(f"  {name:<34} {self.seconds[name]:6.2f} s")


@click.command()
@click.argument("brief", default=BRIEF)
@click.option("--format", "picture", default="1280x720", show_default=True)
@json_option
def demo(brief: str, picture: str, as_json: bool) -> int:
    """Turn BRIEF (or one of ours) into a project, a video, a contact sheet and a folder of text files."""
    steps = _Steps(quiet=as_json)
    if not as_json:
        click.echo(f"The brief:\n\n{click.wrap_text(brief, 88, '  ', '  ')}\n")
    with Workspace(Settings()) as workspace:
        name = _free_name(workspace)
        with steps.step("Open the workspace"):
            studio = Studio(workspace, workspace.project(name, Format.parse(picture), create=True))
            workspace.renderer.start()
        with steps.step("Decide, write and check the scenes"):
            take = studio.ask(brief)
        if not take.shots:
            raise RenderFailed(f"The brief gave no scene: {take.text}", remedy="Say what should be seen.")
        files = _make(studio, steps, quiet=as_json)
    if as_json:
        say_json({"project": name, **{key: str(path) for key, path in files.items()},
                  "scenes": len(take.shots), "told": take.text, "seconds": steps.seconds})  # fmt: skip
        return 0 if take.ok else 1
    for shot in take.shots:
        say_findings(shot.checked.findings, where=shot.name)
    _say(name, take.text, files)
    return 0 if take.ok else 1


def _free_name(workspace: Workspace) -> str:
    taken = {project.name for project in workspace.projects.list()}
    return next(name for name in _names() if name not in taken)


def _names() -> Iterator[str]:
    yield "Orbit"
    number = 2
    while True:
        yield f"Orbit {number}"
        number += 1


def _make(studio: Studio, steps: _Steps, *, quiet: bool) -> dict[str, Path]:
    room, name = studio.workspace, studio.name
    folder = room.settings.data / "exports" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    performer = Performer(room, studio.project_id)
    files = {
        "video": folder / f"{name}.mp4",
        "contact sheet": folder / "contact-sheet.png",
        "project folder": folder / "project",
    }
    with steps.step("Paint and encode the video"):
        progress = None if quiet else ProgressLine("  Painting")
        export_film(room, performer, files["video"], on_progress=progress)
    with steps.step("Lay out the contact sheet"):
        film = film_scenes(performer, performer.scenes())
        files["contact sheet"].write_bytes(contact_sheet(film, studio.format, room.renderer, title=name))
    with steps.step("Write the project folder"):
        export_project(room.database, room.blobs, studio.project_id, files["project folder"])
    return files


def _say(name: str, told: str, files: dict[str, Path]) -> None:
    click.echo(f"\n{click.wrap_text(told, 92, '  ', '  ')}\n")
    for label, path in files.items():
        click.echo(f"  {label:<15} {path}")
    click.echo(
        f"""
What to try next:

  workbench ask -p "{name}" "make the title of scene 1 orange"
  workbench project show "{name}"
  workbench export "{name}" --quality high
  make lab
"""
    )
