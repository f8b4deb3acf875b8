"""Facts that come after the answer: applied where nobody touched the scene since, offered where somebody did.

An answer never waits for a picture to be measured. What it could not know yet it leaves as a job that is due
when the facts are there. The job may run twice: what it applied is known again by who and why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from workbench.brain.model import Usage, Writing
from workbench.brain.offline import OfflineDirector
from workbench.brain.packet import Packet, PictureView
from workbench.brain.pictures import write_picture
from workbench.brain.pictures.writing import lent_colors
from workbench.brain.plan import EditScene
from workbench.errors import Conflict, NotFound
from workbench.events import Event
from workbench.images.values import VERSION, ImageFacts
from workbench.store.facts_waiting import LATE_FACTS, wait_for_facts
from workbench.store.jobs import Job
from workbench.store.values import Asset, Scene
from workbench.studio.actions import SaveScene
from workbench.studio.evaluator import Checked, Draft
from workbench.studio.late_values import Became, LateFacts
from workbench.studio.of_user import workspace_of_project
from workbench.studio.performing import Performer
from workbench.studio.picture_views import measured_view, pictures_section
from workbench.studio.project_views import project_view
from workbench.studio.remembering import Memory
from workbench.studio.rewriting import Ledger, Rewriter, with_params
from workbench.studio.working import Outcome, Run, Task
from workbench.studio.workspace import Workspace

WHO = "image facts"
"""Who saved a revision that late facts made."""


def leave_for_later(
    workspace: Workspace,
    project_id: str,
    *,
    prompt: str,
    step: EditScene,
    scene: Scene,
    made: bool,
    assets: Sequence[Asset],
    message_id: str,
) -> tuple[Job, ...]:
    """Have a step done again on its scene as soon as the facts of these pictures are there."""
    jobs = []
    for asset in assets:
        payload = {
            "asset_id": asset.id,
            "picture": asset.name,
            "scene_id": scene.id,
            "revision": scene.revision,
            "message_id": message_id,
            "prompt": prompt,
            "instruction": step.instruction,
            "edit_kind": step.edit_kind,
            "use": step.use,
            "pictures": list(step.pictures),
            "made": made,
        }
        with workspace.database.write() as connection:
            name = f"{message_id}:{scene.id}"
            jobs.append(
                wait_for_facts(
                    workspace.jobs, connection, asset.id, VERSION, payload, name=name, project_id=project_id
                )
            )
    if jobs:
        workspace.background.work(LATE_FACTS)
    return tuple(jobs)


def late_facts_of(job: Job) -> LateFacts:
    """Read what became of late facts from their job."""
    result, asked = job.result or {}, job.payload
    became: Became = result.get("became", "waiting")
    if job.state in ("dead", "cancelled"):
        became = "failed"
    after = (job.progress or {}).get("became")
    offer = SaveScene.model_validate(result["offer"]) if result.get("offer") else None
    return LateFacts(
        job.id,
        asked["picture"],
        asked["scene_id"],
        after or became,
        result.get("told", "") or job.error,
        offer if became == "offered" and not after else None,
        (job.progress or {}).get("revision") or result.get("revision"),
        asked["message_id"],
    )


def applying(workspace: Workspace) -> Run:
    """Return what a worker does with a `late_facts` job."""

    def run(task: Task) -> Outcome:
        return _Application(workspace, task).outcome()

    return run


class _Application:
    """One application of late facts to one scene."""

    def __init__(self, workspace: Workspace, task: Task) -> None:
        self._task = task
        self._asked = task.payload
        self._project_id = str(task.job.project_id)
        self._workspace = workspace_of_project(workspace, self._project_id)
        self._performer = Performer(self._workspace, self._project_id, WHO)
        self._why = f"The facts of {self._asked['picture']!r} arrived ({task.job.id[-6:]})"

    def outcome(self) -> Outcome:
        found = self._workspace.analyses.of_asset(self._asked["asset_id"], VERSION)
        if found is None:
            return self._nothing("It was never measured.")
        try:
            scene = self._workspace.scenes.get(self._asked["scene_id"])
        except NotFound:
            return self._nothing("The scene is gone.")
        if scene.deleted_at is not None:
            return self._nothing("The scene was deleted in the meantime.")
        done = self._applied_before(scene)
        if done is not None:
            return self._told("applied", done, scene, revision=scene.revision)
        return self._now(scene, ImageFacts.from_json(found))

    def _now(self, scene: Scene, facts: ImageFacts) -> Outcome:
        draft = self._performer.draft(scene)
        before = self._workspace.evaluator.checked(draft)
        packet, view = self._packet(scene, facts)
        writing = self._writing(packet, view, scene, before)
        told = " ".join(writing.assumed)
        if writing.cannot or (writing.source in (None, scene.source) and not _changes(writing, scene)):
            return self._nothing(writing.cannot or told or "They change nothing in the scene.", scene)
        after = self._workspace.evaluator.checked(self._drafted(draft, writing))
        if not after.ok:
            return self._nothing(f"The scene could not be painted with them: {after.findings[0]}", scene)
        save = SaveScene(
            scene=scene.id,
            source=after.draft.source,
            params=dict(after.draft.params),
            base_revision=scene.revision,
            why=f"{self._why}: {told}"[:2000],
        )
        if self._touched(scene):
            return self._offered(scene, save, told)
        try:
            kept = self._performer.do(save)
        except Conflict:
            return self._offered(scene, save, told)
        return self._told("applied", told, scene, revision=kept.scene.revision if kept.scene else None)

    def _writing(self, packet: Packet, view: PictureView, scene: Scene, before: Checked) -> Writing:
        usage = Usage.local(OfflineDirector.name)
        mine = next(each for each in packet.project.scenes if each.id == scene.id)
        if self._asked["use"] == "embed":
            if not self._asked["made"]:
                return Writing(usage)
            return lent_colors(packet, mine, view, usage)
        step = self._step(scene)
        model = self._workspace.model
        if self._asked["use"] == "recreate" and not isinstance(model, OfflineDirector):
            rewriter, draft = Rewriter(self._workspace, Ledger()), before.draft
            best = rewriter.best(packet, step, before, lambda writing: self._drafted(draft, writing))
            return best if isinstance(best, Writing) else best.writing
        blank = replace(mine, source="") if self._asked["made"] else mine
        return write_picture(packet, blank if self._asked["use"] == "recreate" else mine, step, usage)

    def _drafted(self, draft: Draft, writing: Writing) -> Draft:
        """Return the scene as written; one that is rebuilt keeps no values of what stood there before."""
        rebuilt = self._asked["use"] == "recreate" and writing.source is not None
        return with_params(replace(draft, params={}) if rebuilt else draft, writing)

    def _step(self, scene: Scene) -> EditScene:
        return EditScene(
            scene.id,
            f"{self._asked['instruction']} (the picture has been measured since: use its facts)",
            "creative",
            because=self._asked["prompt"],
            pictures=tuple(self._asked["pictures"]),
            use=self._asked["use"],
        )

    def _packet(self, scene: Scene, facts: ImageFacts) -> tuple[Packet, PictureView]:
        view = measured_view(
            PictureView(self._asked["picture"], facts.width, facts.height, asked=True, state="ready"), facts
        )
        others = [
            PictureView(each.name, each.width or 1, each.height or 1)
            for each in self._workspace.assets.list(self._project_id)
            if each.id != self._asked["asset_id"]
        ]
        recalled = Memory(self._workspace, self._project_id, self._performer.graphs).recall()
        project = project_view(self._workspace, self._performer, scene.id)
        return Packet(
            self._asked["prompt"],
            project,
            self._workspace.templates(),
            sections=(*recalled.sections, *pictures_section((view,))),
            hints=recalled.hints,
            pictures=(view, *others),
        ), view

    def _touched(self, scene: Scene) -> bool:
        base = self._asked["revision"]
        later = [each for each in self._workspace.scenes.revisions(scene.id) if each.number > base]
        return any(each.who != WHO for each in later)

    def _applied_before(self, scene: Scene) -> str | None:
        """Return why a revision was saved that an earlier attempt of this very job made."""
        for each in self._workspace.scenes.revisions(scene.id):
            if each.who == WHO and each.why.startswith(self._why):
                return each.why.removeprefix(self._why).lstrip(": ")
        return None

    def _offered(self, scene: Scene, save: SaveScene, told: str) -> Outcome:
        offer = save.model_copy(update={"base_revision": None})
        return self._told("offered", told, scene, offer=offer)

    def _nothing(self, told: str, scene: Scene | None = None) -> Outcome:
        return self._told("nothing", told, scene)

    def _told(
        self,
        became: Became,
        told: str,
        scene: Scene | None,
        *,
        offer: SaveScene | None = None,
        revision: int | None = None,
    ) -> Outcome:
        asked = self._asked
        data = {
            "became": became,
            "told": told,
            "revision": revision,
            "offer": offer.model_dump(mode="json", exclude_none=True) if offer else None,
        }
        about = {
            "job_id": self._task.job.id,
            "asset_id": asked["asset_id"],
            "picture": asked["picture"],
            "message_id": asked["message_id"],
            "became": became,
            "told": told,
            "revision": revision,
        }
        steps = [{"kind": "save_scene", "offer": data["offer"]}] if offer else []
        text = _note(became, asked["picture"], scene, told)

        def keep(connection: Connection) -> None:
            if text:
                self._workspace.messages.add_within(
                    connection,
                    self._project_id,
                    "note",
                    text,
                    take={"late": about, "ok": True, "scenes": _scene_lines(scene, revision), "steps": steps},
                    scene_id=scene.id if scene else None,
                )

        name = {"applied": "image_facts_applied", "offered": "image_facts_offered"}.get(became)
        events = (Event(name, self._project_id, asked["scene_id"], about),) if name else ()
        return Outcome(data, keep, events)


def _note(became: Became, picture: str, scene: Scene | None, told: str) -> str:
    if scene is None or became == "nothing":
        return ""
    if became == "applied":
        return f"{picture!r} has been measured, and {scene.name!r} uses it now. {told}".strip()
    return (
        f"{picture!r} has been measured. {scene.name!r} was changed in the meantime, so nothing was done; "
        f"this can be applied: {told}"
    ).strip()


def _scene_lines(scene: Scene | None, revision: int | None) -> list[Mapping[str, Any]]:
    if scene is None or revision is None:
        return []
    return [{"id": scene.id, "name": scene.name, "revision": revision}]


def _changes(writing: Writing, scene: Scene) -> bool:
    return any(scene.params.get(name) != value for name, value in writing.params.items())
