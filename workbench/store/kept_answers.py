"""What was answered under an idempotency key, so that asking twice does the work once.

    nothing ──begin──> begun ──note_effect──> kept ──answer──> answered
                        │ ▲
                        └─┘ begin again, by a server that was started anew: the attempt before is fenced off

The effect is noted in the transaction that has it. So a server that dies between the two leaves either no
effect and a key that may be tried again, or the effect and a row that says so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from workbench.errors import Busy, Cancelled, Conflict, InputError
from workbench.store.database import Database
from workbench.store.rows_service import kept_answer

MOST_KEPT_BYTES = 2**20
MOST_PURGED = 500
_KEY = re.compile("[!-~]{1,200}")


@dataclass(frozen=True, slots=True)
class Begun:
    """The work is to be done, by this attempt."""

    attempt: int


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """The work was done and answered so."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Effect:
    """The work was done, but nobody knows what was answered; `facts` were noted with it."""

    facts: Mapping[str, Any]


class KeptAnswers:
    """The idempotency keys of every user."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, user_id: str, key: str, request: str) -> Begun | KeptAnswer | Effect:
        """Say what to do about a request: work on it, give the kept answer, or tell that it was done.

        `request` is a digest of what is asked; Conflict is raised when the key stands for something else.
        """
        key = _checked(key)
        with self._database.write() as connection:
            if self._first(connection, user_id, key, request):
                return Begun(1)
            asked = select(kept_answer).where(_row(user_id, key)).with_for_update()
            found = connection.execute(asked).mappings().one_or_none()
            if found is None:
                raise Busy("The same request was given up just now.", remedy="Send it again.")
            if found["request"] != request:
                raise Conflict(
                    f"The idempotency key {key!r} was used for another request.",
                    remedy="Take a new key for a new request, and the same key only for the same one.",
                )
            if found["state"] == "answered":
                return KeptAnswer(found["status"], found["headers"], found["body"])
            if found["state"] == "kept":
                return Effect(json.loads(found["body"] or b"{}"))
            attempt = found["attempt"] + 1
            connection.execute(update(kept_answer).where(_row(user_id, key)).values(attempt=attempt))
            return Begun(attempt)

    def _first(self, connection: Connection, user_id: str, key: str, request: str) -> bool:
        """Take the key; False when it is taken, also by another server in the same moment."""
        insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        row = {"user_id": user_id, "key": key, "request": request, "state": "begun", "attempt": 1}
        taken = insert(kept_answer).values(created_at=self._database.now(), **row).on_conflict_do_nothing()
        return connection.execute(taken.returning(kept_answer.c.key)).first() is not None

    def note_effect(
        self, connection: Connection, user_id: str, key: str, attempt: int, facts: Mapping[str, Any]
    ) -> None:
        """Say, in the transaction of the effect, that the work was done.

        Raises Cancelled, which rolls it back, when another attempt has taken over.
        """
        mine = _row(user_id, key) & (kept_answer.c.attempt == attempt) & (kept_answer.c.state == "begun")
        noted = update(kept_answer).where(mine).values(state="kept", body=json.dumps(facts).encode())
        if not connection.execute(noted).rowcount:
            raise Cancelled(
                "The same request is being done by another attempt.", remedy="Ask again with the same key."
            )

    def answer(
        self, user_id: str, key: str, attempt: int, status: int, headers: Mapping[str, str], body: bytes
    ) -> None:
        """Keep what was answered; an answer over a megabyte is not kept, only that the work was done."""
        if len(body) > MOST_KEPT_BYTES:
            return
        mine = _row(user_id, key) & (kept_answer.c.attempt == attempt)
        kept = {"state": "answered", "status": status, "headers": dict(headers), "body": body}
        with self._database.write() as connection:
            connection.execute(update(kept_answer).where(mine).values(kept))

    def release(self, user_id: str, key: str, attempt: int) -> None:
        """Forget a key whose work failed without an effect, so that it may be tried again."""
        mine = _row(user_id, key) & (kept_answer.c.attempt == attempt) & (kept_answer.c.state == "begun")
        with self._database.write() as connection:
            connection.execute(delete(kept_answer).where(mine))

    def purge(self, before: datetime) -> int:
        """Forget the keys from before a moment, some hundreds at a time; returns how many."""
        old = select(kept_answer.c.user_id, kept_answer.c.key).where(kept_answer.c.created_at < before)
        with self._database.read() as connection:
            rows = connection.execute(old.limit(MOST_PURGED)).all()
        if rows:
            with self._database.write() as connection:
                for user_id, key in rows:
                    connection.execute(delete(kept_answer).where(_row(user_id, key)))
        return len(rows)


def _row(user_id: str, key: str) -> ColumnElement[bool]:
    return (kept_answer.c.user_id == user_id) & (kept_answer.c.key == key)


def _checked(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise InputError(
            "An idempotency key has 1 to 200 letters, digits and signs, and no spaces.",
            remedy="Use a random one, such as a UUID.",
        )
    return key
