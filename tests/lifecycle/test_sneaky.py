"""Ways to lose data that leave every count as it was, or hide; the guard holds in each of them."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from tests.lifecycle.accident import fill
from workbench.errors import WorkbenchError
from workbench.store import schema
from workbench.store.guard.statements import judge_sql

BOTH = {
    "always true": ("UPDATE renders SET title = '' WHERE user_id = user_id",),
    "true as a number": ("UPDATE users SET name = 'x' WHERE 1 = 1",),
    "everything given to one": ("UPDATE renders SET user_id = (SELECT min(id) FROM users)",),
    "shifted by a neighbour": (
        "UPDATE users SET name = (SELECT max(other.name) FROM users other WHERE other.name <> users.name)",
    ),
    "dropped, and back by its default": (
        "ALTER TABLE users DROP COLUMN name",
        "ALTER TABLE users ADD COLUMN name VARCHAR(64) NOT NULL DEFAULT 'somebody'",
    ),
    "swapped for an empty one": (
        "ALTER TABLE users RENAME TO users_before",
        "CREATE TABLE users (id VARCHAR(64) PRIMARY KEY, name VARCHAR(64) NOT NULL)",
    ),
    "hidden behind a view": (
        "ALTER TABLE events RENAME TO events_all",
        "CREATE VIEW events AS SELECT * FROM events_all WHERE kind = 'never'",
    ),
    "duplicates by name": ("DELETE FROM events WHERE id NOT IN (SELECT min(id) FROM events GROUP BY kind)",),
    "those that are all": ("DELETE FROM renders WHERE id IN (SELECT id FROM renders)",),
    "there and back": (
        "CREATE TABLE aside AS SELECT * FROM events",
        "DELETE FROM events",
        "INSERT INTO events SELECT id, user_id, 'moved' FROM aside",
    ),
    "inserted over": (
        (
            "INSERT INTO users SELECT id, 'x' FROM users WHERE id <> '' "
            "ON CONFLICT (id) DO UPDATE SET name = excluded.name"
        ),
    ),
}
SQLITE = {
    "replaced": ("INSERT OR REPLACE INTO users SELECT id, 'x' FROM users",),
    "updated or replaced": ("UPDATE OR REPLACE events SET id = 1 WHERE id > 0",),
    "a collation that ignores case": (
        "INSERT INTO users VALUES ('anna', 'a'), ('ANNA', 'b')",
        "CREATE TABLE made (id VARCHAR(64) COLLATE NOCASE PRIMARY KEY, name VARCHAR(64) NOT NULL)",
        "INSERT OR IGNORE INTO made SELECT * FROM users WHERE id LIKE '%a%'",
        "DROP TABLE users",
        "ALTER TABLE made RENAME TO users",
    ),
    "a trigger that takes children": (
        "CREATE TRIGGER bomb AFTER UPDATE ON users BEGIN DELETE FROM events WHERE user_id = new.id; END",
        "UPDATE users SET name = name WHERE id = (SELECT max(user_id) FROM events)",
    ),
    "checks turned off in passing": ("PRAGMA writable_schema = 1", "DELETE FROM sqlite_master"),
}
POSTGRESQL = {
    "deleted in a question": ("WITH gone AS (DELETE FROM events RETURNING *) SELECT count(*) FROM gone",),
    "hidden in a block": ("DO $$ BEGIN EXECUTE 'UPDATE renders SET title = NULL'; END $$",),
    "cut on the way": ("ALTER TABLE users ALTER COLUMN name TYPE varchar(1) USING left(name, 1)",),
    "merged": (
        (
            "MERGE INTO users USING (SELECT id AS old FROM users) s ON users.id = s.old "
            "WHEN MATCHED THEN UPDATE SET name = 'x'"
        ),
    ),
    "generated instead": (
        "ALTER TABLE users DROP COLUMN name",
        "ALTER TABLE users ADD COLUMN name text GENERATED ALWAYS AS (lower(id)) STORED",
    ),
}
CASES = [
    *((engine, name, steps) for engine in ("sqlite", "postgresql") for name, steps in BOTH.items()),
    *(("sqlite", name, steps) for name, steps in SQLITE.items()),
    *(("postgresql", name, steps) for name, steps in POSTGRESQL.items()),
]
IDS = [f"{name}-{engine}" for engine, name, _ in CASES]


def run(steps: tuple[str, ...], connection: Connection) -> None:
    for step in steps:
        connection.exec_driver_sql(step)


def content(engine: Engine) -> list[list[tuple[object, ...]]]:
    with engine.connect() as connection:
        tables = ("users", "renders", "events")
        return [
            [tuple(row) for row in connection.execute(text(f"SELECT * FROM {name} ORDER BY id"))]
            for name in tables
        ]


@pytest.mark.parametrize(("engine", "name", "steps"), CASES, ids=IDS)
def test_lint_sees_it(engine: str, name: str, steps: tuple[str, ...]) -> None:
    """The judge refuses the text of each."""
    dialect = "postgres" if engine == "postgresql" else "sqlite"
    found = judge_sql(";\n".join(steps), "a.sql", dialect)
    assert any(each.severity == "error" for each in found)


@pytest.mark.slow
def test_the_guard_holds(blank: Engine) -> None:
    """None of them is kept: every row of every table is what it was, value by value."""
    with blank.begin() as connection:
        fill(connection, declared=False)
    before = content(blank)
    for engine, name, steps in CASES:
        if engine == blank.dialect.name:
            with pytest.raises((WorkbenchError, DBAPIError)):
                schema.guarded(blank, partial(run, steps))
            assert content(blank) == before, name


@pytest.mark.slow
def test_filling_what_is_empty_is_no_loss(blank: Engine) -> None:
    """A new column may be filled, and an empty one too; a reviewed overwriting passes by its name."""
    with blank.begin() as connection:
        fill(connection, declared=True)
        connection.execute(text("UPDATE renders SET title = NULL"))
    steps = (
        "ALTER TABLE users ADD COLUMN age INTEGER",
        "UPDATE users SET age = 1",
        "UPDATE renders SET title = 't'",
    )
    assert schema.guarded(blank, partial(run, steps)).losses == ()

    def reviewed(connection: Connection) -> dict[str, str]:
        run(("UPDATE renders SET title = 'u'",), connection)
        return {"contents:renders.title": "a better title"}

    assert schema.guarded(blank, reviewed).losses == ()
