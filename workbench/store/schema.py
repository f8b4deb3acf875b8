"""The schema's version: found, compared with what this code knows, and brought up to date.

SQLite alters a table by building it anew and dropping the old one. With foreign keys on, that drop
cascades into the children, so the migrating connection has them off, and every reference is checked
before the one transaction around all steps is committed.

Everything is counted before and after, inside that transaction; when anything was lost that the migration
does not name as `reviewed`, nothing is kept.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from alembic.script.revision import RevisionError
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, inspect

from workbench.errors import EnvironmentFault, InputError, NotFound
from workbench.store import rows_experiments as _rows_experiments  # noqa: F401 - its tables are ours too
from workbench.store.engines import READING
from workbench.store.guard.census import Census, take_census
from workbench.store.guard.losses import Loss, losses
from workbench.store.guard.watch import watched

MIGRATIONS = Path(__file__).parent / "migrations"
_ONE_AT_A_TIME = threading.Lock()
"""Alembic keeps the migration it runs in globals of the process."""
_ADVISORY_LOCK = 0x776F726B62656E63
_VERSIONS = "alembic_version"
"""The table in which Alembic keeps the version; empty after a downgrade to `base`."""
Steps = Callable[[Connection], object]


@dataclass(frozen=True, slots=True)
class Passage:
    """What was there before a migration and after it, and what was lost on the way."""

    before: Census
    after: Census
    losses: tuple[Loss, ...]


def prepare(engine: Engine, *, migrate: bool = True) -> None:
    """Bring a new or older database up to date; refuse one that is newer or somebody else's."""
    with engine.connect().execution_options(**READING) as connection, connection.begin():
        found = version_of(connection)
        if found is None:
            found = _version_unless_foreign(connection)
    if found == head():
        return
    _refuse_unknown(found)
    if migrate:
        move(engine, "head")
    else:
        raise InputError(
            f"The database has schema {found or 'none'}, this workbench needs {head()}.",
            remedy="Open it without migrate=False to upgrade it.",
        )


def move(engine: Engine, target: str, *, reviewed: Mapping[str, str] | None = None) -> None:
    """Go to the revision `target` in one transaction (`head`, `base`, or a revision's id)."""

    def steps(connection: Connection) -> Mapping[str, str]:
        return {**_migrate(connection, target), **(reviewed or {})}

    guarded(engine, steps)


def guarded(engine: Engine, steps: Steps) -> Passage:
    """Run migration `steps` in one transaction and keep them only when nothing was lost.

    `steps` may return what it means to lose: the code of a loss (`values:scene.old`) and the reason.
    """
    sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        if sqlite:
            connection.connection.execute("PRAGMA foreign_keys = OFF")
        try:
            with connection.begin():
                if not sqlite:
                    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
                passed = passage(connection, steps)
                if passed.losses:
                    raise _lost(passed)
                return passed
        finally:
            if sqlite:
                connection.connection.execute("PRAGMA foreign_keys = ON")


def passage(connection: Connection, steps: Steps) -> Passage:
    """Run `steps` inside the transaction of `connection` and tell what was lost; the caller decides."""
    before = take_census(connection)
    with watched(connection):
        reviewed = steps(connection)
    if connection.dialect.name == "sqlite":
        _check_references(connection)
    after = take_census(connection)
    allowed = reviewed if isinstance(reviewed, Mapping) else {}
    return Passage(before, after, losses(before, after, allowed))


def _lost(passed: Passage) -> EnvironmentFault:
    told = "; ".join(loss.message for loss in passed.losses[:5])
    more = len(passed.losses) - 5
    return EnvironmentFault(
        f"The migration would lose data: {told}{f'; and {more} more' if more > 0 else ''}.",
        remedy="Nothing was changed. Expand first and contract later, or name the loss in the script: "
        f"reviewed = {{{passed.losses[0].code!r}: 'why it may go'}}.",
        losses=passed.losses,
    )


def operations(connection: Connection) -> Operations:
    """Return Alembic's operations on `connection`, for steps that are given as code."""
    return Operations(MigrationContext.configure(connection))


def version_of(connection: Connection) -> str | None:
    """Return the revision the database is at; None when it has no tables of ours."""
    return MigrationContext.configure(connection).get_current_revision()


def head() -> str:
    """Return the newest revision this code knows."""
    newest = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    assert newest is not None
    return newest


def newest(folder: Path) -> str | None:
    """Return the revision that the next script of a folder builds on; None while it holds no script."""
    if not any(any(place.glob("*.py")) for place in (folder, folder / "versions")):
        return None
    return ScriptDirectory.from_config(configuration(versions=folder)).get_current_head()


