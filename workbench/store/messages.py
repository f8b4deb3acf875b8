"""The conversation of a project: every prompt and answer, in order, never changed afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from sqlalchemy import Connection, insert, select, update

from workbench.errors import InputError
from workbench.store import limits
from workbench.store.database import Database
from workbench.store.draft import lock_project, unknown_scene
from workbench.store.rows import message, project, scene
from workbench.store.values import Message, Role, Said

_FIELDS = tuple(Message.__dataclass_fields__)


class Messages:
    """The conversations of every project."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        project_id: str,
        role: Role,
        text: str,
        *,
        take: Mapping[str, Any] | None = None,
        scene_id: str | None = None,
    ) -> Message:
        """Keep one message; its number is the next of the project."""
        with self._database.write() as connection:
            return self.add_within(connection, project_id, role, text, take=take, scene_id=scene_id)

    def add_within(
        self,
        connection: Connection,
        project_id: str,
        role: Role,
        text: str,
        *,
        take: Mapping[str, Any] | None = None,
        scene_id: str | None = None,
    ) -> Message:
        """Keep one message in the caller's transaction."""
        if role not in get_args(Role):
            raise InputError(f"{role!r} is nobody who speaks.", remedy=f"Use one of {get_args(Role)}.")
        fields: dict[str, Any] = {
            "id": self._database.new_id(),
            "project_id": project_id,
            "role": role,
            "text": limits.text(text, "message", limits.MAX_MESSAGE_BYTES),
            "take": None if take is None else dict(take),
            "scene_id": scene_id,
            "created_at": self._database.now(),
        }
        number = lock_project(connection, project_id)["message_count"] + 1
        mine = (scene.c.id == scene_id) & (scene.c.project_id == project_id)
        if scene_id is not None and not connection.scalar(select(scene.c.id).where(mine)):
            raise unknown_scene(scene_id)
        connection.execute(insert(message).values(number=number, **fields))
        counted = update(project).where(project.c.id == project_id)
        connection.execute(counted.values(message_count=number))
        return Message(number=number, **fields)

    def list(self, project_id: str, *, after: int = 0, most: int | None = None) -> tuple[Message, ...]:
        """Return the messages numbered above `after`, in order; `most` keeps only the last so many."""
        asked = select(message).where(message.c.project_id == project_id, message.c.number > after)
        with self._database.read() as connection:
            rows = connection.execute(asked.order_by(message.c.number.desc()).limit(most)).mappings().all()
        return tuple(Message(**{field: row[field] for field in _FIELDS}) for row in reversed(rows))

    def named(self, project_id: str, message_id: str) -> Message | None:
        """Return the message of that id in the project's conversation, or None."""
        asked = select(message).where(message.c.project_id == project_id, message.c.id == message_id)
        with self._database.read() as connection:
            row = connection.execute(asked).mappings().one_or_none()
        return None if row is None else Message(**{field: row[field] for field in _FIELDS})

    def said(
        self,
        project_id: str,
        *,
        role: Role | None = None,
        after: int = 0,
        before: int | None = None,
        most: int | None = None,
    ) -> tuple[Said, ...]:
        """Return the words of messages numbered between `after` and `before`, in order, maybe of one role.

        For whoever reads a long conversation: what was made of a prompt is many times as long as its words.
        """
        asked = select(message.c.number, message.c.role, message.c.text).where(
            message.c.project_id == project_id, message.c.number > after
        )
        if before is not None:
            asked = asked.where(message.c.number < before)
        if role is not None:
            asked = asked.where(message.c.role == role)
        with self._database.read() as connection:
            rows = connection.execute(asked.order_by(message.c.number.desc()).limit(most)).all()
        return tuple(Said(*row) for row in reversed(rows))
