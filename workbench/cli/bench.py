"""`workbench bench`: measure this machine; every figure is taken in one run, ratios are what counts."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click

from workbench.bench.contest import Standing
from workbench.bench.contestants import PEERS, Absent, PeerPlaces, peers
from workbench.bench.machine import describe_machine
from workbench.bench.reaper import Usage
from workbench.bench.rendering import SIZES, SizeResult, run_contest
from workbench.bench.report import (
    RATIO_HEADER,
    STILL_HEADER,
    VIDEO_HEADER,
    ratio_rows,
    size_data,
    still_rows,
    video_rows,
)
from workbench.cli.saying import json_option, say_json, say_table
from workbench.errors import NotFound


@click.group()
def bench() -> None:
    """Measure this machine, against peers where they are installed."""


@bench.command()
@click.option("--sizes", default="720p,1080p", show_default=True, help=f"Some of {', '.join(SIZES)}.")
@click.option(
    "--runs", type=click.IntRange(1), default=3, show_default=True, help="Rounds; medians are shown."
)
@click.option("--peers", "peer_names", default="auto", show_default=True,
              help=f"auto, none, or some of {','.join(PEERS)}.")  # fmt: skip
@click.option("--peer-python", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              default=sys.executable, help="Where MoviePy and Manim are; default: ours.")  # fmt: skip
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
                {"machine": machine, "runs": runs, "absent": absent, "sizes": [*map(size_data, results)]}
            )
        else:
            _say(machine, results, absent)


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
    click.echo("\n".join(f"{name}: {value}" for name, value in machine.items()))
    for result in results:
        click.echo(f"\n{result.picture}")
        say_table(video_rows(result), VIDEO_HEADER)
        click.echo("")
        say_table(still_rows(result), STILL_HEADER)
        click.echo("")
        say_table(ratio_rows(result), RATIO_HEADER)
        if result.same_bytes:
            click.echo("Our file equals the encoder's own, byte for byte.")
    if absent:
        click.echo(f"\nAbsent: {', '.join(each.name for each in absent)}")
