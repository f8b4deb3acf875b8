"""`workbench experiment`: run, watch, amend and report experiments."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from workbench.cli.saying import json_option, say_done, say_json, say_table
from workbench.errors import InputError
from workbench.experiments.experiment import Experiment
from workbench.experiments.gate import Held, checked, judged
from workbench.experiments.opening import dry_run, open_experiment
from workbench.experiments.reading import suite_names
from workbench.experiments.reasons import nothing_compared
from workbench.experiments.reports.junit import junit
from workbench.experiments.reports.page import html_report
from workbench.experiments.results import comparison_row
from workbench.experiments.running import is_dead
from workbench.store.trial_standing import Standings
from workbench.store.trial_values import Cell
from workbench.store.trials import Trials
from workbench.studio.settings import Settings
from workbench.studio.workspace import Workspace


@click.group()
def experiment() -> None:
    """Compare prompts and models on rendered scenes, with statistics that hold.

    NAME is an experiment that is kept, or a YAML or TOML file of one.
    """


@experiment.command()
@click.argument("name")
@click.option("--threads", default=4, show_default=True, type=click.IntRange(1, 64), help="Cells at once.")
@click.option(
    "--gate", "gates", multiple=True, metavar="CONDITION", help='Such as "valid>=0.9"; repeat as needed.'
)
@click.option("--dry-run", "dry", is_flag=True, help="Say what it would take; send and change nothing.")
@click.option("--retry", is_flag=True, help="Try failed and cancelled cells again.")
@click.option(
    "--cluster", metavar="ADDRESS", help="Have each machine of this Dask cluster take cells: tcp://host:8786."
)
@json_option
def run(
    name: str,
    threads: int,
    gates: tuple[str, ...],
    dry: bool,
    retry: bool,
    cluster: str | None,
    as_json: bool,
) -> int:
    """Do every cell that is pending; the exit code is 1 when a gate does not hold or cells are left.

    On a cluster, `--threads` is for each machine, and the database must be one that all of them reach.
    """
    for condition in gates:
        checked(condition)
    if dry:
        with Workspace(Settings()) as workspace:
            estimate = dry_run(workspace, name, retry=retry)
        say_done(str(estimate), as_json, cells=estimate.cells, unpriced=estimate.unpriced)
        return 0
    with _opened(name) as opened:
        if retry:
            opened.retry()
        ended, reason = _run(opened, threads, cluster)
        held = judged(gates, opened.results)
        if as_json:
            say_json({**_status(opened), "ended": ended, "reason": reason, "gates": _gates(held)})
        else:
            _say_results(opened)
            _say_gates(held)
        if ended != "done":
            click.echo(f"workbench: {ended}: {reason}", err=True)
    return 0 if ended == "done" and all(each.held for each in held) else 1


@experiment.command()
@click.argument("name")
@json_option
def judge(name: str, as_json: bool) -> None:
    """Have the judge look at the cells that are done, have a checklist and were not judged."""
    with _opened(name) as opened:
        count = opened.judge()
        told = f"Judged {count} {'cell' if count == 1 else 'cells'}."
        say_done(told, as_json, judged=count, **_status(opened))


@experiment.command()
@click.argument("name", required=False)
@json_option
def status(name: str | None, as_json: bool) -> None:
    """Show how one experiment stands, or list all."""
    if name is None:
        with Workspace(Settings()) as workspace:
            kept, standings = Trials(workspace.database), Standings(workspace.database)
            seen = [standings.seen(each, is_dead) for each in kept.list()]
            rows = [(each.name, each.state, _told(kept.counts(each.id))) for each in seen]
        if as_json:
            say_json([dict(zip(("name", "state", "cells"), row, strict=True)) for row in rows])
        else:
            say_table(rows, ["Experiment", "State", "Cells"])
        return
    with _opened(name) as opened:
        if as_json:
            say_json(_status(opened))
        else:
            reason = opened.reason if opened.reason != opened.state else ""
            click.echo(f"{opened!r}\n{opened.state}{f': {reason}' if reason else ''}")
            _say_results(opened)


@experiment.command()
@click.argument("name")
@click.argument("output", type=click.Path(path_type=Path))
@json_option
def report(name: str, output: Path, as_json: bool) -> None:
    """Write results to OUTPUT: .html (a page with clips), .parquet, .csv, or .xml (JUnit)."""
    with _opened(name) as opened:
        kind = output.suffix.lower()
        if kind in (".html", ".htm"):
            output.write_text(html_report(opened), "utf-8")
        elif kind == ".parquet":
            opened.results.parquet(output)
        elif kind == ".csv":
            opened.results.frame().to_csv(output, index=False)
        elif kind == ".xml":
            whole = (opened.cell(each.id) if each.state == "done" else each for each in opened.cells)
            output.write_text(junit(opened.spec, whole), "utf-8")
        else:
            raise InputError(
                f"{output.name} is no report.", remedy="End it in .html, .parquet, .csv or .xml."
            )
        say_done(f"Wrote {output}", as_json, path=str(output))


@experiment.command()
@click.argument("name")
@click.option("--repeats", type=click.IntRange(1, 1000), help="How many of each cell there are to be.")
@click.option("--model", "models", multiple=True, help="May be repeated.")
@click.option("--case", "cases", multiple=True, metavar="BRIEF", help="May be repeated.")
@click.option("--suite", "suites", multiple=True, type=click.Choice(suite_names()), help="May be repeated.")
@click.option("--variant", "variants", multiple=True, metavar="NAME=TEXT", help="May be repeated.")
@click.option("--judge", metavar="MODEL", help="The vision model that looks at frames; see `judge`.")
@click.option("--most-usd", type=click.FloatRange(min=0), help="A new cap on what it may pay.")
@click.option("--no-cap", is_flag=True, help="Take its caps on US dollars and tokens away.")
@json_option
def amend(name: str, as_json: bool, variants: tuple[str, ...], no_cap: bool, **parts: Any) -> None:
    """Ask for more repeats, models, cases, suites or variants; then `run` it."""
    given: dict[str, Any] = {"most_usd": None, "most_tokens": None} if no_cap else {}
    given |= {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in parts.items()
        if value not in (None, ())
    }
    if variants:
        pairs = [pair.partition("=") for pair in variants]
        given["variants"] = {key: text for key, _, text in pairs}
    with _opened(name) as opened:
        opened.amend(**given)
        say_done(repr(opened), as_json, **_status(opened))


@experiment.command()
@click.argument("name")
@json_option
def pause(name: str, as_json: bool) -> None:
    """Have every process finish the cells it is at and take no more."""
    with _opened(name) as opened:
        opened.pause()
        say_done(f"{name} is paused.", as_json, **_status(opened))


@experiment.command()
@click.argument("name")
@json_option
def cancel(name: str, as_json: bool) -> None:
    """Break off what is under way and cancel what is pending; results stay."""
    with _opened(name) as opened:
        count = opened.cancel()
        say_done(f"{count} cells are cancelled.", as_json, **_status(opened))


@experiment.command()
@click.argument("name")
@click.argument("variant")
@click.option("-p", "--project", required=True, help="The project whose prompts these become.")
@click.option("--label", default="live", show_default=True, help="Under which the version is used.")
@json_option
def promote(name: str, variant: str, project: str, label: str, as_json: bool) -> None:
    """Make a variant a project's next prompt version."""
    with _opened(name) as opened:
        version = opened.promote(variant, project, label=label)
        told = f"{variant} is version {version.number} of {project}'s prompts, labelled {label}."
        say_done(told, as_json, number=version.number, label=label)


