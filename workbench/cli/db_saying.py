"""What `workbench db` prints."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from workbench.cli.saying import say_json, say_table
from workbench.lifecycle.drill import Drill
from workbench.lifecycle.manifest import Manifest
from workbench.lifecycle.migrating import Rehearsal, UpgradePlan
from workbench.store.guard.hazard import Hazard


def hazard_told(hazard: Hazard) -> dict[str, Any]:
    """Return what the judge says of a place, with its recipe."""
    return {**asdict(hazard), "severity": hazard.severity, "recipe": hazard.recipe}


def say_hazards(hazards: tuple[Hazard, ...]) -> None:
    """Print each with what to do instead."""
    for each in hazards:
        severity = click.style(each.severity, fg="red" if each.severity == "error" else "yellow")
        click.echo(f"{severity} {each.rule} {each.place}:{each.line}: {each.message}\n    {each.recipe}")


def say_plan(found: UpgradePlan) -> None:
    """Print the pending scripts and what the judge says of them."""
    if not found.steps:
        click.echo(f"The schema is up to date ({found.found or 'empty'}).")
    for step in found.steps:
        click.echo(f"{step.revision}  {step.title}")
        say_hazards(step.hazards)


def rehearsal_told(done: Rehearsal) -> dict[str, Any]:
    """Return what a rehearsal found, as it is written to JSON."""
    before, after = done.before, done.after
    return {
        "backup": done.backup,
        "passed": done.passed,
        "seconds": done.seconds,
        "failure": done.failure,
        "losses": [{"code": loss.code, "message": loss.message} for loss in done.losses],
        "tables": [
            {"table": name, "rows_before": table.rows, "keys_before": table.keys.fingerprint,
             "rows_after": now.rows if now else None, "keys_after": now.keys.fingerprint if now else None}
            for name, table in (before.tables.items() if before else ())
            for now in [after.tables.get(name) if after else None]
        ],
        "references": [
            {"reference": str(each), "declared": each.declared, "before": count,
             "after": after.references.get(each) if after else None}
            for each, count in (before.references.items() if before else ())
        ],
    }  # fmt: skip


def say_rehearsal(done: Rehearsal) -> None:
    """Print the tables before and after, and what was lost."""
    report = rehearsal_told(done)
    if report["tables"]:
        rows = [
            (each["table"], each["rows_before"], each["rows_after"],
             "same" if each["keys_before"] == each["keys_after"] else "DIFFERENT")
            for each in report["tables"]
        ]  # fmt: skip
        say_table(rows, ["Table", "Rows before", "Rows after", "Keys"])
    for loss in done.losses:
        click.secho(f"LOST {loss.code}: {loss.message}", fg="red")
    if done.failure:
        click.secho(f"FAILED {done.failure}", fg="red")
    click.echo(f"{'Passed' if done.passed else 'Did not pass'} on a restored copy, {done.seconds} s.")


def say_backups(found: tuple[Manifest, ...], as_json: bool) -> int:
    """Print a list of backups, with whose they are; the exit code is 0."""
    if as_json:
        say_json([{**asdict(each), "verified": each.verified} for each in found])
        return 0
    rows = [
        (each.id, f"{each.made_at:%Y-%m-%d %H:%M}", each.rows, f"{each.bytes / 1e6:.1f} MB", each.schema,
         each.verification.outcome if each.verification else "never restored",
         each.source.name if each.source else "not told", each.reason)
        for each in found
    ]  # fmt: skip
    say_table(rows, ["Backup", "Made (UTC)", "Rows", "Size", "Schema", "Verified", "Of", "Why"])
    return 0


def say_drill(done: Drill) -> None:
    """Print the stages of a drill and the time to recover."""
    for stage in done.stages:
        click.echo(f"{stage.name:<28} {stage.seconds:8.3f} s")
    state = "Recovered" if done.passed else "NOT RECOVERED"
    click.echo(
        f"{state}: {done.rows} rows, {done.bytes / 1e6:.1f} MB; time to recover {done.recovery_seconds} s"
    )
    for problem in done.problems:
        click.secho(f"  {problem}", fg="red")
