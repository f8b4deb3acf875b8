"""A scene cell: keep the cell's text as the scene's next revision, and say how it turned out.

Running a cell must not bury what somebody else wrote. A cell may replace what a cell wrote, here or in an
earlier session, and whatever it has seen; text that came from a prompt, another door or another person since
is a conflict that shows what would be covered. `replace` saves all the same: earlier revisions stay.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from workbench.errors import Conflict, NotFound
from workbench.scene.line_diff import unified
from workbench.store.values import Scene
from workbench.studio.evaluator import Checked
from workbench.studio.performing import Done
from workbench.studio.remote.studio import RemoteStudio
from workbench.studio.studio import Studio

RAN = "ran its cell"
AnyStudio = Studio | RemoteStudio


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

    def keep(self, studio: AnyStudio, cell: SceneCell, preview: Callable[..., Checked]) -> Done:
        """Add or save the cell's scene; raises Conflict when the scene was changed elsewhere since.

        `preview` evaluates on this machine, so that the text's params are known also for a service's scene.
        """
        scene = _scene(studio, cell.name)
        if scene is None:
            done = studio.add_scene(**_fields(cell), name=cell.name, why=RAN)
        else:
            if not (cell.replace or self._may_replace(studio, scene, cell)):
                raise _conflict(studio, scene, cell)
            params = _living_params(preview, scene, cell)
            done = studio.save_scene(
                scene.id, **_fields(cell), params=params, base_revision=scene.revision, why=RAN
            )
        assert done.scene is not None
        self._seen[done.scene.id] = done.scene.revision
        return done

    def _may_replace(self, studio: AnyStudio, scene: Scene, cell: SceneCell) -> bool:
        if cell.source == scene.source or self._seen.get(scene.id) == scene.revision:
            return True
        return any(each.why == RAN and each.source == scene.source for each in studio.revisions(scene.id))


def _fields(cell: SceneCell) -> dict[str, Any]:
    given = {"source": cell.source, "duration_seconds": cell.duration_seconds}
    return {key: value for key, value in given.items() if value is not None}


def _living_params(preview: Callable[..., Checked], scene: Scene, cell: SceneCell) -> dict[str, Any] | None:
    """Return the scene's params that the cell still declares; None, so that all stay, when it is broken."""
    if not scene.params:
        return None
    graph = preview(scene.id, source=cell.source, params={}).graph
    if graph is None:
        return None
    declared = {param.name for param in graph.params}
    return {name: value for name, value in scene.params.items() if name in declared}


def _scene(studio: AnyStudio, name: str) -> Scene | None:
    try:
        return studio.scene(name)
    except NotFound:
        if name.isdecimal() or name.startswith("@") or name in {"first", "last"}:
            raise
        return None


def _conflict(studio: AnyStudio, scene: Scene, cell: SceneCell) -> Conflict:
    latest = studio.revisions(scene.id)[0]
    theirs, mine = scene.source.splitlines(), cell.source.splitlines()
    change = unified(theirs, mine, (f"revision {scene.revision}", "this cell"), line_end="", context=1)
    why = f" ({latest.why})" if latest.why else ""
    return Conflict(
        f"{scene.name!r} was changed by {latest.who}{why}, and this cell has not seen it:\n"
        + "\n".join(change),
        remedy=f"\nRun the cell with --replace to save it as revision {scene.revision + 1}, or begin from "
        f"studio.scene({scene.name!r}).source.",
        mine=cell.source,
        theirs=scene.source,
        revision=scene.revision,
    )
