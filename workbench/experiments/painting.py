"""Pictures of cells: painted when somebody looks, from what the ledger keeps, and kept for the next look.

On a disk that has no more room than films leave free they are painted anew each time.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from workbench.errors import WorkbenchError
from workbench.experiments.values import Spec
from workbench.render.assets import Assets
from workbench.render.timeline import FilmScene, source_of
from workbench.render.warm import spread
from workbench.scene.format import Format
from workbench.store.trial_values import Cell
from workbench.store.trials import Trials
from workbench.studio.evaluator import Checked, Draft
from workbench.studio.workspace import Workspace

HEIGHT = 180


class CellPainter:
    """Paints the scenes that a cell's answer touched (all scenes, when it touched none)."""

    def __init__(self, workspace: Workspace, spec: Spec) -> None:
        self._workspace = workspace
        self._spec = spec
        self._trials = Trials(workspace.database)
        self._folder = workspace.settings.data / "cache" / "experiments"

    def poster(self, cell: Cell, height: int = HEIGHT) -> bytes | None:
        """Return a JPEG of the middle of the first scene; None when there is nothing to paint."""
        return self._kept(cell, f"poster-{height}.jpg", lambda scenes: self._poster(scenes, height))

    def clip(self, cell: Cell, height: int = HEIGHT) -> bytes | None:
        """Return an MP4 of the scenes; None when there is nothing to paint."""
        return self._kept(cell, f"clip-{height}.mp4", lambda scenes: self._clip(scenes, height))

    def frames(self, cell: Cell, count: int = 5, height: int = HEIGHT) -> tuple[bytes, ...]:
        """Return JPEGs spread evenly over the first scene; none when there is nothing to paint."""
        painted = [each for each in self.scenes(cell) if each.graph is not None]
        if not painted:
            return ()
        graph = painted[0].graph
        assert graph is not None
        source = source_of(graph, "", painted[0].draft.assets.sources)
        return tuple(
            self._workspace.renderer.still(source, frame, height) for frame in spread(source.frames, count)
        )

    def scenes(self, cell: Cell) -> tuple[Checked, ...]:
        """Return the scenes of a cell that is done, evaluated."""
        result = cell.result or {}
        kept: Sequence[Mapping[str, Any]] = result.get("scenes", ())
        touched = set(result.get("touched", ()))
        chosen = [each for each in kept if each["id"] in touched] or list(kept)
        case = self._spec.case(cell.key.case)
        shape = Format.parse(str(result.get("format", case.format)))
        assets = Assets({image.name: self._trials.content(image.sha256) for image in case.images})
        key = " ".join(f"{image.name}:{image.sha256}" for image in case.images)
        return tuple(
            self._workspace.evaluator.checked(
                Draft(each["source"], shape, each["duration_seconds"], each["params"], assets, key)
            )
            for each in chosen
        )

    def _kept(
        self, cell: Cell, name: str, paint: Callable[[tuple[Checked, ...]], bytes | None]
    ) -> bytes | None:
        scenes = self.scenes(cell)
        if not any(each.ok for each in scenes):
            return None
        digest = hashlib.sha256("\0".join(each.draft.key for each in scenes).encode()).hexdigest()[:32]
        place = self._folder / digest[:2] / f"{digest}-{name}"
        if place.is_file():
            return place.read_bytes()
        try:
            content = paint(scenes)
        except WorkbenchError:
            return None
        if content is not None and self._workspace.reserve.lack(self._folder, len(content)) is None:
            _write(place, content)
        return content

    def _poster(self, scenes: tuple[Checked, ...], height: int) -> bytes:
        first = next(each for each in scenes if each.ok)
        assert first.graph is not None
        source = source_of(first.graph, "", first.draft.assets.sources)
        return self._workspace.renderer.still(source, min(source.frames - 1, source.frames * 3 // 5), height)

    def _clip(self, scenes: tuple[Checked, ...], height: int) -> bytes:
        film = [
            FilmScene(
                each.graph,
                f"scene {number}",
                each.draft.duration_seconds,
                each.findings,
                each.draft.assets.sources,
            )
            for number, each in enumerate(scenes, 1)
        ]
        return self._workspace.renderer.preview(film, height).content


def _write(place: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=place.parent, prefix=".new-", delete=False) as file:
        file.write(content)
    Path(file.name).replace(place)
