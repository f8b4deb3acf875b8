"""The director that needs no key and no network."""

from __future__ import annotations

import threading

from workbench.brain.commands import decide
from workbench.brain.edits import Performed, made_legible, perform, perform_like
from workbench.brain.habits import with_habits
from workbench.brain.house import with_house_colors
from workbench.brain.meaning import similarity
from workbench.brain.model import Decision, OnText, Usage, Writing, unheard
from workbench.brain.packet import Packet, SceneView, TemplateCard
from workbench.brain.pictures import write_picture
from workbench.brain.plan import EditScene, Plan
from workbench.brain.retrieval import MakeSimilarity, Retrieval
from workbench.errors import NotFound
from workbench.scene.finding import Finding
from workbench.spans import span


class OfflineDirector:
    """Understands a documented range of requests by rules and a small sentence encoder."""

    name = "offline director"

    def __init__(self, make_similarity: MakeSimilarity = similarity) -> None:
        self._make_similarity = make_similarity
        self._retrieval: Retrieval | None = None
        self._retrieving = threading.Lock()

    def get_ready(self, templates: tuple[TemplateCard, ...]) -> None:
        """Load the sentence encoder and compare what the templates mean, which takes a second or more."""
        self._retrieve(templates)

    def decide(self, packet: Packet) -> Decision:
        usage = Usage.local(self.name)
        with span("model.call", provider=usage.provider, model=usage.model, **usage.measured()):
            return Decision(self._plan(packet), usage)

    def write(
        self,
        packet: Packet,
        step: EditScene,
        *,
        findings: tuple[Finding, ...] = (),
        on_text: OnText = unheard,
    ) -> Writing:
        usage = Usage.local(self.name)
        with span("model.call", provider=usage.provider, model=usage.model, **usage.measured()):
            return self._written(packet, step, findings, on_text, usage)

    def _written(
        self,
        packet: Packet,
        step: EditScene,
        findings: tuple[Finding, ...],
        on_text: OnText,
        usage: Usage,
    ) -> Writing:
        scene = _scene(packet, step.scene)
        if step.use and step.pictures:
            return write_picture(packet, scene, step, usage, findings)
        other = _scene(packet, step.like) if step.like else None
        if other:
            done = perform_like(scene.source, scene.params, other.source, other.params)
        else:
            done = perform(scene.source, scene.params, step.instruction)
        if not done.done:
            reason = " ".join(done.refused) or f"I did not understand {step.instruction!r}."
            return Writing(usage, cannot=f"I can't do that offline: {reason}")
        if findings:
            return _repaired(usage, scene, done, findings)
        source = done.source if done.source != scene.source else None
        on_text(source or "")
        return Writing(usage, source, done.params, done.assumed, done.refused)

    def _plan(self, packet: Packet) -> Plan:
        if not packet.prompt.strip():
            return Plan("question", message="What should the video show?")
        plan = decide(packet, self._retrieve(packet.templates))
        return with_house_colors(with_habits(plan, packet), packet)

    def _retrieve(self, cards: tuple[TemplateCard, ...]) -> Retrieval:
        with self._retrieving:
            if self._retrieval is None or self._retrieval.cards != cards:
                self._retrieval = Retrieval(cards, self._make_similarity)
            return self._retrieval


def _repaired(usage: Usage, scene: SceneView, done: Performed, findings: tuple[Finding, ...]) -> Writing:
    legible = made_legible(done.source, {**scene.params, **done.params}, findings)
    if legible is None:
        return Writing(usage, cannot=f"I can't repair that offline: {findings[0]}")
    source, remark = legible
    return Writing(usage, source, done.params, (*done.assumed, remark), done.refused)


def _scene(packet: Packet, identity: str) -> SceneView:
    for scene in packet.project.scenes:
        if scene.id == identity:
            return scene
    raise NotFound.among("scene", identity, [scene.id for scene in packet.project.scenes])
