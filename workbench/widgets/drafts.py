"""Text that was typed and not saved: kept in memory and on disk, until it is saved or thrown away.

One small file a scene, written whole and renamed into place, so that unsaved text outlives a page reload, a
closed studio and a killed kernel.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from workbench.render.outfile import written

_SELECTED = "selected"


@dataclass(frozen=True, slots=True)
class Unsaved:
    """A scene's text and params as they stand in the editor, and the revision they began from."""

    source: str
    params: Mapping[str, Any]
    base_revision: int


class Drafts:
    """The unsaved texts of one project, in files under `folder`. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.RLock()
        self._held = {path.stem: found for path in folder.glob("*.json") if (found := _read(path))}

    def get(self, scene_id: str) -> Unsaved | None:
        """Return what is unsaved of a scene, or None."""
        with self._lock:
            return self._held.get(scene_id)

    def __contains__(self, scene_id: str) -> bool:
        return self.get(scene_id) is not None

    def keep(self, scene_id: str, unsaved: Unsaved) -> bool:
        """Keep it; True when the scene had nothing unsaved before."""
        with self._lock:
            known = self._held.get(scene_id)
            self._held[scene_id] = unsaved
            if known != unsaved:
                self._write(scene_id, unsaved)
            return known is None

    def drop(self, scene_id: str) -> bool:
        """Forget it; True when there was something."""
        with self._lock:
            self._path(scene_id).unlink(missing_ok=True)
            return self._held.pop(scene_id, None) is not None

    @property
    def selected(self) -> str | None:
        """The scene that was selected last, as far as it is known."""
        try:
            return (self._folder / _SELECTED).read_text("utf-8") or None
        except OSError:
            return None

    def select(self, scene_id: str | None) -> None:
        """Remember which scene is selected."""
        with self._lock:
            if self.selected != scene_id:
                self._folder.mkdir(parents=True, exist_ok=True)
                (self._folder / _SELECTED).write_text(scene_id or "", "utf-8")

    def _path(self, scene_id: str) -> Path:
        return self._folder / f"{scene_id}.json"

    def _write(self, scene_id: str, unsaved: Unsaved) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        with written(self._path(scene_id), durable=False) as partial:
            partial.write_text(json.dumps(asdict(unsaved)), "utf-8")


def _read(path: Path) -> Unsaved | None:
    try:
        return Unsaved(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None
