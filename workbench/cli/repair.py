"""`workbench doctor --repair`: what can be mended without losing anything, told first, then done."""

from __future__ import annotations

import click

from workbench.cli.saying import say_json
from workbench.clock import SystemClock
from workbench.errors import WorkbenchError
from workbench.lifecycle.repairing import Repair, find_repairs
from workbench.store.object_blobs import blobs_at
from workbench.studio.settings import Settings
from workbench.studio.upgrading import open_database


def repair(*, yes: bool, as_json: bool) -> int:
    """Tell what would be mended; with `yes`, or once that was answered, mend it. Exit 1 when some stayed."""
    settings = Settings()
    with open_database(settings, SystemClock()) as database:
        blobs = blobs_at(settings.data, settings.scale.files, "files")
        found = find_repairs(database, settings.data, blobs=blobs)
        if not as_json:
            _say(found)
        if not found or not (yes or (not as_json and click.confirm("Mend all of this?"))):
            if as_json:
                say_json({"found": [_plain(each) for each in found], "mended": [], "failed": []})
            return 0
        failed = [(each, why) for each in found if (why := _mend(each))]
        left = find_repairs(database, settings.data, blobs=blobs)
    mended = [each for each in found if each not in [one for one, _ in failed]]
    if as_json:
        told = [{**_plain(each), "why": why} for each, why in failed]
        say_json({"found": [*map(_plain, found)], "mended": [*map(_plain, mended)], "failed": told})
    else:
        for each, why in failed:
            click.secho(f"NOT MENDED {each.name}: {each.found}: {why}", fg="red")
        click.echo(f"Mended {len(mended)}; looked again: {len(left)} left.")
    return 1 if failed or left else 0


def _say(found: tuple[Repair, ...]) -> None:
    if not found:
        click.echo("Nothing to mend.")
    for each in found:
        click.echo(f"{each.name:<18} {each.found}")


def _mend(each: Repair) -> str:
    try:
        each.mend()
    except (WorkbenchError, OSError) as failure:
        return str(failure)
    return ""


def _plain(each: Repair) -> dict[str, str]:
    return {"name": each.name, "found": each.found}
