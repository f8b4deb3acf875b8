"""Statements of taste: what one is, and how those of a user are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select

from workbench.store.rows import preference, preference_evidence


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of taste, said in project `said_in`; `project_id` None: for every project."""

    key: str
    value: str
    sign: int
    stance: str
    source: str
    source_id: str
    said: str
    said_in: str
    when: datetime
    project_id: str | None = None


def asked_of(user_id: str, *, forgotten: bool = False) -> Select[Any]:
    """Ask for every statement of a user that counts, or that was forgotten, the oldest first."""
    stated, held = preference_evidence.c, preference.c
    mark = stated.forgotten_at.is_not(None) if forgotten else stated.forgotten_at.is_(None)
    return (
        select(
            held.key, held.value, held.project_id.label("of_project"), stated.sign, stated.stance,
            stated.source, stated.source_id, stated.said, stated.project_id.label("said_in"),
            stated.created_at,
        )
        .join_from(preference_evidence, preference)
        .where(held.user_id == user_id, mark)
        .order_by(stated.created_at, stated.id)
    )  # fmt: skip


def asked_in(user_id: str, project_id: str) -> Select[Any]:
    """Ask for what `beliefs` of a project makes use of, and for nothing that it would drop."""
    said, of = preference_evidence.alias(), preference.alias()
    in_general = (
        select(of.c.key)
        .join_from(said, of)
        .where(of.c.user_id == user_id, of.c.project_id.is_(None), said.c.forgotten_at.is_(None))
    )
    here = preference_evidence.c.project_id == project_id
    general = preference.c.project_id.is_(None)
    return asked_of(user_id).where(or_(general, here, preference.c.key.not_in(in_general)))


def statement_of(row: Any) -> Statement:
    """Return a row of what was asked for as a statement."""
    return Statement(
        row.key, row.value, row.sign, row.stance, row.source, row.source_id, row.said, row.said_in,
        row.created_at, row.of_project,
    )  # fmt: skip
