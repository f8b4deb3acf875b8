"""What the ledger of experiments gives and takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

CellState = Literal["pending", "running", "done", "failed", "cancelled"]
CELL_STATES: tuple[CellState, ...] = ("pending", "running", "done", "failed", "cancelled")
TrialState = Literal["ready", "running", "interrupted", "paused", "cancelled", "done"]
Verdict = Literal["left", "right", "tie", "skip"]


@dataclass(frozen=True, slots=True, order=True)
class CellKey:
    """What one cell is: which prompt, which model, which case, which repeat (from 1)."""

    variant: str
    model: str
    case: str
    repeat: int

    def __str__(self) -> str:
        return f"{self.variant} · {self.model} · {self.case} · {self.repeat}"


@dataclass(frozen=True, slots=True)
class Trial:
    """An experiment as it is kept: its specification as plain data, and how it stands."""

    id: str
    name: str
    spec: Mapping[str, Any]
    state: TrialState
    reason: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Cell:
    """One row of the ledger. `scores` and `result` are there when it is done."""

    id: str
    experiment_id: str
    key: CellKey
    state: CellState
    attempts: int
    holder: str | None
    token: int
    scores: Mapping[str, Any] | None
    result: Mapping[str, Any] | None
    error: str
    error_kind: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Call:
    """A paid call: the letters that were sent (by hash of their text), the reply, what it cost."""

    cell_id: str
    model: str
    letters: tuple[tuple[str, str], ...]
    reply: Mapping[str, Any]
    cost_usd: float | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Rating:
    """One look at two clips: which was better, who says so."""

    left_cell: str
    right_cell: str
    verdict: Verdict
    rater: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Paid:
    """What some calls took; a sum with an unknown part is None."""

    calls: int
    input_tokens: float | None
    output_tokens: float | None
    cost_usd: float | None

    @property
    def scores(self) -> dict[str, float | None]:
        """Return it under the names of a cell's scores."""
        return {
            "input_tokens": self.input_tokens,
            "output_tokens": self.output_tokens,
            "cost_usd": self.cost_usd,
        }


@dataclass(frozen=True, slots=True)
class Spent:
    """What an experiment has paid for: calls, tokens, and US dollars of the calls whose price is known.

    `judge` is the part of it that a judge's calls took; None: no judge was asked.
    """

    calls: int
    input_tokens: int
    output_tokens: int
    cost_usd: float
    unpriced_calls: int
    judge: Paid | None = None
