"""`workbench bench async`: what it saves not to wait for pictures, measured in one run."""

from __future__ import annotations

import json
from pathlib import Path

import click

from workbench.bench.flow_report import (
    DIFFERENCE_HEADER,
    FLOW_HEADER,
    difference_rows,
    flow_rows,
    report_data,
)
from workbench.bench.flows import PROFILES, measure_flows, turns
from workbench.bench.machine import describe_machine
from workbench.cli.saying import json_option, say_json, say_table
from workbench.clock import SystemClock
from workbench.store.data_folder import make_private
from workbench.studio.settings import Settings


@click.command("async")
@click.option(
    "--prompts", type=click.IntRange(3, 200), default=9, show_default=True, help="Prompts per profile."
)
@click.option(
    "--seed", type=int, default=1, show_default=True, help="Seed of prompts, pictures and latencies."
)
@click.option(
    "--profile",
    "profiles",
    multiple=True,
    type=click.Choice(list(PROFILES)),
    help="offline: no model; model: latencies of a hosted one, stated in the JSON. Default: both.",
)
@click.option(
    "--keep",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where the JSON goes; default: bench/async.json in the data folder, which the dashboard shows.",
)
@json_option
def flows(prompts: int, seed: int, profiles: tuple[str, ...], keep: Path | None, as_json: bool) -> None:
    """Answer prompts with pictures at once, and after waiting for their facts, in one run."""
    machine, asked = describe_machine(), turns(prompts, seed)
    chosen = profiles or tuple(PROFILES)
    results = {name: measure_flows(name, asked, seed, _say) for name in chosen}
    data = report_data(machine, results, seed, prompts, SystemClock().now().isoformat())
    settings = Settings()
    if keep is None:
        make_private(settings.data)
    place = keep or settings.data / "bench" / "async.json"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(data, indent=1))
    if as_json:
        say_json(data)
        return
    say_table(flow_rows(results), FLOW_HEADER)
    say_table(difference_rows(results, seed), DIFFERENCE_HEADER)
    click.echo(f"Kept in {place}.")


def _say(how_far: str) -> None:
    click.echo(how_far, err=True)
