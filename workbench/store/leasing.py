"""One holder at a time: a lease that runs out by itself when its holder dies."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, bindparam, delete, text

from workbench.errors import Conflict
from workbench.store.database import Database
from workbench.store.rows import Moment, lease

LEASE_SECONDS = 60.0


class Lease:
    """A named lease in the database; `extend` is part of each transaction of the work it protects."""

    def __init__(self, database: Database, name: str, holder: str, seconds: float = LEASE_SECONDS) -> None:
        self._database = database
        self._name = name
        self._holder = holder
        self._seconds = seconds

    def acquire(self) -> None:
        """Take the lease, or say that somebody else has it."""
        with self._database.write() as connection:
            if not self._take(connection):
                raise Conflict(
                    f"Another process holds the {self._name} lease.",
                    remedy=f"Wait for it; if it died, its lease ends within {self._seconds:g} seconds.",
                )

    def extend(self, connection: Connection) -> None:
        """Hold it for another while; work whose lease somebody else took by now is undone."""
        if not self._take(connection):
            raise Conflict(f"The {self._name} lease ran out and was taken.", remedy="Run it again later.")

    def release(self) -> None:
        """Give it back; twice is once."""
        mine = (lease.c.name == self._name) & (lease.c.holder == self._holder)
        with self._database.write() as connection:
            connection.execute(delete(lease).where(mine))

    def _take(self, connection: Connection) -> bool:
        now = self._database.now()
        taken = text(
            "INSERT INTO lease (name, holder, expires_at) VALUES (:name, :holder, :until) "
            "ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at "
            "WHERE lease.holder = excluded.holder OR lease.expires_at < :now"
        ).bindparams(bindparam("until", type_=Moment()), bindparam("now", type_=Moment()))
        until = now + timedelta(seconds=self._seconds)
        given = {"name": self._name, "holder": self._holder, "until": until, "now": now}
        return connection.execute(taken, given).rowcount == 1
