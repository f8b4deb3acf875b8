"""The director that needs no key and no network."""

from __future__ import annotations

from workbench.brain.meaning import similarity
from workbench.brain.model import Decision, OnText, Usage, Writing, unheard
from workbench.brain.packet import Packet, TemplateCard
from workbench.brain.plan import EditScene, Plan
from workbench.brain.retrieval import MakeSimilarity, Retrieval
from workbench.brain.storyboard import storyboard
from workbench.scene.finding import Finding


class OfflineDirector:
    """Understands a documented range of requests by rules and a small sentence encoder."""

    name = "offline director"

    def __init__(self, make_similarity: MakeSimilarity = similarity) -> None:
        self._make_similarity = make_similarity
        self._retrieval: Retrieval | None = None

    def decide(self, packet: Packet) -> Decision:
        return Decision(self._plan(packet), Usage.local(self.name))

    def write(
        self,
        packet: Packet,
        step: EditScene,
        *,
        findings: tuple[Finding, ...] = (),
        on_text: OnText = unheard,
    ) -> Writing:
        return Writing(Usage.local(self.name), cannot="Editing needs a model.")

    def _plan(self, packet: Packet) -> Plan:
        if not packet.prompt.strip():
            return Plan("question", message="What should the video show?", confidence=1.0)
        return storyboard(packet, self._retrieve(packet.templates))

    def _retrieve(self, cards: tuple[TemplateCard, ...]) -> Retrieval:
        if self._retrieval is None or self._retrieval.cards != cards:
            self._retrieval = Retrieval(cards, self._make_similarity)
        return self._retrieval
