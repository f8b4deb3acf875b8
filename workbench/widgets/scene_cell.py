"""A scene cell: keep the cell's text as the scene's next revision, and say how it turned out.

Running a cell must never bury what was done elsewhere. The cell remembers the revision it saved last;
when the scene has moved on since, or when the cell's text is one of its earlier revisions, running it is a
conflict that shows what would be lost. `replace` saves all the same, as a new revision: nothing is ever gone.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import unified_diff
from typing import Any

from workbench.errors import Conflict, NotFound
from workbench.store.values import Scene
from workbench.studio.performing import Done
from workbench.studio.studio import Studio


@dataclass(frozen=True, slots=True)
class SceneCell:
    """What was written in one cell: the scene's name, its text, and its length when one was given."""

    name: str
    source: str
    duration_seconds: float | None = None
    replace: bool = False


class SceneCells:
    """Keeps scene cells, and remembers which revision of each scene was last seen here."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def keep(self, studio: Studio, cell: SceneCell) -> Done:
        """Add or save the cell's scene; raises Conflict when the scene was changed elsewhere since."""
        scene = _scene(studio, cell.name)
        if scene is None:
            done = studio.add_scene(**_fields(cell), name=cell.name, why="ran its cell")
        else:
            base = scene.revision if cell.replace else self._base(studio, scene, cell)
            done = studio.save_scene(scene.id, **_fields(cell), base_revision=base, why="ran its cell")
        assert done.scene is not None
        self._seen[done.scene.id] = done.scene.revision
        return done

    def _base(self, studio: Studio, scene: Scene, cell: SceneCell) -> int:
        if cell.source == scene.source:
            return scene.revision
        seen = self._seen.get(scene.id)
        earlier = [each.number for each in studio.revisions(scene.id) if each.source == cell.source]
        if seen is None and not earlier:
            return scene.revision
        base = seen or earlier[0]
        if base < scene.revision:
            raise _conflict(studio, scene, cell, base)
        return base


def _fields(cell: SceneCell) -> dict[str, Any]:
    given = {"source": cell.source, "duration_seconds": cell.duration_seconds}
    return {key: value for key, value in given.items() if value is not None}


def _scene(studio: Studio, name: str) -> Scene | None:
    try:
        return studio.scene(name)
    except NotFound:
        if name.isdecimal() or name.startswith("@") or name in {"first", "last"}:
            raise
        return None


def _conflict(studio: Studio, scene: Scene, cell: SceneCell, base: int) -> Conflict:
    latest = studio.revisions(scene.id)[0]
    change = unified_diff(
        cell.source.splitlines(),
        scene.source.splitlines(),
        "this cell",
        f"revision {scene.revision}",
        lineterm="",
        n=1,
    )
    why = f" ({latest.why})" if latest.why else ""
    return Conflict(
        f"{scene.name!r} is at revision {scene.revision} by {latest.who}{why}; this cell is from {base}.\n"
        + "\n".join(change),
        remedy=f"\nTake it over into the cell, or run the cell with --replace to save yours as "
        f"revision {scene.revision + 1}.",
        mine=cell.source,
        theirs=scene.source,
        base_revision=base,
        revision=scene.revision,
    )
