"""`workbench scene`, `undo`, `redo`: the same actions every other door has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from workbench.cli.opening import opened, project_option
from workbench.cli.reading import read_params, read_text
from workbench.cli.saying import json_option, say_findings, say_json, say_table
from workbench.store.values import Scene
from workbench.studio.actions import read_action
from workbench.studio.performing import Done


@click.group()
def scene() -> None:
    """Add, change, order and restore scenes.

    A scene is named by its number, name, id, "first", "last" or "@name".
    """


def _do(project_name: str, as_json: bool, **action: Any) -> int:
    given = {key: value for key, value in action.items() if value not in (None, {})}
    with opened(project_name) as studio:
        done = studio.do(read_action(given))
    if as_json:
        say_json(_described(done))
    else:
        click.echo(" ".join(done.told))
        say_findings(done.checked.findings if done.checked else ())
    return 0 if done.checked is None or done.checked.ok else 1


def _described(done: Done) -> dict[str, Any]:
    scene_now = done.scene
    return {
        "told": list(done.told),
        "sequence": done.sequence,
        "scene": scene_now and _facts(scene_now),
        "findings": [finding.as_dict() for finding in done.checked.findings] if done.checked else [],
    }


def _facts(each: Scene) -> dict[str, Any]:
    return {
        "id": each.id,
        "number": each.position,
        "name": each.name,
        "revision": each.revision,
        "duration_seconds": each.duration_seconds,
    }


source_option = click.option(
    "--source", "source_file", type=click.Path(path_type=Path), help='A scene file; "-" is standard input.'
)
params_option = click.option(
    "--param", "pairs", multiple=True, metavar="NAME=VALUE", help="A parameter; may be repeated."
)
seconds_option = click.option("--seconds", "seconds", type=float, help="Its length, in seconds.")


@scene.command()
@project_option
@click.option("--name", help="What the scene is called.")
@click.option("--template", help="A template's id: `workbench template list` names them.")
@source_option
@params_option
@seconds_option
@click.option("--position", type=int, help="Where it goes, from 1 (default: last).")
@json_option
def add(project_name: str, as_json: bool, source_file: Path | None, pairs: tuple[str, ...],
        seconds: float | None, **fields: Any) -> int:  # fmt: skip
    """Add a scene from a template, or from a scene file."""
    return _do(project_name, as_json, kind="add_scene", source=read_text(source_file),
               params=read_params(pairs), duration_seconds=seconds, **fields)  # fmt: skip


@scene.command()
@project_option
@click.argument("reference")
@source_option
@params_option
@seconds_option
@click.option("--name", help="A new name.")
@click.option("--base", "base_revision", type=int, help="The revision your text came from.")
@json_option
def save(project_name: str, reference: str, as_json: bool, source_file: Path | None, pairs: tuple[str, ...],
         seconds: float | None, **fields: Any) -> int:  # fmt: skip
    """Save new source, parameters, name or length."""
    return _do(project_name, as_json, kind="save_scene", scene=reference, source=read_text(source_file),
               params=read_params(pairs) or None, duration_seconds=seconds, **fields)  # fmt: skip


@scene.command("template")
@project_option
@click.argument("reference")
@click.argument("template")
@params_option
@json_option
def apply_template(
    project_name: str, reference: str, template: str, pairs: tuple[str, ...], as_json: bool
) -> int:
    """Put a template in place of a scene's source, which stays in its history."""
    return _do(
        project_name, as_json, kind="apply_template", scene=reference, template=template,
        params=read_params(pairs),
    )  # fmt: skip


@scene.command()
@project_option
@click.argument("reference")
@click.argument("position", type=int)
@json_option
def move(project_name: str, reference: str, position: int, as_json: bool) -> int:
    """Put a scene at another position."""
    return _do(project_name, as_json, kind="move_scene", scene=reference, position=position)


@scene.command()
@project_option
@click.argument("reference")
@json_option
def delete(project_name: str, reference: str, as_json: bool) -> int:
    """Take a scene out; undo brings it back."""
    return _do(project_name, as_json, kind="delete_scene", scene=reference)


