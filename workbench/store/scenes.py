"""Scenes: added, saved, restored, moved, deleted; every change is a revision or a step of the history."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, RowMapping, select, update

from workbench.errors import Conflict, InputError, NotFound
from workbench.store import limits
from workbench.store.database import Database
from workbench.store.draft import CONTENT, Draft, changing, content_of_revision, unknown_scene
from workbench.store.rows import project, revision, scene
from workbench.store.splitting import halves, within_a_performance
from workbench.store.values import NewScene, Revision, Scene, SceneStatus

_FIELDS = tuple(Scene.__dataclass_fields__)
_REVISION_FIELDS = tuple(Revision.__dataclass_fields__)

_CHECKS: Mapping[str, Callable[[Any], Any]] = {
    "name": lambda value: limits.name(value, "scene"),
    "source": lambda value: limits.text(value, "source"),
    "params": lambda value: limits.plain(value, "params"),
    "duration_seconds": limits.seconds,
    "transition": lambda value: limits.plain(value, "transition"),
    "excerpt": limits.excerpt,
}


class Scenes:
    """The scenes of every project."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        project_id: str,
        source: str,
        *,
        name: str | None = None,
        params: Mapping[str, Any] | None = None,
        duration_seconds: float = 5.0,
        transition: Mapping[str, Any] | None = None,
        position: int | None = None,
        who: str = "you",
        why: str = "",
    ) -> Scene:
        """Add a scene at `position` (from 1; None: at the end); without a name it is `Scene N+1`."""
        new = NewScene(source, name, params or {}, duration_seconds, transition or {})
        return self.add_many(project_id, [new], position=position, who=who, why=why)[0]

    def add_many(
        self,
        project_id: str,
        new: Sequence[NewScene],
        *,
        position: int | None = None,
        who: str = "you",
        why: str = "",
    ) -> tuple[Scene, ...]:
        """Add scenes one after another as one change, so that one undo takes them back."""
        contents = [checked_content(each) for each in new]
        with changing(self._database, project_id, "add_scene", who=who, why=why) as draft:
            added = add_within(self._database, draft, contents, position)
            draft.record()
            return tuple(_by_id(draft.connection, key) for key in added)

    def get(self, scene_id: str) -> Scene:
        """Return a scene, living or deleted."""
        with self._database.read() as connection:
            return _by_id(connection, scene_id)

    def list(self, project_id: str) -> tuple[Scene, ...]:
        """Return the living scenes by position."""
        return self._list(project_id, scene.c.position.is_not(None), scene.c.position)

    def deleted(self, project_id: str) -> tuple[Scene, ...]:
        """Return the deleted scenes, the last deleted first."""
        return self._list(project_id, scene.c.position.is_(None), scene.c.deleted_at.desc())

    def save(
        self,
        scene_id: str,
        base_revision: int | None = None,
        *,
        source: str | None = None,
        params: Mapping[str, Any] | None = None,
        name: str | None = None,
        duration_seconds: float | None = None,
        transition: Mapping[str, Any] | None = None,
        excerpt: Mapping[str, Any] | None = None,
        who: str = "you",
        why: str = "",
    ) -> Scene:
        """Keep what is given as the next revision; the rest stays as it is.

        `base_revision` is the revision that was on screen. When the scene has moved on since and holds
        something else, Conflict is raised with both texts. Saving what is there already changes nothing.
        """
        given = {
            "source": source,
            "params": params,
            "name": name,
            "duration_seconds": duration_seconds,
            "transition": transition,
            "excerpt": excerpt,
        }
        with self._changing(scene_id, "save_scene", who, why) as (draft, held):
            now = {key: held[key] for key in CONTENT}
            wanted = now | _checked({key: value for key, value in given.items() if value is not None})
            within_a_performance(wanted)
            if base_revision not in (None, held["revision"]) and wanted != now:
                raise _conflict(draft.connection, held, wanted, base_revision)
            draft.revise(scene_id, wanted, base=base_revision or held["revision"])
            draft.record()
            return _by_id(draft.connection, scene_id)

    def restore(self, scene_id: str, number: int, *, who: str = "you", why: str = "") -> Scene:
        """Make an earlier revision the newest one again; nothing in between is lost."""
        with self._changing(scene_id, "restore_scene", who, why or f"revision {number}") as (draft, _held):
            draft.revise(scene_id, content_of_revision(draft.connection, scene_id, number), base=number)
            draft.record()
            return _by_id(draft.connection, scene_id)

    def duplicate(self, scene_id: str, *, name: str | None = None, who: str = "you", why: str = "") -> Scene:
        """Add a copy right after the scene."""
        with self._changing(scene_id, "duplicate_scene", who, why) as (draft, held):
            copy = {key: held[key] for key in CONTENT}
            longest = limits.MAX_NAME_LETTERS - len(" copy")
            copy["name"] = limits.name(name or f"{copy['name'][:longest]} copy", "scene")
            added = add_within(self._database, draft, [copy], held["position"] + 1)
            draft.record()
            return _by_id(draft.connection, added[0])

    def split(
        self, scene_id: str, at_seconds: float, *, name: str | None = None, who: str = "you", why: str = ""
    ) -> tuple[Scene, Scene]:
        """Make two scenes of one, which play exactly what it played; one undo makes it whole again.

        The second begins `at_seconds` into the scene, at the nearest frame. Raises InputError where there is
        no frame on either side, or within the transition into the scene.
        """
        with self._changing(scene_id, "split_scene", who, why) as (draft, held):
            content = {key: held[key] for key in CONTENT}
            first, second = halves(content, draft.fps, at_seconds, alone=held["position"] == 1)
            second["name"] = limits.name(name or second["name"], "scene")
            draft.revise(scene_id, first, base=held["revision"])
            added = add_within(self._database, draft, [second], held["position"] + 1)
            draft.record()
            return _by_id(draft.connection, scene_id), _by_id(draft.connection, added[0])

    def move(self, scene_id: str, position: int, *, who: str = "you", why: str = "") -> Scene:
        """Put the scene at another position; the others close up."""
        with self._changing(scene_id, "move_scene", who, why) as (draft, _held):
            others = [key for key in draft.order() if key != scene_id]
            draft.arrange(_inserted(others, [scene_id], position))
            draft.record()
            return _by_id(draft.connection, scene_id)

    def delete(self, scene_id: str, *, who: str = "you", why: str = "") -> None:
        """Take the scene out of its project; undo or `undelete` brings it back."""
        with self._changing(scene_id, "delete_scene", who, why) as (draft, _held):
            draft.arrange([key for key in draft.order() if key != scene_id])

    def undelete(
        self, scene_id: str, position: int | None = None, *, who: str = "you", why: str = ""
    ) -> Scene:
        """Bring a deleted scene back, at the end or at `position`."""
        project_id = self.get(scene_id).project_id
        with changing(self._database, project_id, "undelete_scene", who=who, why=why) as draft:
            order = draft.order()
            if scene_id not in order:
                draft.arrange(_inserted(order, [scene_id], position))
                draft.record()
            return _by_id(draft.connection, scene_id)

    def revisions(self, scene_id: str) -> tuple[Revision, ...]:
        """Return every kept revision of the scene, the newest first."""
        asked = select(revision).where(revision.c.scene_id == scene_id).order_by(revision.c.number.desc())
        with self._database.read() as connection:
            _by_id(connection, scene_id)
            return tuple(
                Revision(**{field: row[field] for field in _REVISION_FIELDS})
                for row in connection.execute(asked).mappings()
            )

    def pin(self, scene_id: str, number: int, *, pinned: bool = True) -> None:
        """Keep a revision whatever the retention policy says, or stop keeping it."""
        this = (revision.c.scene_id == scene_id) & (revision.c.number == number)
        with self._database.write() as connection:
            content_of_revision(connection, scene_id, number)
            connection.execute(update(revision).where(this).values(pinned=pinned))

    def mark(self, scene_id: str, revision_number: int, status: SceneStatus) -> bool:
        """Say how a revision turned out; False, and no effect, when the scene has moved on since."""
        this = (scene.c.id == scene_id) & (scene.c.revision == revision_number)
        with self._database.write() as connection:
            return connection.execute(update(scene).where(this).values(status=status)).rowcount == 1

    def _list(self, project_id: str, which: Any, order: Any) -> tuple[Scene, ...]:
        asked = select(scene).where(scene.c.project_id == project_id, which).order_by(order)
        with self._database.read() as connection:
            rows = connection.execute(asked).mappings().all()
            if not rows and not connection.scalar(select(project.c.id).where(project.c.id == project_id)):
                raise NotFound.among("project", project_id, connection.scalars(select(project.c.name)))
        return tuple(Scene(**{field: row[field] for field in _FIELDS}) for row in rows)

    @contextmanager
    def _changing(self, scene_id: str, kind: str, who: str, why: str) -> Iterator[tuple[Draft, RowMapping]]:
        project_id = self.get(scene_id).project_id
        with changing(self._database, project_id, kind, who=who, why=why) as draft:
            held = draft.scene(scene_id)
            if held["deleted_at"]:
                raise InputError(f"The scene {held['name']!r} is deleted.", remedy="Undelete it first.")
            yield draft, held


