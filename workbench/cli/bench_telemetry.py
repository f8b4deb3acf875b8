"""`workbench bench telemetry`: what measuring costs, and how fast a full folder answers."""

from __future__ import annotations

import click

from workbench.bench.dashboard import measure_dashboard
from workbench.bench.telemetry import TelemetryFigures, measure_telemetry
from workbench.cli.bench_dashboard import say_dashboard
from workbench.cli.saying import json_option, say_json, say_table

HEADER = ("Rows", "Files", "Bytes a row", "Hour ms", "Day ms", "Month ms", "Month of rows ms",
          "Page, hour ms", "Page, day ms")  # fmt: skip


@click.command()
@click.option(
    "--rows", default="1", show_default=True, metavar="MILLIONS", help="Sizes to ask: 1, or 1,10 for both."
)
@click.option(
    "--pages", is_flag=True, help="Measure the dashboard too: first paint, and memory of 1, 5 and 20 viewers."
)
@json_option
def telemetry(rows: str, pages: bool, as_json: bool) -> None:
    """Measure what a span costs, what four processes can record, and how fast questions are answered."""
    try:
        sizes = tuple(round(float(each) * 1_000_000) for each in rows.split(","))
    except ValueError:
        raise click.BadParameter("give millions of rows: 1, or 1,10") from None
    if not all(30_000 <= size <= 50_000_000 for size in sizes):
        raise click.BadParameter("give from 0.03 to 50 million rows")
    figures = measure_telemetry(sizes)
    seen = measure_dashboard(say=lambda step: click.echo(step, err=True)) if pages else None
    if as_json:
        say_json({**figures.as_dict(), **({"dashboard": seen.as_dict()} if seen else {})})
        return
    _say(figures)
    if seen:
        say_dashboard(seen)


def _say(figures: TelemetryFigures) -> None:
    cost, kept = figures.span, figures.ingest
    click.echo(f"One span: {cost.unwatched_us:.2f} µs when nobody listens, {cost.attached_us:.2f} recorded.")
    click.echo(
        f"{kept.processes} processes recorded {kept.spans:,} spans in {kept.seconds:g} s: {kept.kept:,} kept "
        f"({kept.kept_a_second:,} a second), {kept.dropped:,} dropped, {kept.bytes_a_row:g} bytes a row."
    )
    rows = [
        (f"{each.rows:,}", each.files, each.bytes_a_row, each.last_hour_ms, each.last_day_ms,
         each.whole_month_ms, each.whole_month_of_rows_ms, each.page_of_last_hour_ms,
         each.page_of_last_day_ms)
        for each in figures.refresh
    ]  # fmt: skip
    say_table(rows, HEADER)
