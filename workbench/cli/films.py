"""`workbench render` and `workbench export`: scenes and projects as files.

Painters start while the scene is evaluated, and the database is imported when a project is opened: each
takes longer than painting a still.
"""

from __future__ import annotations

from dataclasses import asdict
from math import ceil
from pathlib import Path
from typing import Literal

import click

from workbench.cli.idle import refuse_idle
from workbench.cli.reading import read_text
from workbench.cli.saying import ProgressLine, json_option, say_done, say_json
from workbench.errors import InputError, SceneBroken
from workbench.naming import file_name
from workbench.render.crew import Crew
from workbench.render.film import Broken, FilmKind, FilmReport, render_film
from workbench.render.quality import QUALITIES, quality_named
from workbench.render.reserve import Reserve
from workbench.render.timeline import CHUNK_SECONDS, FilmScene
from workbench.render.warm import WarmRenderer
from workbench.scene.format import Format

_STILLS: dict[str, Literal["jpeg", "png", "webp"]] = {
    ".jpg": "jpeg",
    ".jpeg": "jpeg",
    ".png": "png",
    ".webp": "webp",
}
_QUALITY = "good"
_SECONDS = 5.0
quality_option = click.option(
    "--quality",
    type=click.Choice(list(QUALITIES)),
    help="Default: good. draft, good, final keep the size; "
    "low, medium, high have a short side of 480, 720, 1080 pixels.",
)


@click.command()
@click.argument("scene_file_or_reference")
@click.argument("output", type=click.Path(path_type=Path))
@click.option("-p", "--project", "project_name", help="The first argument is a scene of this project.")
@click.option("--format", "picture", help="Format of a scene file (default: 16:9).")
@click.option("--seconds", type=float, help="Length of a scene file, in seconds (default: 5).")
@click.option(
    "--frame", type=int, help="Which frame a still (.png, .jpg, .webp) shows (default: the middle one)."
)
@quality_option
@json_option
def render(
    scene_file_or_reference: str,
    output: Path,
    project_name: str | None,
    picture: str | None,
    seconds: float | None,
    frame: int | None,
    quality: str | None,
    as_json: bool,
) -> int:
    """Paint one scene to OUTPUT: .mp4, .gif, .png, .jpg, .webp, or a folder of PNG files."""
    still = output.suffix.lower() in _STILLS
    _refuse_idle(project_name, picture, seconds, frame, still=still)
    shape = Format.parse(picture or "16:9")
    length = _SECONDS if seconds is None else seconds
    chosen = quality or _QUALITY
    if still:
        with WarmRenderer() as renderer:
            renderer.start()
            scene, shape = _scene(scene_file_or_reference, project_name, shape, length)
            return _still(scene, shape, output, frame, chosen, renderer, as_json)
    from workbench.studio.settings import Settings

    settings = Settings()
    with Crew(settings.workers) as crew:
        if not project_name:
            crew.start(ceil(length / CHUNK_SECONDS))
        scene, shape = _scene(scene_file_or_reference, project_name, shape, length)
        progress = ProgressLine(scene.name)
        report = render_film(
            [scene],
            shape,
            output,
            quality=chosen,
            on_progress=progress,
            crew=crew,
            reserve=Reserve(settings.disk_reserve_bytes),
        )
    return _say(report, as_json)


def _refuse_idle(
    project_name: str | None, picture: str | None, seconds: float | None, frame: int | None, *, still: bool
) -> None:
    if project_name:
        refuse_idle(
            {"--format": picture, "--seconds": seconds},
            "with --project: a scene has its project's format and its own length",
            "Leave it out; `workbench project format` and `workbench scene save --seconds` change them.",
        )
    if not still:
        endings = ", ".join(_STILLS)
        refuse_idle(
            {"--frame": frame}, "on a film", f"Leave it out, or give OUTPUT one of the endings {endings}."
        )


def _scene(name: str, project_name: str | None, shape: Format, seconds: float) -> tuple[FilmScene, Format]:
    """Return a scene that can be painted, of a project or of a file, and its format."""
    if project_name:
        return _scene_of_project(name, project_name)
    from workbench.scene.evaluate import evaluate
    from workbench.scene.sandbox import Sandbox

    title = Path(name).stem
    with Sandbox(workers=1) as sandbox:
        evaluation = evaluate(read_text(name), shape, duration_seconds=seconds, sandbox=sandbox)
    if evaluation.graph is None:
        raise SceneBroken(
            f"Scene {title!r} cannot be painted: {evaluation.findings[0]}",
            remedy="Mend the source.",
            findings=evaluation.findings,
        )
    return FilmScene(evaluation.graph, title, seconds), shape


