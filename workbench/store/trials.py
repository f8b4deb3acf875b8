"""The ledger of experiments: one row per cell, taken by one worker at a time, finished once.

    pending ──claim──> running ──> done | failed
       ^                  │
       └──── put back ────┘        (the worker died, the server was busy)      any open one ──> cancelled

Whoever takes a cell holds a lease that ends by itself; each taking has a number, the `token`, and only the
holder of the newest one can finish. The result is written in the same statement that says "done". Each paid
call is kept by itself as soon as its answer is there, so that a cell which is done again after `kill -9`
pays only for what it had not yet been answered.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from workbench.errors import Cancelled, NotFound
from workbench.store import limits
from workbench.store.database import Database
from workbench.store.rows_experiments import (
    experiment,
    experiment_call,
    experiment_cell,
    experiment_content,
)
from workbench.store.trial_payments import Payments, answers_the_cell
from workbench.store.trial_values import Call, Cell, CellKey, CellState, Spent, Trial, TrialState

LEASE_SECONDS = 60.0
_PAGE = 500
_LIGHT = [column for column in experiment_cell.c if column.name not in ("result", "due_at", "position")]


class Trials:
    """The experiments of a database, shared by every process that has it open."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, name: str, spec: Mapping[str, Any], keys: Sequence[CellKey]) -> Trial:
        """Keep a new experiment, or a changed specification of one, and a row for every cell that is new.

        Cells that are there stay as they are; cells that are no longer asked for stay too.
        """
        now = self._database.now()
        row = {"name": limits.name(name, "experiment"), "spec": dict(spec), "updated_at": now}
        with self._database.write() as connection:
            insert = _insert(connection)
            fresh = {"id": self._database.new_id(), "state": "ready", "reason": "", "created_at": now}
            kept = insert(experiment).values(**fresh, **row)
            changed = {"spec": row["spec"], "updated_at": now}
            connection.execute(kept.on_conflict_do_update(index_elements=[experiment.c.name], set_=changed))
            trial = _trial(connection, experiment.c.name == row["name"])
            for first in range(0, len(keys), _PAGE):
                page = enumerate(keys[first : first + _PAGE], first)
                cells = [self._fresh(trial.id, key, place) for place, key in page]
                connection.execute(insert(experiment_cell).values(cells).on_conflict_do_nothing())
        return trial

    def get(self, name: str) -> Trial:
        """Return an experiment by its name."""
        with self._database.read() as connection:
            found = connection.execute(select(experiment).where(experiment.c.name == name)).mappings().first()
            if found is None:
                names = connection.scalars(select(experiment.c.name)).all()
                raise NotFound.among("experiment", name, names)
            return Trial(**found)

    def find(self, name: str) -> Trial | None:
        """Return an experiment by its name, or None."""
        with self._database.read() as connection:
            found = connection.execute(select(experiment).where(experiment.c.name == name)).mappings().first()
            return None if found is None else Trial(**found)

    def list(self) -> tuple[Trial, ...]:
        """Return every experiment, newest first."""
        with self._database.read() as connection:
            rows = connection.execute(select(experiment).order_by(experiment.c.id.desc())).mappings()
            return tuple(Trial(**row) for row in rows)

    def mark(self, trial_id: str, state: TrialState, reason: str = "") -> None:
        """Note how the experiment stands; runners of every process look at it between cells."""
        fresh = {"state": state, "reason": reason, "updated_at": self._database.now()}
        with self._database.write() as connection:
            connection.execute(update(experiment).where(experiment.c.id == trial_id).values(**fresh))

    def take_up(self, trial_id: str) -> bool:
        """Note that a runner works at it; False when it was paused or cancelled meanwhile."""
        which = and_(experiment.c.id == trial_id, experiment.c.state.not_in(("paused", "cancelled")))
        fresh = {"state": "running", "reason": "", "updated_at": self._database.now()}
        with self._database.write() as connection:
            return connection.execute(update(experiment).where(which).values(**fresh)).rowcount == 1

    def settle(self, trial_id: str, pause: str = "") -> tuple[Trial, dict[CellState, int]]:
        """Note that a runner ended; returns how the experiment stands.

        It is done when no cell is open. Else it is paused when the runner was told to, which `pause` gives
        the reason of, and stays as it is when not: others are at it.
        """
        which = experiment.c.id == trial_id
        with self._database.write() as connection:
            locked = connection.execute(select(experiment).where(which).with_for_update()).mappings().one()
            trial, counts = Trial(**locked), _counts(connection, trial_id)
            is_open = counts.get("pending") or counts.get("running")
            state: TrialState = "paused" if is_open else "done"
            if trial.state not in (state, "cancelled") and (pause or not is_open):
                fresh = {
                    "state": state,
                    "reason": pause if is_open else "",
                    "updated_at": self._database.now(),
                }
                connection.execute(update(experiment).where(which).values(**fresh))
                trial = _trial(connection, which)
        return trial, counts

    def state(self, trial_id: str) -> TrialState:
        """Return how the experiment stands."""
        with self._database.read() as connection:
            return _trial(connection, experiment.c.id == trial_id).state

    def counts(self, trial_id: str) -> dict[CellState, int]:
        """Return how many cells are in each state."""
        with self._database.read() as connection:
            return _counts(connection, trial_id)

    def let_go(self, trial_id: str) -> bool:
        """Say whether a cell is under way that nobody holds any more, since its lease has ended."""
        cells = experiment_cell.c
        late = and_(cells.state == "running", cells.due_at <= self._database.now())
        asked = select(cells.id).where(cells.experiment_id == trial_id, late).limit(1)
        with self._database.read() as connection:
            return connection.scalars(asked).first() is not None

    def claim(self, trial_id: str, holder: str, *, lease_seconds: float = LEASE_SECONDS) -> Cell | None:
        """Take the next cell, or None; it is the holder's until the lease ends."""
        cells = experiment_cell.c
        with self._database.write() as connection:
            now = self._database.now()
            free = or_(
                and_(cells.state == "pending", cells.due_at <= now),
                and_(cells.state == "running", cells.due_at <= now),
            )
            asked = select(cells.id).where(cells.experiment_id == trial_id, free)
            asked = asked.order_by(cells.position, cells.id).limit(1).with_for_update(skip_locked=True)
            key = connection.scalars(asked).first()
            if key is None:
                return None
            due_at = now + timedelta(seconds=lease_seconds)
            taken = {"state": "running", "holder": holder, "due_at": due_at, "updated_at": now}
            changed = update(experiment_cell).where(cells.id == key)
            changed = changed.values(attempts=cells.attempts + 1, token=cells.token + 1, **taken)
            return _cell(connection.execute(changed.returning(*cells)).mappings().one())

    def extend(self, held: Iterable[Cell], *, lease_seconds: float = LEASE_SECONDS) -> None:
        """Make the leases of cells end later."""
        due_at = self._database.now() + timedelta(seconds=lease_seconds)
        with self._database.write() as connection:
            for cell in held:
                connection.execute(update(experiment_cell).where(_held(cell)).values(due_at=due_at))

    def finish(self, held: Cell, scores: Mapping[str, Any], result: Mapping[str, Any]) -> None:
        """Write the result and say "done" at once. Raises Cancelled when the cell is not the holder's."""
        self._end(held, state="done", scores=dict(scores), result=dict(result), error="", error_kind="")

    def fail(self, held: Cell, error: str, kind: str) -> None:
        """Note that the cell failed for good."""
        self._end(held, state="failed", error=_kept_words(error), error_kind=kind[:64])

    def put_back(
        self, held: Cell, *, delay_seconds: float = 0.0, tried: bool = True, error: str = ""
    ) -> None:
        """Give the cell back; not `tried` when it never began."""
        attempts = held.attempts - (0 if tried else 1)
        due_at = self._database.now() + timedelta(seconds=delay_seconds)
        self._end(held, state="pending", attempts=attempts, due_at=due_at, error=_kept_words(error))

    def take_back(self, trial_id: str, is_dead: Callable[[str], bool]) -> int:
        """Free the cells whose holder is known to be dead, without waiting for their leases."""
        cells = experiment_cell.c
        running = and_(cells.experiment_id == trial_id, cells.state == "running")
        with self._database.write() as connection:
            holders = connection.scalars(select(cells.holder).where(running).distinct()).all()
            dead = [holder for holder in holders if holder and is_dead(holder)]
            freed = update(experiment_cell).where(running, cells.holder.in_(dead))
            now = self._database.now()
            return connection.execute(freed.values(state="pending", holder=None, due_at=now)).rowcount

    def cancel(self, trial_id: str) -> int:
        """Cancel every cell that has not ended, and the experiment; returns how many cells."""
        cells = experiment_cell.c
        with self._database.write() as connection:
            now = self._database.now()
            which = and_(cells.experiment_id == trial_id, cells.state.in_(("pending", "running")))
            ended = (
                update(experiment_cell).where(which).values(state="cancelled", holder=None, updated_at=now)
            )
            count = connection.execute(ended).rowcount
            state = {"state": "cancelled", "reason": "cancelled", "updated_at": now}
            connection.execute(update(experiment).where(experiment.c.id == trial_id).values(**state))
        return count

    def reopen(self, trial_id: str, states: Sequence[CellState] = ("failed", "cancelled")) -> int:
        """Make failed and cancelled cells pending again, with all their attempts."""
        cells = experiment_cell.c
        now = self._database.now()
        which = and_(cells.experiment_id == trial_id, cells.state.in_(states))
        fresh = {"state": "pending", "attempts": 0, "due_at": now, "error": "", "error_kind": ""}
        with self._database.write() as connection:
            changed = update(experiment_cell).where(which).values(**fresh, updated_at=now)
            return connection.execute(changed).rowcount

    def cells(self, trial_id: str, *, states: Sequence[CellState] = ()) -> tuple[Cell, ...]:
        """Return cells in order, without their results, which are large."""
        cells = experiment_cell.c
        asked = select(*_LIGHT).where(cells.experiment_id == trial_id)
        if states:
            asked = asked.where(cells.state.in_(states))
        with self._database.read() as connection:
            rows = connection.execute(asked.order_by(cells.position, cells.id)).mappings()
            return tuple(_cell(row) for row in rows)

    def cell(self, cell_id: str) -> Cell:
        """Return one cell with its result."""
        with self._database.read() as connection:
            asked = select(experiment_cell).where(experiment_cell.c.id == cell_id)
            row = connection.execute(asked).mappings().first()
            if row is None:
                raise NotFound("There is no cell of that id.", remedy="List the experiment's cells.")
            return _cell(row)

    def results(self, trial_id: str) -> Iterator[Cell]:
        """Yield every cell that is done with its result, a page at a time."""
        keys = [cell.id for cell in self.cells(trial_id, states=("done",))]
        for first in range(0, len(keys), 100):
            page = keys[first : first + 100]
            with self._database.read() as connection:
                asked = select(experiment_cell).where(experiment_cell.c.id.in_(page))
                found = {row["id"]: _cell(row) for row in connection.execute(asked).mappings()}
            yield from (found[key] for key in page)

    def rescore(self, cell_id: str, scores: Mapping[str, Any]) -> None:
        """Replace the scores of a cell that is done, such as after a judge has looked at it."""
        with self._database.write() as connection:
            which = and_(experiment_cell.c.id == cell_id, experiment_cell.c.state == "done")
            connection.execute(update(experiment_cell).where(which).values(scores=dict(scores)))

    def keep_content(self, content: bytes) -> str:
        """Keep bytes under their SHA-256, once."""
        digest = hashlib.sha256(content).hexdigest()
        with self._database.write() as connection:
            _keep(connection, digest, content)
        return digest

    def content(self, digest: str) -> bytes:
        """Return the bytes of that SHA-256."""
        with self._database.read() as connection:
            asked = select(experiment_content.c.content).where(experiment_content.c.sha256 == digest)
            found = connection.scalars(asked).first()
        if found is None:
            raise NotFound(f"The content {digest[:12]}… is not kept here.", remedy="Give the file again.")
        return bytes(found)

    def answered(self, cell_id: str, key: str, number: int) -> Mapping[str, Any] | None:
        """Return the reply to the `number`-th sending of a request in a cell, when it was paid for before."""
        calls = experiment_call.c
        asked = select(calls.reply).where(calls.cell_id == cell_id, calls.key == key, calls.number == number)
        with self._database.read() as connection:
            return connection.scalars(asked).first()

    def keep_call(
        self,
        held: Cell,
        key: str,
        number: int | None,
        *,
        model: str,
        letters: Sequence[tuple[str, str]],
        reply: Mapping[str, Any],
        cost_usd: float | None,
    ) -> None:
        """Keep a paid call with the texts that were sent, as soon as it is answered.

        Without a number it stands after those that are kept under its key.
        """
        calls = experiment_call.c
        with self._database.write() as connection:
            if number is None:
                of_key = select(func.count()).where(calls.cell_id == held.id, calls.key == key)
                number = connection.scalars(of_key).one()
            named = []
            for role, text in letters:
                content = text.encode()
                digest = hashlib.sha256(content).hexdigest()
                _keep(connection, digest, content)
                named.append([role, digest])
            row = {
                "id": self._database.new_id(),
                "experiment_id": held.experiment_id,
                "cell_id": held.id,
                "key": key,
                "number": number,
                "model": model,
                "letters": named,
                "reply": dict(reply),
                "cost_usd": cost_usd,
                "created_at": self._database.now(),
            }
            connection.execute(_insert(connection)(experiment_call).values(row).on_conflict_do_nothing())

    def calls(self, cell_id: str) -> tuple[Call, ...]:
        """Return the paid calls whose answers the cell is made of, in order."""
        calls = experiment_call.c
        columns = (calls.cell_id, calls.model, calls.letters, calls.reply, calls.cost_usd, calls.created_at)
        asked = select(*columns).where(calls.cell_id == cell_id, answers_the_cell()).order_by(calls.id)
        with self._database.read() as connection:
            rows = connection.execute(asked).mappings().all()
        return tuple(
            Call(**{**row, "letters": tuple((role, digest) for role, digest in row["letters"])})
            for row in rows
        )

    def spent(self, trial_id: str) -> Spent:
        """Return what the experiment has paid for, also in cells that failed."""
        return Payments(self._database).spent(trial_id)

    def _fresh(self, trial_id: str, key: CellKey, place: int) -> dict[str, Any]:
        now = self._database.now()
        return {
            "id": self._database.new_id(),
            "experiment_id": trial_id,
            "variant": key.variant,
            "model": key.model,
            "case_name": key.case,
            "repeat": key.repeat,
            "position": place,
            "state": "pending",
            "attempts": 0,
            "due_at": now,
            "token": 0,
            "error": "",
            "error_kind": "",
            "updated_at": now,
        }

    def _end(self, held: Cell, **values: Any) -> None:
        fresh = {"holder": None, "updated_at": self._database.now(), **values}
        with self._database.write() as connection:
            changed = update(experiment_cell).where(_held(held)).values(**fresh)
            if connection.execute(changed).rowcount != 1:
                raise Cancelled(f"The cell {held.key} is not held any more: it was cancelled or given on.")


