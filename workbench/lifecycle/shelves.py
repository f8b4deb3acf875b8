"""Shelves: what is kept beside the rows of tables and grows old too, such as files and partitions.

A shelf tells what on it may go, and puts it away when a plan says so. Whether it may go is asked again, in
the transaction that puts it away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from sqlalchemy import Connection, bindparam, inspect, text

from workbench.store.rows import Moment

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing on a shelf: its key, the bytes it takes, and since when it is there unused."""

    key: str
    bytes: int
    moment: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """What an entry of the books has put away by now, in all its runs."""

    things: int
    bytes: int


class Shelf(Protocol):
    """Something a policy can clear by age; keys are texts, in whose order it is worked on."""

    def total(self, connection: Connection) -> int | None:
        """Return how many things there are; None while there is no such shelf."""

    def past(self, connection: Connection, cutoff: datetime, made_at: datetime) -> Sequence[Thing]:
        """Return what may go, by key: unused since before `cutoff`, and not held at `made_at` or later."""

    def take(
        self, connection: Connection, things: Sequence[Thing], cleanup_id: str, until: datetime, before: Taken
    ) -> Taken:
        """Put things away that still may go, to be had back `until` then; `before` is what the books say."""

    def bring_back(self, cleanup_id: str) -> int:
        """Put back what an entry took, and return how many."""

    def purge(self, connection: Connection, now: datetime) -> int:
        """Let go for good what waited until now and nobody holds or names, and return how many."""


Shelves = Mapping[str, Shelf]


class Partitions:
    """Telemetry's files, each a partition of rows of one time; taken out of the list, they are gone.

    Whoever keeps telemetry removes the files of retired partitions, once no reader can have begun on them.
    """

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def total(self, connection: Connection) -> int | None:
        if not inspect(connection).has_table("telemetry_segment"):
            return None
        asked = text("SELECT count(*) FROM telemetry_segment WHERE kind = :kind AND retired_at IS NULL")
        return int(connection.execute(asked, {"kind": self._kind}).scalar_one())

    def past(self, connection: Connection, cutoff: datetime, made_at: datetime) -> Sequence[Thing]:  # noqa: ARG002
        asked = text(
            "SELECT id, bytes, last_us FROM telemetry_segment WHERE kind = :kind AND retired_at IS NULL "
            "AND last_us < :cutoff ORDER BY id"
        )
        given = {"kind": self._kind, "cutoff": (cutoff - EPOCH) // timedelta(microseconds=1)}
        rows = connection.execute(asked, given)
        return [Thing(key, size, EPOCH + timedelta(microseconds=last)) for key, size, last in rows]

    def take(
        self,
        connection: Connection,
        things: Sequence[Thing],
        cleanup_id: str,  # noqa: ARG002
        until: datetime,
        before: Taken,
    ) -> Taken:
        retired = text(
            "UPDATE telemetry_segment SET retired_at = :now WHERE id = :id AND retired_at IS NULL"
        ).bindparams(bindparam("now", type_=Moment()))
        gone = [
            thing for thing in things if connection.execute(retired, {"now": until, "id": thing.key}).rowcount
        ]
        return Taken(before.things + len(gone), before.bytes + sum(thing.bytes for thing in gone))

    def bring_back(self, cleanup_id: str) -> int:  # noqa: ARG002
        return 0

    def purge(self, connection: Connection, now: datetime) -> int:  # noqa: ARG002
        return 0
