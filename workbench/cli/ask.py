"""`workbench ask`: do what a prompt asks for, or only say what would be done."""

from __future__ import annotations

import sys

import click

from workbench.brain.plan import Plan
from workbench.cli.idle import refuse_idle
from workbench.cli.saying import json_option, say_findings, say_json
from workbench.errors import NotFound
from workbench.scene.format import Format
from workbench.studio.asking import plan_without_project
from workbench.studio.settings import Settings
from workbench.studio.shaping import refuse_other_format
from workbench.studio.studio import Studio
from workbench.studio.take import Take
from workbench.studio.workspace import Workspace


@click.command()
@click.argument("prompt")
@click.option(
    "-p",
    "--project",
    "project_name",
    default="Untitled",
    show_default=True,
    help="The project; made if needed.",
)
@click.option(
    "--format", "picture", help="Format of a new project: 16:9, 9:16, 1:1, 4:5, 4:3, or such as 1280x720@60."
)
@click.option(
    "--image", "images", multiple=True, metavar="FILE",
    help="A picture file, or the name of a picture of the project; may be repeated.",
)  # fmt: skip
@click.option("--plan", "only_plan", is_flag=True, help="Decide, without doing it.")
@json_option
def ask(
    prompt: str,
    project_name: str,
    picture: str | None,
    images: tuple[str, ...],
    only_plan: bool,
    as_json: bool,
) -> int:
    """Do what PROMPT asks for ("-" reads it from standard input)."""
    text = sys.stdin.read() if prompt == "-" else prompt
    shape = Format.parse(picture) if picture else None
    if only_plan:
        refuse_idle({"--image": images}, "with --plan", "Leave one of the two out.")
    with Workspace(Settings()) as workspace:
        if only_plan:
            return _plan(workspace, project_name, picture, text, as_json)
        project = workspace.project(project_name, shape, create=True)
        refuse_other_format(project, picture)
        studio = Studio(workspace, project)
        take = studio.ask(text, images)
    _say_take(take, as_json)
    return 0 if take.ok else 1


def _plan(workspace: Workspace, name: str, picture: str | None, text: str, as_json: bool) -> int:
    shape = Format.parse(picture) if picture else None
    try:
        project = workspace.project(name)
    except NotFound:
        plan = plan_without_project(workspace, name, shape, text)
    else:
        refuse_other_format(project, picture)
        plan = Studio(workspace, project).plan(text)
    if as_json:
        say_json(plan.as_dict())
    else:
        _say_plan(plan)
    return 0


def _say_plan(plan: Plan) -> None:
    if plan.message:
        click.echo(plan.message)
    for number, step in enumerate(plan.steps, 1):
        click.echo(f"{number}. {step.kind}: {step.because}")
    for line in (*plan.assumed, *plan.ignored):
        click.echo(f"   {line}")


def _say_take(take: Take, as_json: bool) -> None:
    if as_json:
        say_json(take.as_dict())
        return
    click.echo(take.text)
    for shot in take.shots:
        say_findings(shot.checked.findings, where=shot.name)