@scene.command()
@project_option
@click.argument("reference")
@click.option("--name", help="What the copy is called.")
@json_option
def duplicate(project_name: str, reference: str, name: str | None, as_json: bool) -> int:
    """Add a copy right after a scene."""
    return _do(project_name, as_json, kind="duplicate_scene", scene=reference, name=name)


@scene.command()
@project_option
@click.argument("reference")
@click.argument("at_seconds", type=float)
@click.option("--name", help="What the second scene is called.")
@json_option
def split(project_name: str, reference: str, at_seconds: float, name: str | None, as_json: bool) -> int:
    """Make two scenes of one that play what it played."""
    return _do(project_name, as_json, kind="split_scene", scene=reference, at_seconds=at_seconds, name=name)


@scene.command()
@project_option
@click.argument("reference")
@click.argument("revision", type=int)
@json_option
def restore(project_name: str, reference: str, revision: int, as_json: bool) -> int:
    """Make an earlier revision the newest."""
    return _do(project_name, as_json, kind="restore_scene", scene=reference, revision=revision)


@scene.command()
@project_option
@click.argument("reference")
@click.argument("revision", type=int)
@click.option("--off", is_flag=True, help="Unpin it.")
@json_option
def pin(project_name: str, reference: str, revision: int, off: bool, as_json: bool) -> int:
    """Keep a revision however old it gets."""
    return _do(project_name, as_json, kind="pin_revision", scene=reference, revision=revision, pinned=not off)


@scene.command()
@project_option
@click.argument("reference")
@click.argument("kind", type=click.Choice(["cut", "fade", "slide", "wipe"]))
@click.option(
    "--seconds", type=float, default=0.5, show_default=True, help="How long that takes, in seconds."
)
@json_option
def transition(project_name: str, reference: str, kind: str, seconds: float, as_json: bool) -> int:
    """Choose how a scene comes in after the one before."""
    return _do(
        project_name, as_json, kind="set_transition", scene=reference, transition=kind, seconds=seconds
    )


@scene.command()
@project_option
@click.argument("reference")
@json_option
def show(project_name: str, reference: str, as_json: bool) -> int:
    """Print a scene's source and what is found in it."""
    with opened(project_name) as studio:
        found = studio.scene(reference)
        checked = studio.check(found.id)
    if as_json:
        findings = [finding.as_dict() for finding in checked.findings]
        say_json({"name": found.name, "source": found.source, "params": dict(found.params),
                  "duration_seconds": found.duration_seconds, "revision": found.revision,
                  "findings": findings})  # fmt: skip
    else:
        click.echo(found.source)
        say_findings(checked.findings)
    return 0 if checked.ok else 1


@scene.command("list")
@project_option
@json_option
def list_scenes(project_name: str, as_json: bool) -> None:
    """List a project's scenes in order."""
    with opened(project_name) as studio:
        scenes = studio.scenes
    if as_json:
        say_json([_facts(each) for each in scenes])
    else:
        rows = [(each.position, each.name, f"{each.duration_seconds:g} s", each.revision) for each in scenes]
        say_table(rows, ["No", "Scene", "Length", "Revision"])


@scene.command()
@project_option
@click.argument("reference")
@json_option
def history(project_name: str, reference: str, as_json: bool) -> None:
    """List a scene's revisions: who made them and why."""
    with opened(project_name) as studio:
        kept = studio.revisions(reference)
    if as_json:
        say_json([{"revision": each.number, "who": each.who, "why": each.why, "name": each.name,
                   "created_at": each.created_at.isoformat(), "pinned": each.pinned}
                  for each in kept])  # fmt: skip
    else:
        rows = [
            (
                each.number,
                f"{each.created_at:%Y-%m-%d %H:%M:%S}",
                "yes" if each.pinned else "",
                each.who,
                each.why,
            )
            for each in kept
        ]
        say_table(rows, ["Revision", "When (UTC)", "Pinned", "Who", "Why"])


@click.command()
@project_option
@json_option
def undo(project_name: str, as_json: bool) -> int:
    """Take back a project's last change."""
    return _do(project_name, as_json, kind="undo")


@click.command()
@project_option
@json_option
def redo(project_name: str, as_json: bool) -> int:
    """Do again what was taken back."""
    return _do(project_name, as_json, kind="redo")
