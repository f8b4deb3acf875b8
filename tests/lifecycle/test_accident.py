"""The accident that lost every user once can happen in no variant, on no engine, declared or not."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, Uuid, text
from sqlalchemy.exc import DBAPIError

from tests.lifecycle.accident import USERS, VARIANTS, Variant, fill
from workbench.errors import WorkbenchError
from workbench.store import schema
from workbench.store.guard.scripts import judge
from workbench.store.guard.statements import judge_sql

DECLARED = [pytest.param(True, id="declared"), pytest.param(False, id="logical")]


def steps_of(variant: Variant, engine: Engine) -> tuple[str, ...]:
    return variant.sqlite if engine.dialect.name == "sqlite" else variant.postgresql


def run(statements: tuple[str, ...], connection: Connection) -> None:
    for statement in statements:
        connection.exec_driver_sql(statement)


def counted(engine: Engine) -> list[int]:
    with engine.connect() as connection:
        return [
            connection.execute(text(asked)).scalar_one()
            for asked in (
                "SELECT count(*) FROM users",
                "SELECT count(*) FROM renders JOIN users ON users.id = user_id",
                "SELECT count(*) FROM events JOIN users ON users.id = user_id",
            )
        ]


@pytest.mark.parametrize("declared", DECLARED)
@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
@pytest.mark.slow
def test_no_variant_loses_anything(blank: Engine, variant: Variant, declared: bool) -> None:
    """Every destructive way is refused or rolled back as a whole; the additive one passes."""
    steps = partial(run, steps_of(variant, blank))
    with blank.begin() as connection:
        fill(connection, declared=declared)
    before = counted(blank)
    if variant.destructive:
        with pytest.raises((WorkbenchError, DBAPIError)):
            schema.guarded(blank, steps)
    else:
        schema.guarded(blank, steps)
    assert counted(blank) == before == [USERS, 3 * USERS, USERS]


@pytest.mark.parametrize("declared", DECLARED)
@pytest.mark.slow
def test_no_variant_loses_anything_when_every_id_is_a_uuid(blank: Engine, declared: bool) -> None:
    """Where every cast succeeds, nothing comes apart either: upper-case ids would."""
    with blank.begin() as connection:
        fill(connection, declared=declared, only_uuids=True)
    before = counted(blank)
    for variant in VARIANTS:
        with suppress(WorkbenchError, DBAPIError):
            schema.guarded(blank, partial(run, steps_of(variant, blank)))
        assert counted(blank) == before


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
@pytest.mark.parametrize("engine", ["postgresql", "sqlite"])
def test_lint_finds_every_variant(variant: Variant, engine: str) -> None:
    """The judge finds an error in the text of each destructive way and none in the additive one."""
    text_ = ";\n".join(getattr(variant, engine)) + ";"
    found = judge_sql(text_, "a.sql", "postgres" if engine == "postgresql" else "sqlite")
    assert any(each.severity == "error" for each in found) == variant.destructive


@pytest.mark.parametrize("declared", DECLARED)
@pytest.mark.slow
def test_batch_rebuild_as_alembic_writes_it(blank: Engine, declared: bool) -> None:
    """The migration autogenerate would write, which took every child row once, leaves all of them."""
    with blank.begin() as connection:
        fill(connection, declared=declared)
    before = counted(blank)

    def steps(connection: Connection) -> None:
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("users") as batch:
            batch.alter_column("id", type_=Uuid(), postgresql_using="id::uuid")

    with pytest.raises((WorkbenchError, DBAPIError)):
        schema.guarded(blank, steps)
    assert counted(blank) == before


def test_foreign_keys_on_is_the_accident(tmp_path: Path) -> None:
    """The script that rebuilds a parent without care for foreign keys is an error to the judge."""
    script = tmp_path / "0002_uuid.py"
    script.write_text(
        "def upgrade():\n"
        "    with op.batch_alter_table('users') as batch:\n"
        "        batch.alter_column('id', type_=sa.Uuid())\n"
    )
    assert {"batch-rebuild", "identity-type"} <= {each.rule for each in judge(script)}
