"""Users: who owns projects. A workbench on one machine has one, named `local`."""

from __future__ import annotations

from sqlalchemy import insert, select

from workbench.errors import InputError, NotFound
from workbench.store import limits
from workbench.store.database import Database
from workbench.store.rows import user
from workbench.store.values import User


class Users:
    """Everybody who may own projects."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, name: str) -> User:
        """Add somebody; names are unique."""
        name = limits.name(name, "user")
        fresh = User(self._database.new_id(), name, self._database.now())
        with self._database.write() as connection:
            if connection.scalars(select(user.c.id).where(user.c.name == name)).first():
                raise InputError(f"There is a user named {name!r} already.", remedy="Choose another name.")
            connection.execute(insert(user).values(id=fresh.id, name=name, created_at=fresh.created_at))
        return fresh

    def get(self, name_or_id: str) -> User:
        """Return somebody by name or id."""
        known = self.list()
        for found in known:
            if name_or_id in (found.id, found.name):
                return found
        raise NotFound.among("user", name_or_id, (each.name for each in known))

    def list(self) -> tuple[User, ...]:
        """Return everybody, the oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(select(user).order_by(user.c.id)).mappings()
            return tuple(User(row["id"], row["name"], row["created_at"]) for row in rows)
