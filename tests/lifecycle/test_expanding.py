"""A key gets another type by expand, switch and contract, on both engines, and nobody is lost."""

from __future__ import annotations

import subprocess
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection, Engine, inspect, text

from tests.lifecycle.accident import USERS, fill, mixed_ids
from workbench.errors import EnvironmentFault, InputError
from workbench.store import schema
from workbench.store.guard.plan_writing import LATER, WrittenPlan, key_change, kind_of, write_plan
from workbench.store.guard.scripts import judge

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]


def planned(blank: Engine, folder: Path, kind: str, *, declared: bool = True) -> WrittenPlan:
    with blank.begin() as connection:
        fill(connection, declared=declared)
    folder.mkdir()
    with blank.connect() as connection:
        change = key_change(connection, "users", "id", kind)
        assert set(change.children) == {("renders", "user_id"), ("events", "user_id")}
        return write_plan(connection, change, folder, None)


def run(blank: Engine, folder: Path) -> None:
    schema.guarded(blank, lambda connection: schema.upgrade(connection, folder))


def pairs(connection: Connection, child: str, key: str, reference: str) -> int:
    asked = f"SELECT count(*) FROM {child} c JOIN users u ON u.{key} = c.{reference}"
    return int(connection.execute(text(asked)).scalar_one())


@pytest.mark.parametrize("declared", [True, False])
@pytest.mark.parametrize("kind", ["uuid", "integer", "text:20"])
def test_expand_and_switch(blank: Engine, tmp_path: Path, kind: str, declared: bool) -> None:
    """Every user keeps the old id and has a new one, by which the same children are found."""
    plan = planned(blank, tmp_path / "versions", kind, declared=declared)
    assert [each for each in judge(tmp_path / "versions") if each.severity == "error"] == []
    run(blank, tmp_path / "versions")
    with blank.connect() as connection:
        for child, rows in (("renders", 3 * USERS), ("events", USERS)):
            assert pairs(connection, child, "id", "user_id") == rows
            assert pairs(connection, child, "id_new", "user_id_new") == rows
        assert connection.execute(text("SELECT count(DISTINCT id_new) FROM users")).scalar_one() == USERS
    assert plan.contract.parent.name == LATER


def test_contract_later(blank: Engine, tmp_path: Path) -> None:
    """The last script takes the old columns and only them: new ids stay, and the map keeps both."""
    plan = planned(blank, tmp_path / "versions", "uuid")
    run(blank, tmp_path / "versions")
    with blank.connect() as connection:
        before = set(connection.execute(text("SELECT id_new FROM users")).scalars())
    plan.contract.rename(tmp_path / "versions" / plan.contract.name)
    run(blank, tmp_path / "versions")
    with blank.connect() as connection:
        assert set(connection.execute(text("SELECT id_new FROM users")).scalars()) == before
        assert pairs(connection, "renders", "id_new", "user_id_new") == 3 * USERS
        assert "id" not in {each["name"] for each in inspect(connection).get_columns("users")}
        assert inspect(connection).get_pk_constraint("users")["constrained_columns"] == ["id_new"]
        assert connection.execute(text("SELECT count(*) FROM users_id_map")).scalar_one() == USERS


def test_contract_refuses_what_names_nobody(blank: Engine, tmp_path: Path) -> None:
    """A reference without its row has no new id; switching stops and says so, and nothing is changed."""
    planned(blank, tmp_path / "versions", "uuid", declared=False)
    with blank.begin() as connection:
        connection.execute(text("INSERT INTO events VALUES (9999, 'nobody', 'seen')"))
    with pytest.raises(EnvironmentFault, match="1 rows of events have a user_id and no user_id_new"):
        run(blank, tmp_path / "versions")
    with blank.connect() as connection:
        assert "id_new" not in {each["name"] for each in inspect(connection).get_columns("users")}


def test_ids_that_are_uuids_stay_themselves(blank: Engine, tmp_path: Path) -> None:
    """An id that is a uuid becomes that uuid; the others follow from their text, the same each time."""
    planned(blank, tmp_path / "versions", "uuid")
    run(blank, tmp_path / "versions")
    with blank.connect() as connection:
        for old, new in connection.execute(text("SELECT id, id_new FROM users")):
            if len(old) == 36:
                assert uuid.UUID(str(new)) == uuid.UUID(old)


