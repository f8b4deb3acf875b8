"""One step of a project's history in the making.

Every change of a project, and every undo of one, is made of the same few moves: give the project other
fields, arrange its living scenes, make a new revision of a scene, name or remove an asset. A `Draft`
makes the moves in one transaction and notes what was before and after, so that undo is `apply(before)`
and redo is `apply(after)`. Nothing is destroyed: an undone scene text is a newer revision.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal

from sqlalchemy import Connection, RowMapping, insert, select, update
from sqlalchemy.exc import IntegrityError

from workbench.errors import InputError, NotFound
from workbench.store import limits
from workbench.store.database import Database
from workbench.store.rows import asset, change, project, revision, scene

Section = Literal["project", "order", "scenes", "assets"]
CONTENT = ("name", "source", "params", "duration_seconds", "transition", "excerpt")
"""What a revision holds of a scene."""


class Draft:
    """The moves of one change; they are kept together with the note of what they did."""

    def __init__(
        self, database: Database, connection: Connection, held: RowMapping, kind: str, who: str, why: str
    ) -> None:
        self.connection = connection
        self.project_id: str = held["id"]
        self.now = database.now()
        self.kind = kind
        self.who = limits.name(who, "author's")
        self.why = limits.text(why, "reason")
        self.before: dict[str, Any] = {}
        self.after: dict[str, Any] = {}
        self.sequence: int | None = None
        self._held = held

    def set_project(self, fields: Mapping[str, Any]) -> None:
        """Give the project other fields."""
        old = {key: self._held[key] for key in fields}
        if old != dict(fields):
            self.note("project", old, dict(fields))
            self.connection.execute(update(project).where(project.c.id == self.project_id).values(**fields))

    @property
    def fps(self) -> int:
        """The project's frames per second."""
        return int(self._held["fps"])

    def order(self) -> list[str]:
        """Return the ids of the living scenes by position."""
        living = select(scene.c.id).where(
            scene.c.project_id == self.project_id, scene.c.position.is_not(None)
        )
        return list(self.connection.scalars(living.order_by(scene.c.position)))

    def arrange(self, wanted: Sequence[str]) -> None:
        """Make exactly the `wanted` scenes live, at positions 1, 2, 3, ..."""
        old = self.order()
        if old == list(wanted):
            return
        if len(wanted) > limits.MAX_SCENES:
            raise InputError(
                f"A project holds at most {limits.MAX_SCENES} scenes, not {len(wanted)}.",
                remedy="Delete some, or begin another project.",
            )
        self.note("order", old, list(wanted))
        gone = [key for key in old if key not in set(wanted)]
        if gone:
            self._scenes(scene.c.id.in_(gone), position=None, deleted_at=self.now)
        was = {key: place for place, key in enumerate(old, 1)}
        # A position taken by two rows for a moment would break its constraint: go through the negatives.
        for place, key in enumerate(wanted, 1):
            if was.get(key) != place:
                self._scenes(scene.c.id == key, position=-place, deleted_at=None)
        self._scenes(scene.c.position < 0, position=-scene.c.position)

    def add_scene(self, scene_id: str, content: Mapping[str, Any]) -> None:
        """Keep a new scene with its first revision; it lives once it is arranged."""
        self.connection.execute(
            insert(scene).values(
                id=scene_id, project_id=self.project_id, position=None, revision=1, status="unchecked",
                created_at=self.now, updated_at=self.now, deleted_at=self.now, **content,
            )
        )  # fmt: skip
        self._keep_revision(scene_id, 1, content, base=None)

    def revise(self, scene_id: str, content: Mapping[str, Any], base: int) -> None:
        """Make `content` the scene's next revision, unless it is what the scene holds already."""
        held = self.scene(scene_id)
        if all(held[key] == content[key] for key in CONTENT):
            return
        number = held["revision"] + 1
        self.note("scenes", {scene_id: held["revision"]}, {scene_id: number})
        self._keep_revision(scene_id, number, content, base)
        self._scenes(
            scene.c.id == scene_id, revision=number, status="unchecked", updated_at=self.now, **content
        )

    def scene(self, scene_id: str) -> RowMapping:
        """Return the row of one of the project's scenes."""
        asked = select(scene).where(scene.c.id == scene_id, scene.c.project_id == self.project_id)
        found = self.connection.execute(asked).mappings().one_or_none()
        if found is None:
            raise unknown_scene(scene_id)
        return found

    def set_asset(self, asset_id: str, name: str | None) -> None:
        """Give an asset a name; None removes it."""
        held = self.connection.execute(select(asset).where(asset.c.id == asset_id)).mappings().one()
        old = None if held["deleted_at"] else held["name"]
        if old == name:
            return
        self.note("assets", {asset_id: old}, {asset_id: name})
        values = {"deleted_at": self.now} if name is None else {"name": name, "deleted_at": None}
        self.connection.execute(update(asset).where(asset.c.id == asset_id).values(**values))

    def apply(self, state: Mapping[str, Any]) -> None:
        """Bring back what a change noted as before or after."""
        self.set_project(state.get("project", {}))
        for scene_id, number in state.get("scenes", {}).items():
            self.revise(scene_id, content_of_revision(self.connection, scene_id, number), base=number)
        self.arrange(state.get("order", self.order()))
        for asset_id, name in state.get("assets", {}).items():
            self.set_asset(asset_id, name)

    def note(self, section: Section, before: Any, after: Any) -> None:
        """Remember what a move found and what it left; the first before and the last after count."""
        if section == "order":
            self.before.setdefault(section, before)
            self.after[section] = after
        else:
            self.before[section] = {**before, **self.before.get(section, {})}
            self.after[section] = {**self.after.get(section, {}), **after}

    def record(self, reverses: int | None = None) -> int | None:
        """Write the change down and return its sequence; None when nothing was done. Twice is once."""
        if self.sequence is not None or not (self.before or self.after):
            return self.sequence
        sequence = int(self._held["sequence"]) + 1
        self.sequence = sequence
        self.connection.execute(
            update(project)
            .where(project.c.id == self.project_id)
            .values(sequence=sequence, updated_at=self.now)
        )
        self.connection.execute(
            insert(change).values(
                project_id=self.project_id, sequence=sequence, kind=self.kind, before=self.before,
                after=self.after, who=self.who, why=self.why, created_at=self.now, reverses=reverses,
            )
        )  # fmt: skip
        return sequence

    def _keep_revision(
        self, scene_id: str, number: int, content: Mapping[str, Any], base: int | None
    ) -> None:
        self.connection.execute(
            insert(revision).values(
                scene_id=scene_id, number=number, who=self.who, why=self.why, base=base, pinned=False,
                created_at=self.now, **content,
            )
        )  # fmt: skip

    def _scenes(self, which: Any, **values: Any) -> None:
        mine = scene.c.project_id == self.project_id
        self.connection.execute(update(scene).where(mine, which).values(**values))


