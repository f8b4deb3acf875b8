"""Another type of key without losing one: beside the old one, filled by a map of ids, the old one kept.

Used by the scripts that `workbench db expand` and autogenerate write. An old id is never changed: each gets
a new one that follows from it (an id that already is a uuid stays that uuid), written down in a map, and what
refers to it gets the new id from that map.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from itertools import count
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    String,
    Uuid,
    and_,
    bindparam,
    column,
    func,
    insert,
    select,
    table,
    update,
)
from sqlalchemy.sql.expression import TableClause
from sqlalchemy.types import TypeEngine

from workbench.errors import EnvironmentFault, InputError

_NAMESPACE = uuid.UUID("6f1d9f6e-7d3c-5f0e-9a8e-2f5f1a3c7b21")
_ROWS_AT_ONCE = 1000
Child = tuple[str, str]


@dataclass(frozen=True, slots=True)
class KeyChange:
    """The key `column` of `table` gets the type `kind` (uuid, integer, text:36); `children` refer to it."""

    table: str
    column: str
    kind: str
    children: tuple[Child, ...] = ()

    @property
    def map(self) -> str:
        """The table that maps old ids to new ones."""
        return f"{self.table}_{self.column}_map"

    @property
    def type(self) -> TypeEngine[Any]:
        """The new type."""
        return type_of(self.kind)

    @staticmethod
    def fresh(column: str) -> str:
        """Return the name of the column beside an old one."""
        return f"{column}_new"


def type_of(kind: str) -> TypeEngine[Any]:
    """Return the column type of a kind."""
    if kind == "uuid":
        return Uuid()
    if kind == "integer":
        return BigInteger()
    name, _, letters = kind.partition(":")
    if name == "text" and letters.isdecimal() and int(letters) >= 8:
        return String(int(letters))
    raise InputError(
        f"{kind!r} is no type for a key.", remedy="Give uuid, integer, or text:N from 8 letters."
    )


def fill_new_ids(connection: Connection, change: KeyChange) -> int:
    """Give a new id to every row that has none, and to what refers to it; return how many rows got one."""
    parent, mapped = _with_new(change, change.table, change.column), _map(change)
    filled = 0
    makes = _makers(connection, change)
    unmapped = (
        select(parent.c[change.column])
        .where(parent.c[change.column].not_in(select(mapped.c.old)))
        .order_by(parent.c[change.column])
        .limit(_ROWS_AT_ONCE)
    )
    while old := list(connection.scalars(unmapped)):
        pairs = [{"old": str(each), "new": makes(str(each))} for each in old]
        connection.execute(insert(mapped), pairs)
        filled += len(pairs)
    for name, own in ((change.table, change.column), *change.children):
        _fill(connection, change, name, own)
    return filled


def require_filled(connection: Connection, change: KeyChange) -> None:
    """Refuse to go on while an old id has no new one beside it, or a new one names another row."""
    for name, own in ((change.table, change.column), *change.children):
        missing = int(connection.scalar(_unfilled(change, name, own)) or 0)
        if missing:
            raise EnvironmentFault(
                f"{missing} rows of {name} have a {own} and no {change.fresh(own)}.",
                remedy="They name nobody, or were written by code that knows the old column alone. "
                "Nothing was changed; look at them first.",
            )


def _fill(connection: Connection, change: KeyChange, name: str, own: str) -> None:
    rows, mapped, fresh = _with_new(change, name, own), _map(change), change.fresh(own)
    given = select(mapped.c.new).where(mapped.c.old == rows.c[own]).scalar_subquery()
    known = select(mapped.c.old).where(mapped.c.old == rows.c[own]).exists()
    connection.execute(update(rows).where(rows.c[fresh].is_(None), known).values({fresh: given}))


def _unfilled(change: KeyChange, name: str, own: str) -> Any:
    rows, mapped = _with_new(change, name, own), _map(change)
    right = and_(mapped.c.old == rows.c[own], mapped.c.new == rows.c[change.fresh(own)])
    agrees = select(mapped.c.old).where(right).exists()
    return select(func.count()).select_from(rows).where(rows.c[own].is_not(None), ~agrees)


def _with_new(change: KeyChange, name: str, own: str) -> TableClause:
    return table(name, column(own, String()), column(change.fresh(own), change.type))


def _map(change: KeyChange) -> TableClause:
    return table(change.map, column("old", String()), column("new", change.type))


def _makers(connection: Connection, change: KeyChange) -> _Maker:
    mapped = _map(change)
    last = int(connection.scalar(select(func.max(mapped.c.new))) or 0) if change.kind == "integer" else 0
    return _Maker(connection, change, count(last + 1))


class _Maker:
    """Makes new ids: what fits stays as it is, unless another has it already; the rest follows from it."""

    def __init__(self, connection: Connection, change: KeyChange, numbers: Iterator[int]) -> None:
        self._connection = connection
        self._change = change
        self._numbers = numbers
        self._taken: set[object] = set()

    def __call__(self, old: str) -> object:
        for candidate in self._candidates(old):
            if candidate not in self._taken and not self._is_taken(candidate):
                self._taken.add(candidate)
                return candidate
        raise InputError(f"No new id was found for {old!r}.", remedy="Give a longer text type.")

    def _candidates(self, old: str) -> Iterable[object]:
        if self._change.kind == "integer":
            return self._numbers
        if self._change.kind == "uuid":
            return _uuids(old)
        return _texts(old, int(self._change.kind.partition(":")[2]))

    def _is_taken(self, candidate: object) -> bool:
        mapped = _map(self._change)
        asked = select(mapped.c.old).where(mapped.c.new == bindparam("new", candidate, self._change.type))
        return self._connection.execute(asked).first() is not None


def _uuids(old: str) -> Iterator[object]:
    try:
        same = uuid.UUID(old)
    except ValueError:
        pass
    else:
        if old.lower() in (str(same), same.hex):
            yield same
    for number in range(10):
        yield uuid.uuid5(_NAMESPACE, f"{number} {old}")


def _texts(old: str, letters: int) -> Iterator[object]:
    if len(old) <= letters:
        yield old
    for number in range(10):
        yield blake2b(f"{number} {old}".encode(), digest_size=64).hexdigest()[:letters]
