"""`workbench stress`: load on a real service, with a verdict."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from workbench.cli.saying import json_option, say_json, say_table
from workbench.errors import InputError, NotFound
from workbench.stress.doors import Wanted, run_wanted
from workbench.stress.leaving import tidy_at_sigterm
from workbench.stress.presets import PRESETS
from workbench.stress.reporting import Report, accept
from workbench.studio.settings import Settings


class PresetGroup(click.Group):
    """A group whose first word may be a preset: `workbench stress smoke` runs it."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        known = args and (args[0] in self.commands or args[0].startswith("-"))
        return super().resolve_command(ctx, args if known else ["run", *args])


@click.group(cls=PresetGroup, context_settings={"help_option_names": ["-h", "--help"]})
def stress() -> None:
    """Load a real service; PASS, FAIL, or INVALID when the load was not what was meant."""


@stress.command()
@click.argument("preset", default="smoke")
@click.option("--users", type=click.IntRange(1), help="People (default: the preset's).")
@click.option("--seconds", type=click.FloatRange(1), help="How long (default: the preset's).")
@click.option(
    "--arrivals", type=click.FloatRange(0), help="Requests a second that begin whatever the service does."
)
@click.option("--target", default="", help="A service that runs; tokens from WORKBENCH_STRESS_TOKENS.")
@click.option("--database", default="", help="Database of the service that is started.")
@click.option("--model-median", type=click.FloatRange(0), default=0.3, show_default=True,
              help="Seconds that the stand-in for the model thinks, in the median.")  # fmt: skip
@click.option("--model-sigma", type=click.FloatRange(0), default=0.5, show_default=True,
              help="How much that varies: sigma of a log-normal distribution.")  # fmt: skip
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of what people choose.")
@json_option
def run(
    preset: str,
    users: int | None,
    seconds: float | None,
    arrivals: float | None,
    target: str,
    database: str,
    model_median: float,
    model_sigma: float,
    seed: int,
    as_json: bool,
) -> int:
    """Run PRESET (micro, smoke, target, high, image, soak, spike, knee); exit 1 unless it passes."""
    wanted = Wanted(
        preset, users or 0, seconds or 0.0, -1.0, -1.0 if arrivals is None else arrivals,
        target, database, {}, model_median, model_sigma, seed,
    )  # fmt: skip
    with tidy_at_sigterm():
        report, path = run_wanted(
            wanted, Settings(), dict(os.environ), say=lambda told: click.echo(told, err=True)
        )
    if as_json:
        say_json({**report.as_dict(), "kept": str(path)})
    else:
        _say(report, path)
    return 0 if report.ok else 1


@stress.command("list")
def list_presets() -> None:
    """List the presets."""
    rows = [
        (each.name, each.users, f"{each.seconds:g}", f"{each.ramp_seconds:g}", f"{each.arrivals:g}",
         ", ".join(f"{name} {weight}" for name, weight in each.mix.items()))
        for each in PRESETS.values()
    ]  # fmt: skip
    say_table(rows, ["Preset", "People", "Seconds", "Ramp", "Arrivals/s", "Mix"])


@stress.command("accept")
@click.argument("report", type=click.Path(path_type=Path), required=False)
def accept_run(report: Path | None) -> None:
    """Make REPORT (default: the last run) what later runs of its preset are compared with."""
    folder = Settings().data / "stress"
    chosen = report or folder / "last.json"
    if not chosen.is_file():
        raise NotFound(f"There is no report at {chosen}.", remedy="Run one: workbench stress run smoke")
    ruling = json.loads(chosen.read_text())["verdict"]["ruling"]
    if ruling != "PASS":
        raise InputError(f"That run's verdict is {ruling}.", remedy="Accept one that passed.")
    click.echo(f"Accepted: {accept(chosen, folder)}")


def _say(report: Report, path: Path) -> None:
    color = {"PASS": "green", "FAIL": "red", "INVALID": "yellow"}[report.verdict.ruling]
    header = ["What", "Count", "Failed", "Average", "P50", "P95", "P99", "Slowest"]
    for title, found in (
        ("Scenario", report.scenarios),
        ("People", report.requests),
        ("Looks, not judged", report.polls),
        ("Arrivals", report.arrivals),
    ):
        if not found:
            continue
        rows = [
            (each.name, each.count, each.failed,
             *(f"{value:.3f}" for value in (each.average, each.p50, each.p95, each.p99, each.slowest)))
            for each in found
        ]  # fmt: skip
        say_table(rows, [title, *header[1:]])
        click.echo("")
    for name, each in report.gap.items():
        click.echo(f"{name}: arrivals' P95 is {each['ratio']} times the people's.")
    _say_memory(report)
    if report.knee:
        click.echo(report.knee["told"])
    if report.law:
        click.echo(report.law.sentence)
    if report.cut_off:
        click.echo(f"Scenarios cut off by the end of the run, counting neither way: {report.cut_off}.")
    if report.not_compared:
        click.echo(report.not_compared)
    for change in report.changes:
        if change.ratio is not None:
            click.echo(
                f"{change.name}: {change.ratio} times the accepted run "
                f"({change.low} to {change.high}), {change.told}"
            )
    for reason in report.verdict.reasons:
        click.echo(reason)
    click.secho(report.verdict.ruling, fg=color, bold=True, nl=False)
    click.echo(f"  {path.with_suffix('.html')}")
    if report.trouble:
        click.echo(report.trouble, err=True)


def _say_memory(report: Report) -> None:
    """Say what each kind of process held after the warm-up, and how that of all moved."""
    rows = [
        (each.kind, each.processes, f"{each.first_mb:.1f}", f"{each.last_mb:.1f}", f"{each.most_mb:.1f}",
         each.trend.interval)
        for each in report.by_kind
    ]  # fmt: skip
    if rows:
        say_table(rows, ["Memory, MB", "Processes", "After warm-up", "At the end", "Most", "A minute (95 %)"])
        click.echo("")
    click.echo(f"Memory: {report.trend.told}")
