"""A cleanup as a plan: what each rule would take, counted and measured, before anything is touched."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from sqlalchemy import Connection

from workbench.errors import InputError
from workbench.lifecycle.needs import Needed
from workbench.lifecycle.orphans import Orphaned, due_tables, select_orphans, told_orphans
from workbench.lifecycle.policy import Policy, Rule, ShelfRule
from workbench.lifecycle.selection import Found, Selection, select_rows
from workbench.lifecycle.shelves import Shelves
from workbench.spans import traced
from workbench.store import schema
from workbench.store.database import Database

_PAGE_ROWS = 5000
State = Literal["ready", "nothing to do", "waiting for its table"]
_NO_SHELVES: Shelves = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class PlanItem:
    """What one rule would take: rows older than `cutoff` and the bytes of their values.

    Of a shelf, `table` is its name, `rows` counts files or partitions, and `bytes` is what they take.
    """

    rule: str
    table: str
    cutoff: datetime
    state: State
    rows: int = 0
    bytes: int = 0
    table_rows: int = 0
    kept_for_undo: int = 0
    oldest: datetime | None = None
    needs_confirmation: bool = False

    @property
    def share(self) -> float:
        """The part of its table it would take, 0 to 1."""
        return self.rows / self.table_rows if self.table_rows else 0.0


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole plan; `apply` takes exactly its items, and refuses it once it was changed by hand.

    `orphans` tells what was reported to be without a parent; only an item takes any of it.
    """

    made_at: datetime
    policy_digest: str
    schema: str
    database: str
    items: tuple[PlanItem, ...]
    orphans: tuple[Orphaned, ...] = ()

    @property
    def digest(self) -> str:
        """Names the plan; any change to it changes the digest."""
        return hashlib.sha256(_json(asdict(self)).encode()).hexdigest()

    @property
    def rows(self) -> int:
        return sum(item.rows for item in self.items)

    @property
    def bytes(self) -> int:
        return sum(item.bytes for item in self.items)


@traced("lifecycle.plan")
def make_plan(database: Database, policy: Policy, shelves: Shelves = _NO_SHELVES) -> Plan:
    """Count and measure what the policy would take now, in one consistent reading."""
    made_at = database.now()
    with database.read() as connection:
        rows = [_item(connection, policy, rule, made_at) for rule in policy.rules]
        lost = [_orphan_item(connection, policy, table, made_at)
                for table in due_tables(connection, policy, made_at)]  # fmt: skip
        told = told_orphans(connection, policy)
        things = [_shelf_item(connection, shelves, rule, made_at) for rule in policy.shelves]
        version = schema.version_of(connection) or ""
    place = database.url.render_as_string()
    return Plan(made_at, policy.digest, version, place, (*rows, *lost, *things), told)


def select_within(connection: Connection, rule: Rule, made_at: datetime) -> Selection | None:
    """Return the rows a rule takes as of the plan's moment."""
    return select_rows(connection, rule, made_at - timedelta(days=rule.keep_days), made_at)


def needed_by(
    connection: Connection, policy: Policy, rule: Rule, made_at: datetime, *, planned: bool = True
) -> Needed | None:
    """Return what the history still needs, when the rule asks for that."""
    history = policy.rule(rule.needed_by) if rule.needed_by else None
    selection = select_within(connection, history, made_at) if history else None
    return Needed(selection, planned=planned) if selection else None


@dataclass(frozen=True, slots=True)
class Chosen:
    """What an item of a plan takes: the rows, those that are needed still, and the days of grace."""

    selection: Selection
    needed: Needed | None
    grace_days: float


def chosen_by(connection: Connection, policy: Policy, item: PlanItem, made_at: datetime) -> Chosen | None:
    """Return what an item takes as of the plan's moment; None when it clears a shelf."""
    rule, orphans = policy.rule(item.rule), policy.orphans
    if rule is not None:
        selection = select_within(connection, rule, made_at)
        needed = needed_by(connection, policy, rule, made_at, planned=False)
        grace = rule.grace_days
    elif orphans is not None and item.rule == f"{orphans.name}.{item.table}":
        selection = select_orphans(connection, policy, item.table, made_at)
        needed, grace = None, orphans.grace_days
    else:
        return None
    if selection is None:
        raise InputError(f"There is no table {item.table!r} here.", remedy="Make a new plan and read it.")
    return Chosen(selection, needed, grace)


def write_plan(plan: Plan, path: Path) -> None:
    """Write a plan as JSON with its digest."""
    path.write_text(_json({**asdict(plan), "digest": plan.digest}, indent=1) + "\n", encoding="utf-8")