def _scene_of_project(name: str, project_name: str) -> tuple[FilmScene, Format]:
    from workbench.cli.opening import opened

    with opened(project_name) as studio:
        scene = studio.scene(name)
        checked = studio.check(scene.id)
        checked.painted(scene.name)
        draft = checked.draft
        made = FilmScene(checked.graph, scene.name, draft.duration_seconds, assets=draft.assets.sources)
        return made, studio.format


def _still(
    scene: FilmScene,
    shape: Format,
    output: Path,
    frame: int | None,
    quality: str,
    renderer: WarmRenderer,
    as_json: bool,
) -> int:
    source = scene.source(shape)
    number = source.frames // 2 if frame is None else frame
    if not 0 <= number < source.frames:
        raise InputError(f"There is no frame {number}.", remedy=f"Give 0 to {source.frames - 1}.")
    size = quality_named(quality).sized(shape)
    kind = _STILLS[output.suffix.lower()]
    output.write_bytes(renderer.still(source, number, size.height, kind, picture=size))
    told = f"Wrote frame {number} to {output}, {size.width}x{size.height}"
    say_done(told, as_json, path=str(output), frame=number, picture=str(size))
    return 0


@click.command()
@click.argument("project_name")
@click.argument("output", type=click.Path(path_type=Path), required=False)
@click.option(
    "--kind", type=click.Choice(["mp4", "gif", "png", "folder"]), help="Default: by OUTPUT's ending."
)
@quality_option
@click.option("--skip-broken", is_flag=True, help="Leave out scenes that cannot be painted.")
@click.option("--cards", is_flag=True, help="Show a marked card in place of scenes that cannot be painted.")
@json_option
def export(
    project_name: str,
    output: Path | None,
    kind: FilmKind | Literal["folder"] | None,
    quality: str | None,
    skip_broken: bool,
    cards: bool,
    as_json: bool,
) -> int:
    """Render a whole project to a video, a GIF or PNG files, or write it as a folder of text files.

    Scenes that cannot be painted stop the export, which lists them.
    """
    from workbench.cli.opening import opened
    from workbench.store.folder import export_project
    from workbench.studio.exporting import export_film
    from workbench.studio.performing import Performer

    if skip_broken and cards:
        raise InputError("--skip-broken and --cards exclude each other.", remedy="Give one of them.")
    if kind == "folder":
        refuse_idle(
            {"--quality": quality, "--skip-broken": skip_broken, "--cards": cards},
            "on a folder of text files: nothing is painted",
            "Leave it out, or export a film: --kind mp4, gif or png.",
        )
    broken: Broken = "skip" if skip_broken else "card" if cards else "refuse"
    with opened(project_name) as studio:
        room = studio.workspace
        target = output or room.settings.data / "exports" / f"{file_name(studio.name)}.{kind or 'mp4'}"
        if kind == "folder":
            export_project(room.database, room.blobs, studio.project_id, target)
            say_done(f"Wrote {target}", as_json, path=str(target))
            return 0
        report = export_film(
            room,
            Performer(room, studio.project_id),
            target,
            quality=quality or _QUALITY,
            kind=kind,
            broken=broken,
            on_progress=ProgressLine(studio.name),
        )
    return _say(report, as_json)


def _say(report: FilmReport, as_json: bool) -> int:
    if as_json:
        say_json({**asdict(report), "picture": str(report.picture), "seconds": report.seconds})
        return 0
    speed = report.frames / report.elapsed_seconds if report.elapsed_seconds else 0
    click.echo(
        f"Wrote {report.path}: {report.seconds:g} s, {report.picture}, "
        f"{report.frames} frames in {report.elapsed_seconds:.1f} s ({speed:.0f} a second)."
    )
    for label, names in (("Left out", report.skipped), ("Shown as a card", report.cards)):
        if names:
            click.echo(f"{label}: {', '.join(names)}", err=True)
    return 0
