"""Projects: made, found by name or id, renamed, reshaped, deleted and brought back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, insert, select, update

from workbench.errors import InputError, NotFound
from workbench.store import limits
from workbench.store.database import Database
from workbench.store.draft import Draft, changing, free_name, lock_project
from workbench.store.rows import project
from workbench.store.values import Project

LOCAL_USER = "local"
_FIELDS = tuple(Project.__dataclass_fields__)


class Projects:
    """The projects of one user."""

    def __init__(self, database: Database, user_id: str = LOCAL_USER) -> None:
        self._database = database
        self.user_id = user_id

    def create(
        self,
        name: str,
        *,
        width: int = 1920,
        height: int = 1080,
        fps: int = 30,
        settings: Mapping[str, Any] | None = None,
        who: str = "you",
        why: str = "",
    ) -> Project:
        """Make an empty project; its name must be free among the living ones."""
        with self._database.write() as connection:
            return self.create_within(
                connection, name, width=width, height=height, fps=fps, settings=settings, who=who, why=why
            )

    def create_within(
        self,
        connection: Connection,
        name: str,
        *,
        width: int,
        height: int,
        fps: int,
        settings: Mapping[str, Any] | None,
        who: str,
        why: str,
    ) -> Project:
        """Make a project as part of a transaction that is open."""
        fields = {
            "name": limits.name(name, "project"),
            **limits.picture(width, height, fps),
            "settings": limits.plain(settings or {}, "settings"),
        }
        now = self._database.now()
        key = self._database.new_id()
        with free_name():
            self._refuse_taken(connection, str(fields["name"]))
            connection.execute(
                insert(project).values(
                    id=key, user_id=self.user_id, sequence=0, message_count=0,
                    created_at=now, updated_at=now, **fields,
                )
            )  # fmt: skip
        held = connection.execute(select(project).where(project.c.id == key)).mappings().one()
        draft = Draft(self._database, connection, held, "create_project", who, why)
        draft.note("project", {}, fields)
        draft.record()
        return _by_id(connection, key)

    def get(self, name_or_id: str) -> Project:
        """Return a living project by its name or id."""
        mine = self._mine()
        with self._database.read() as connection:
            by_id = select(project).where(mine, project.c.id == name_or_id)
            by_name = select(project).where(mine, project.c.name == name_or_id.strip())
            for asked in (by_id, by_name):
                found = connection.execute(asked).mappings().one_or_none()
                if found:
                    return Project(**{field: found[field] for field in _FIELDS})
            names = connection.scalars(select(project.c.name).where(mine).limit(200)).all()
        raise NotFound.among("project", name_or_id, names)

    def by_id(self, project_id: str) -> Project:
        """Return a project by its id, living or deleted."""
        with self._database.read() as connection:
            return _by_id(connection, project_id)

    def list(self, *, deleted: bool = False) -> tuple[Project, ...]:
        """Return the living projects (or the deleted ones), the last changed first."""
        alive = project.c.deleted_at.is_not(None) if deleted else project.c.deleted_at.is_(None)
        asked = select(project).where(project.c.user_id == self.user_id, alive)
        with self._database.read() as connection:
            found = connection.execute(asked.order_by(project.c.updated_at.desc(), project.c.id.desc()))
            return tuple(Project(**{field: row[field] for field in _FIELDS}) for row in found.mappings())

    def rename(self, project_id: str, name: str, *, who: str = "you", why: str = "") -> Project:
        """Give the project another name, free among the living ones."""
        name = limits.name(name, "project")
        return self._set(project_id, "rename_project", {"name": name}, who, why)

    def set_format(
        self, project_id: str, width: int, height: int, fps: int, *, who: str = "you", why: str = ""
    ) -> Project:
        """Change the picture's size in pixels and the frames per second."""
        return self._set(project_id, "set_format", limits.picture(width, height, fps), who, why)

    def amend_settings(
        self,
        project_id: str,
        change: Callable[[Mapping[str, Any]], Mapping[str, Any]],
        *,
        who: str = "you",
        why: str = "",
    ) -> Project:
        """Replace the project's settings by what `change` makes of them, while nobody else changes them."""
        with changing(self._database, project_id, "set_settings", who=who, why=why) as draft:
            wanted = change(_by_id(draft.connection, project_id).settings)
            draft.set_project({"settings": limits.plain(wanted, "settings")})
            draft.record()
            return _by_id(draft.connection, project_id)

    def delete(self, project_id: str, *, who: str = "you", why: str = "") -> None:
        """Put the project away; `undelete` brings it back whole."""
        with changing(self._database, project_id, "delete_project", who=who, why=why) as draft:
            draft.note("project", {"deleted": False}, {"deleted": True})
            gone = update(project).where(project.c.id == project_id).values(deleted_at=draft.now)
            draft.connection.execute(gone)

    def undelete(
        self, project_id: str, *, name: str | None = None, who: str = "you", why: str = ""
    ) -> Project:
        """Bring a deleted project back, under another `name` when its own is taken by now."""
        with self._database.write() as connection:
            held = _by_id(connection, project_id)
            if held.deleted_at is None:
                return held
            name = limits.name(name or held.name, "project")
            alive = update(project).where(project.c.id == project_id).values(deleted_at=None, name=name)
            with free_name():
                self._refuse_taken(connection, name)
                connection.execute(alive)
            locked = lock_project(connection, project_id)
            draft = Draft(self._database, connection, locked, "undelete_project", who, why)
            draft.note("project", {"deleted": True, "name": held.name}, {"deleted": False, "name": name})
            draft.record()
            return _by_id(connection, project_id)

    def _set(self, project_id: str, kind: str, fields: dict[str, Any], who: str, why: str) -> Project:
        with (
            free_name(),
            changing(self._database, project_id, kind, who=who, why=why) as draft,
        ):
            if "name" in fields:
                self._refuse_taken(draft.connection, fields["name"], but=project_id)
            draft.set_project(fields)
            draft.record()
            return _by_id(draft.connection, project_id)

    def _mine(self) -> Any:
        return (project.c.user_id == self.user_id) & project.c.deleted_at.is_(None)

    def _refuse_taken(self, connection: Connection, name: str, but: str = "") -> None:
        asked = select(project.c.id).where(self._mine(), project.c.name == name, project.c.id != but)
        if connection.scalars(asked).first():
            raise InputError(f"There is a project named {name!r} already.", remedy="Choose another name.")


def _by_id(connection: Connection, project_id: str) -> Project:
    found = connection.execute(select(project).where(project.c.id == project_id)).mappings().one_or_none()
    if found is None:
        raise NotFound.among("project", project_id, connection.scalars(select(project.c.name).limit(50)))
    return Project(**{field: found[field] for field in _FIELDS})
