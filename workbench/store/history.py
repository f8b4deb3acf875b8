"""A project's history: what was done, by whom and why; taken back and done again, followed by others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, select, update

from workbench.errors import InputError
from workbench.store.database import Database
from workbench.store.draft import Draft, free_name, lock_project
from workbench.store.rows import change, revision, scene
from workbench.store.values import Change

_FIELDS = tuple(Change.__dataclass_fields__)
_FIXED = ("undo", "redo", "create_project", "import_project", "delete_project", "undelete_project")
"""Steps that undo passes over: they are not steps inside the project."""


class History:
    """The changes of every project. Undo goes back through them, whoever made them, one at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def changes_since(self, project_id: str, sequence: int, *, most: int = 500) -> tuple[Change, ...]:
        """Return the changes after `sequence`, the oldest first; there are no gaps, so poll with the last."""
        asked = select(change).where(change.c.project_id == project_id, change.c.sequence > sequence)
        with self._database.read() as connection:
            found = connection.execute(asked.order_by(change.c.sequence).limit(most)).mappings()
            return tuple(_change(row) for row in found)

    def list(self, project_id: str, *, most: int = 100) -> tuple[Change, ...]:
        """Return the last changes, the newest first."""
        asked = select(change).where(change.c.project_id == project_id)
        with self._database.read() as connection:
            found = connection.execute(asked.order_by(change.c.sequence.desc()).limit(most)).mappings()
            return tuple(_change(row) for row in found)

    def undoable(self, project_id: str) -> Change | None:
        """Return the change that undo would take back."""
        with self._database.read() as connection:
            return _last_done(connection, project_id)

    def redoable(self, project_id: str) -> Change | None:
        """Return the change that redo would do again."""
        with self._database.read() as connection:
            return _last_undone(connection, project_id)

    def undo(self, project_id: str, *, who: str = "you", why: str = "") -> Change:
        """Take the last change back and return the new change that does so; nothing is destroyed."""
        return self._reverse(project_id, "undo", who, why)

    def redo(self, project_id: str, *, who: str = "you", why: str = "") -> Change:
        """Do again what the last undo took back; possible until something else is changed."""
        return self._reverse(project_id, "redo", who, why)

    def _reverse(self, project_id: str, kind: str, who: str, why: str) -> Change:
        with self._database.write() as connection:
            held = lock_project(connection, project_id)
            find = _last_done if kind == "undo" else _last_undone
            target = find(connection, project_id)
            if target is None:
                raise InputError(f"There is nothing to {kind}.", remedy="Look at the project's history.")
            state = target.before if kind == "undo" else target.after
            _refuse_gone(connection, kind, target, state)
            draft = Draft(self._database, connection, held, kind, who, why or f"{kind} {target.kind}")
            with free_name():
                draft.apply(state)
            sequence = draft.record(reverses=target.sequence)
            this = (change.c.project_id == project_id) & (change.c.sequence == target.sequence)
            undone_by = sequence if kind == "undo" else None
            connection.execute(update(change).where(this).values(undone_by=undone_by))
            asked = select(change).where(change.c.project_id == project_id, change.c.sequence == sequence)
            return _change(connection.execute(asked).mappings().one())


def _refuse_gone(connection: Connection, kind: str, target: Change, state: Mapping[str, Any]) -> None:
    """Refuse to go back to a revision that is not kept any more, before anything is changed."""
    for scene_id, number in state.get("scenes", {}).items():
        kept = (revision.c.scene_id == scene_id) & (revision.c.number == number)
        if connection.scalar(select(revision.c.number).where(kept)) is None:
            name = connection.scalar(select(scene.c.name).where(scene.c.id == scene_id))
            step = f"{target.kind.replace('_', ' ')} of {target.created_at:%Y-%m-%d}"
            raise InputError(
                f"Cannot {kind} {step}: a cleanup has taken revision {number} of {name!r}.",
                remedy="While the cleanup's grace lasts, `workbench lifecycle undo CLEANUP` puts it back; "
                "else restore a revision that the scene's history shows.",
            )


def next_undo(newest_first: Sequence[Change]) -> Change | None:
    """Return which of a project's last changes undo would take back."""
    return next((each for each in newest_first if each.undone_by is None and each.kind not in _FIXED), None)


def next_redo(newest_first: Sequence[Change]) -> Change | None:
    """Return which of a project's last changes redo would do again."""
    done = next_undo(newest_first)
    undone = [
        each
        for each in newest_first
        if each.undone_by is not None and each.sequence > (done.sequence if done else 0)
    ]
    return max(undone, key=lambda each: each.undone_by or 0, default=None)


def _last_done(connection: Connection, project_id: str) -> Change | None:
    asked = select(change).where(
        change.c.project_id == project_id, change.c.undone_by.is_(None), change.c.kind.not_in(_FIXED)
    )
    found = connection.execute(asked.order_by(change.c.sequence.desc()).limit(1)).mappings().first()
    return _change(found) if found else None


def _last_undone(connection: Connection, project_id: str) -> Change | None:
    done = _last_done(connection, project_id)
    asked = select(change).where(
        change.c.project_id == project_id,
        change.c.undone_by.is_not(None),
        change.c.sequence > (done.sequence if done else 0),
    )
    found = connection.execute(asked.order_by(change.c.undone_by.desc()).limit(1)).mappings().first()
    return _change(found) if found else None


def _change(row: RowMapping) -> Change:
    return Change(**{field: row[field] for field in _FIELDS})
