"""`workbench bench dashboard`: how soon it shows something, how fast it refreshes, what a viewer costs."""

from __future__ import annotations

import click

from workbench.bench.dashboard import DashboardFigures, Level, measure_dashboard
from workbench.bench.first_paint import FirstPaint
from workbench.cli.saying import json_option, say_json, say_table

MOST_VIEWERS = 200
LEVEL_HEADER = ("Viewers", "Views", "Refresh ms", "Slowest ms", "RSS MB", "PSS MB", "MB a viewer more")


@click.command()
@click.option("--viewers", default="1,5,20", show_default=True, help="How many look at once, in steps.")
@click.option("--rounds", type=click.IntRange(1, 100), default=5, show_default=True, help="Refreshes a step.")
@click.option(
    "--visits", type=click.IntRange(0, 50), default=5, show_default=True,
    help="Visits by a browser that has the page's files already; 0 drives no browser.",
)  # fmt: skip
@click.option(
    "--refresh", type=click.FloatRange(0.5, 60), default=2.0, show_default=True, help="Seconds between looks."
)
@json_option
def dashboard(viewers: str, rounds: int, visits: int, refresh: float, as_json: bool) -> None:
    """Measure the dashboard over sample data: first paint, refreshes, and memory with 1, 5 and 20 viewers."""
    figures = measure_dashboard(
        _numbers(viewers), rounds=rounds, visits=visits, refresh_seconds=refresh, say=_say_step
    )
    if as_json:
        say_json(figures.as_dict())
    else:
        say_dashboard(figures)


def _numbers(text: str) -> tuple[int, ...]:
    try:
        found = tuple(sorted({int(each) for each in text.split(",")}))
    except ValueError:
        raise click.BadParameter("give numbers, such as 1,5,20") from None
    if not found or not 1 <= found[0] <= found[-1] <= MOST_VIEWERS:
        raise click.BadParameter(f"give numbers from 1 to {MOST_VIEWERS}")
    return found


def _say_step(step: str) -> None:
    click.echo(step, err=True)


def say_dashboard(figures: DashboardFigures) -> None:
    """Print what was measured."""
    machine, *rest = lines_of(figures)
    click.echo(machine + "\n")
    say_table([_row(each) for each in figures.levels], LEVEL_HEADER)
    click.echo("\n".join(rest))


def lines_of(figures: DashboardFigures) -> list[str]:
    """Return what is said around the table: the machine, the server before anybody came, first paints."""
    shared = "" if figures.empty_pss_mb is None else f" ({figures.empty_pss_mb:g} MB as its share, PSS)"
    held = f"Before anybody looks the server holds {figures.empty_rss_mb:g} MB{shared}"
    lines = [
        "\n".join(f"{name}: {value}" for name, value in figures.machine.items()),
        f"{held}; it answers {figures.start_seconds:g} s after its start.",
    ]
    if figures.alone and figures.in_company:
        lines.append(f"First chart of Now, nobody else: {_paint(figures.alone)}")
        lines.append(f"First chart of Now, beside {figures.levels[-1].viewers}: {_paint(figures.in_company)}")
    else:
        lines.append(f"First paint was not measured: {figures.absent}.")
    return lines


def _row(level: Level) -> tuple[object, ...]:
    return (
        level.viewers,
        level.views,
        level.refresh_ms,
        level.slowest_refresh_ms,
        level.rss_mb,
        _known(level.pss_mb),
        _known(level.more_mb_a_viewer),
    )


def _known(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"


def _paint(paint: FirstPaint) -> str:
    return f"{paint.cold_ms:.0f} ms with nothing kept, then {paint.again_ms:.0f} ms ({paint.browser})."