def older_than(revision: str) -> frozenset[str]:
    """Return the revisions that lead to `revision`, itself not among them."""
    known = ScriptDirectory(str(MIGRATIONS))
    try:
        return frozenset(each.revision for each in known.iterate_revisions(revision, "base")) - {revision}
    except (CommandError, RevisionError) as failure:
        names = [each.revision for each in known.walk_revisions()]
        raise NotFound.among("schema revision", revision, names) from failure


def configuration(connection: Connection | None = None, versions: Path | None = None) -> Config:
    """Return Alembic's configuration for our migrations, or for those in the folder `versions`.

    It is bound to `connection` when one is given.
    """
    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    if versions:
        settings.set_main_option("path_separator", "newline")
        settings.set_main_option("version_locations", _locations(versions))
    settings.attributes["connection"] = connection
    return settings


def pending(connection: Connection, versions: Path | None = None) -> tuple[Script, ...]:
    """Return the scripts an upgrade would run, the first one first."""
    scripts = ScriptDirectory.from_config(configuration(versions=versions))
    found = version_of(connection)
    if versions is None:
        _refuse_unknown(found)
    try:
        ahead = list(scripts.iterate_revisions("heads", found or "base"))
    except (CommandError, RevisionError) as failure:
        raise InputError(
            f"The scripts do not lead on from schema {found or 'none'}: {failure}",
            remedy="Give the folder that holds every script, the ones that were run too.",
        ) from failure
    return tuple(each for each in reversed(ahead) if each.revision != found)


def upgrade(connection: Connection, versions: Path | None = None) -> Mapping[str, str]:
    """Run every pending script on `connection`, inside its transaction; return the losses they mean."""
    settings = configuration(connection, versions)
    with _ONE_AT_A_TIME:
        command.upgrade(settings, "heads")
    reviewed: dict[str, str] = settings.attributes.get("reviewed", {})
    return reviewed


def _locations(versions: Path) -> str:
    """Return the script folders: the one given, after ours when its scripts build on ours."""
    own = ScriptDirectory(str(MIGRATIONS))
    given = versions / "versions" if (versions / "versions").is_dir() else versions
    if not given.is_dir():
        raise InputError(f"{given} is no folder.", remedy="Give a folder of Alembic scripts.")
    texts = [place.read_text(encoding="utf-8") for place in given.glob("*.py")]
    known = {script.revision for script in own.walk_revisions()}
    builds_on_ours = any(
        f"down_revision = {quote}{key}{quote}" in text for text in texts for key in known for quote in "'\""
    )
    holds_ours = any(
        f"revision = {quote}{own.get_base()}{quote}" in text for text in texts for quote in "'\""
    )
    folders = [given, MIGRATIONS / "versions"] if builds_on_ours and not holds_ours else [given]
    return "\n".join(str(folder.absolute()).replace("%", "%%") for folder in folders)


def _migrate(connection: Connection, target: str) -> Mapping[str, str]:
    found = version_of(connection)
    _refuse_unknown(found)
    settings = configuration(connection)
    go = command.downgrade if target == "base" or _is_older(target, found) else command.upgrade
    with _ONE_AT_A_TIME:
        go(settings, target)
    reviewed: dict[str, str] = settings.attributes.get("reviewed", {})
    return reviewed


def _is_older(target: str, found: str | None) -> bool:
    if target == "head" or found is None:
        return False
    older = ScriptDirectory(str(MIGRATIONS)).iterate_revisions(found, "base")
    return any(script.revision == target for script in older)


def _refuse_unknown(found: str | None) -> None:
    known = {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
    if found is not None and found not in known:
        raise EnvironmentFault(
            f"The database was made by a newer workbench (schema {found}; this one knows {head()}).",
            remedy="Upgrade the workbench, or open another database.",
        )


def _version_unless_foreign(connection: Connection) -> str | None:
    """Look again whose tables there are: on PostgreSQL another may have made ours since the first look.

    Where Alembic's own table is empty and the only one, everything was taken down to `base`: that is as good
    as an empty database.
    """
    others = sorted(set(inspect(connection).get_table_names()) - {_VERSIONS})
    found = version_of(connection)
    if others and found is None:
        raise InputError(
            f"The database holds other tables ({', '.join(others[:4])}) and none of ours.",
            remedy="Give a new file or an empty database.",
        )
    return found


def _check_references(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(5)
    if broken:
        raise EnvironmentFault(
            f"The migration would leave rows without their parent: {[tuple(row) for row in broken]}.",
            remedy="Nothing was changed. Report it with the versions of both workbenches.",
        )
