"""Writes the scripts of an expand/contract plan: expand and switch to run, contract for later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from alembic.util import rev_id
from sqlalchemy import Connection, inspect
from sqlalchemy.types import BigInteger, Integer, String, TypeEngine, Uuid

from workbench.errors import InputError, NotFound
from workbench.store.guard.census import references_of
from workbench.store.guard.expanding import KeyChange, type_of

LATER = "later"
"""The folder of scripts that no upgrade runs until somebody moves them to the others."""


@dataclass(frozen=True, slots=True)
class WrittenPlan:
    """The files of a plan: the two that the next upgrade runs, and the one for later."""

    change: KeyChange
    expand: Path
    switch: Path
    contract: Path


def kind_of(column_type: TypeEngine[object]) -> str:
    """Return the kind of a new key's type; raises InputError for types no key should have."""
    if isinstance(column_type, Uuid):
        return "uuid"
    if isinstance(column_type, Integer | BigInteger):
        return "integer"
    if isinstance(column_type, String) and column_type.length:
        return f"text:{column_type.length}"
    raise InputError(f"A key cannot become {column_type!r}.", remedy="Choose uuid, integer, or text:N.")


def key_change(connection: Connection, table: str, column: str, kind: str) -> KeyChange:
    """Return the change of a key with everything that refers to it, declared or by its name alone."""
    type_of(kind)
    inspector = inspect(connection)
    if table not in inspector.get_table_names():
        raise NotFound.among("table", table, inspector.get_table_names())
    if inspector.get_pk_constraint(table)["constrained_columns"] != [column]:
        raise InputError(
            f"{table}.{column} is not the key of {table}.",
            remedy="Name the key that others refer to; what refers to it is changed along with it.",
        )
    children = tuple(
        (each.table, each.column)
        for each in references_of(inspector)
        if (each.parent, each.parent_column) == (table, column)
    )
    return KeyChange(table, column, kind, children)


def write_plan(connection: Connection, change: KeyChange, folder: Path, after: str | None) -> WrittenPlan:
    """Write the scripts into a folder of Alembic scripts, behind the revision `after`."""
    keys = inspect(connection)
    declared = {
        (table, foreign["constrained_columns"][0])
        for table, _ in change.children
        for foreign in keys.get_foreign_keys(table)
        if foreign["referred_table"] == change.table and len(foreign["constrained_columns"]) == 1
    }
    expand_id, switch_id, contract_id = rev_id(), rev_id(), rev_id()
    name = f"{change.table}_{change.column}"
    (folder / LATER).mkdir(parents=True, exist_ok=True)
    written = WrittenPlan(
        change,
        folder / f"{expand_id}_expand_{name}.py",
        folder / f"{switch_id}_switch_{name}.py",
        folder / LATER / f"{contract_id}_contract_{name}.py",
    )
    written.expand.write_text(_script(expand_id, after, _expand_words(change), change, _expand(change)))
    written.switch.write_text(
        _script(switch_id, expand_id, _switch_words(change), change, _switch(change, declared))
    )
    written.contract.write_text(
        _script(contract_id, switch_id, _contract_words(change), change, _contract(change), _reviewed(change))
    )
    return written


def _script(
    revision: str, after: str | None, words: str, change: KeyChange, body: Sequence[str], reviewed: str = ""
) -> str:
    return "\n".join([
        f'"""{words}"""', "", "from __future__ import annotations", "", "import sqlalchemy as sa",
        "from alembic import op", "",
        "from workbench.store.guard.expanding import KeyChange, fill_new_ids, require_filled", "",
        f'revision = "{revision}"', f"down_revision = {after!r}", "branch_labels = None",
        "depends_on = None", *([reviewed] if reviewed else []), "",
        f"CHANGE = {_written(change)}", "_USED = (sa, fill_new_ids, require_filled)", "", "",
        "def upgrade() -> None:", '    """Go forward."""', *(f"    {line}" for line in body), "",
    ])  # fmt: skip


def _written(change: KeyChange) -> str:
    return f"KeyChange({change.table!r}, {change.column!r}, {change.kind!r}, {change.children!r})"


