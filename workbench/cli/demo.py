"""`workbench demo`: the first minute. A brief in words becomes files to look at."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from shlex import quote
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
from workbench.studio.take import Take
from workbench.studio.workspace import Workspace

BRIEF = (
    'A launch video for Orbit, a habit tracker. Open with a hero that says "Meet Orbit". '
    "Then show three features: Build streaks, See your week, Share goals. "
    "Then a chart of active users 120, 480, 1900, 4200 for Jan, Feb, Mar, Apr. "
    'Then the quote "I finally kept a promise to myself". '
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
        self.say(f"  {name:<36} {self.seconds[name]:6.2f} s")

    def say(self, text: str = "") -> None:
        if not self.quiet:
            click.echo(text)


@click.command()
@click.argument("brief", default=BRIEF)
@click.option("--name", help='Name of the project (default: "Orbit", or "Demo" for a brief of your own).')
@click.option("--format", "picture", default="1280x720", show_default=True,
              help="16:9, 9:16, 1:1, 4:5, 4:3, or such as 1280x720@60.")  # fmt: skip
@json_option
def demo(brief: str, name: str | None, picture: str, as_json: bool) -> int:
    """Turn BRIEF (or one of ours) into a project, a video, a contact sheet and a folder of text files."""
    shape = Format.parse(picture)
    steps = _Steps(quiet=as_json)
    steps.say(f"The brief\n\n{click.wrap_text(brief, 88, '  ', '  ')}\n\nThe work\n")
    with Workspace(Settings()) as workspace:
        wanted = name or ("Orbit" if brief == BRIEF else "Demo")
        project = workspace.projects.create(
            chosen := _free_name(workspace, wanted),
            width=shape.width,
            height=shape.height,
            fps=shape.fps,
            who=workspace.settings.user,
        )
        try:
            studio = Studio(workspace, project)
            take, files = _made(studio, brief, steps)
        except BaseException:
            workspace.projects.delete(project.id, who=workspace.settings.user)
            raise
    if as_json:
        say_json({"project": chosen, **{key: str(path) for key, path in files.items()},
                  "scenes": len(take.shots), "told": take.text, "seconds": steps.seconds})  # fmt: skip
    else:
        _say(take, files, chosen, wanted)
    return 0 if take.ok else 1


def _free_name(workspace: Workspace, wanted: str) -> str:
    taken = {project.name.casefold() for project in workspace.projects.list()}
    names = (wanted if number == 1 else f"{wanted} {number}" for number in count(1))
    return next(name for name in names if name.casefold() not in taken)


def _made(studio: Studio, brief: str, steps: _Steps) -> tuple[Take, dict[str, Path]]:
    room, name = studio.workspace, studio.name
    performer = Performer(room, studio.project_id)
    with steps.step("Decide, write and check the scenes"):
        room.renderer.start()
        take = studio.ask(brief)
    if not take.shots:
        raise RenderFailed(f"The brief gave no scene: {take.text}", remedy="Say what should be seen.")
    folder = _emptied(room.settings.data / "exports" / name)
    files = {
        "video": folder / f"{name}.mp4",
        "contact sheet": folder / "contact-sheet.png",
        "project folder": folder / "project",
    }
    with steps.step("Paint and encode the video"):
        progress = None if steps.quiet else ProgressLine("  Painting")
        report = export_film(room, performer, files["video"], on_progress=progress)
    with steps.step("Lay out the contact sheet"):
        film = film_scenes(performer.judge, performer.scenes())
        files["contact sheet"].write_bytes(contact_sheet(film, studio.format, room.renderer, title=name))
    with steps.step("Write the project as text files"):
        export_project(room.database, room.blobs, studio.project_id, files["project folder"])
    steps.say(f"\n  {report.frames} frames, {report.seconds:g} s of H.264 video, {report.picture}")
    return take, files


def _emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _say(take: Take, files: dict[str, Path], chosen: str, wanted: str) -> None:
    click.echo("\nThe scenes\n")
    for shot in take.shots:
        click.echo(f"  {shot.number}  {shot.name:<28} {shot.checked.draft.duration_seconds:g} s")
        say_findings(shot.checked.findings)
    for line in (*take.plan.assumed, *take.plan.ignored):
        click.echo(click.wrap_text(line, 88, "  ", "  "))
    click.echo("\nThe files\n")
    for label, path in files.items():
        click.echo(f"  {label:<15} {path}")
    if chosen != wanted:
        click.echo(f"\n  There is a project {wanted!r} already, so this one is {chosen!r}.")
    us, project = _command(), quote(chosen)
    click.echo(
        f"""
What to try next

  {us} ask -p {project} "make the background of scene 3 dark blue"
  {us} project show {project}
  {us} export {project} --quality high
  {us} lab
"""
    )


def _command() -> str:
    """Return how the reader can call us: by name when it is on the path, else by the file that ran."""
    found, ran = shutil.which("workbench"), Path(sys.argv[0])
    if (found and Path(found).samefile(sys.argv[0])) or ran.name != "workbench":
        return "workbench"
    return quote(str(ran.relative_to(Path.cwd()) if ran.is_relative_to(Path.cwd()) else ran))
