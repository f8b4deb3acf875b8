"""What a migration lost, found by comparing the census before it with the one after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from workbench.store.guard.census import Census, Reference, TableCount

Sort = Literal["table", "rows", "keys", "identity", "references", "values", "contents"]


@dataclass(frozen=True, slots=True)
class Loss:
    """One thing that was there before and is not after; `code` is how a reviewed migration names it."""

    sort: Sort
    place: str
    message: str

    @property
    def code(self) -> str:
        return f"{self.sort}:{self.place}"


def losses(before: Census, after: Census, reviewed: Mapping[str, str] | None = None) -> tuple[Loss, ...]:
    """Return what was lost, but for what was `reviewed`: a loss's code, and the reason it is wanted.

    A table or column without any value may go; new tables, columns and rows are no loss.
    """
    found = (*_tables(before, after), *_references(before, after))
    allowed = reviewed or {}
    return tuple(loss for loss in found if loss.code not in allowed)


def _tables(before: Census, after: Census) -> Iterator[Loss]:
    for name, old in before.tables.items():
        new = after.tables.get(name)
        if new is None:
            if old.rows:
                yield Loss("table", name, f"the table {name} with its {old.rows} rows is gone")
            continue
        if new.rows < old.rows:
            yield Loss("rows", name, f"{name} had {old.rows} rows and has {new.rows}")
        elif gone := old.keys.missing_from(new.keys):
            yield Loss("keys", name, f"{gone} of the {old.rows} keys of {name} are gone or changed")
        yield from _identities(name, old, new)
        yield from _values(name, old, new)
        yield from _contents(name, old, new)


def _identities(name: str, old: TableCount, new: TableCount) -> Iterator[Loss]:
    if not old.rows:
        return
    for column, kind in old.identities.items():
        now = new.identities.get(column, kind)
        if not now.holds(kind):
            message = f"{name}.{column} names rows and changes from {kind} to {now}"
            yield Loss("identity", f"{name}.{column}", message)


def _values(name: str, old: TableCount, new: TableCount) -> Iterator[Loss]:
    if new.rows < old.rows:
        return
    for column, count in old.values.items():
        now = new.values.get(column, 0)
        if now < count:
            message = f"{name}.{column} held {count} values and holds {now}"
            yield Loss("values", f"{name}.{column}", message)


def _contents(name: str, old: TableCount, new: TableCount) -> Iterator[Loss]:
    """Tell columns in which values that were looked at before are others now; empty ones may be filled."""
    both = old.seen.keys() & new.seen.keys()
    for column in old.values:
        if column not in new.values or column in old.key or _kind(old, column) != _kind(new, column):
            continue
        told = [key for key in both if column in old.seen[key] and column in new.seen[key]]
        changed = sum(old.seen[key][column] != new.seen[key][column] for key in told)
        if changed:
            message = f"{changed} of {len(told)} values looked at in {name}.{column} are others now"
            yield Loss("contents", f"{name}.{column}", message)


def _kind(table: TableCount, column: str) -> str:
    return table.identities[column].kind if column in table.identities else ""


def _references(before: Census, after: Census) -> Iterator[Loss]:
    now = {_place(each): count for each, count in after.references.items()}
    for reference, count in before.references.items():
        found = now.get(_place(reference), 0)
        if found < count:
            message = f"{reference}: {count} rows found their parent and {found} do"
            yield Loss("references", _place(reference), message)


def _place(reference: Reference) -> str:
    return f"{reference.table}.{reference.column}"
