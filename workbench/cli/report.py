"""`workbench report`: what took how long, what failed, and what it cost."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import click

from workbench.cli.saying import json_option, say_json
from workbench.errors import InputError
from workbench.studio.settings import Settings
from workbench.studio.workspace import Workspace

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@click.command()
@click.option("--last", default="24h", show_default=True, help="How far back: 30m, 24h, 7d, 4w.")
@click.option("-p", "--project", "project_name", help="Only this project, by name or id.")
@click.option("--sample", is_flag=True, help="Report on the sample data instead of what happened.")
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), help="Write the report as a page.")
@json_option
def report(last: str, project_name: str | None, sample: bool, html: Path | None, as_json: bool) -> None:
    """Tell how fast everything was, what failed, and what models took and cost."""
    with Workspace(Settings()) as workspace:
        project_id = workspace.project(project_name).id if project_name else None
        told = workspace.telemetry.report(length(last), project_id=project_id, sample=sample)
    if html is not None:
        html.write_text(f"<!doctype html><meta charset=utf-8>{told._repr_html_()}", encoding="utf-8")
        click.echo(f"Wrote {html}.", err=as_json)
    if as_json:
        say_json(told.as_dict())
    elif html is None:
        click.echo(str(told))


def length(text: str) -> timedelta:
    """Read a length of time such as `90m`, `24h` or `7d`."""
    found = re.fullmatch(r"(\d{1,5})([mhdw])", text.strip())
    if not found or int(found[1]) == 0:
        raise InputError(
            f"{text!r} is no length of time.", remedy="Give minutes, hours, days or weeks: 30m, 24h, 7d."
        )
    return timedelta(**{_UNITS[found[2]]: int(found[1])})
