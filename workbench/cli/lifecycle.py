"""`workbench lifecycle`: what is kept and for how long; nothing is removed without a plan."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click

from workbench.cli.recording import recorded
from workbench.cli.saying import json_option, say_json, say_table
from workbench.clock import SystemClock
from workbench.identity import new_id
from workbench.lifecycle.books import Cleanup
from workbench.lifecycle.cleaning import Budget, CleaningReport
from workbench.lifecycle.figures import figures
from workbench.lifecycle.health import describe
from workbench.lifecycle.holds import Hold, Holds
from workbench.lifecycle.planning import Plan, read_plan, write_plan
from workbench.lifecycle.retention import Retention, retention_of
from workbench.lifecycle.signing import sign as signature_of
from workbench.lifecycle.state import Orphans, State
from workbench.store.blob_users import User
from workbench.store.object_blobs import blobs_at
from workbench.studio.lifecycle_settings import LifecycleSettings
from workbench.studio.settings import Settings
from workbench.studio.upgrading import open_database

_SHOWN = 5

policy_option = click.option(
    "--policy",
    "policy_file",
    type=click.Path(path_type=Path),
    help="A policy file (default: retention.toml in the data folder, else the shipped one).",
)


@click.group()
def lifecycle() -> None:
    """See what is kept and for how long; nothing is removed without a plan."""


@lifecycle.command()
@policy_option
@click.option("--out", type=click.Path(path_type=Path), help="Write the plan to a file that `apply` takes.")
@json_option
def plan(policy_file: Path | None, out: Path | None, as_json: bool) -> None:
    """Count and measure what would be removed; removes nothing.

    Rows without a parent are written down as reported: only what was reported long enough ago may be removed.
    """
    with _retention(policy_file) as retention:
        made = retention.plan()
        if out:
            write_plan(made, out)
        if as_json:
            say_json(figures(made))
            return
        _say_plan(made)
        _say_holds(retention)
    if out:
        click.echo(f"Read it, then: workbench lifecycle apply {out}")


@lifecycle.command()
@click.argument("plan_file", type=click.Path(path_type=Path))
@policy_option
@click.option("--confirm", multiple=True, metavar="RULE", help="Let a rule take more than its share.")
@click.option(
    "--seconds", type=float, default=3600.0, show_default=True, help="Stop after so long; resumable."
)
@json_option
def apply(
    plan_file: Path, policy_file: Path | None, confirm: tuple[str, ...], seconds: float, as_json: bool
) -> int:
    """Remove what a plan names; exit 1 when the time did not suffice (run it again)."""
    made = read_plan(plan_file)
    with _retention(policy_file) as retention:
        report = retention.apply(made, confirmed=set(confirm), budget=Budget(seconds=seconds))
        if as_json:
            say_json(figures(made, report))
        else:
            _say_report(report)
            _say_holds(retention)
    return 0 if report.finished else 1


@lifecycle.command()
@policy_option
@json_option
def status(policy_file: Path | None, as_json: bool) -> None:
    """Show the last cleanups, how far retention lags, holds and orphans."""
    with _retention(policy_file) as retention:
        found = retention.status()
    if as_json:
        say_json(asdict(found))
    else:
        _say_state(found)


@lifecycle.command()
@click.argument("kind", type=click.Choice(["user", "project", "scene", "asset", "message", "file"]))
@click.argument("key")
@click.option("--why", help="The reason; needed to place a hold.")
@click.option("--release", "hold_id", help="End this hold instead.")
def hold(kind: str, key: str, why: str | None, hold_id: str | None) -> None:
    """Hold a KIND by its id KEY (a file by its SHA-256), with everything that belongs to it."""
    with _retention(None) as retention:
        holds = Holds(retention.database)
        if hold_id:
            holds.release(hold_id)
            click.echo(f"Released {hold_id}.")
            return
        placed = holds.place(kind, key, why=why or "", who=Settings().user)
    click.echo(f"Held {kind} {key}. End it with: {_release(placed)}")


@lifecycle.command()
@click.argument("cleanup_id")
@policy_option
@click.option("--show", is_flag=True, help="Print the rows that are kept, one JSON object a line, instead.")
def undo(cleanup_id: str, policy_file: Path | None, show: bool) -> int:
    """Put back what one cleanup removed, as long as its grace lasts.

    A row whose parent is not there stays archived; exit 1 when any does, or when nothing is left.
    """
    with _retention(policy_file) as retention:
        rows = 0 if show else retention.undo(cleanup_id)
        left = 0
        for each in retention.archived(cleanup_id):
            left += 1
            if show:
                click.echo(json.dumps(asdict(each), default=lambda moment: moment.isoformat()))
            elif left <= _SHOWN:
                click.echo(
                    f"A row of {each.table} stays archived; missing: {', '.join(each.missing)}.", err=True
                )
    if show:
        return 0
    told = "There is nothing to put back; the grace has ended, or no parent is there."
    click.echo((f"Put {rows} back." if rows else told) + (f" {left} stay archived." if left else ""))
    return 0 if rows and not left else 1


@lifecycle.command()
@click.argument("database_id")
def forget(database_id: str) -> None:
    """Say that a database that shared the files is gone for good; `status` shows its id.

    What it alone named is then nobody's, and the next cleanup takes it.
    """
    settings = Settings()
    addresses = dict.fromkeys((settings.scale.files, ""))
    rooms = [blobs_at(settings.data, each, room) for each in addresses for room in ("files", "renders")]
    known = [each for each in rooms if database_id in {user.id for user in each.users()}]
    for blobs in known or rooms[:1]:
        blobs.forget_user(database_id)
    click.echo(f"Forgot {database_id}.")


@lifecycle.command()
@click.option("--body", default="{}", show_default=True, help="What is sent, to the letter.")
@click.option("--path", default="/ops/cron/lifecycle", show_default=True, help="Of the route it is sent to.")
def sign(body: str, path: str) -> None:
    """Print the headers of a signed request, for curl; the key is WORKBENCH_LIFECYCLE_CRON_KEY.

    \b
    workbench lifecycle sign --body '{"dry_run": true}' |
        curl -sS -H @- -d '{"dry_run": true}' http://127.0.0.1:8600/ops/cron/lifecycle
    """
    now, request_id = int(SystemClock().now().timestamp()), new_id()
    signature = signature_of(LifecycleSettings().keys[0], "POST", path, request_id, now, body.encode())
    click.echo(f"X-Workbench-Id: {request_id}\nX-Workbench-Time: {now}\nX-Workbench-Signature: {signature}")


@contextmanager
def _retention(policy_file: Path | None) -> Iterator[Retention]:
    # A power cut may take back the last batches, which the next run repeats: no need to wait for the disk.
    settings = Settings()
    with recorded(settings), open_database(settings, SystemClock(), power_safe=False) as database:
        yield retention_of(
            database, settings.data, policy_file, who=settings.user, storage=settings.scale.files
        )


def _release(held: Hold) -> str:
    return f"workbench lifecycle hold {held.kind} {held.key} --release {held.id}"


def _say_holds(retention: Retention) -> None:
    held = [f"{each.kind} {each.key} ({each.why})" for each in Holds(retention.database).active()]
    if held:
        click.echo(f"Held, so kept with all that belongs to it: {', '.join(held)}.")


def _say_plan(made: Plan) -> None:
    rows = [
        (item.rule, item.table, f"{item.cutoff:%Y-%m-%d}", item.rows, _size(item.bytes), f"{item.share:.0%}",
         item.kept_for_undo, "confirm it by name" if item.needs_confirmation else item.state)
        for item in made.items
    ]  # fmt: skip
    say_table(rows, ["Rule", "Of", "Older than", "Rows", "Size", "Share", "Kept for undo", "State"])
    for each in made.orphans:
        click.echo(f"Without a parent: {describe(each)}")
    click.echo(f"In all {made.rows} rows and files, {_size(made.bytes)}. Nothing was removed.")


def _say_report(report: CleaningReport) -> None:
    _say_entries(report.entries)
    state = "Done" if report.finished else "Out of time; run it again to go on"
    lock = f"longest lock {report.longest_batch_seconds * 1000:.0f} ms; purged {report.purged_rows}"
    lock += f", {report.held_rows} past their grace are held" if report.held_rows else ""
    click.echo(f"{state}: {report.rows} rows and files, {_size(report.bytes)} in {report.seconds} s; {lock}.")


def _say_entries(entries: tuple[Cleanup, ...]) -> None:
    rows = [
        (each.id, each.rule, f"{each.cutoff:%Y-%m-%d}", each.state,
         f"{each.removed_rows}/{each.planned_rows}", _size(each.removed_bytes),
         f"{each.started_at:%Y-%m-%d %H:%M}")
        for each in entries
    ]  # fmt: skip
    say_table(rows, ["Cleanup", "Rule", "Older than", "State", "Rows", "Size", "Begun (UTC)"])


def _say_state(found: State) -> None:
    _say_entries(found.cleanups)
    for lag in found.lags:
        told = "waits for its table" if lag.days is None else f"{lag.days:.1f} days behind"
        click.echo(f"{lag.rule:<18} {told}")
    for each in found.holds:
        click.echo(f"held {each.kind} {each.key}: {each.why} ({each.who}, since {each.created_at:%Y-%m-%d})")
        click.echo(f"  end it with: {_release(each)}")
    _say_orphans(found.orphans)
    if found.tampered:
        click.secho(f"The books were changed after they were closed: {', '.join(found.tampered)}", fg="red")


def _say_orphans(orphans: Orphans) -> None:
    for lost in orphans.rows:
        click.echo(f"Without a parent: {describe(lost)}")
    where = f" at {orphans.storage}" if orphans.storage else ""
    click.echo(
        f"{orphans.files} files nobody names ({_size(orphans.file_bytes)}), "
        f"{orphans.missing_files} missing{where}"
    )
    _say_shared(orphans.shared_with, orphans.storage or "the data folder")
    _say_shared(orphans.folder_shared_with, "the data folder")


def _say_shared(shared: tuple[User, ...], place: str) -> None:
    if shared:
        click.echo(f"No file is removed from {place}: other databases use it, and may name them.")
    for each in shared:
        click.echo(f"  {each.told}; if it is gone for good: workbench lifecycle forget {each.id}")


def _size(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{size} bytes"