def _held(cell: Cell) -> ColumnElement[bool]:
    cells = experiment_cell.c
    return and_(cells.id == cell.id, cells.state == "running", cells.token == cell.token)


def _kept_words(error: str) -> str:
    return error.replace("\x00", "")[:4000]


def _keep(connection: Connection, digest: str, content: bytes) -> None:
    known = select(experiment_content.c.sha256).where(experiment_content.c.sha256 == digest)
    if connection.scalars(known).first() is None:
        row = {"sha256": digest, "content": content}
        connection.execute(_insert(connection)(experiment_content).values(row).on_conflict_do_nothing())


def _trial(connection: Connection, which: ColumnElement[bool]) -> Trial:
    return Trial(**connection.execute(select(experiment).where(which)).mappings().one())


def _counts(connection: Connection, trial_id: str) -> dict[CellState, int]:
    cells = experiment_cell.c
    asked = select(cells.state, func.count()).where(cells.experiment_id == trial_id).group_by(cells.state)
    return {row[0]: row[1] for row in connection.execute(asked)}


def _cell(row: RowMapping) -> Cell:
    key = CellKey(row["variant"], row["model"], row["case_name"], row["repeat"])
    plain = {name: row[name] for name in Cell.__slots__ if name in row}
    return Cell(**{"result": None, **plain, "key": key})


def _insert(connection: Connection) -> Any:
    return postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
