"""`workbench bench`: measure this machine; every figure is taken in one run, ratios are what counts."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median

import click

from workbench.bench.budgets import measure_memory, measure_rerender, measure_thinking
from workbench.bench.cleanup import measure_cleanup
from workbench.bench.contest import Standing
from workbench.bench.contestants import PEERS, Absent, PeerPlaces, peers
from workbench.bench.machine import describe_machine
from workbench.bench.reaper import Usage
from workbench.bench.rendering import SIZES, SizeResult, run_contest
from workbench.bench.report import (
    BUDGET_HEADER,
    RATIO_HEADER,
    SAVING_HEADER,
    STILL_HEADER,
    VIDEO_HEADER,
    budget_rows,
    ratio_rows,
    saving_rows,
    size_data,
    still_rows,
    video_rows,
)
from workbench.bench.saving import Spread, measure_saving
from workbench.cli.bench_dashboard import dashboard
from workbench.cli.bench_flows import flows
from workbench.cli.bench_telemetry import telemetry
from workbench.cli.saying import json_option, say_json, say_table
from workbench.errors import InputError, NotFound


@click.group()
def bench() -> None:
    """Measure this machine, against peers where they are installed."""


bench.add_command(dashboard)
bench.add_command(flows)
bench.add_command(telemetry)


@bench.command()
@click.option("--sizes", default="720p,1080p", show_default=True, help=f"Some of {', '.join(SIZES)}.")
@click.option(
    "--runs", type=click.IntRange(1), default=3, show_default=True, help="Rounds; medians are shown."
)
@click.option("--peers", "peer_names", default="auto", show_default=True,
              help=f"auto, none, or some of {','.join(PEERS)}.")  # fmt: skip
@click.option("--peer-python", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              default=sys.executable, help="A Python with MoviePy and Manim (default: ours).")  # fmt: skip
@click.option("--remotion", type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="A folder where Remotion is installed.")  # fmt: skip
@click.option(
    "--keep", type=click.Path(file_okay=False, path_type=Path), help="Keep what was made in a folder."
)
@json_option
def render(
    sizes: str,
    runs: int,
    peer_names: str,
    peer_python: Path,
    remotion: Path | None,
    keep: Path | None,
    as_json: bool,
) -> None:
    """Render the benchmark scene: we, the encoder alone, and the peers, in turn."""
    wanted = _sizes(sizes)
    machine = describe_machine()
    present, absent = peers(_named(peer_names), PeerPlaces(peer_python, remotion))
    for each in absent:
        click.echo(f"Absent: {each.name}: {each.reason}. {each.remedy}", err=True)
    with tempfile.TemporaryDirectory(prefix="workbench-bench-") as scratch:
        folder = keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        results = run_contest(wanted, runs, present, folder, _say_run)
        if as_json:
            say_json(
                {
                    "machine": machine,
                    "runs": runs,
                    "absent": [*map(asdict, absent)],
                    "sizes": [*map(size_data, results)],
                }
            )
        else:
            _say(machine, results, absent)


@bench.command()
@click.option("--rounds", type=click.IntRange(1), default=12, show_default=True, help="Saves measured.")
@json_option
def save(rounds: int, as_json: bool) -> None:
    """Save a scene again and again: how long until its still, its first piece and its preview."""
    machine = describe_machine()
    found = measure_saving(rounds, _say_round)
    if as_json:
        say_json({"machine": machine, "rounds": rounds, "milliseconds": _plain(found)})
        return
    _say_machine(machine)
    say_table(saving_rows(found), SAVING_HEADER)


@bench.command()
@click.option("--long-seconds", type=click.FloatRange(5), default=60.0, show_default=True,
              help="The length of the film that memory is watched over.")  # fmt: skip
@json_option
def budgets(long_seconds: float, as_json: bool) -> None:
    """Measure evaluation, checks, memory of a worker, and an edit of one of ten scenes."""
    machine = describe_machine()
    thinking, memory, rerender = measure_thinking(), measure_memory(long_seconds), measure_rerender()
    if as_json:
        plain = {"thinking": asdict(thinking), "memory": asdict(memory), "rerender": asdict(rerender)}
        say_json({"machine": machine, **plain})
        return
    _say_machine(machine)
    say_table(budget_rows(thinking, memory, rerender), BUDGET_HEADER)


@bench.command()
@click.option("--revisions", type=click.IntRange(50), default=100_000, show_default=True,
              help="Rows that are made and cleaned up.")  # fmt: skip
@click.option("--database", help="An empty PostgreSQL database to fill; default: a SQLite file.")
@click.option("--savers", type=click.IntRange(1), default=4, show_default=True, help="Processes that save.")
@click.option("--seconds", type=float, default=60.0, show_default=True, help="How long it may clean.")
@click.option("--drill", is_flag=True, help="Time a backup and a restore too.")
@json_option
def cleanup(
    revisions: int, database: str | None, savers: int, seconds: float, drill: bool, as_json: bool
) -> None:
    """Measure a cleanup beside people who save: rows a second, their P99 before and during."""
    found = measure_cleanup(
        revisions=revisions, address=database, savers=savers, most_seconds=seconds, drill=drill
    ).as_dict()
    if as_json:
        say_json({"machine": describe_machine(), "cleanup": found})
        return
    _say_machine(describe_machine())
    say_table(list(found.items()), ["What", "Measured"])


@bench.command()
@click.option(
    "--size", type=click.Choice(list(SIZES)), default="360p", show_default=True, help="Size of the film."
)
@click.option(
    "--seconds", type=click.FloatRange(1), default=8.0, show_default=True, help="Length of the film."
)
@click.option("--workers", "counts", default="1,2", show_default=True, help="Numbers of workers to try.")
@click.option("--runs", type=click.IntRange(1), default=2, show_default=True, help="Films each; medians.")
@json_option
def dask(size: str, seconds: float, counts: str, runs: int, as_json: bool) -> int:
    """Render on a Dask cluster of processes here, against the same number of processes without one.

    What it does is told as it goes, on stderr. "Times one" compares with the first number of workers at the
    same place; "Processors" is how many were in use, the one limit to what more workers can gain.
    """
    from workbench.bench.cluster import measure_cluster

    machine = describe_machine()
    found = measure_cluster(
        size, seconds, _counts(counts), runs=runs, say=lambda told: click.echo(told, err=True)
    )
    first = {each.where: each for each in reversed(found)}
    same = len(set().union(*(each.files for each in found))) == 1
    if as_json:
        films = [each.as_dict(first[each.where]) for each in found]
        say_json({"machine": machine, "films": films, "same_bytes": same})
        return 0 if same else 1
    _say_machine(machine)
    rows = [
        (each.where, each.workers, f"{each.seconds:.2f}", f"{min(each.runs):.2f} to {max(each.runs):.2f}",
         f"{each.frames_a_second:.0f}", f"{each.times(first[each.where]):.2f}",
         f"{median(each.processors):.1f}")
        for each in found
    ]  # fmt: skip
    say_table(rows, ["Where", "Workers", "Seconds", "Range", "Frames a second", "Times one", "Processors"])
    click.echo("All files are the same, byte for byte." if same else "The files differ.")
    return 0 if same else 1


def _counts(text: str) -> list[int]:
    try:
        found = [int(each) for each in text.split(",")]
    except ValueError:
        found = []
    if not found or min(found) < 1:
        raise InputError(f"{text!r} are no numbers of workers.", remedy="Give such as 1,2.")
    return found


def _plain(found: dict[str, dict[str, Spread]]) -> dict[str, dict[str, list[float]]]:
    return {
        scene: {step: spread.milliseconds for step, spread in steps.items()} for scene, steps in found.items()
    }


def _say_round(scene: str, number: int) -> None:
    click.echo(f"Round {number}: {scene}", err=True)


def _say_machine(machine: dict[str, object]) -> None:
    click.echo("\n".join(f"{name}: {value}" for name, value in machine.items()) + "\n")


def _sizes(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in SIZES:
            raise NotFound.among("size", name, SIZES)
    return names


def _named(text: str) -> Sequence[str]:
    if text in {"auto", "none"}:
        return PEERS if text == "auto" else ()
    return [name.strip() for name in text.split(",")]


def _say_run(standing: Standing, usage: Usage) -> None:
    click.echo(
        f"{standing.contestant.name}, {standing.output.name}: {usage.wall_seconds:.2f} s, "
        f"{usage.cpu_seconds:.2f} CPU s",
        err=True,
    )


def _say(machine: dict[str, object], results: Sequence[SizeResult], absent: Sequence[Absent]) -> None:
    _say_machine(machine)
    for result in results:
        click.echo(f"{result.picture}")
        say_table(video_rows(result), VIDEO_HEADER)
        click.echo("")
        say_table(still_rows(result), STILL_HEADER)
        click.echo("")
        say_table(ratio_rows(result), RATIO_HEADER)
        if result.same_bytes:
            click.echo("Our file equals the encoder's own, byte for byte.")
    if absent:
        click.echo(f"\nAbsent: {', '.join(each.name for each in absent)}")