def read_plan(path: Path) -> Plan:
    """Read a plan back; one that was changed since it was made is refused."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        digest = data.pop("digest")
        plan = Plan(
            **{
                **data,
                "made_at": _moment(data["made_at"]),
                "items": tuple(map(_read_item, data["items"])),
                "orphans": tuple(map(_read_orphans, data["orphans"])),
            }
        )
    except (OSError, ValueError, KeyError, TypeError) as failure:
        raise InputError(
            f"{path} is no plan: {failure}.", remedy="Make one: workbench lifecycle plan"
        ) from failure
    if plan.digest != digest:
        raise InputError(f"{path} was changed after it was made.", remedy="Make a new plan and read it.")
    return plan


def _item(connection: Connection, policy: Policy, rule: Rule, made_at: datetime) -> PlanItem:
    cutoff = made_at - timedelta(days=rule.keep_days)
    selection = select_within(connection, rule, made_at)
    if selection is None:
        return PlanItem(rule.name, rule.table, cutoff, "waiting for its table")
    needed = needed_by(connection, policy, rule, made_at)
    rows, size, kept = _measured(connection, selection, needed)
    table_rows = _rows_of(connection, rule.table)
    share = rows / table_rows if table_rows else 0.0
    return PlanItem(
        rule.name, rule.table, cutoff, "ready" if rows else "nothing to do", rows, size, table_rows, kept,
        oldest(connection, selection, needed) if rows else None, share > rule.most_share,
    )  # fmt: skip


def _orphan_item(connection: Connection, policy: Policy, table: str, made_at: datetime) -> PlanItem:
    rule, selection = policy.orphans, select_orphans(connection, policy, table, made_at)
    assert rule is not None
    rows, size, _ = _measured(connection, selection) if selection else (0, 0, 0)
    table_rows = _rows_of(connection, table)
    return PlanItem(
        f"{rule.name}.{table}", table, made_at - timedelta(days=rule.wait_days),
        "ready" if rows else "nothing to do", rows, size, table_rows,
        needs_confirmation=rows > rule.most_share * table_rows,
    )  # fmt: skip


def _measured(
    connection: Connection, selection: Selection, needed: Needed | None = None
) -> tuple[int, int, int]:
    """Return how many rows are taken, their bytes, and how many are needed still."""
    rows = size = kept = 0
    for page in _pages(connection, selection):
        spared = needed.among(connection, [each.key for each in page]) if needed else set()
        kept += len(spared)
        rows += len(page) - len(spared)
        size += sum(each.bytes for each in page if each.key not in spared)
    return rows, size, kept


def _rows_of(connection: Connection, table: str) -> int:
    return int(connection.exec_driver_sql(f'SELECT count(*) FROM "{table}"').scalar_one())


def _shelf_item(connection: Connection, shelves: Shelves, rule: ShelfRule, made_at: datetime) -> PlanItem:
    cutoff = made_at - timedelta(days=rule.keep_days)
    shelf = shelves.get(rule.shelf)
    total = shelf.total(connection) if shelf else None
    if shelf is None or total is None:
        return PlanItem(rule.name, rule.shelf, cutoff, "waiting for its table")
    past = shelf.past(connection, cutoff, made_at)
    if not past:
        return PlanItem(rule.name, rule.shelf, cutoff, "nothing to do", table_rows=total)
    size, first = sum(thing.bytes for thing in past), min(thing.moment for thing in past)
    share = len(past) / max(total, len(past))
    return PlanItem(
        rule.name, rule.shelf, cutoff, "ready", len(past), size, max(total, len(past)), 0, first,
        share > rule.most_share,
    )  # fmt: skip


def oldest(connection: Connection, selection: Selection, needed: Needed | None = None) -> datetime | None:
    """Return the moment of the oldest row that is taken: of the selection, and not needed by the history."""
    for page in selection.by_age(connection):
        spared = needed.among(connection, [each.key for each in page]) if needed else set()
        for each in page:
            if each.key not in spared:
                return _moment(each.place[0])
    return None


def _pages(connection: Connection, selection: Selection) -> Iterator[list[Found]]:
    after: Sequence[Any] = ()
    while page := selection.page(connection, after, _PAGE_ROWS):
        yield page
        after = page[-1].place


def _moment(value: str | datetime) -> datetime:
    when = datetime.fromisoformat(value) if isinstance(value, str) else value
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _read_item(data: dict[str, Any]) -> PlanItem:
    last = data["oldest"]
    return PlanItem(**{**data, "cutoff": _moment(data["cutoff"]), "oldest": _moment(last) if last else None})


def _read_orphans(data: dict[str, Any]) -> Orphaned:
    later = data["may_go_at"]
    moments = {"since": _moment(data["since"]), "may_go_at": _moment(later) if later else None}
    return Orphaned(**{**data, **moments, "first": tuple(data["first"])})


def _json(data: object, indent: int | None = None) -> str:
    return json.dumps(data, indent=indent, sort_keys=True, default=lambda each: each.isoformat())