@contextmanager
def _opened(name: str) -> Iterator[Experiment]:
    with Workspace(Settings()) as workspace, open_experiment(workspace, name) as opened:
        yield opened


def _run(opened: Experiment, threads: int, cluster: str | None) -> tuple[str, str]:
    """Run it here or on a cluster; return how it ended, and why."""
    if not cluster:
        report = opened.run(threads=threads, on_cell=_Line(len(opened.cells)))
        return report.ended, report.reason
    for machine, ended in opened.run_on_cluster(cluster, threads=threads).items():
        click.echo(f"{machine}: {ended}", err=True)
    return opened.state, opened.reason


def _status(opened: Experiment) -> dict[str, Any]:
    spent = opened.spent
    unknown = bool(spent.unpriced_calls)
    return {
        "name": opened.name,
        "state": opened.state,
        "cells": opened.counts,
        "calls": spent.calls,
        "cost_usd": None if unknown else spent.cost_usd,
        "judge": asdict(spent.judge) if spent.judge else None,
        "arms": opened.results.summary().to_dict("records"),
        "compared": [comparison_row(each) for each in opened.results.compare()],
        "reasons": [{"told": each.told, "cells": each.cells, "read": each.read} for each in opened.reasons()],
    }


def _say_results(opened: Experiment) -> None:
    rows = [
        (
            arm.variant,
            arm.model,
            arm.done,
            arm.failed,
            _number(arm.means.get("valid")),
            _number(arm.means.get("accepted")),
            "unknown" if arm.cost_usd is None else f"{arm.cost_usd:.4f}",
        )
        for arm in opened.results.arms
    ]
    say_table(rows, ["Variant", "Model", "Done", "Failed", "Valid", "Accepted", "USD"])
    for each in opened.results.compare():
        row = comparison_row(each)
        reach = f" ({row['low']:+.2g} … {row['high']:+.2g})" if row["low"] is not None else ""
        more = f" {row['more']}" if row["more"] else ""
        click.echo(
            f"{each.arm} against {each.baseline} with {each.model}, {each.score}: "
            f"{each.difference:+.3g}{reach}, {each.verdict}.{more}"
        )
    reasons = opened.reasons()
    if blank := nothing_compared(opened.cells, reasons):
        click.echo(blank)
    elif reasons:
        click.echo(f"Why not accepted: {'; '.join(map(str, reasons))}.")


def _say_gates(held: tuple[Held, ...]) -> None:
    for each in held:
        click.echo(f"{'holds' if each.held else 'FAILS'}: {each.condition} ({each.told})")


def _gates(held: tuple[Held, ...]) -> list[dict[str, Any]]:
    return [{"condition": each.condition, "held": each.held, "told": each.told} for each in held]


def _told(counts: Any) -> str:
    return ", ".join(f"{count} {state}" for state, count in counts.items())


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


class _Line:
    """One line on stderr that says how many cells are done; silent when stderr is no terminal."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._ended = 0
        self._shown = sys.stderr.isatty()

    def __call__(self, cell: Cell, state: str) -> None:
        """Hear of a cell."""
        self._ended += state in ("done", "failed")
        if self._shown:
            click.echo(f"\r\x1b[2K{self._ended}/{self._total} {cell.key}", nl=False, err=True)
