"""How an experiment truly stands: whoever says that it runs may have been killed since.

A state is what somebody last wrote. That somebody is still at an experiment shows in its cells: one is under
way in the hands of a process that lives, or the ledger moved a moment ago.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, func, select

from workbench.store.database import Database
from workbench.store.rows_experiments import experiment_cell
from workbench.store.trial_values import Trial

QUIET_SECONDS = 15.0
"""For so long nothing may move between two cells of a runner, such as while it rests or opens."""
ENDED_EARLY = "who ran it has ended, and cells are left; run it again"

_cells = experiment_cell.c


class Standings:
    """Looks at the cells of a database's experiments."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def seen(self, trial: Trial, is_dead: Callable[[str], bool]) -> Trial:
        """Return the experiment with the state and the reason that its cells bear out.

        `is_dead` says of a holder that its process is known to be gone; of others the lease counts.
        """
        if trial.state not in ("ready", "running", "interrupted"):
            return trial
        with self._database.read() as connection:
            if _is_worked_at(connection, trial.id, self._database.now(), is_dead):
                return replace(trial, state="running", reason="")
            return trial if trial.state == "ready" else self._seen_unheld(connection, trial)

    def held_by_others(self, trial_id: str, own: Collection[str]) -> bool:
        """Say whether cells are in the hands of other holders than one's own."""
        which = and_(_held(trial_id, self._database.now()), _cells.holder.not_in(list(own)))
        with self._database.read() as connection:
            return connection.scalars(select(_cells.id).where(which).limit(1)).first() is not None

    def _seen_unheld(self, connection: Connection, trial: Trial) -> Trial:
        ours = _cells.experiment_id == trial.id
        is_open = _cells.state.in_(("pending", "running"))
        if connection.scalars(select(_cells.id).where(ours, is_open).limit(1)).first() is None:
            return replace(trial, state="done", reason="")
        if trial.state == "interrupted":
            return trial
        rests = select(func.max(_cells.due_at)).where(ours, _cells.state == "pending")
        moved = select(func.max(_cells.updated_at)).where(ours)
        moments = [trial.updated_at, *(connection.scalars(asked).first() for asked in (rests, moved))]
        last = max(moment for moment in moments if moment is not None)
        if last + timedelta(seconds=QUIET_SECONDS) > self._database.now():
            return trial
        return replace(trial, state="interrupted", reason=ENDED_EARLY)


def _is_worked_at(
    connection: Connection, trial_id: str, now: datetime, is_dead: Callable[[str], bool]
) -> bool:
    holders = connection.scalars(select(_cells.holder).where(_held(trial_id, now)).distinct()).all()
    return any(holder and not is_dead(holder) for holder in holders)


def _held(trial_id: str, now: datetime) -> ColumnElement[bool]:
    return and_(_cells.experiment_id == trial_id, _cells.state == "running", _cells.due_at > now)