def _expand(change: KeyChange) -> list[str]:
    kind, fresh = _type_text(change.kind), change.fresh(change.column)
    lines = [
        f"op.create_table({change.map!r},",
        f"    sa.Column('old', sa.Text(), nullable=False), sa.Column('new', {kind}, nullable=False),",
        "    sa.PrimaryKeyConstraint('old'), sa.UniqueConstraint('new'))",
        f"op.add_column({change.table!r}, sa.Column({fresh!r}, {kind}))",
        f"op.create_index('uq_{change.table}_{fresh}', {change.table!r}, [{fresh!r}], unique=True)",
    ]
    for table, column in change.children:
        new = change.fresh(column)
        lines += [
            f"op.add_column({table!r}, sa.Column({new!r}, {kind}))",
            f"op.create_index('ix_{table}_{new}', {table!r}, [{new!r}])",
        ]
    return [*lines, "fill_new_ids(op.get_bind(), CHANGE)"]


def _switch(change: KeyChange, declared: set[tuple[str, str]]) -> list[str]:
    lines = ["fill_new_ids(op.get_bind(), CHANGE)", "require_filled(op.get_bind(), CHANGE)"]
    allow = "  # guard: allow batch-rebuild, the guard turns foreign keys off and counts"
    for table, column in sorted(declared):
        new, target = change.fresh(column), change.fresh(change.column)
        names = f"'fk_{table}_{new}_{change.table}', {change.table!r}, [{new!r}], [{target!r}]"
        lines += [
            f"with op.batch_alter_table({table!r}) as batch:{allow}",
            f"    batch.create_foreign_key({names})",
        ]
    return lines


def _contract(change: KeyChange) -> list[str]:
    allow = "  # guard: allow {}, everything uses the new ids"
    lines = ["fill_new_ids(op.get_bind(), CHANGE)", "require_filled(op.get_bind(), CHANGE)"]
    for table, column in change.children:
        lines += _dropping(table, column, [], allow)
    fresh = change.fresh(change.column)
    tighten = [
        f"    batch.alter_column({fresh!r}, nullable=False){allow.format('set-not-null')}",
        f"    batch.create_primary_key('pk_{change.table}', [{fresh!r}])",
    ]
    return lines + _dropping(change.table, change.column, tighten, allow)


def _dropping(table: str, column: str, more: list[str], allow: str) -> list[str]:
    return [
        f"with op.batch_alter_table({table!r}) as batch:{allow.format('batch-rebuild')}",
        f"    batch.drop_column({column!r}){allow.format('drop-column')}",
        *more,
    ]


def _reviewed(change: KeyChange) -> str:
    codes = [f"keys:{change.table}", f"values:{change.table}.{change.column}"]
    for table, column in change.children:
        codes += [f"values:{table}.{column}", f"references:{table}.{column}"]
    told = "".join(f"\n    {code!r}: 'the new id stands for it, the map keeps both'," for code in codes)
    return f"reviewed = {{{told}\n}}"


def _type_text(kind: str) -> str:
    named = {"uuid": "sa.Uuid()", "integer": "sa.BigInteger()"}
    return named.get(kind) or f"sa.String({kind.partition(':')[2]})"


def _expand_words(change: KeyChange) -> str:
    return (
        f"Expand: put {change.fresh(change.column)} beside {change.table}.{change.column}.\n\n"
        f"In the model keep {change.column} as it is, and add {change.fresh(change.column)}, and the columns "
        "ending in _new\nof whatever refers to it. Nothing that is there changes.\n"
    )


def _switch_words(change: KeyChange) -> str:
    return (
        f"Switch: every row of {change.table} has its new id, and all that refers to it.\n\n"
        "Run it once the code writes both columns; from then on let the code read the new ones.\n"
    )


def _contract_words(change: KeyChange) -> str:
    return (
        f"Contract: {change.table}.{change.column} goes; its values stay in {change.map}.\n\n"
        f"Move this script out of {LATER!r} when no code has used the old columns for weeks, and\n"
        "correct its down_revision when other scripts came in between.\n"
    )