def add_within(
    database: Database, draft: Draft, contents: Sequence[Mapping[str, Any]], position: int | None
) -> list[str]:
    """Add scenes as part of a change that is open; returns their ids."""
    order = draft.order()
    added = []
    for count, content in enumerate(contents, len(order) + 1):
        key = database.new_id()
        draft.add_scene(key, {**content, "name": content["name"] or f"Scene {count}"})
        added.append(key)
    draft.arrange(_inserted(order, added, position))
    return added


def checked_content(new: NewScene) -> dict[str, Any]:
    """Return what is kept of a new scene; its name may be None."""
    given = {key: getattr(new, key) for key in CONTENT if getattr(new, key) is not None}
    return {"name": None, **_checked(given)}


def _checked(given: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _CHECKS[key](value) for key, value in given.items()}


def _inserted(order: Sequence[str], new: Sequence[str], position: int | None) -> list[str]:
    last = len(order) + 1
    place = last if position is None else position
    if not 1 <= place <= last:
        raise InputError(
            f"There is no position {place}.", remedy=f"Give 1 to {last}; positions count from 1."
        )
    return [*order[: place - 1], *new, *order[place - 1 :]]


def _conflict(
    connection: Connection, held: RowMapping, wanted: Mapping[str, Any], base: int | None
) -> Conflict:
    asked = select(revision).where(revision.c.scene_id == held["id"], revision.c.number == held["revision"])
    newest = connection.execute(asked).mappings().one()
    return Conflict(
        f"The scene {held['name']!r} is at revision {held['revision']}, saved by {newest['who']}; "
        f"your text is based on revision {base}.",
        remedy="Compare both texts, then save again based on the newer revision.",
        yours=dict(wanted),
        theirs={key: held[key] for key in CONTENT},
        base_revision=base,
        current_revision=held["revision"],
    )


def _by_id(connection: Connection, scene_id: str) -> Scene:
    found = connection.execute(select(scene).where(scene.c.id == scene_id)).mappings().one_or_none()
    if found is None:
        raise unknown_scene(scene_id)
    return Scene(**{field: found[field] for field in _FIELDS})
