"""What users like: preferences of a project or of the user everywhere, and the statements behind them.

A statement comes once from each source. What is forgotten no longer counts; the sentence it came from
stays known by its source, so that it can be left out of what models are told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, func, insert, or_, select, update

from workbench.store import limits
from workbench.store.database import Database
from workbench.store.rows import preference, preference_evidence, user

MOST_STATEMENTS = 50
"""How many statements one preference keeps; the oldest give way."""
MOST_PREFERENCES = 400
"""How many preferences a user has; those that were stated longest ago give way, pinned ones never."""
_SAID_BYTES = 4096
_SWITCH = "learning"
"""The key under which it is kept, as if pinned, that nothing is to be learned in a project. No taste."""


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


class Preferences:
    """The preferences of every user."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, user_id: str, statements: Iterable[Statement]) -> int:
        """Keep statements; one that its source gave already is not kept again. Returns how many were new."""
        added = 0
        with self._database.write() as connection:
            _lock(connection, user_id)
            for statement in statements:
                kept = self._preference(
                    connection, user_id, statement.project_id, statement.key, statement.value
                )
                added += self._state(connection, kept, statement)
            if added:
                _bound(connection, user_id)
        return added

    def statements(self, user_id: str, project_id: str | None = None) -> tuple[Statement, ...]:
        """Return every statement that counts, the oldest first; with a project, those that count there.

        What was said for other projects alone does while the user has said nothing of its key for all.
        """
        asked = _asked(user_id) if project_id is None else _asked_in(user_id, project_id)
        with self._database.read() as connection:
            return tuple(_statement(row) for row in connection.execute(asked))

    def forgotten(self, user_id: str) -> tuple[str, ...]:
        """Return the sentences whose meaning the user asked to forget, each once, in the order of letters."""
        stated = preference_evidence.c
        asked = (
            select(stated.said)
            .distinct()
            .join_from(preference_evidence, preference)
            .where(preference.c.user_id == user_id, stated.forgotten_at.is_not(None), stated.said != "")
            .order_by(stated.said)
        )
        with self._database.read() as connection:
            return tuple(connection.scalars(asked))

    def pins(self, user_id: str, project_id: str | None = None) -> tuple[tuple[str | None, str, str], ...]:
        """Return project (None: everywhere), key and value of what is pinned, in one project or in any."""
        table = preference.c
        asked = select(table.project_id, table.key, table.value).where(
            table.user_id == user_id, table.pinned_at.is_not(None), table.key != _SWITCH
        )
        if project_id is not None:
            asked = asked.where(or_(table.project_id.is_(None), table.project_id == project_id))
        with self._database.read() as connection:
            return tuple((row[0], row[1], row[2]) for row in connection.execute(asked.order_by(table.id)))

    def pin(self, user_id: str, project_id: str | None, key: str, value: str) -> None:
        """Hold a preference whatever is said; it need not have been stated before."""
        with self._database.write() as connection:
            _lock(connection, user_id)
            kept = self._preference(connection, user_id, project_id, key, value)
            changed = update(preference).where(preference.c.id == kept)
            connection.execute(changed.values(pinned_at=self._database.now()))

    def unpin(self, user_id: str, project_id: str | None, key: str, value: str) -> None:
        """Let a preference fade and change again; harmless when it was not pinned."""
        with self._database.write() as connection:
            _lock(connection, user_id)
            named = _named(user_id, project_id, key, value)
            connection.execute(update(preference).where(*named).values(pinned_at=None))

    def learns(self, user_id: str, project_id: str) -> bool:
        """Say whether anything may be learned in a project; it may, until that is switched off."""
        switched = select(preference.c.id).where(*_named(user_id, project_id, _SWITCH, "off"))
        with self._database.read() as connection:
            return connection.scalar(switched) is None

    def switch_learning(self, user_id: str, project_id: str, *, on: bool) -> None:
        """Let things be learned in a project, or not any more; what is known stays."""
        with self._database.write() as connection:
            _lock(connection, user_id)
            if on:
                named = _named(user_id, project_id, _SWITCH, "off")
                connection.execute(delete(preference).where(*named))
            else:
                kept = self._preference(connection, user_id, project_id, _SWITCH, "off")
                switched = update(preference).where(preference.c.id == kept)
                connection.execute(switched.values(pinned_at=self._database.now()))

    def forget(
        self,
        user_id: str,
        project_id: str | None,
        key: str | None = None,
        value: str | None = None,
        *,
        refused: str | None = None,
    ) -> int:
        """Forget one value, all values of a key, or everything of a project or of the user; returns how many.

        Statements in words are kept aside as forgotten; what edits and pictures said is deleted. With a
        value, what was said against `refused`, its opposite, goes too: "not so fast" also means slow.
        """
        ids = select(preference.c.id).where(*_named(user_id, project_id, key, value))
        stated = preference_evidence.c
        behind: ColumnElement[bool] = stated.preference_id.in_(ids)
        if refused is not None:
            others = select(preference.c.id).where(*_named(user_id, project_id, key, refused))
            behind = or_(behind, and_(stated.preference_id.in_(others), stated.sign < 0))
        with self._database.write() as connection:
            _lock(connection, user_id)
            count = len(connection.scalars(ids).all())
            aside = connection.execute(
                update(preference_evidence)
                .where(behind, stated.source == "words", stated.forgotten_at.is_(None))
                .values(forgotten_at=self._database.now())
            )
            gone = connection.execute(delete(preference_evidence).where(behind, stated.source != "words"))
            unpinned = update(preference).where(*_named(user_id, project_id, key, value))
            connection.execute(unpinned.values(pinned_at=None))
            _drop_empty(connection, user_id)
        return max(count, min(1, aside.rowcount + gone.rowcount))

    def withdraw(self, source_ids: Collection[str]) -> int:
        """Delete what sources said that were taken back, such as an undone edit; returns how many statements.

        Rules ("always", "never") stay: they were meant beyond the change that was undone.
        """
        stated = preference_evidence.c
        with self._database.write() as connection:
            gone = connection.execute(
                delete(preference_evidence).where(
                    stated.source_id.in_(source_ids), stated.stance != "standing"
                )
            )
            return gone.rowcount

    def _preference(
        self, connection: Connection, user_id: str, project_id: str | None, key: str, value: str
    ) -> str:
        found = connection.scalar(select(preference.c.id).where(*_named(user_id, project_id, key, value)))
        if found:
            return str(found)
        fresh = self._database.new_id()
        connection.execute(
            insert(preference).values(
                id=fresh,
                user_id=user_id,
                project_id=project_id,
                key=limits.name(key, "preference"),
                value=limits.name(value, "preference")[:64],
                created_at=self._database.now(),
            )
        )
        return fresh

    def _state(self, connection: Connection, kept: str, statement: Statement) -> int:
        table = preference_evidence.c
        same = (
            table.preference_id == kept,
            table.source_id == statement.source_id,
            table.sign == statement.sign,
        )
        if connection.scalar(select(table.id).where(*same)):
            return 0
        connection.execute(
            insert(preference_evidence).values(
                id=self._database.new_id(),
                preference_id=kept,
                sign=statement.sign,
                stance=statement.stance,
                source=statement.source,
                source_id=statement.source_id,
                project_id=statement.said_in,
                said=limits.text(statement.said, "statement", _SAID_BYTES),
                created_at=statement.when,
            )
        )
        _thin(connection, kept)
        return 1


