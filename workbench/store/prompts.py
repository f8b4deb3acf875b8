"""The prompts of a project: versions that never change, and labels that point at them.

The label `live` is what the studio uses. Moving a label is a row of its own, so that its history is kept and
going back is one more move. Nothing is ever deleted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from workbench.errors import InputError, NotFound
from workbench.store import limits
from workbench.store.database import Database
from workbench.store.draft import lock_project
from workbench.store.rows_experiments import prompt_move, prompt_version

LIVE = "live"
MOST_LABEL_LETTERS = 64
_ROLLED_BACK = "rolled back"


@dataclass(frozen=True, slots=True)
class PromptVersion:
    """One version: what it says (plain data), where it came from, by whom and why; numbers from 1."""

    project_id: str
    number: int
    name: str
    prompting: Mapping[str, Any]
    origin: Mapping[str, Any]
    note: str
    who: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class PromptMove:
    """One move of a label to a version; `number` None: the workbench's own prompts again."""

    label: str
    number: int | None
    why: str
    who: str
    created_at: datetime


_MOVE = [getattr(prompt_move.c, name) for name in PromptMove.__slots__]


class Prompts:
    """The prompt sets of projects."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        project_id: str,
        name: str,
        prompting: Mapping[str, Any],
        *,
        who: str,
        note: str = "",
        origin: Mapping[str, Any] | None = None,
        label: str | None = LIVE,
    ) -> PromptVersion:
        """Keep a version, and point `label` at it (None: at nothing)."""
        told = limits.text(note, "note")
        kept = limits.plain(prompting, "prompting")
        with self._database.write() as connection:
            lock_project(connection, project_id)
            last = select(func.max(prompt_version.c.number)).where(prompt_version.c.project_id == project_id)
            number = (connection.scalars(last).first() or 0) + 1
            row = {
                "project_id": project_id,
                "number": number,
                "name": limits.name(name, "prompt"),
                "prompting": kept,
                "origin": dict(origin or {}),
                "note": told,
                "who": who,
                "created_at": self._database.now(),
            }
            connection.execute(prompt_version.insert().values(row))
            if label is not None:
                self._move(connection, project_id, label, number, note or f"added {name}", who)
        return PromptVersion(**row)  # type: ignore[arg-type]

    def versions(self, project_id: str) -> tuple[PromptVersion, ...]:
        """Return every version, newest first."""
        asked = select(prompt_version).where(prompt_version.c.project_id == project_id)
        with self._database.read() as connection:
            rows = connection.execute(asked.order_by(prompt_version.c.number.desc())).mappings()
            return tuple(PromptVersion(**row) for row in rows)

    def labelled(self, project_id: str, label: str = LIVE) -> PromptVersion | None:
        """Return the version a label points at, or None."""
        moves = prompt_move.c
        newest = select(moves.number).where(moves.project_id == project_id, moves.label == label)
        with self._database.read() as connection:
            number = connection.scalars(newest.order_by(moves.id.desc()).limit(1)).first()
            if number is None:
                return None
            columns = prompt_version.c
            asked = select(prompt_version).where(columns.project_id == project_id, columns.number == number)
            return PromptVersion(**connection.execute(asked).mappings().one())

    def point(
        self, project_id: str, number: int | None, *, who: str, why: str = "", label: str = LIVE
    ) -> None:
        """Point a label at a version; None: at nothing, so that the workbench's own prompts are used."""
        with self._database.write() as connection:
            lock_project(connection, project_id)
            columns = prompt_version.c
            known = connection.scalars(select(columns.number).where(columns.project_id == project_id)).all()
            if number is not None and number not in known:
                raise NotFound.among("prompt version", str(number), map(str, known))
            self._move(connection, project_id, label, number, why, who)

    def roll_back(self, project_id: str, *, who: str, label: str = LIVE) -> PromptMove:
        """Point a label at what it pointed at before its last move."""
        with self._database.write() as connection:
            lock_project(connection, project_id)
            moves = _moves(connection, project_id, label)
            if not moves:
                raise InputError(f"The label {label!r} was never set.", remedy="Promote a variant first.")
            return self._move(connection, project_id, label, _before(moves), _ROLLED_BACK, who)

    def moves(self, project_id: str, label: str | None = None) -> tuple[PromptMove, ...]:
        """Return every move of a label (None: of all), newest first."""
        with self._database.read() as connection:
            return _moves(connection, project_id, label)

    def _move(
        self, connection: Connection, project_id: str, label: str, number: int | None, why: str, who: str
    ) -> PromptMove:
        move = PromptMove(_label(label), number, limits.text(why, "reason"), who, self._database.now())
        row = {"id": self._database.new_id(), "project_id": project_id, **asdict(move)}
        connection.execute(prompt_move.insert().values(row))
        return move


def _moves(connection: Connection, project_id: str, label: str | None) -> tuple[PromptMove, ...]:
    asked = select(*_MOVE).where(prompt_move.c.project_id == project_id)
    if label is not None:
        asked = asked.where(prompt_move.c.label == label)
    rows = connection.execute(asked.order_by(prompt_move.c.id.desc())).mappings()
    return tuple(PromptMove(**row) for row in rows)


def _label(given: str) -> str:
    label = limits.name(given, "label")
    if len(label) > MOST_LABEL_LETTERS:
        raise InputError(f"The label has {len(label)} letters.", remedy=f"Use at most {MOST_LABEL_LETTERS}.")
    return label


def _before(moves: tuple[PromptMove, ...]) -> int | None:
    """Return what the newest effective move replaced, walking past moves that were rolled back."""
    stack: list[int | None] = [None]
    for move in reversed(moves):
        if move.why == _ROLLED_BACK and len(stack) > 1:
            stack.pop()
        else:
            stack.append(move.number)
    return stack[-2] if len(stack) > 1 else None
