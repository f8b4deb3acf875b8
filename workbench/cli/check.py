"""`workbench check`: what is wrong with scenes, and what each finding means."""

from __future__ import annotations

from dataclasses import asdict

import click

from workbench.cli.idle import refuse_idle
from workbench.cli.opening import opened
from workbench.cli.reading import read_params, read_text
from workbench.cli.saying import json_option, say_findings, say_json
from workbench.errors import InputError
from workbench.scene.checks import explain
from workbench.scene.format import Format
from workbench.scene.sandbox import Sandbox
from workbench.studio.evaluator import Checked, Draft, Evaluator


@click.command()
@click.argument("files", nargs=-1)
@click.option("-p", "--project", "project_name", help="Check this project's scenes.")
@click.option("--scene", "reference", help="Only this scene of the project.")
@click.option("--format", "picture", help="Format of scene files (default: 16:9).")
@click.option("--seconds", type=float, help="Length of scene files, in seconds (default: 5).")
@click.option(
    "--param",
    "pairs",
    multiple=True,
    metavar="NAME=VALUE",
    help="A parameter of scene files; may be repeated.",
)
@click.option("--explain", "code", help="Say what a finding's code means, with examples.")
@json_option
def check(
    files: tuple[str, ...],
    project_name: str | None,
    reference: str | None,
    picture: str | None,
    seconds: float | None,
    pairs: tuple[str, ...],
    code: str | None,
    as_json: bool,
) -> int:
    """Check scene FILES ("-" is standard input) or a project's scenes; exit 1 when there are errors."""
    if code:
        return _explain(code, as_json)
    if bool(files) == bool(project_name):
        raise InputError("Nothing to check.", remedy="Give scene files, or --project NAME, not both.")
    if project_name:
        refuse_idle(
            {"--format": picture, "--seconds": seconds, "--param": pairs},
            "with --project: its scenes have their own",
            "Leave it out; `workbench scene save` changes a scene.",
        )
        checked = _of_project(project_name, reference)
    else:
        refuse_idle(
            {"--scene": reference}, "on scene files", "Leave it out, or give --project NAME and no file."
        )
        checked = _of_files(
            files, Format.parse(picture or "16:9"), 5.0 if seconds is None else seconds, read_params(pairs)
        )
    return _say(checked, as_json)


def _of_project(name: str, reference: str | None) -> list[tuple[str, Checked]]:
    with opened(name) as studio:
        scenes = [studio.scene(reference)] if reference else studio.scenes
        return [(scene.name, studio.check(scene.id)) for scene in scenes]


def _of_files(
    files: tuple[str, ...], picture: Format, seconds: float, params: dict[str, str | float | bool]
) -> list[tuple[str, Checked]]:
    with Sandbox(workers=1) as sandbox:
        judge = Evaluator(sandbox)
        return [
            (
                "standard input" if each == "-" else each,
                judge.checked(Draft(read_text(each), picture, seconds, params)),
            )
            for each in files
        ]


def _say(checked: list[tuple[str, Checked]], as_json: bool) -> int:
    if as_json:
        say_json(
            [
                {"scene": name, "ok": each.worst != "error", "findings": [f.as_dict() for f in each.findings]}
                for name, each in checked
            ]
        )
    else:
        for name, each in checked:
            say_findings(each.findings, where=name)
        counted = sum(len(each.findings) for _, each in checked)
        click.echo(
            f"{len(checked)} checked, {counted} {'finding' if counted == 1 else 'findings'}.", err=True
        )
    return 1 if any(each.worst == "error" for _, each in checked) else 0


def _explain(code: str, as_json: bool) -> int:
    found = explain(code)
    if as_json:
        say_json(asdict(found))
        return 0
    click.secho(f"{found.code} ({found.severity})", bold=True)
    click.echo(f"{found.summary}\n\n{found.why}\n\nFix: {found.fix}")
    for title, source in (("Found in", found.failing), ("Not found in", found.passing)):
        if source:
            click.echo(f"\n{title}:\n\n{source.rstrip()}")
    return 0