def _lock(connection: Connection, user_id: str) -> None:
    """Let one at a time change a user's preferences: what is added must not be dropped as empty meanwhile."""
    connection.execute(select(user.c.id).where(user.c.id == user_id).with_for_update(key_share=True))


def _named(user_id: str, project_id: str | None, key: str | None, value: str | None) -> list[Any]:
    table = preference.c
    wanted = [table.user_id == user_id]
    wanted.append(table.project_id.is_(None) if project_id is None else table.project_id == project_id)
    wanted.append(table.key != _SWITCH if key is None else table.key == key)
    if value is not None:
        wanted.append(table.value == value)
    return wanted


def _asked(user_id: str) -> Select[Any]:
    stated, held = preference_evidence.c, preference.c
    return (
        select(
            held.key, held.value, held.project_id.label("of_project"), stated.sign, stated.stance,
            stated.source, stated.source_id, stated.said, stated.project_id.label("said_in"),
            stated.created_at,
        )
        .join_from(preference_evidence, preference)
        .where(held.user_id == user_id, stated.forgotten_at.is_(None))
        .order_by(stated.created_at, stated.id)
    )  # fmt: skip


def _asked_in(user_id: str, project_id: str) -> Select[Any]:
    """Ask for what `beliefs` of a project makes use of, and for nothing that it would drop."""
    said, of = preference_evidence.alias(), preference.alias()
    in_general = (
        select(of.c.key)
        .join_from(said, of)
        .where(of.c.user_id == user_id, of.c.project_id.is_(None), said.c.forgotten_at.is_(None))
    )
    here = preference_evidence.c.project_id == project_id
    general = preference.c.project_id.is_(None)
    return _asked(user_id).where(or_(general, here, preference.c.key.not_in(in_general)))


def _statement(row: Any) -> Statement:
    return Statement(
        row.key, row.value, row.sign, row.stance, row.source, row.source_id, row.said, row.said_in,
        row.created_at, row.of_project,
    )  # fmt: skip


def _thin(connection: Connection, kept: str) -> None:
    table = preference_evidence.c
    newest = (
        select(table.id)
        .where(table.preference_id == kept)
        .order_by(table.created_at.desc(), table.id.desc())
        .limit(MOST_STATEMENTS)
    )
    keep = connection.scalars(newest).all()
    if len(keep) == MOST_STATEMENTS:
        connection.execute(
            delete(preference_evidence).where(table.preference_id == kept, table.id.not_in(keep))
        )


def _bound(connection: Connection, user_id: str) -> None:
    stated, held = preference_evidence.c, preference.c
    newest = select(func.max(stated.created_at)).where(stated.preference_id == held.id).scalar_subquery()
    asked = select(held.id).where(held.user_id == user_id, held.pinned_at.is_(None))
    oldest_last = func.coalesce(newest, held.created_at)
    surplus = connection.scalars(
        asked.order_by(oldest_last.desc(), held.id.desc()).offset(MOST_PREFERENCES)
    ).all()
    if surplus:
        connection.execute(delete(preference_evidence).where(stated.preference_id.in_(surplus)))
        connection.execute(delete(preference).where(held.id.in_(surplus)))


def _drop_empty(connection: Connection, user_id: str) -> None:
    stated, held = preference_evidence.c, preference.c
    backed = select(stated.id).where(stated.preference_id == held.id).exists()
    connection.execute(delete(preference).where(held.user_id == user_id, held.pinned_at.is_(None), ~backed))
