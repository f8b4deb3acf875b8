"""Where cells are done: a workspace of their own in a temporary folder, a fresh project for each.

Nothing of a cell reaches the user's projects or memory, and nothing of one cell reaches another: memory does
not learn here, and a project is used once: a cell that is tried again begins in a new one.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.brain.model import used_up_to
from workbench.errors import ModelFailed
from workbench.experiments.evaluating import SureEvaluator
from workbench.experiments.paying import ANSWERED
from workbench.experiments.scores.assertions import decided
from workbench.experiments.scores.registry import Result
from workbench.experiments.scores.scoring import findings_by_code, scored
from workbench.experiments.seats import Seat, Seated, Seats
from workbench.experiments.values import Case
from workbench.lifecycle.litter import owned
from workbench.scene.checks.view import View
from workbench.scene.diff import diff
from workbench.scene.format import Format
from workbench.scene.graph import Graph
from workbench.store.values import Scene
from workbench.studio.actions import AddScene
from workbench.studio.asking import Asking
from workbench.studio.evaluator import Checked
from workbench.studio.model_settings import ModelSettings
from workbench.studio.performing import Performer
from workbench.studio.project_pictures import Pictures
from workbench.studio.remembering import Memory
from workbench.studio.settings import throwaway
from workbench.studio.take import Take
from workbench.studio.workspace import Workspace

Content = Callable[[str], bytes]
_EVALUATIONS_KEPT = 512


@dataclass(frozen=True, slots=True)
class CellDone:
    """What came of a cell: scores, and everything that is kept to show it."""

    scores: dict[str, float | None]
    result: dict[str, Any]


class Scratch:
    """The workspace of an experiment's cells; a context manager."""

    def __init__(self, seats: Seats, content: Content, template_folder: Path | None = None) -> None:
        self._seats = seats
        self._content = content
        self._folder = tempfile.TemporaryDirectory(prefix="workbench-experiment-", ignore_cleanup_errors=True)
        settings = throwaway(
            owned(Path(self._folder.name)),
            job_threads=1,
            template_folder=template_folder,
            evaluations_kept=_EVALUATIONS_KEPT,
            models=ModelSettings(model="offline"),
        )
        self.workspace = Workspace(settings, model=Seated(seats))
        self.workspace.evaluator = SureEvaluator(self.workspace.sandbox, _EVALUATIONS_KEPT, seats)

    def done(self, seat: Seat, case: Case) -> CellDone:
        """Answer the case from this thread's seat. Raises ModelFailed when it was not the model's fault."""
        with self._seats.taken(seat):
            name = f"cell {seat.cell.id} {seat.cell.token}"
            project = self.workspace.project(name, Format.parse(case.format), create=True)
            performer = Performer(self.workspace, project.id)
            before = self._begun(performer, project.id, case)
            take, failure = self._take(seat, performer, project.id, case)
            return self._told(seat, case, performer.scenes(), before, take, failure, performer)

    def close(self) -> None:
        """Close the workspace and remove its folder."""
        self.workspace.close()
        self._folder.cleanup()

    def __enter__(self) -> Scratch:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _begun(self, performer: Performer, project_id: str, case: Case) -> dict[str, Graph]:
        for image in case.images:
            pictures = Pictures(self.workspace, project_id)
            pictures.add(self._content(image.sha256), image.name)
            pictures.wait(image.name)
        for start in case.start:
            performer.do(
                AddScene(
                    template=start.template,
                    source=start.source,
                    params=dict(start.params),
                    name=start.name,
                    duration_seconds=start.duration_seconds,
                )
            )
        checked = ((scene.id, performer.judge(scene)) for scene in performer.scenes())
        return {key: each.graph for key, each in checked if each.graph is not None}

    def _take(
        self, seat: Seat, performer: Performer, project_id: str, case: Case
    ) -> tuple[Take | None, ModelFailed | None]:
        memory = Memory(self.workspace, project_id, performer.graphs)
        memory.teachable = False
        there = performer.scenes()
        selected = there[-1].id if there else None
        images = [image.name for image in case.images]
        asking = Asking(
            self.workspace, performer, selected, on_stage=seat.check, memory=memory, images=images
        )
        try:
            take = asking.take(case.prompt)
        except ModelFailed as failure:
            if failure.evidence.get("kind") not in ANSWERED:
                raise
            return None, failure
        if seat.trouble is not None:
            raise seat.trouble
        return take, None

    def _told(
        self,
        seat: Seat,
        case: Case,
        scenes: Sequence[Scene],
        before: dict[str, Graph],
        take: Take | None,
        failure: ModelFailed | None,
        performer: Performer,
    ) -> CellDone:
        checked = [(scene, self.workspace.evaluator.checked(performer.draft(scene))) for scene in scenes]
        views = tuple(
            (scene.name, View.of(each.graph, each.staged))
            for scene, each in checked
            if each.graph is not None and each.staged is not None
        )
        changes = {
            scene.id: diff(before[scene.id], each.graph)
            for scene, each in checked
            if scene.id in before and each.graph is not None
        }
        known = [step.locality for step in take.steps if step.locality is not None] if take else []
        result = Result(views, tuple(each for _, each in checked), changes, min(known, default=None))
        outcomes = [decided(each, result) for each in case.expect]
        used = take.usage if take else used_up_to(failure) if failure else ()
        scores = scored(take, [each for _, each in checked], outcomes, used)
        kept = {
            "take": take.as_dict() if take else None,
            "failure": str(failure or ""),
            "format": case.format,
            "scenes": [_kept(scene, each) for scene, each in checked],
            "touched": [shot.scene_id for shot in take.shots] if take else [],
            "findings": findings_by_code(shot.checked for shot in take.shots) if take else {},
            "expectations": [outcome.as_dict() for outcome in outcomes],
            "sent": [list(letter) for letter in seat.sent],
        }
        return CellDone(scores, kept)


def _kept(scene: Scene, checked: Checked) -> dict[str, Any]:
    return {
        "id": scene.id,
        "name": scene.name,
        "source": scene.source,
        "params": dict(scene.params),
        "duration_seconds": scene.duration_seconds,
        "findings": [finding.as_dict() for finding in checked.findings],
    }
