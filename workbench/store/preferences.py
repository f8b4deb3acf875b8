"""What users like: preferences of a project or of the user everywhere, and the statements behind them.

A statement comes once from each source. What is forgotten no longer counts, and can be brought back for a
week. The sentence it came from stays known, so that it can be left out of what models are told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, func, insert, or_, select, update

from workbench.store import limits
from workbench.store.database import Database
from workbench.store.rows import preference, preference_evidence, user
from workbench.store.statements import Statement, asked_in, asked_of, statement_of

MOST_STATEMENTS = 50
"""How many statements one preference keeps; the oldest give way."""
MOST_PREFERENCES = 400
"""How many preferences a user has; those that were stated longest ago give way, pinned ones never."""
UNFORGOTTEN_FOR = timedelta(days=7)
"""For how long what was forgotten can be brought back."""
_SAID_BYTES = 4096
_PIN = "pin"
"""The source of a forgotten statement that stands for a pin which was forgotten. Nobody said it."""
_SWITCH = "learning"
"""The key under which it is kept, as if pinned, that nothing is to be learned in a project. No taste."""


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
            _sweep(connection, self._database.now(), user_id)
        return added

    def statements(self, user_id: str, project_id: str | None = None) -> tuple[Statement, ...]:
        """Return every statement that counts, the oldest first; with a project, those that count there.

        What was said for other projects alone does while the user has said nothing of its key for all.
        """
        asked = asked_of(user_id) if project_id is None else asked_in(user_id, project_id)
        with self._database.read() as connection:
            return tuple(statement_of(row) for row in connection.execute(asked))

    def forgotten(self, user_id: str) -> tuple[str, ...]:
        """Return the sentences whose meaning the user asked to forget, each once, in the order of letters."""
        stated = preference_evidence.c
        asked = (
            select(stated.said)
            .distinct()
            .join_from(preference_evidence, preference)
            .where(preference.c.user_id == user_id, stated.forgotten_at.is_not(None))
            .where(stated.source == "words", stated.said != "")
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
        said_in: str = "",
    ) -> int:
        """Forget one value, all values of a key, or everything of a project or of the user; returns how many.

        It is put aside: `unforget` brings it back for a week. After that only sentences are kept, so that
        they can be left out of what models are told. With a value, what was said against `refused`, its
        opposite, goes too: "not so fast" also means slow. `said_in` is the project in which it was asked.
        """
        now = self._database.now()
        ids, behind = _meant(user_id, project_id, key, value, refused)
        stated, held = preference_evidence.c, preference.c
        standing = select(stated.id).where(stated.preference_id == held.id, stated.forgotten_at.is_(None))
        counting = ids.where(or_(held.pinned_at.is_not(None), standing.exists()))
        with self._database.write() as connection:
            _lock(connection, user_id)
            count = len(connection.scalars(counting).all())
            aside = connection.execute(
                update(preference_evidence)
                .where(behind, stated.forgotten_at.is_(None))
                .values(forgotten_at=now)
            )
            pinned = connection.execute(ids.add_columns(held.pinned_at).where(held.pinned_at.is_not(None)))
            for kept, pinned_at in pinned.all():
                self._put_pin_aside(connection, kept, pinned_at, now, project_id or said_in)
            _sweep(connection, now, user_id)
        return max(count, min(1, aside.rowcount))

    def unforget(
        self,
        user_id: str,
        project_id: str | None,
        key: str | None = None,
        value: str | None = None,
        *,
        refused: str | None = None,
    ) -> int:
        """Bring back what was forgotten in the last week, named as for `forget`; returns how many."""
        since = self._database.now() - UNFORGOTTEN_FOR
        ids, behind = _meant(user_id, project_id, key, value, refused)
        stated, held = preference_evidence.c, preference.c
        lately = (behind, stated.forgotten_at >= since)
        with self._database.write() as connection:
            _lock(connection, user_id)
            back = select(stated.preference_id).where(*lately, stated.preference_id.in_(ids)).distinct()
            count = len(connection.scalars(back).all())
            pins = select(stated.preference_id, stated.created_at).where(*lately, stated.source == _PIN)
            for kept, pinned_at in connection.execute(pins).all():
                connection.execute(update(preference).where(held.id == kept).values(pinned_at=pinned_at))
            connection.execute(delete(preference_evidence).where(*lately, stated.source == _PIN))
            said = update(preference_evidence).where(*lately).values(forgotten_at=None)
            heard = connection.execute(said)
        return max(count, min(1, heard.rowcount))

    def lately_forgotten(
        self, user_id: str
    ) -> tuple[tuple[Statement, ...], tuple[tuple[str | None, str, str], ...]]:
        """Return what `unforget` can bring back: statements, and pins as `pins` tells them."""
        since = self._database.now() - UNFORGOTTEN_FOR
        asked = asked_of(user_id, forgotten=True).where(preference_evidence.c.forgotten_at >= since)
        with self._database.read() as connection:
            rows = connection.execute(asked).all()
        said = tuple(statement_of(row) for row in rows if row.source != _PIN)
        return said, tuple((row.of_project, row.key, row.value) for row in rows if row.source == _PIN)

    def sweep(self) -> int:
        """Delete what nobody can bring back any more, but for sentences; returns how many rows."""
        now, gone = self._database.now(), 0
        whose = select(preference.c.user_id).join_from(preference_evidence, preference).where(*_outlived(now))
        with self._database.read() as connection:
            users = connection.scalars(whose.distinct()).all()
        for each in users:
            with self._database.write() as connection:
                _lock(connection, each)
                gone += _sweep(connection, now, each)
        return gone

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

    def _put_pin_aside(
        self, connection: Connection, kept: str, pinned_at: datetime, now: datetime, project_id: str
    ) -> None:
        """Keep a pin as a forgotten statement, one of each preference, for as long as it can come back."""
        stated = preference_evidence.c
        connection.execute(
            delete(preference_evidence).where(stated.preference_id == kept, stated.source == _PIN)
        )
        connection.execute(
            insert(preference_evidence).values(
                id=self._database.new_id(),
                preference_id=kept,
                sign=1,
                stance="standing",
                source=_PIN,
                source_id=_PIN,
                project_id=project_id,
                said="",
                created_at=pinned_at,
                forgotten_at=now,
            )
        )
        connection.execute(update(preference).where(preference.c.id == kept).values(pinned_at=None))

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


def _meant(
    user_id: str, project_id: str | None, key: str | None, value: str | None, refused: str | None
) -> tuple[Select[tuple[str]], ColumnElement[bool]]:
    """Return the preferences that are named, and the statements behind them and against their opposite."""
    ids = select(preference.c.id).where(*_named(user_id, project_id, key, value))
    stated = preference_evidence.c
    behind: ColumnElement[bool] = stated.preference_id.in_(ids)
    if refused is not None:
        others = select(preference.c.id).where(*_named(user_id, project_id, key, refused))
        behind = or_(behind, and_(stated.preference_id.in_(others), stated.sign < 0))
    return ids, behind


def _outlived(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return which statements nobody can bring back any more, and no sentence is known by."""
    stated = preference_evidence.c
    return stated.forgotten_at < now - UNFORGOTTEN_FOR, stated.source != "words"


def _sweep(connection: Connection, now: datetime, user_id: str) -> int:
    """Delete those of a user, and preferences of which nothing is left; whoever calls holds the lock."""
    stated, held = preference_evidence.c, preference.c
    mine = stated.preference_id.in_(select(held.id).where(held.user_id == user_id))
    gone = connection.execute(delete(preference_evidence).where(mine, *_outlived(now)))
    backed = select(stated.id).where(stated.preference_id == held.id).exists()
    connection.execute(delete(preference).where(held.user_id == user_id, held.pinned_at.is_(None), ~backed))
    return gone.rowcount


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
