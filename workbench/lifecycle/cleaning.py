"""Applies a plan: in small batches that others hardly notice, resumable, and never more than was planned.

Everything a batch does is one transaction: it holds the lease, deletes what the rule still selects, keeps the
rows for their grace, and writes down how far it came. A process killed anywhere leaves whole batches; the
next one goes on behind the last.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from workbench.errors import InputError
from workbench.events import Emit, Event, silence
from workbench.lifecycle import archive, removed
from workbench.lifecycle.books import Cleanup, close_cleanup, entry_of, note_batch, open_cleanup
from workbench.lifecycle.pace import pace_for
from workbench.lifecycle.planning import Chosen, Plan, PlanItem, chosen_by
from workbench.lifecycle.policy import Policy
from workbench.lifecycle.shelves import Shelf, Shelves, Taken
from workbench.spans import annotate, traced
from workbench.store import schema
from workbench.store.backstage import Backstage
from workbench.store.database import Database
from workbench.store.leasing import LEASE_SECONDS, Lease
from workbench.store.rows import cleanup

MOST_PLAN_DAYS = 7.0
_UNDONE_ROWS = 500
_THINGS = 250


@dataclass(frozen=True, slots=True)
class Budget:
    """How long one run may take and how many rows it may remove; what is left is done by the next run."""

    seconds: float = 3600.0
    rows: int = 50_000_000


@dataclass(frozen=True, slots=True)
class CleaningReport:
    """What one run did: the entries it worked on, what it removed and purged, and whether it finished.

    `held_rows` are past their grace and stay, since they are held.
    """

    plan: str
    finished: bool
    rows: int
    bytes: int
    purged_rows: int
    held_rows: int
    seconds: float
    longest_batch_seconds: float
    entries: tuple[Cleanup, ...]


@dataclass(frozen=True, slots=True)
class _Work:
    """One item at work: what it takes, and how far this run may go."""

    chosen: Chosen
    deadline: float
    most_rows: int
    backstage: Backstage


class Cleaner:
    """Removes what plans name, one cleaner at a time."""

    def __init__(
        self,
        database: Database,
        policy: Policy,
        *,
        who: str = "you",
        emit: Emit = silence,
        pause: Callable[[float], None] = time.sleep,
        lease_seconds: float = LEASE_SECONDS,
        shelves: Shelves | None = None,
    ) -> None:
        self._database = database
        self._policy = policy
        self._who = who
        self._emit = emit
        self._pause = pause
        self._lease = Lease(database, "lifecycle", database.new_id(), lease_seconds)
        self._pace = pace_for(database.is_sqlite)
        self._longest = 0.0
        self._released = 0.0
        self._shelves: Shelves = shelves or {}

    @traced("lifecycle.clean")
    def apply(
        self, plan: Plan, *, confirmed: Collection[str] = (), budget: Budget | None = None
    ) -> CleaningReport:
        """Remove what the plan names and a preserve rule does not keep by now; resumes where it stopped.

        `confirmed` names the rules that may take more than their share of a table.
        """
        self._refuse_other(plan)
        self._refuse_unconfirmed(plan, confirmed)
        limit = budget or Budget()
        clock = self._database.clock
        started = clock.monotonic()
        deadline = started + limit.seconds
        with self._leased(), closing(Backstage(self._database)) as backstage:
            purged, held = self._purge(plan, backstage)
            done = [
                self._item(plan, item, deadline, limit.rows, backstage) for item in plan.items if item.rows
            ]
            purged += sum(self._purge_shelf(shelf) for shelf in self._shelves.values())
        finished = all(entry.state != "running" for entry, _, _ in done)
        report = CleaningReport(
            plan=plan.digest,
            finished=finished,
            rows=sum(rows for _, rows, _ in done),
            bytes=sum(size for _, _, size in done),
            purged_rows=purged,
            held_rows=held,
            seconds=round(clock.monotonic() - started, 3),
            longest_batch_seconds=round(self._longest, 4),
            entries=tuple(entry for entry, _, _ in done),
        )
        annotate(rows=report.rows, bytes=report.bytes, finished=finished)
        said = {"rows": report.rows, "bytes": report.bytes, "finished": finished, "seconds": report.seconds}
        self._emit(Event("lifecycle_applied", data=said))
        return report

    def undo(self, cleanup_id: str) -> int:
        """Put back what one entry removed and still waits out its grace; return how many rows.

        A row whose parent is not there stays archived until it is.
        """
        total = 0
        with self._leased():
            with self._database.read() as connection:
                entry = entry_of(connection, cleanup_id)
            shelf = self._shelves.get(entry.table_name)
            if shelf is not None:
                total = self._note_undone(entry, shelf.bring_back(entry.id))
            put = self._put_back(entry)
            while put.below is not None:
                total += put.rows
                put = self._put_back(entry, put.below)
        self._emit(Event("lifecycle_undone", data={"cleanup": cleanup_id, "rows": total}))
        return total

    def _item(
        self, plan: Plan, item: PlanItem, deadline: float, most_rows: int, backstage: Backstage
    ) -> tuple[Cleanup, int, int]:
        with self._database.write() as connection:
            entry = open_cleanup(self._database, connection, plan.digest, item, self._who)
        with self._database.read() as connection:
            chosen = chosen_by(connection, self._policy, item, plan.made_at)
        if chosen is None:
            return self._clear_shelf(plan, item, entry, deadline)
        work = _Work(chosen, deadline, most_rows, backstage)
        before = entry
        while entry.state == "running" and self._in_budget(work, before, entry):
            places = self._page(work, entry)
            entry = self._batch(work, entry, places) if places else self._close(entry)
        return entry, entry.removed_rows - before.removed_rows, entry.removed_bytes - before.removed_bytes

    def _clear_shelf(
        self, plan: Plan, item: PlanItem, entry: Cleanup, deadline: float
    ) -> tuple[Cleanup, int, int]:
        """Put away what may go from a shelf, some at a time; the entry counts all its runs together."""
        rule = self._policy.shelf_rule(item.rule)
        shelf = self._shelves.get(rule.shelf) if rule else None
        before = entry
        if rule is None or shelf is None:
            raise InputError(f"There is no shelf {item.table!r} here.", remedy="Make a new plan and read it.")
        with self._database.read() as connection:
            after = entry.cursor[0] if entry.cursor else ""
            left = [each for each in shelf.past(connection, item.cutoff, plan.made_at) if each.key > after]
        left = left[: entry.planned_rows - entry.removed_rows]
        while entry.state == "running" and self._database.clock.monotonic() < deadline:
            part, left = left[:_THINGS], left[_THINGS:]
            if not part:
                entry = self._close(entry)
                break
            now = self._database.now()
            with self._database.write() as connection:
                self._lease.extend(connection)
                had = Taken(entry.removed_rows, entry.removed_bytes)
                has = shelf.take(connection, part, entry.id, now + timedelta(days=rule.grace_days), had)
                things, size = has.things - had.things, has.bytes - had.bytes
                note_batch(connection, entry, [part[-1].key], things, size, now)
            entry = replace(entry, cursor=[part[-1].key], removed_rows=has.things, removed_bytes=has.bytes)
        return entry, entry.removed_rows - before.removed_rows, entry.removed_bytes - before.removed_bytes

    def _in_budget(self, work: _Work, before: Cleanup, entry: Cleanup) -> bool:
        done = entry.removed_rows - before.removed_rows
        return self._database.clock.monotonic() < work.deadline and done < work.most_rows

    def _page(self, work: _Work, entry: Cleanup) -> list[removed.Place]:
        """Return where the next rows are that may go; reads only, so it holds nobody up."""
        most = entry.planned_rows - entry.removed_rows
        after: Sequence[Any] = entry.cursor
        while most > 0:
            with self._database.read() as connection:
                page = work.chosen.selection.page(connection, after, self._pace.rows, measured=False)
                needed = work.chosen.needed
                spared = needed.among(connection, [each.key for each in page]) if needed else set()
            if not page:
                break
            after = page[-1].place
            if places := [each.place for each in page if each.key not in spared]:
                return places[:most]
        return []

    def _close(self, entry: Cleanup) -> Cleanup:
        with self._database.write() as connection:
            self._lease.extend(connection)
            close_cleanup(connection, entry, self._database.now())
            return entry_of(connection, entry.id)

    def _batch(self, work: _Work, entry: Cleanup, places: Sequence[removed.Place]) -> Cleanup:
        """Remove the rows at these places; the entry comes back as it stands then."""
        now, days = self._database.now(), work.chosen.grace_days
        stem = self._database.new_id()
        grave = removed.Grave(entry.id, stem, now, now + timedelta(days=days)) if days else None
        with self._paced(work.backstage) as connection:
            self._lease.extend(connection)
            rows, size = removed.take(connection, work.chosen.selection, places, grave)
            note_batch(connection, entry, places[-1], rows, size, now)
        return replace(
            entry, cursor=places[-1], removed_rows=entry.removed_rows + rows,
            removed_bytes=entry.removed_bytes + size,
        )  # fmt: skip

    def _purge_shelf(self, shelf: Shelf) -> int:
        with self._database.read() as connection:
            return shelf.purge(connection, self._database.now())

    def _put_back(self, entry: Cleanup, below: str | None = None) -> archive.PutBack:
        with self._database.write() as connection:
            self._lease.extend(connection)
            put = archive.put_back(connection, entry.id, _UNDONE_ROWS, below)
            values = {"undone_rows": cleanup.c.undone_rows + put.rows, "state": "undone"}
            connection.execute(update(cleanup).where(cleanup.c.id == entry.id).values(**values))
        return put

    def _note_undone(self, entry: Cleanup, things: int) -> int:
        with self._database.write() as connection:
            values = {"undone_rows": cleanup.c.undone_rows + things, "state": "undone"}
            connection.execute(update(cleanup).where(cleanup.c.id == entry.id).values(**values))
        return things

    def _purge(self, plan: Plan, backstage: Backstage) -> tuple[int, int]:
        """Let go for good what has waited long enough; return how many rows, and how many a hold kept."""
        with self._database.read() as connection:
            tables = connection.scalars(select(cleanup.c.table_name).distinct()).all()
            held = removed.held_in_grace(connection, tables)
        now, gone, kept, last = self._database.now(), 0, 0, removed.Purged()
        while True:
            with self._paced(backstage) as connection:
                self._lease.extend(connection)
                last = removed.purge(connection, held, now, plan.made_at, self._pace.rows, last)
            if last.behind is None:
                return gone, kept
            gone, kept = gone + last.rows, kept + last.held

    @contextmanager
    def _paced(self, backstage: Backstage) -> Iterator[Connection]:
        """Give a connection for one batch, once the others have had the database for long enough.

        What is read or settled since the last batch holds nobody up, so it is part of that pause.
        """
        monotonic = self._database.clock.monotonic
        rest = self._released + self._pace.pause_seconds - monotonic()
        if rest > 0:
            self._pause(rest)
        asked = monotonic()
        with backstage.write() as connection:
            began = monotonic()
            yield connection
        self._released = monotonic()
        held = self._released - began
        self._longest = max(self._longest, held)
        self._pace = self._pace.after(held, began - asked)
        backstage.settle()

    @contextmanager
    def _leased(self) -> Iterator[None]:
        self._lease.acquire()
        try:
            yield
        finally:
            self._lease.release()

    def _refuse_other(self, plan: Plan) -> None:
        age = self._database.now() - plan.made_at
        with self._database.read() as connection:
            version = schema.version_of(connection) or ""
        for what, planned, found in (
            ("policy", plan.policy_digest, self._policy.digest),
            ("schema", plan.schema, version),
            ("database", plan.database, self._database.url.render_as_string()),
        ):
            if planned != found:
                raise InputError(
                    f"The plan was made for another {what}.", remedy="Make a new plan and read it."
                )
        if not timedelta(0) <= age <= timedelta(days=MOST_PLAN_DAYS):
            raise InputError(f"The plan is {age.days} days old.", remedy="Make a new plan and read it.")

    def _refuse_unconfirmed(self, plan: Plan, confirmed: Collection[str]) -> None:
        open_ = [item for item in plan.items if item.needs_confirmation and item.rule not in confirmed]
        if open_:
            told = [
                f"{item.rule!r} would remove {item.rows} of the {item.table_rows} rows "
                f"of {item.table} ({item.share:.0%})"
                for item in open_
            ]
            names = [item.rule for item in open_]
            raise InputError(
                f"The rule {', and the rule '.join(told)}.",
                remedy="Look at the plan. If it is right, confirm by name: "
                f"{' '.join(f'--confirm {name}' for name in names)} "
                f'(in a signed request "confirm": {json.dumps(names)}, '
                f"of the notebook -p confirm={','.join(names)}).",
            )
