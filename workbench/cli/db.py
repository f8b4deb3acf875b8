"""`workbench db`: back up, restore, and change the schema without losing anything."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from shlex import quote

import click
from sqlalchemy import URL, Engine

from workbench.cli.db_saying import (
    hazard_told,
    rehearsal_told,
    say_backups,
    say_drill,
    say_hazards,
    say_plan,
    say_rehearsal,
)
from workbench.cli.recording import recorded
from workbench.cli.saying import json_option, say_json
from workbench.errors import InputError
from workbench.lifecycle.backups import Backups
from workbench.lifecycle.compacting import compact
from workbench.lifecycle.drill import run_drill
from workbench.lifecycle.manifest import Manifest
from workbench.lifecycle.migrating import plan_upgrade, rehearse, upgrade
from workbench.store import schema
from workbench.store.blobs import Blobs
from workbench.store.engines import open_engine, parse_url
from workbench.store.guard.plan_writing import key_change, write_plan
from workbench.store.guard.scripts import judge
from workbench.store.object_blobs import blobs_at
from workbench.studio.settings import Settings

database_option = click.option(
    "--database",
    "address",
    help="A database address (default: WORKBENCH_DATABASE, or the file in the data folder).",
)
revisions_option = click.option(
    "--revisions",
    type=click.Path(path_type=Path),
    help="A folder of Alembic scripts (default: the workbench's).",
)
of_option = click.option(
    "--of", help="Backups of another database that shares the folder, as --list names it under Of."
)


@click.group()
def db() -> None:
    """Back up, restore, and change the schema without losing anything."""


@db.command()
@database_option
@revisions_option
@json_option
def plan(address: str | None, revisions: Path | None, as_json: bool) -> int:
    """Tell what an upgrade would do; exit 1 when a step would be refused."""
    with _engine(address) as engine:
        found = plan_upgrade(engine, revisions)
    if as_json:
        say_json(
            {"found": found.found, "target": found.target, "steps": [asdict(step) for step in found.steps]}
        )
    else:
        say_plan(found)
    return 1 if any(step.stopped_by for step in found.steps) else 0


@db.command()
@click.argument("path", type=click.Path(path_type=Path))
@json_option
def lint(path: Path, as_json: bool) -> int:
    """Judge an Alembic script, an SQL file or a folder of them; exit 1 on an error."""
    found = judge(path)
    if as_json:
        say_json([hazard_told(each) for each in found])
    else:
        say_hazards(found)
        errors = sum(each.severity == "error" for each in found)
        click.echo(f"{errors} errors, {len(found) - errors} warnings")
    return 1 if any(each.severity == "error" for each in found) else 0


@db.command("rehearse")
@database_option
@revisions_option
@json_option
def rehearse_(address: str | None, revisions: Path | None, as_json: bool) -> int:
    """Run the pending scripts on a restored copy and count; exit 1 on any loss. The database is only read."""
    with recorded(Settings()), _engine(address) as engine:
        backups = _backups()
        steps = plan_upgrade(
            engine, revisions
        ).steps  # refuses scripts that do not lead on, before anything is copied
        backup = backups.make(engine, "rehearsal")
        done = rehearse(backups, backup, near=engine.url, versions=revisions)
    if as_json:
        say_json(rehearsal_told(done))
    else:
        say_rehearsal(done)
        if not steps:
            click.echo("No script is pending, so none was run.")
    return 0 if done.passed and backup.verified else 1


@db.command("upgrade")
@database_option
@revisions_option
@json_option
def upgrade_(address: str | None, revisions: Path | None, as_json: bool) -> int:
    """Judge, back up, restore and count, rehearse, then run for real."""
    with recorded(Settings()), _engine(address) as engine:
        done = upgrade(engine, _backups(), blobs=_blobs(address), versions=revisions)
    if as_json:
        say_json(done and {"backup": done.backup.id, "schema": done.plan.target, "seconds": done.seconds})
    elif done is None:
        click.echo("The schema is up to date.")
    else:
        before, after = done.passage.before.rows, done.passage.after.rows
        rows = f"{after} rows before and after" if before == after else f"{before} rows before, {after} after"
        click.echo(f"Schema {done.plan.target}: {rows}, none lost; {done.seconds} s.")
        place = f" --to {quote(parse_url(address).render_as_string())}" if address else ""
        back = f"workbench db restore {done.backup.id}{place} --over"
        click.echo(f"Backup {done.backup.id}. Back again: {back}")
    return 0


@db.command()
@click.argument("key", metavar="TABLE.COLUMN")
@click.option("--to", "kind", required=True, help="The new type: uuid, integer, or text:N.")
@click.option("--revisions", type=click.Path(path_type=Path), required=True, help="Where the scripts go.")
@database_option
@json_option
def expand(key: str, kind: str, revisions: Path, address: str | None, as_json: bool) -> int:
    """Write the scripts that give a key another type without changing any id in place.

    Expand adds and fills a column beside it, switch checks that all is filled; contract waits in `later/`.
    """
    table, _, column = key.partition(".")
    with _engine(address) as engine, engine.connect() as connection:
        change = key_change(connection, table, column, kind)
        after = schema.newest(revisions) or schema.version_of(connection)
        written = write_plan(connection, change, revisions, after)
    if as_json:
        say_json(asdict(written))
        return 0
    names = ", ".join(".".join(child) for child in change.children) or "nothing"
    click.echo(f"{table}.{column} becomes {kind}; {names} refers to it.")
    for path in (written.expand, written.switch, written.contract):
        click.echo(f"  {path}")
    click.echo(f"Then: workbench db rehearse --revisions {revisions}")
    return 0


@db.command()
@database_option
@click.option("--reason", default="by hand", show_default=True, help="Why, for the list of backups.")
@click.option("--no-verify", is_flag=True, help="Do not restore it elsewhere and count.")
@click.option("--list", "listing", is_flag=True, help="List the backups there are.")
@click.option("--prune", type=int, help="Keep the last N, one a week for eight weeks, and the last good one.")
@of_option
@json_option
def backup(
    address: str | None,
    reason: str,
    no_verify: bool,
    listing: bool,
    prune: int | None,
    of: str | None,
    as_json: bool,
) -> int:
    """Copy the database and its files while people work; restore the copy elsewhere and count it."""
    backups = _backups()
    if listing:
        return say_backups(backups.called(of) if of else backups.list(), as_json)
    if prune is not None:
        among = _among(backups, address, of)
        with recorded(Settings()):
            gone = backups.prune(keep=prune, among=among)
        say_json(list(gone)) if as_json else click.echo(f"Removed {len(gone)} of {len(among)} backups.")
        return 0
    if of:
        raise InputError(
            "--of is for --list and --prune.", remedy="To back up another database, give --database."
        )
    with recorded(Settings()), _engine(address) as engine:
        made = backups.make(engine, reason, blobs=_blobs(address), verify=not no_verify)
    _say_checked(made, as_json)
    return 0 if made.verified or no_verify else 1


@db.command()
@click.argument("name", default="latest")
@database_option
@of_option
@json_option
def verify(name: str, address: str | None, of: str | None, as_json: bool) -> int:
    """Restore a backup elsewhere, check and count it; exit 1 unless that ran and passed."""
    backups = _backups()
    chosen = _chosen(backups, name, address, of)
    with recorded(Settings()):
        checked = backups.verify(chosen, near=parse_url(address or Settings().database_url))
    _say_checked(checked, as_json)
    return 0 if checked.verified else 1


@db.command()
@click.argument("name", default="latest")
@click.option("--before", help="The latest verified backup of a schema older than this revision.")
@click.option(
    "--to",
    "address",
    help="A new path or an empty database (default: WORKBENCH_DATABASE, or the file in the data folder).",
)
@click.option("--over", is_flag=True, help="Replace what is there; it is backed up first.")
@of_option
@json_option
def restore(
    name: str, before: str | None, address: str | None, over: bool, of: str | None, as_json: bool
) -> int:
    """Bring a backup back and count it."""
    if before and name != "latest":
        raise InputError("A backup's name and --before were given.", remedy="Give one of them.")
    backups = _backups()
    chosen = _chosen(backups, name, None, of, before)
    target = parse_url(address or Settings().database_url)
    if not address and not of:
        with _opened(target) as engine:
            backups.refuse_another(chosen, engine)
    with recorded(Settings()):
        census = backups.restore(chosen, target, over=over, another=bool(of), blobs=_blobs(address))
    if as_json:
        say_json({"backup": chosen.id, "to": target.render_as_string(), "rows": census.rows})
    else:
        click.echo(
            f"Restored {chosen.id} of {chosen.made_at:%Y-%m-%d %H:%M} to {target.render_as_string()}: "
            f"{census.rows} rows, all counted; schema {chosen.schema or 'not numbered'}."
        )
        if before:
            click.echo(
                "A workbench of this version upgrades it when it opens it; for the older one it is ready."
            )
    return 0


@db.command()
@database_option
@json_option
def drill(address: str | None, as_json: bool) -> int:
    """Practise the worst day: back up, restore elsewhere, open, count; print the time to recover."""
    with recorded(Settings()), _engine(address) as engine:
        done = run_drill(engine, _backups(), blobs=_blobs(address))
    say_json(asdict(done)) if as_json else say_drill(done)
    return 0 if done.passed else 1


@db.command("compact")
@database_option
@click.option("--wait", "seconds", type=click.FloatRange(0), default=0.0, show_default=True,
              help="Seconds to wait for others to close a SQLite file.")  # fmt: skip
@json_option
def compact_(address: str | None, seconds: float, as_json: bool) -> int:
    """Give free space back to the disk; a SQLite file must be closed everywhere else."""
    with recorded(Settings()), _engine(address) as engine:
        done = compact(engine, wait_seconds=seconds)
    if as_json:
        say_json(asdict(done))
        return 0
    counted = f"{done.rows} rows counted before and after, " if done.rows >= 0 else ""
    click.echo(
        f"{done.before_bytes / 1e6:.1f} MB before, {done.after_bytes / 1e6:.1f} MB after; "
        f"{counted}{done.seconds} s."
    )
    if done.engine == "postgresql":
        click.echo(
            "PostgreSQL's autovacuum makes free space usable again by itself; only space at the end of its "
            "files goes back to the disk. VACUUM FULL gives all of it back and locks each table meanwhile."
        )
    return 0


def _say_checked(manifest: Manifest, as_json: bool) -> None:
    say_backups((manifest,), as_json)
    for problem in manifest.verification.problems if manifest.verification and not as_json else ():
        click.echo(f"  {problem}")


@contextmanager
def _engine(address: str | None) -> Iterator[Engine]:
    url = parse_url(address or Settings().database_url)
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).is_file():
        raise InputError(f"There is no database at {url.database}.", remedy="Give its path with --database.")
    with _opened(url) as engine:
        yield engine


@contextmanager
def _opened(url: URL) -> Iterator[Engine]:
    engine = open_engine(url, power_safe=True)
    try:
        yield engine
    finally:
        engine.dispose()


def _backups() -> Backups:
    return Backups(Settings().data / "backups")


def _among(backups: Backups, address: str | None, of: str | None) -> tuple[Manifest, ...]:
    """Return the backups of the database that is meant: the one of that name, or at the address."""
    if of:
        return backups.called(of)
    with _opened(parse_url(address or Settings().database_url)) as engine:
        return backups.list(engine)


def _chosen(
    backups: Backups, name: str, address: str | None, of: str | None, before: str | None = None
) -> Manifest:
    """Return the backup that is meant; one that is named by its id may be of any database."""
    if name != "latest" and not of:
        return backups.get(name)
    among = _among(backups, address, of)
    chosen = backups.before(before, among=among) if before else backups.get(name, among=among)
    if chosen not in among:
        raise InputError(f"The backup {name} is not of {of}.", remedy="List them: workbench db backup --list")
    return chosen


def _blobs(address: str | None) -> Blobs | None:
    """The data folder's files belong to the data folder's database only."""
    settings = Settings()
    return None if address else blobs_at(settings.data, settings.scale.files, "files")
