"""`workbench drill`: faults while people write, and whether what was acknowledged is there, exactly once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from workbench.cli.saying import json_option, say_json, say_table
from workbench.studio.settings import Settings

if TYPE_CHECKING:
    from workbench.stress.drill_report import DrillReport

_HEADER = (
    "Fault",
    "Acknowledged before, during, after",
    "Lost",
    "Twice",
    "Half done",
    "Prompts done, not, failed, cut off",
    "Sent again",
    "Slowest save, prompt (s)",
    "Went on after (s)",
    "",
)


@click.command()
@click.argument("faults", nargs=-1)
@click.option("--database", default="", help="An empty PostgreSQL database; default: a fresh SQLite file.")
@click.option("--database-restart", default="", help="The command that restarts that PostgreSQL server.")
@json_option
def drill(faults: tuple[str, ...], database: str, database_restart: str, as_json: bool) -> int:
    """Make FAULTS (default: all that can be) under load on a service of its own; exit 1 on any loss.

    The faults: "kill a worker", "restart the service", "slow model", "failing model", "full disk" (Linux,
    root), "locked database" (SQLite), "database restart" (PostgreSQL).
    """
    from workbench.spans import span
    from workbench.stress.drill import run_drill
    from workbench.stress.drill_report import keep_drill
    from workbench.stress.leaving import tidy_at_sigterm
    from workbench.studio.workspace import Workspace

    settings = Settings()
    with Workspace(settings), tidy_at_sigterm(), span("stress.drill") as measured:
        report = run_drill(
            faults,
            database=database,
            restart_database=database_restart,
            say=lambda told: click.echo(told, err=True),
        )
        measured.set(
            ok=report.ok, faults=len(report.outcomes), lost=sum(each.lost for each in report.outcomes)
        )
    path = keep_drill(report, settings.data / "stress")
    say_json({**report.as_dict(), "kept": str(path)}) if as_json else _say(report)
    return 0 if report.ok else 1


def _say(report: DrillReport) -> None:
    rows = [
        (
            each.fault,
            f"{each.before}, {each.during}, {each.after}",
            each.lost,
            each.twice,
            each.half_done,
            f"{each.prompts.done}, {each.prompts.not_done}, {each.prompts.failed}, {each.prompts.cut_off}",
            each.refused,
            f"{each.slowest_seconds:.1f}, {each.slowest_prompt_seconds:.1f}",
            "never" if each.recovered_seconds is None else f"{each.recovered_seconds:.1f}",
            "" if each.ok else "NOT WELL",
        )
        for each in report.outcomes
    ]
    if rows:
        say_table(rows, _HEADER)
    for each in report.outcomes:
        click.echo(f"{each.fault}: {' '.join(part for part in (each.told, each.why) if part)}")
    for name, why in report.not_run.items():
        click.echo(f"Not run: {name}. {why}")
    click.echo(report.ruling)
