"""Alembic's hook: a changed type of a key becomes an expand/contract plan instead of a change in place.

context.configure(..., process_revision_directives=expand_key_changes)
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from alembic.operations.ops import AlterColumnOp, MigrationScript, ModifyTableOps, OpContainer
from alembic.runtime.migration import MigrationContext
from alembic.util import messaging
from sqlalchemy import Connection, inspect

from workbench.errors import InputError
from workbench.store.guard.census import Reference, identity_of, references_of
from workbench.store.guard.plan_writing import WrittenPlan, key_change, kind_of, write_plan


def expand_key_changes(
    context: MigrationContext,
    revision: object,  # noqa: ARG001
    directives: list[MigrationScript],
) -> None:
    """Take changes of keys out of what autogenerate found, and write a plan of three scripts for each."""
    connection = context.connection
    if not directives or connection is None or directives[0].upgrade_ops is None:
        return
    script = directives[0]
    assert script.upgrade_ops is not None
    changed = {(op.table_name, op.column_name): op for op in _alterations(script.upgrade_ops)}
    identities = _identities(connection, changed)
    if not identities:
        return
    for container in (script.upgrade_ops, script.downgrade_ops):
        if container is not None:
            _without(container, set(identities))
    assert context.environment_context is not None
    home = context.environment_context.script
    after: str | None = script.rev_id if script.upgrade_ops.ops else home.get_current_head()
    for plan in _plans(connection, identities, changed, Path(home.versions), after):
        messaging.msg(f"Key change: wrote {plan.expand.name}, {plan.switch.name}, {plan.contract.name}")
    if not script.upgrade_ops.ops:
        directives[:] = []


def _plans(
    connection: Connection,
    identities: dict[tuple[str, str], tuple[str, str]],
    changed: dict[tuple[str, str], AlterColumnOp],
    folder: Path,
    after: str | None,
) -> Iterator[WrittenPlan]:
    for table, column in sorted(set(identities.values())):
        if (table, column) not in changed:
            told = sorted(".".join(each) for each, key in identities.items() if key == (table, column))
            raise InputError(
                f"{', '.join(told)} would change its type, and {table}.{column} that it names would not.",
                remedy="Change the type of the key in the model too; both are changed together.",
            )
        wanted = changed[table, column].modify_type
        assert wanted is not None
        kind = kind_of(wanted)
        plan = write_plan(connection, key_change(connection, table, column, kind), folder, after)
        after = plan.switch.name.split("_", 1)[0]
        yield plan


def _identities(
    connection: Connection, changed: dict[tuple[str, str], AlterColumnOp]
) -> dict[tuple[str, str], tuple[str, str]]:
    """Return the key that each changed column is, or names, where not every old id would fit."""
    inspector = inspect(connection)
    parents: dict[tuple[str, str], Reference] = {
        (each.table, each.column): each for each in references_of(inspector)
    }
    found = {}
    for place, op in changed.items():
        old, new = identity_of(op.existing_type), identity_of(op.modify_type)  # type: ignore[arg-type]
        if new.holds(old):
            continue
        if reference := parents.get(place):
            found[place] = (reference.parent, reference.parent_column)
        elif place[1] in inspector.get_pk_constraint(place[0])["constrained_columns"]:
            found[place] = place
    return found


def _alterations(container: OpContainer) -> Iterator[AlterColumnOp]:
    for op in container.ops:
        if isinstance(op, ModifyTableOps):
            yield from _alterations(op)
        elif isinstance(op, AlterColumnOp) and op.modify_type is not None:
            yield op


def _without(container: OpContainer, places: set[tuple[str, str]]) -> None:
    kept: list[Any] = []
    for op in container.ops:
        if isinstance(op, ModifyTableOps):
            _without(op, places)
            if op.ops:
                kept.append(op)
        elif not (isinstance(op, AlterColumnOp) and (op.table_name, op.column_name) in places):
            kept.append(op)
    container.ops[:] = kept
