"""The judge of scripts and SQL: what is dangerous is an error with a recipe, what is additive passes."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.store import schema
from workbench.store.guard.scripts import judge, judge_script
from workbench.store.guard.statements import judge_sql

BAD_SQL = [
    ("drop-table", "DROP TABLE users"),
    ("drop-table", "DROP TABLE IF EXISTS a, users CASCADE"),
    ("drop-column", "ALTER TABLE users DROP COLUMN email"),
    ("drop-column", "ALTER TABLE users DROP COLUMN id, ADD COLUMN id uuid"),
    ("truncate", "TRUNCATE users"),
    ("delete-without-bounds", "DELETE FROM users"),
    ("delete-without-bounds", "DELETE FROM users WHERE 1 = 1"),
    ("delete-without-bounds", "DELETE FROM users WHERE id = id"),
    ("delete-without-bounds", "DELETE FROM users WHERE name IS NOT NULL OR id = 'a'"),
    ("delete-without-bounds", "WITH x AS (DELETE FROM users RETURNING *) SELECT * FROM x"),
    ("update-without-bounds", "UPDATE users SET name = ''"),
    ("key-update", "UPDATE renders SET user_id = lower(user_id) WHERE kind = 'x'"),
    ("identity-type", "ALTER TABLE users ALTER COLUMN id TYPE uuid USING id::uuid"),
    ("identity-type", "ALTER TABLE renders ALTER COLUMN user_id TYPE bigint"),
    ("not-null-without-default", "ALTER TABLE users ADD COLUMN age int NOT NULL"),
    ("rename-table", "ALTER TABLE users RENAME TO people"),
    ("dynamic-sql", "DO $$ BEGIN EXECUTE 'DROP TABLE users'; END $$"),
    ("dynamic-sql", "SELECT wipe_everything()"),
    ("own-transaction", "BEGIN; COMMIT"),
    ("checks-off", "SET session_replication_role = replica"),
    ("replace-rows", "INSERT OR REPLACE INTO users VALUES (1)"),
    ("unbounded-merge", "MERGE INTO a USING b ON a.id = b.id WHEN MATCHED THEN DELETE"),
    ("detach-partition", "ALTER TABLE a DETACH PARTITION b"),
    ("unreadable", "CREATE RULE r AS ON INSERT TO a DO INSTEAD DELETE FROM a"),
    ("unreadable", "this is no statement at all"),
    ("drop-schema", "DROP SCHEMA public CASCADE"),
]
GOOD_SQL = [
    "CREATE TABLE a (id text PRIMARY KEY); CREATE INDEX i ON a (id)",
    "ALTER TABLE users ADD COLUMN age int; UPDATE users SET age = 1 WHERE age IS NULL",
    "ALTER TABLE users ADD COLUMN age int NOT NULL DEFAULT 0",
    "INSERT INTO a SELECT * FROM b; SELECT 1; COMMENT ON TABLE a IS 'x'",
    "UPDATE users SET name = 'x' WHERE id = 'y'",
]
BAD_SCRIPTS = [
    ("drop-table", "op.drop_table('users')"),
    ("drop-column", "op.drop_column('users', 'email')"),
    ("identity-type", "op.alter_column('users', 'id', type_=sa.Uuid())"),
    ("not-null-without-default", "op.add_column('users', sa.Column('age', sa.Integer(), nullable=False))"),
    ("drop-all", "Base.metadata.drop_all(op.get_bind())"),
    ("dynamic-sql", "op.execute(f'DELETE FROM {table}')"),
    ("dynamic-sql", "op.execute('DROP ' + 'TABLE users')"),
    ("delete-without-bounds", "op.execute(sa.text('DELETE FROM users'))"),
    ("delete-without-bounds", "op.execute(users.delete())"),
    ("opaque-code", "getattr(op, 'drop_' + 'table')('users')"),
    ("opaque-code", "op.invoke(thing)"),
    ("own-transaction", "with op.get_context().autocommit_block(): pass"),
    ("batch-rebuild", "with op.batch_alter_table('a') as b: b.alter_column('n', nullable=True)"),
    ("unreadable", "op.execute("),
]
GOOD_SCRIPTS = [
    "op.add_column('users', sa.Column('age', sa.Integer()))",
    "op.create_table('a', sa.Column('id', sa.String(64)), sa.PrimaryKeyConstraint('id')); op.drop_table('a')",
    "op.create_index('i', 'users', ['age'])",
    'op.execute("UPDATE users SET age = 0 WHERE age IS NULL")',
]


def script(body: str) -> str:
    return f"def upgrade():\n    {body}\n\ndef downgrade():\n    op.drop_table('users')\n"


@pytest.mark.parametrize(("rule", "sql"), BAD_SQL)
def test_dangerous_sql(rule: str, sql: str) -> None:
    """Each is an error of its rule, with a recipe."""
    found = {each.rule: each for each in judge_sql(sql, "a.sql", "postgres")}
    assert rule in found
    assert (found[rule].severity, found[rule].line) == ("error", 1)
    assert found[rule].recipe


@pytest.mark.parametrize("sql", GOOD_SQL)
@pytest.mark.parametrize("dialect", ["postgres", "sqlite"])
def test_additive_sql(sql: str, dialect: str) -> None:
    """Nothing additive is refused."""
    assert [each for each in judge_sql(sql, "a.sql", dialect) if each.severity == "error"] == []


@pytest.mark.parametrize(("rule", "body"), BAD_SCRIPTS)
def test_dangerous_scripts(rule: str, body: str) -> None:
    """Each is an error of its rule; what goes back down is not judged."""
    assert rule in {each.rule for each in judge_script(script(body), "a.py") if each.severity == "error"}


@pytest.mark.parametrize("body", GOOD_SCRIPTS)
def test_additive_scripts(body: str) -> None:
    """Nothing additive is refused."""
    assert [each for each in judge_script(script(body), "a.py") if each.severity == "error"] == []


def test_allowed_with_a_reason() -> None:
    """A reason in the line lets one rule pass there; without a reason nothing passes."""
    line = "op.drop_column('users', 'email')  # guard: allow drop-column"
    assert judge_script(script(f"{line}, unused since 0007"), "a.py") == ()
    assert [each.rule for each in judge_script(script(line), "a.py")] == ["drop-column"]


def test_place(tmp_path: Path) -> None:
    """A finding in a file names the file and the line of the statement."""
    (tmp_path / "a.sql").write_text("SELECT 1;\n\nDELETE FROM users;\n")
    (found,) = judge(tmp_path)
    assert (found.place, found.line) == (str(tmp_path / "a.sql"), 3)


def test_our_own_migrations_pass() -> None:
    """The workbench's migrations are judged by the same rules."""
    assert [each for each in judge(schema.MIGRATIONS) if each.severity == "error"] == []
