"""API tokens: who may call the service. Only a digest of each is kept; the secret is shown once.

A token is `wb_ID_SECRET`. It is found by its id and judged by its secret, in a time that does not depend
on how much of the secret is right, nor on whether there is such an id.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal, get_args

from sqlalchemy import ColumnElement, RowMapping, insert, select, update

from workbench.errors import InputError, NotFound
from workbench.store import limits
from workbench.store.database import Database
from workbench.store.rows import user
from workbench.store.rows_service import api_token
from workbench.store.users import Users
from workbench.store.values import User

Scope = Literal["author", "operator"]
USE_NOTED_EVERY = timedelta(minutes=5)
_SECRET_BYTES = 32
_PREFIX = "wb_"
_NOBODY = sha256(b"nobody").hexdigest()


@dataclass(frozen=True, slots=True)
class Token:
    """What is kept of a token. An `author` reaches his projects, an `operator` the service's state too."""

    id: str
    name: str
    user: User
    scope: Scope
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    revoked_at: datetime | None

    def alive(self, now: datetime) -> bool:
        """Whether it opens anything at that moment."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


class Tokens:
    """The API tokens of every user."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(
        self, name: str, *, user: str = "local", scope: Scope = "author", days: float | None = None
    ) -> tuple[Token, str]:
        """Make a token of a user who exists; returns it with its secret, which nobody can show again."""
        if scope not in get_args(Scope):
            raise InputError(f"{scope!r} is no scope.", remedy=f"Use one of {', '.join(get_args(Scope))}.")
        if days is not None and not 0 < days <= 3660:
            raise InputError(f"A token cannot last {days:g} days.", remedy="Give more than 0, at most 3660.")
        name, owner = limits.name(name, "token"), Users(self._database).get(user)
        secret, key, now = secrets.token_urlsafe(_SECRET_BYTES), self._database.new_id(), self._database.now()
        row = {
            "id": key,
            "user_id": owner.id,
            "name": name,
            "scope": scope,
            "digest": _digest(secret),
            "created_at": now,
            "expires_at": None if days is None else now + timedelta(days=days),
        }
        with self._database.write() as connection:
            connection.execute(insert(api_token).values(row))
        return self._one(api_token.c.id == key), f"{_PREFIX}{key}_{secret}"

    def known(self, shown: str) -> Token | None:
        """Return the living token that somebody shows, or None; notes now and then that it is in use."""
        key, _, secret = shown.removeprefix(_PREFIX).partition("_")
        with self._database.read() as connection:
            asked = _selected.where(api_token.c.id == key[:64].replace("\x00", ""))
            row = connection.execute(asked).mappings().one_or_none()
        right = hmac.compare_digest(_digest(secret), row["digest"] if row else _NOBODY)
        if row is None or not right or not shown.startswith(_PREFIX):
            return None
        token, now = _token(row), self._database.now()
        if not token.alive(now):
            return None
        if token.used_at is None or now - token.used_at >= USE_NOTED_EVERY:
            with self._database.write() as connection:
                connection.execute(update(api_token).where(api_token.c.id == key).values(used_at=now))
        return token

    def alive(self, token_id: str) -> bool:
        """Whether the token of that id still opens anything."""
        return self._one(api_token.c.id == token_id).alive(self._database.now())

    def revoke(self, token_id: str) -> Token:
        """Close a token for ever; requests that come after this are refused."""
        found = self._one(api_token.c.id == token_id)
        if found.revoked_at is None:
            this = update(api_token).where(api_token.c.id == token_id)
            with self._database.write() as connection:
                connection.execute(this.values(revoked_at=self._database.now()))
        return self._one(api_token.c.id == token_id)

    def list(self, *, user_id: str | None = None) -> tuple[Token, ...]:
        """Return the tokens, of one user or of all, the oldest first."""
        asked = _selected if user_id is None else _selected.where(api_token.c.user_id == user_id)
        with self._database.read() as connection:
            return tuple(_token(row) for row in connection.execute(asked.order_by(api_token.c.id)).mappings())

    def _one(self, which: ColumnElement[bool]) -> Token:
        with self._database.read() as connection:
            row = connection.execute(_selected.where(which)).mappings().one_or_none()
        if row is None:
            raise NotFound("There is no token of that id.", remedy="List them: workbench token list")
        return _token(row)


_selected = select(
    *api_token.c, user.c.name.label("user_name"), user.c.created_at.label("user_created_at")
).join_from(api_token, user)


def _token(row: RowMapping) -> Token:
    owner = User(row["user_id"], row["user_name"], row["user_created_at"])
    kept = ("created_at", "expires_at", "used_at", "revoked_at")
    return Token(row["id"], row["name"], owner, row["scope"], *(row[field] for field in kept))


def _digest(secret: str) -> str:
    return sha256(secret.encode("utf-8", "replace")).hexdigest()
