"""The pictures of one prompt: brought in, told as far as they are known, and waited for afterwards."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from workbench.brain.packet import Packet, PictureView
from workbench.brain.pictures import use_of
from workbench.brain.plan import EditScene, Plan, Step, WriteScene
from workbench.store.facts_waiting import LATE_FACTS
from workbench.store.values import Asset, Scene
from workbench.studio.bringing import Given, bring_in
from workbench.studio.late_facts import late_facts_of, leave_for_later
from workbench.studio.late_values import LateFacts, PictureUsed
from workbench.studio.picture_views import picture_view
from workbench.studio.take import StepDone, Take
from workbench.studio.workspace import Workspace

MOST_PICTURES_TOLD = 60
_IMAGE = re.compile(r"""\bimage\(\s*(["'])(?P<name>.+?)\1""")


class PictureWork:
    """What one prompt has to do with pictures."""

    def __init__(self, workspace: Workspace, project_id: str) -> None:
        self._workspace = workspace
        self._project_id = project_id
        self._asked: tuple[Asset, ...] = ()
        self._assets: dict[str, Asset] = {}
        self._done: list[tuple[Step, StepDone]] = []

    def bring_in(self, images: Sequence[Given]) -> None:
        """Keep the pictures that came with the prompt; raises InputError with the reason for a bad one."""
        self._asked = bring_in(self._workspace, self._project_id, images)

    def views(self) -> tuple[PictureView, ...]:
        """Return the project's pictures with what is known of each now, those of this prompt first."""
        ours = {each.id for each in self._asked}
        held = self._workspace.assets.list(self._project_id)
        newest = sorted(held, key=lambda each: (each.id not in ours, each.id))[:MOST_PICTURES_TOLD]
        self._assets = {each.name: each for each in newest}
        texts = self._workspace.projects.get(self._project_id).settings.get("alt", {})
        return tuple(
            picture_view(each, found, asked=each.id in ours, alt=texts.get(each.id, ""))
            for each, found in zip(newest, self._workspace.analysing.of_all(newest), strict=True)
        )

    def came_with(self, prompt: str) -> Mapping[str, Any] | None:  # noqa: ARG002
        """Return what is kept with the prompt: the pictures that came with it."""
        if not self._asked:
            return None
        return {"images": [{"id": each.id, "name": each.name} for each in self._asked]}

    def used(self, packet: Packet, plan: Plan, steps: Sequence[StepDone]) -> tuple[PictureUsed, ...]:
        """Return the pictures the answer is about, with what was known of each when it was decided."""
        self._done = [
            (self._about(packet, step, done), done) for step, done in zip(plan.steps, steps, strict=False)
        ]
        named = {name for step, _ in self._done for name in getattr(step, "pictures", ())}
        return tuple(self._used(each) for each in packet.pictures if each.asked or each.name in named)

    def wait_for_facts(self, take: Take, message_id: str, scenes: Sequence[Scene]) -> None:
        """Have what was done without facts done again when they are there."""
        unknown = {each.name for each in take.pictures if each.state != "ready"}
        living = {scene.id: scene for scene in scenes}
        for step, done in self._done:
            about = getattr(step, "pictures", ())
            if getattr(step, "use", "") == "recreate":
                about = about[:1]  # a scene is rebuilt from one picture
            names = [name for name in about if name in unknown]
            scene = living.get(done.scene_id or "")
            if not done.done or scene is None or not names or not getattr(step, "use", ""):
                continue
            assert isinstance(step, EditScene | WriteScene)
            leave_for_later(
                self._workspace,
                self._project_id,
                prompt=take.prompt,
                step=_as_edit(step, scene),
                scene=scene,
                made=isinstance(step, WriteScene),
                assets=[self._assets[name] for name in names],
                message_id=message_id,
            )

    def later(self, message_id: str) -> tuple[LateFacts, ...]:
        """Return what became of the facts that an answer did not wait for."""
        jobs = self._workspace.jobs.list(kind=LATE_FACTS, project_id=self._project_id, most=1000)
        return tuple(late_facts_of(job) for job in reversed(jobs) if job.payload["message_id"] == message_id)

    def _about(self, packet: Packet, step: Step, done: StepDone) -> Step:
        """Return the step with the pictures it is about, also where whoever planned it did not say.

        A scene that a model wrote is about the pictures it shows, and about those that came with the prompt.
        """
        if not isinstance(step, EditScene | WriteScene) or step.pictures or not packet.pictures:
            return step
        scene = next((each for each in self._scenes() if each.id == done.scene_id), None)
        shown = tuple(each.name for each in packet.pictures if scene and _shows(scene.source, each.name))
        asked = tuple(each.name for each in packet.pictures if each.asked)
        if shown:
            return _with_pictures(step, shown, "embed")
        use = use_of(packet.prompt)
        return _with_pictures(step, asked, use or "recreate") if asked else step

    def _scenes(self) -> tuple[Scene, ...]:
        return self._workspace.scenes.list(self._project_id)

    def _used(self, view: PictureView) -> PictureUsed:
        uses = [
            (getattr(step, "use", ""), done.scene_id)
            for step, done in self._done
            if view.name in getattr(step, "pictures", ()) and done.done
        ]
        return PictureUsed(
            self._assets[view.name].id,
            view.name,
            view.state,
            _known(view),
            next((use for use, _ in uses if use), ""),
            tuple(scene for _, scene in uses if scene),
        )


def _known(view: PictureView) -> tuple[str, ...]:
    """Name the facts that are there."""
    if not view.known:
        return ()
    found = [f"kind {view.kind}", f"{len(view.colors)} colours", f"{len(view.areas)} boxes"]
    found.append("text not read" if view.words is None else f"{len(view.words)} lines of text")
    return (*found, "a description") if view.shows else tuple(found)


def _shows(source: str, name: str) -> bool:
    return any(found["name"] == name for found in _IMAGE.finditer(source))


def _with_pictures(step: EditScene | WriteScene, names: tuple[str, ...], use: Any) -> Step:
    return replace(step, pictures=names, use=use)


def _as_edit(step: EditScene | WriteScene, scene: Scene) -> EditScene:
    if isinstance(step, EditScene):
        return step
    return EditScene(
        scene.id,
        step.instruction,
        "creative",
        because=step.because,
        pictures=step.pictures,
        use=step.use,
        place=step.place,
    )
