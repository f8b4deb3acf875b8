"""`workbench template`: list templates and look at them."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from workbench.cli.idle import refuse_idle
from workbench.cli.reading import read_params
from workbench.cli.saying import json_option, say_done, say_findings, say_json, say_table
from workbench.errors import InputError, NotFound
from workbench.render.quality import PictureKind
from workbench.render.timeline import source_of
from workbench.render.warm import WarmRenderer, spread
from workbench.scene.format import Format
from workbench.scene.sandbox import Sandbox
from workbench.studio.evaluator import Draft, Evaluator
from workbench.studio.settings import Settings
from workbench.templates.registry import Template, problems, templates
from workbench.templates.registry import template as template_named

_KINDS: dict[str, PictureKind | Literal["mp4"]] = {
    ".png": "png",
    ".jpg": "jpeg",
    ".jpeg": "jpeg",
    ".webp": "webp",
    ".mp4": "mp4",
}


@click.group()
def template() -> None:
    """List templates and look at them."""


@template.command("list")
@click.option("--category", help="Only this category.")
@json_option
def list_templates(category: str | None, as_json: bool) -> None:
    """List the templates: id, category, length, what for; and own files that cannot be used, with why."""
    folder = Settings().own_templates
    known, wrong = templates(folder), problems(folder)
    if category not in {None, *(each.category for each in known)}:
        raise NotFound.among("category", category or "", {each.category for each in known})
    found = [each for each in known if category in (None, each.category)]
    if as_json:
        say_json(
            {"templates": [_described(each) for each in found], "problems": [_told(each) for each in wrong]}
        )
    else:
        say_table(
            [(each.id, each.category, f"{each.seconds:g} s", each.about) for each in found],
            ["Template", "Category", "Length", "What for"],
        )
        for each in wrong:
            click.echo(f"{click.style('left out', fg='yellow')} {each}", err=True)


@template.command()
@click.argument("name")
@click.argument("output", type=click.Path(path_type=Path))
@click.option("--format", "picture", default="16:9", show_default=True,
              help="16:9, 9:16, 1:1, 4:5, 4:3, or such as 1280x720@60.")  # fmt: skip
@click.option("--param", "pairs", multiple=True, metavar="NAME=VALUE", help="A parameter; may be repeated.")
@click.option("--height", default=720, show_default=True, type=click.IntRange(16, 2160), help="In pixels.")
@click.option(
    "--at",
    "seconds",
    type=click.FloatRange(min=0),
    help="The moment to show, in seconds (default: two thirds through).",
)
@json_option
def preview(
    name: str,
    output: Path,
    picture: str,
    pairs: tuple[str, ...],
    height: int,
    seconds: float | None,
    as_json: bool,
) -> int:
    """Paint a template to OUTPUT: a still (.png, .jpg, .webp) or a video (.mp4)."""
    kind = _kind_of(output)
    if kind == "mp4":
        refuse_idle({"--at": seconds}, "on a video", "Leave it out, or write a still: .png, .jpg, .webp.")
    chosen = template_named(name, Settings().own_templates)
    shape = Format.parse(picture)
    with Sandbox(workers=1) as sandbox:
        draft = Draft(chosen.source, shape, chosen.seconds, read_params(pairs))
        checked = Evaluator(sandbox).checked(draft)
    checked.painted(name)
    assert checked.graph is not None
    source = source_of(checked.graph, name)
    with WarmRenderer() as renderer:
        if kind == "mp4":
            output.write_bytes(renderer.preview(source, height).content)
        else:
            last = source.frames - 1
            frame = spread(source.frames, 3)[-1] if seconds is None else min(last, int(seconds * shape.fps))
            output.write_bytes(renderer.still(source, frame, height, kind))
    findings = [finding.as_dict() for finding in checked.findings]
    say_done(f"Wrote {output}", as_json, path=str(output), findings=findings)
    if not as_json:
        say_findings(checked.findings)
    return 0


def _kind_of(output: Path) -> PictureKind | Literal["mp4"]:
    kind = _KINDS.get(output.suffix.lower())
    if kind is None:
        raise InputError(
            f"A preview cannot be written to {output.name}: its ending names no kind of file it can be.",
            remedy=f"Use one of {', '.join(_KINDS)}.",
        )
    return kind


def _told(each: InputError) -> dict[str, object]:
    return {"path": each.evidence["path"], "message": each.message, "remedy": each.remedy}


def _described(each: Template) -> dict[str, object]:
    params = [{"name": p.name, "kind": p.kind, "default": p.default} for p in each.params]
    return {"id": each.id, "title": each.title, "category": each.category, "keywords": list(each.keywords),
            "seconds": each.seconds, "formats": list(each.formats), "about": each.about,
            "params": params}  # fmt: skip