@pytest.mark.parametrize("key", ["users.name", "renders.user_id", "nobody.id"])
def test_only_keys(blank: Engine, tmp_path: Path, key: str) -> None:
    """What is no key is refused with what to do."""
    with blank.begin() as connection:
        fill(connection, declared=True)
    with blank.connect() as connection, pytest.raises(InputError):
        key_change(connection, *key.split("."), "uuid")


def model(key: sa.types.TypeEngine[Any], *more: sa.Column[Any]) -> sa.MetaData:
    """Return users and their renders, whose ids are of the given type."""
    made = sa.MetaData()
    sa.Table("users", made, sa.Column("id", key, primary_key=True), sa.Column("name", sa.Text()), *more)
    reference = sa.ForeignKey("users.id", name="fk_renders_users")
    sa.Table(
        "renders",
        made,
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("user_id", key, reference),
    )
    return made


ENVIRONMENT = """
import sqlalchemy as sa
from alembic import context
from tests.lifecycle.test_expanding import model
from workbench.store.engines import open_engine, parse_url
from workbench.store.guard.autogenerate import expand_key_changes

metadata = model(sa.Uuid()MORE)
engine = open_engine(parse_url(context.config.get_main_option("sqlalchemy.url")), power_safe=False)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True,
                      process_revision_directives=expand_key_changes)
    with context.begin_transaction():
        context.run_migrations()
"""


def autogenerated(blank: Engine, tmp_path: Path, more: str = "") -> dict[str, str]:
    """Let Alembic compare a model whose users have uuids with the database, and return the scripts."""
    old, ids = model(sa.String(64)), mixed_ids(Random(565))
    with blank.begin() as connection:
        old.create_all(connection)
        connection.execute(old.tables["users"].insert(), [{"id": each, "name": "n"} for each in ids])
        renders = [{"id": f"r{place}", "user_id": each} for place, each in enumerate(ids)]
        connection.execute(old.tables["renders"].insert(), renders)
    home = tmp_path / "scripts"
    (home / "versions").mkdir(parents=True)
    (home / "env.py").write_text(ENVIRONMENT.replace("MORE", more))
    (home / "script.py.mako").write_text((schema.MIGRATIONS / "script.py.mako").read_text())
    address = blank.url.render_as_string(hide_password=False).replace("%", "%%")
    (tmp_path / "alembic.ini").write_text(
        f"[alembic]\nscript_location = {home}\nsqlalchemy.url = {address}\n"
    )
    command = [sys.executable, "-m", "alembic", "-c", str(tmp_path / "alembic.ini"), "revision"]
    done = subprocess.run(
        [*command, "--autogenerate", "-m", "ids"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return {each.name.split("_", 1)[1]: each.read_text() for each in (home / "versions").glob("*.py")}


@pytest.fixture
def upgraded(blank: Engine, tmp_path: Path) -> Callable[[], None]:
    return lambda: run(blank, tmp_path / "scripts" / "versions")


def test_autogenerate_writes_the_plan(blank: Engine, tmp_path: Path, upgraded: Callable[[], None]) -> None:
    """A model whose key became a uuid gives expand and switch instead of a change in place, and they run."""
    scripts = autogenerated(blank, tmp_path)
    assert set(scripts) == {"expand_users_id.py", "switch_users_id.py"}
    upgraded()
    with blank.connect() as connection:
        assert pairs(connection, "renders", "id_new", "user_id_new") == USERS


def test_autogenerate_keeps_the_rest(blank: Engine, tmp_path: Path, upgraded: Callable[[], None]) -> None:
    """What else the model changed stays in Alembic's own script, which comes first."""
    scripts = autogenerated(blank, tmp_path, ', sa.Column("age", sa.Integer())')
    assert set(scripts) == {"ids.py", "expand_users_id.py", "switch_users_id.py"}
    assert "age" in scripts["ids.py"]
    assert "alter_column" not in scripts["ids.py"]
    upgraded()
    with blank.connect() as connection:
        assert {"age", "id_new"} <= {each["name"] for each in inspect(connection).get_columns("users")}


def test_kinds() -> None:
    """Types no key should have are refused."""
    with pytest.raises(InputError, match="cannot become"):
        kind_of(sa.Float())
