"""What an experiment has paid for, summed from its ledger of calls: by cell, and the judge's apart.

A call belongs to its cell, in which attempt it was made and whether the cell failed or not. What kind of call
it is stands at the beginning of its key: a judge's, and answers of no use (empty, cut off, declined), which
are paid for as others are and not given again.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Float, and_, func, not_, select

from workbench.store.database import Database
from workbench.store.rows_experiments import experiment_call
from workbench.store.trial_values import Paid, Spent

_KEY_LETTERS = 64
_JUDGE = "judge:"
_LOST = "lost:"


def call_key(request: str, *, judges: bool = False, lost: bool = False) -> str:
    """Return the key under which a call is kept; `request` is the hash of what is sent."""
    return f"{_JUDGE if judges else ''}{_LOST if lost else ''}{request}"[:_KEY_LETTERS]


def answers_the_cell() -> ColumnElement[bool]:
    """Say of calls that their answers are what the cell is made of: no judge's, and of use."""
    key = experiment_call.c.key
    return and_(not_(key.startswith(_JUDGE)), not_(key.startswith(_LOST)))


class Payments:
    """The payments of a database's experiments."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_cells(self, trial_id: str) -> Mapping[str, Paid]:
        """Return what each cell that has paid calls paid for, without the judge's calls."""
        return self._by_cell(experiment_call.c.experiment_id == trial_id)

    def of_cell(self, cell_id: str) -> Paid | None:
        """Return what one cell paid for, without the judge's calls; None when it has no paid call."""
        return self._by_cell(experiment_call.c.cell_id == cell_id).get(cell_id)

    def spent(self, trial_id: str) -> Spent:
        """Return what the experiment has paid for, also in cells that failed, and how much of it a judge."""
        calls = experiment_call.c
        every = calls.experiment_id == trial_id
        with self._database.read() as connection:
            whole = connection.execute(select(*_SUMS).where(every)).one()
            judge = connection.execute(select(*_SUMS).where(every, calls.key.startswith(_JUDGE))).one()
        count, told, _, answered, _, cost, priced = whole
        by_judge = _paid(*judge) if judge[0] else None
        return Spent(count, int(told or 0), int(answered or 0), float(cost or 0.0), count - priced, by_judge)

    def _by_cell(self, which: ColumnElement[bool]) -> Mapping[str, Paid]:
        calls = experiment_call.c
        asked = select(calls.cell_id, *_SUMS).where(which, not_(calls.key.startswith(_JUDGE)))
        with self._database.read() as connection:
            rows = connection.execute(asked.group_by(calls.cell_id)).all()
        return {cell_id: _paid(*sums) for cell_id, *sums in rows}


_INPUT = experiment_call.c.reply["input_tokens"].as_integer()
_OUTPUT = experiment_call.c.reply["output_tokens"].as_integer()
_COST = experiment_call.c.cost_usd
_SUMS = (
    func.count(),
    func.sum(_INPUT, type_=Float),
    func.count(_INPUT),
    func.sum(_OUTPUT, type_=Float),
    func.count(_OUTPUT),
    func.sum(_COST),
    func.count(_COST),
)


def _paid(
    count: int,
    told: float | None,
    told_known: int,
    answered: float | None,
    answered_known: int,
    cost: float | None,
    priced: int,
) -> Paid:
    """Return the sums; one with an unknown part is unknown."""
    return Paid(
        count,
        _whole(told, told_known == count),
        _whole(answered, answered_known == count),
        _whole(cost, priced == count),
    )


def _whole(total: float | None, known: bool) -> float | None:
    return float(total) if known and total is not None else None
