"""Revisions that undo and redo still need: those the steps of a project's history name."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection

from workbench.lifecycle.selection import Selection

Key = tuple[Any, ...]
_PROJECTS_KEPT = 2000


class Needed:
    """Looks up, project by project, what the steps of the history name.

    In a plan (`planned`) the steps that it takes as well count as gone. While it is applied every step that
    is there counts: a run may end before it comes to the history, and undo must not miss anything then.

    Old revisions are never named anew: a later step names the revision that is current then, and that one is
    kept as the last. So what is found here cannot become too little while rows are being removed.
    """

    def __init__(self, history: Selection, *, planned: bool) -> None:
        self._history = history
        self._staying = f"({history.condition}) IS NOT TRUE" if planned else "1 = 1"
        self._projects: dict[str, str] = {}
        self._needed: dict[str, frozenset[Key]] = {}

    def among(self, connection: Connection, keys: Iterable[Key]) -> set[Key]:
        """Return those of the keys (scene id, number) that are needed."""
        wanted = list(keys)
        self._learn(connection, {key[0] for key in wanted})
        return {key for key in wanted if key in self._of(connection, self._projects.get(key[0], ""))}

    def _learn(self, connection: Connection, scenes: set[str]) -> None:
        unknown = sorted(scenes - self._projects.keys())
        if len(self._projects) > 100 * _PROJECTS_KEPT:
            self._projects.clear()
        for start in range(0, len(unknown), 500):
            part = unknown[start : start + 500]
            names = ", ".join(f":s{place}" for place in range(len(part)))
            asked = self._history.bound(f"SELECT id, project_id FROM scene WHERE id IN ({names})")
            bound = {f"s{place}": scene for place, scene in enumerate(part)}
            self._projects.update((row[0], row[1]) for row in connection.execute(asked, bound))

    def _of(self, connection: Connection, project: str) -> frozenset[Key]:
        if project not in self._needed:
            if len(self._needed) >= _PROJECTS_KEPT:
                self._needed.clear()
            sql = f"SELECT t.before, t.after FROM change t WHERE t.project_id = :project AND {self._staying}"
            rows = connection.execute(self._history.bound(sql), {"project": project})
            self._needed[project] = frozenset(key for row in rows for state in row for key in _named(state))
        return self._needed[project]


def _named(state: Any) -> Iterable[Key]:
    data = json.loads(state) if isinstance(state, str) else state
    scenes = data.get("scenes", {}) if isinstance(data, Mapping) else {}
    return [(str(scene), int(number)) for scene, number in scenes.items()]
