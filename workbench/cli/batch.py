"""`workbench batch`: notebooks run unattended, with checked parameters and an exit code that tells."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbench.cli.saying import json_option, say_json, say_table
from workbench.errors import InputError, WorkbenchError
from workbench.spans import span
from workbench.studio.settings import Settings

if TYPE_CHECKING:
    from workbench.batch.run import Report
    from workbench.batch.running import Failure

_STOPPED = 130


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("name", required=False)
@click.argument("words", nargs=-1)
@click.option("-p", "pairs", multiple=True, metavar="NAME=VALUE", help="Set a parameter; repeat as needed.")
@click.option("--gate", "gates", multiple=True, metavar="CONDITION",
              help='Of an experiment, such as "valid>=0.9"; repeat as needed.')  # fmt: skip
@click.option("--list", "listed", is_flag=True, help="List the notebooks, or NAME's parameters.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder of outputs (default: data/batch).")
@click.option("--cell-seconds", type=click.FloatRange(min=0.1), default=3600.0, show_default=True,
              help="The longest that one cell may take.")  # fmt: skip
@click.option("--seconds", type=click.FloatRange(min=0.1), default=21600.0, show_default=True,
              help="The longest that the whole run may take.")  # fmt: skip
@click.option("--html/--no-html", default=True, show_default=True, help="Keep a page for readers too.")
@click.option("--cluster", is_flag=True, help="Run it on a machine of the cluster that WORKBENCH_DASK names.")
@json_option
def batch(
    name: str | None,
    words: tuple[str, ...],
    pairs: tuple[str, ...],
    gates: tuple[str, ...],
    listed: bool,
    out: Path | None,
    cell_seconds: float,
    seconds: float,
    html: bool,
    cluster: bool,
    as_json: bool,
) -> int:
    """Run the notebook NAME (cleanup, stress, experiment, render, or a path) with checked parameters.

    WORDS fill its parameters in their order; `-p` sets them by name. Secrets come by environment
    variables, never as parameters. The exit code is 1 when a cell fails or takes too long, and 2 when what
    was asked for is wrong: a parameter, or a name that the notebook does not find.
    """
    from workbench.batch.run import Batch, Stopped, run_batch
    from workbench.batch.running import Limits
    from workbench.stress.leaving import tidy_at_sigterm

    if listed:
        return _list(name, as_json)
    if name is None:
        raise InputError("No notebook is named.", remedy="See: workbench batch --list")
    settings = Settings()
    if cluster and not settings.scale.dask:
        raise InputError("No cluster is named.", remedy="Set WORKBENCH_DASK, as in tcp://host:8786.")
    try:
        with tidy_at_sigterm(), _measured(settings, name) as work:
            report = run_batch(
                Batch(name, tuple(map(_whole_path, words)), (*pairs, *_gate(gates))),
                out or settings.data / "batch",
                environment=os.environ,
                limits=Limits(cell_seconds, seconds),
                html=html,
                on_cell=_CellLine(name),
                cluster=settings.scale.dask if cluster else "",
            )
            work.set(ok=report.ok)
            if report.failure is not None:
                work.failed(WorkbenchError(f"{name} failed.", remedy="Open the notebook that was kept."))
    except Stopped as stopped:
        report = stopped.report
    return _say(name, report, as_json)


def _say(name: str, report: Report, as_json: bool) -> int:
    """Say how a run ended and where it is kept; returns the exit code."""
    kept = report.html or report.notebook
    if as_json:
        say_json({**report.record, "output": str(report.notebook), "html": report.html and str(report.html)})
    elif report.ok:
        click.echo(f"Done in {report.record['seconds']:.1f} s: {kept}")
    if report.failure is not None:
        click.echo(f"workbench: {_told(name, report.failure)}\n  See {kept}", err=True)
        if report.failure.stopped:
            return _STOPPED
        return 2 if report.failure.refused else 1
    return 0


def _told(name: str, failure: Failure) -> str:
    """Say how a run ended; of what was refused only why, as any other command would."""
    if failure.refused:
        return f"{name}: {failure.error.partition(': ')[2]}"
    return f"{name} {'ended' if failure.stopped else 'failed'} in {failure}"


@contextmanager
def _measured(settings: Settings, name: str) -> Iterator[Any]:
    """Record the run among what is measured in the data folder."""
    from workbench.clock import SystemClock
    from workbench.studio.measuring import open_telemetry
    from workbench.studio.upgrading import open_database

    with (
        open_database(settings, SystemClock()) as database,
        closing(open_telemetry(settings, database)),
        span("batch.run", notebook=Path(name).stem) as work,
    ):
        yield work


def _gate(gates: tuple[str, ...]) -> tuple[str, ...]:
    return (f"gate={'; '.join(gates)}",) if gates else ()


def _whole_path(word: str) -> str:
    """Return a word that names a file as its whole path: notebooks run in a folder of their own."""
    return str(Path(word).absolute()) if Path(word).suffix and Path(word).is_file() else word


def _list(name: str | None, as_json: bool) -> int:
    from workbench.batch.catalog import find, shipped
    from workbench.batch.parameters import declared

    if name is None:
        found = {each: str(path) for each, path in shipped().items()}
        say_json(found) if as_json else say_table(list(found.items()), ["Name", "Notebook"])
        return 0
    parameters = declared(find(name)).values()
    rows = [(each.name, each.kind, repr(each.default), each.help) for each in parameters]
    if as_json:
        say_json([dict(zip(("name", "type", "default", "help"), row, strict=True)) for row in rows])
    else:
        say_table(rows, ["Parameter", "Type", "Default", "Meaning"])
    return 0


class _CellLine:
    """One line on stderr that says how many cells are done; silent when stderr is no terminal."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._shown = sys.stderr.isatty()

    def __call__(self, done: int, total: int) -> None:
        """Show the progress."""
        if self._shown:
            text = "" if done >= total else f"{self._label}: {done} of {total} cells"
            click.echo(f"\r\x1b[2K{text}", nl=False, err=True)