@contextmanager
def changing(database: Database, project_id: str, kind: str, *, who: str, why: str = "") -> Iterator[Draft]:
    """Give a draft for one change of a living project; others who change it wait their turn."""
    with database.write() as connection:
        draft = Draft(database, connection, lock_project(connection, project_id), kind, who, why)
        yield draft
        draft.record()


def lock_project(connection: Connection, project_id: str) -> RowMapping:
    """Return the living project's row, locked until the transaction ends."""
    asked = select(project).where(project.c.id == project_id, project.c.deleted_at.is_(None))
    found = connection.execute(asked.with_for_update(key_share=True)).mappings().one_or_none()
    if found is None:
        living = select(project.c.name).where(project.c.deleted_at.is_(None)).limit(50)
        raise NotFound.among("project", project_id, connection.scalars(living))
    return found


@contextmanager
def free_name() -> Iterator[None]:
    """Say in words that another project has the name, also when it took it in the same moment."""
    try:
        yield
    except IntegrityError as failure:
        if "project" in str(failure.orig) and "name" in str(failure.orig):
            raise InputError(
                "Another project has that name by now.", remedy="Rename it or choose another name."
            ) from failure
        raise


def content_of_revision(connection: Connection, scene_id: str, number: int) -> dict[str, Any]:
    """Return what a revision holds; NotFound when the scene has no such revision (any more)."""
    asked = select(revision).where(revision.c.scene_id == scene_id, revision.c.number == number)
    found = connection.execute(asked).mappings().one_or_none()
    if found is None:
        numbers = connection.scalars(select(revision.c.number).where(revision.c.scene_id == scene_id))
        raise NotFound.among("revision", str(number), map(str, numbers))
    return {key: found[key] for key in CONTENT}


def unknown_scene(scene_id: str) -> NotFound:
    """Return the error for an id that no scene has."""
    return NotFound(f"There is no scene with the id {scene_id!r}.", remedy="List the project's scenes.")
