"""The accident: ids of 565 users turned from text to uuid in twelve ways, with and without foreign keys."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from random import Random

from sqlalchemy import Connection, text

USERS = 565
UUID_PATTERN = "________-____-____-____-____________"


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to do it, in SQL for each engine; `declared` steps replace the others with foreign keys."""

    name: str
    postgresql: tuple[str, ...]
    sqlite: tuple[str, ...]
    destructive: bool = True


def mixed_ids(chance: Random) -> list[str]:
    """Return ids as real databases have them: uuids in both cases, and ids of other services."""
    ids = []
    for number in range(USERS):
        made = str(uuid.UUID(int=chance.getrandbits(128)))
        kinds = (made, made.upper(), f"google-oauth2|{number:06}", f"user_{number}")
        ids.append(kinds[min(number % 5, 3)] if number % 5 < 4 else made)
    return ids


def fill(connection: Connection, *, declared: bool, only_uuids: bool = False) -> None:
    """Make users, their renders (a foreign key when `declared`) and their events (never declared)."""
    cascade = " REFERENCES users(id) ON DELETE CASCADE" if declared else ""
    connection.execute(text("CREATE TABLE users (id VARCHAR(64) PRIMARY KEY, name VARCHAR(64) NOT NULL)"))
    connection.execute(
        text(f"CREATE TABLE renders (id VARCHAR(64) PRIMARY KEY, user_id VARCHAR(64){cascade}, title TEXT)")
    )
    connection.execute(text("CREATE TABLE events (id INTEGER PRIMARY KEY, user_id VARCHAR(64), kind TEXT)"))
    ids = mixed_ids(Random(565))
    if only_uuids:
        ids = [each for each in ids if len(each) == 36]
    users = [{"id": each, "name": f"n{place}"} for place, each in enumerate(ids)]
    renders = [
        {"id": f"r{place}-{n}", "user": each, "title": "t"}
        for place, each in enumerate(ids)
        for n in range(3)
    ]
    events = [{"id": place, "user": each} for place, each in enumerate(ids)]
    connection.execute(text("INSERT INTO users VALUES (:id, :name)"), users)
    connection.execute(text("INSERT INTO renders VALUES (:id, :user, :title)"), renders)
    connection.execute(text("INSERT INTO events VALUES (:id, :user, 'seen')"), events)


_REBUILT = "CREATE TABLE made (id CHAR(36) PRIMARY KEY, name VARCHAR(64) NOT NULL)"
_SWAP = ("DROP TABLE users", "ALTER TABLE made RENAME TO users")
_KEY = "ALTER TABLE users ALTER COLUMN id TYPE uuid USING "
_CHILD = "ALTER TABLE renders ALTER COLUMN user_id TYPE uuid USING "
_UNTIE = "ALTER TABLE renders DROP CONSTRAINT IF EXISTS renders_user_id_fkey"

VARIANTS = (
    Variant(
        "type of the key",
        (f"{_KEY}id::uuid",),
        ("CREATE TABLE made (id UUID PRIMARY KEY, name VARCHAR(64) NOT NULL)",
         "INSERT INTO made SELECT * FROM users", *_SWAP),
    ),
    Variant(
        "type of both sides",
        (_UNTIE, f"{_KEY}id::uuid", f"{_CHILD}user_id::uuid"),
        (_REBUILT, "INSERT INTO made SELECT lower(id), name FROM users", *_SWAP,
         "UPDATE renders SET user_id = lower(user_id)"),
    ),
    Variant(
        "drop the column, add another",
        ("ALTER TABLE users DROP COLUMN id CASCADE",
         "ALTER TABLE users ADD COLUMN id uuid PRIMARY KEY DEFAULT gen_random_uuid()"),
        (_REBUILT, "INSERT INTO made SELECT hex(randomblob(16)), name FROM users", *_SWAP),
    ),
    Variant(
        "drop the table, make it anew",
        ("DROP TABLE users CASCADE", "CREATE TABLE users (id uuid PRIMARY KEY, name VARCHAR(64) NOT NULL)"),
        ("DROP TABLE users", "CREATE TABLE users (id CHAR(36) PRIMARY KEY, name VARCHAR(64) NOT NULL)"),
    ),
    Variant(
        "copy the rows that look right",
        (_UNTIE, "CREATE TABLE made (id uuid PRIMARY KEY, name VARCHAR(64) NOT NULL)",
         f"INSERT INTO made SELECT id::uuid, name FROM users WHERE id LIKE '{UUID_PATTERN}'", *_SWAP),
        (_REBUILT, f"INSERT INTO made SELECT * FROM users WHERE id LIKE '{UUID_PATTERN}'", *_SWAP),
    ),
    Variant(
        "delete what does not look right",
        (f"DELETE FROM users WHERE id NOT LIKE '{UUID_PATTERN}'", f"{_KEY}id::uuid"),
        (f"DELETE FROM users WHERE id NOT LIKE '{UUID_PATTERN}'",),
    ),
    Variant(
        "empty what does not look right",
        (_UNTIE, f"{_CHILD}CASE WHEN user_id LIKE '{UUID_PATTERN}' THEN user_id::uuid END"),
        (f"UPDATE renders SET user_id = NULL WHERE user_id NOT LIKE '{UUID_PATTERN}'",),
    ),
    Variant(
        "new random ids",
        (_UNTIE, f"{_KEY}gen_random_uuid()"),
        ("UPDATE users SET id = lower(hex(randomblob(16)))",),
    ),
    Variant(
        "truncate, then change the type",
        ("TRUNCATE users CASCADE", _UNTIE, f"{_KEY}id::uuid"),
        ("DELETE FROM users", "DELETE FROM renders"),
    ),
    Variant(
        "untie the children, delete the parents",
        ("UPDATE renders SET user_id = NULL", "DELETE FROM users"),
        ("UPDATE renders SET user_id = NULL", "DELETE FROM users"),
    ),
    Variant(
        "hidden in a block",
        (f"DO $$ BEGIN EXECUTE '{_UNTIE}'; EXECUTE '{_KEY}gen_random_uuid()'; END $$",),
        ("CREATE TRIGGER wipe AFTER UPDATE ON users BEGIN DELETE FROM renders; END",
         "UPDATE users SET name = name WHERE id = (SELECT min(id) FROM users)"),
    ),
    Variant(
        "a new column beside it",
        ("ALTER TABLE users ADD COLUMN public_id uuid", "CREATE INDEX by_public_id ON users (public_id)"),
        ("ALTER TABLE users ADD COLUMN public_id CHAR(36)", "CREATE INDEX by_public_id ON users (public_id)"),
        destructive=False,
    ),
)  # fmt: skip
