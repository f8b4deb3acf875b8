"""`workbench drill`: faults while people write, and whether what was acknowledged is there, exactly once."""

from __future__ import annotations

import click

from workbench.cli.saying import json_option, say_json, say_table
from workbench.studio.settings import Settings


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
    from workbench.stress.drill import keep_drill, run_drill
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
    if as_json:
        say_json({**report.as_dict(), "kept": str(path)})
        return 0 if report.ok else 1
    rows = [
        (each.fault, each.acknowledged, each.lost, each.twice, f"{each.slowest_seconds:.1f}",
         "never" if each.recovered_seconds is None else f"{each.recovered_seconds:.1f}",
         each.error or each.told)
        for each in report.outcomes
    ]  # fmt: skip
    say_table(rows, ["Fault", "Acknowledged", "Lost", "Twice", "Slowest s", "Went on after s", "Seen"])
    for name, why in report.not_run.items():
        click.echo(f"Not run: {name}. {why}")
    click.echo("Everything acknowledged is there, exactly once." if report.ok else "Not everything is well.")
    return 0 if report.ok else 1
