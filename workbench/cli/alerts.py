"""`workbench alerts`: what fired, who has seen it, and what would have fired."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from workbench.cli.saying import json_option, say_done, say_json, say_table
from workbench.clock import SystemClock
from workbench.store.data_folder import make_private
from workbench.store.database import Database
from workbench.studio.measuring import reading_of
from workbench.studio.settings import Settings
from workbench.studio.upgrading import open_database
from workbench.studio.watching import rules_file, rules_of_folder, watch_of
from workbench.telemetry.alert_book import AlertBook, plain
from workbench.telemetry.alerts import OPEN, Alert
from workbench.telemetry.reading import Reading
from workbench.telemetry.replay import replay as replayed
from workbench.telemetry.rules import SHIPPED, Reported, Rule, read_rules, seconds_of
from workbench.telemetry.sample_home import SampleHome
from workbench.telemetry.segments import Manifest
from workbench.telemetry.witness import read_spans

sample_option = click.option("--sample", is_flag=True, help="Look at the sample data instead.")


@click.group()
def alerts() -> None:
    """See what fired, say that you have seen it, and try rules on history."""


@alerts.command(name="list")
@click.option("--all", "every", is_flag=True, help="Also those that are over.")
@sample_option
@json_option
def list_(every: bool, sample: bool, as_json: bool) -> int:
    """List the alerts that stand; exit 1 when one fires that nobody has seen."""
    with _opened(sample) as (database, _):
        found = AlertBook(database).list(states=() if every else OPEN)
    _say(found, as_json, "No alert stands.")
    return 1 if any(each.state == "firing" for each in found) else 0


@alerts.command()
@sample_option
@json_option
def check(sample: bool, as_json: bool) -> int:
    """Judge every rule now, tell whoever wants to know, and exit 1 when one fires; for cron."""
    with _opened(sample) as (database, reading):
        settings = Settings()
        folder = settings.data / "sample" if sample else settings.data
        watching = watch_of(settings, database, reading, folder)
        watching.look()
        found = watching.book.open()
    _say(found, as_json, "Every rule is kept.")
    return 1 if any(each.state == "firing" for each in found) else 0


@alerts.command()
@click.argument("alert")
@sample_option
@json_option
def ack(alert: str, sample: bool, as_json: bool) -> None:
    """Say that somebody has seen ALERT, named by its id or its rule."""
    settings = Settings()
    with _opened(sample) as (database, _):
        seen = AlertBook(database).acknowledge(alert, settings.user)
    say_done(f"{seen.rule} is seen by {seen.acknowledged_by}.", as_json, alert=plain(seen))


@alerts.command(name="rules")
@click.option("--shipped", is_flag=True, help="Print the shipped rules, to begin your own with.")
def rules_(shipped: bool) -> None:
    """Check the file of rules that is in force, and print it."""
    place = SHIPPED if shipped else rules_file(Settings())
    read_rules(place)
    click.echo(f"The rules of {place}:", err=True)
    click.echo(place.read_text(encoding="utf-8"), nl=False)


@alerts.command()
@click.option(
    "--since", default="7d", show_default=True, help="How far back: 12h, 7d, or a moment in ISO 8601."
)
@click.option(
    "--rules", "file", type=click.Path(path_type=Path), help="A file of rules to try (default: yours)."
)
@click.option("--rule", "only", multiple=True, help="Try this rule alone; may be given again.")
@click.option("--step", default="30s", show_default=True, help="How often the rules would have been judged.")
@sample_option
@json_option
def replay(
    since: str, file: Path | None, only: Sequence[str], step: str, sample: bool, as_json: bool
) -> None:
    """Tell which alerts the rules would have raised on what was recorded; keeps and tells nothing."""
    rules = _only(read_rules(file) if file else rules_of_folder(Settings()), only)
    with _opened(sample) as (database, reading):
        until = database.now()
        begin = _moment(since, until)
        longest = max((rule.window_seconds for rule in rules), default=0.0)
        seen = read_spans(
            reading,
            begin.timestamp() - longest,
            until.timestamp(),
            every=any(rule.operations for rule in rules),
        )
        found = replayed(rules, seen, begin, until, step_seconds=_seconds(step))
    if left := [rule.name for rule in rules if isinstance(rule, Reported)]:
        click.echo(f"Left out, since the past of what they look at is not kept: {', '.join(left)}.", err=True)
    _say(found, as_json, f"Nothing would have fired since {begin:%Y-%m-%d %H:%M} UTC.")


@contextmanager
def _opened(sample: bool) -> Iterator[tuple[Database, Reading]]:
    settings = Settings()
    if sample:
        make_private(settings.data)
        with SampleHome(settings.data / "sample") as home:
            yield home.database, home.reading
        return
    with (
        open_database(settings, SystemClock()) as database,
        reading_of(settings, Manifest(database)) as reading,
    ):
        yield database, reading


def _say(found: Sequence[Alert], as_json: bool, nothing: str) -> None:
    if as_json:
        say_json([plain(each) for each in found])
        return
    if not found:
        click.echo(nothing)
        return
    rows = [
        (each.rule, each.state, each.severity, f"{each.fired_at or each.since:%Y-%m-%d %H:%M}",
         _lasted(each), each.told, each.id)
        for each in found
    ]  # fmt: skip
    say_table(rows, ["Rule", "State", "Severity", "Since (UTC)", "Lasted", "Seen last", "Id"])


def _lasted(alert: Alert) -> str:
    if alert.resolved_at is None or alert.fired_at is None:
        return ""
    return f"{(alert.resolved_at - alert.fired_at).total_seconds() / 60:.0f} min"


def _only(rules: Sequence[Rule], names: Sequence[str]) -> tuple[Rule, ...]:
    from workbench.errors import NotFound

    known = {rule.name: rule for rule in rules}
    for name in names:
        if name not in known:
            raise NotFound.among("rule", name, known)
    return tuple(known[name] for name in names) if names else tuple(rules)


def _moment(text: str, now: datetime) -> datetime:
    try:
        return now - timedelta(seconds=seconds_of(text))
    except ValueError:
        pass
    try:
        read = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise click.BadParameter(f"{text!r} is neither a duration such as 7d nor a moment.") from wrong
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _seconds(text: str) -> float:
    try:
        return max(1.0, seconds_of(text))
    except ValueError as wrong:
        raise click.BadParameter(str(wrong)) from wrong
