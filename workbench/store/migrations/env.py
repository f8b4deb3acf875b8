"""Where Alembic enters: on the connection it is handed, or on the one of `sqlalchemy.url`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from alembic import context
from alembic.runtime.migration import MigrationInfo
from alembic.util import CommandError
from sqlalchemy import Connection

from workbench.errors import InputError, WorkbenchError
from workbench.store import schema
from workbench.store.engines import open_engine, parse_url
from workbench.store.faults import explained
from workbench.store.guard.autogenerate import expand_key_changes
from workbench.store.rows import Moment, metadata


def written(kind: str, item: object, autogen: object) -> str | Literal[False]:  # noqa: ARG001
    """Write our moments as plain timestamps: a migration must not change when the code does."""
    return "sa.DateTime(timezone=True)" if isinstance(item, Moment) else False


def run(connection: Connection) -> Mapping[str, str]:
    """Run the steps on `connection`, whose owner holds the transaction; return the losses they mean."""
    reviewed: dict[str, str] = context.config.attributes.setdefault("reviewed", {})
    for code in filter(None, context.get_x_argument(as_dictionary=True).get("reviewed", "").split(",")):
        reviewed[code] = "named on the command line"

    def collect(*, step: MigrationInfo, **_: Any) -> None:
        for key in step.up_revision_ids:
            reviewed.update(getattr(context.script.get_revision(key).module, "reviewed", {}))

    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        render_item=written,
        transactional_ddl=True,
        transaction_per_migration=False,
        process_revision_directives=expand_key_changes,
        on_version_apply=collect,  # type: ignore[arg-type]  # called with keywords alone
    )
    with context.begin_transaction():
        context.run_migrations()
    return reviewed


def address() -> str:
    """Return `-x database=URL` of the command line, else `sqlalchemy.url` of alembic.ini."""
    given = context.get_x_argument(as_dictionary=True).get("database")
    found = given or context.config.get_main_option("sqlalchemy.url")
    if not found:
        raise InputError(
            "No database was named.",
            remedy="Add -x database=URL before the command, or sqlalchemy.url to alembic.ini.",
        )
    return found


def run_alone() -> None:
    """Run the steps on a connection of our own; what stops them is told as Alembic tells it, in a line."""
    try:
        if context.is_offline_mode():
            context.configure(url=address(), target_metadata=metadata, literal_binds=True)
            with context.begin_transaction():
                context.run_migrations()
            return
        engine = open_engine(parse_url(address()), power_safe=True)
        try:
            with explained():
                schema.guarded(engine, run)
        finally:
            engine.dispose()
    except WorkbenchError as failure:
        raise CommandError(str(failure)) from failure


handed = context.config.attributes.get("connection")
if handed is not None and not context.is_offline_mode():
    run(handed)
else:
    run_alone()
