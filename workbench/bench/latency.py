"""A model whose answers take as long as they would over a network: drawn from a stated distribution, by seed.

What it answers is the offline director's; what it says of pictures is fixed. Only the time is made up, and
the same prompt waits equally long in every arm of a comparison.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from workbench.brain.model import Decision, OnText, Usage, Writing, unheard
from workbench.brain.offline import OfflineDirector
from workbench.brain.packet import Packet
from workbench.brain.plan import EditScene
from workbench.scene.finding import Finding

Sleep = Callable[[float], object]


@dataclass(frozen=True, slots=True)
class Lognormal:
    """Seconds with this median; `sigma` is the spread of their logarithm."""

    median_seconds: float
    sigma: float

    def drawn(self, key: str) -> float:
        """Return the seconds for a key; the same key gives the same."""
        if not self.median_seconds:
            return 0.0
        return math.exp(random.Random(key).gauss(math.log(self.median_seconds), self.sigma))


NETWORK: Mapping[str, Lognormal] = {
    "decide": Lognormal(0.9, 0.35),
    "write": Lognormal(2.2, 0.45),
    "describe": Lognormal(2.4, 0.4),
}
"""What a hosted model is taken to need for a plan, a scene and a look at a picture: an assumption."""
LOCAL: Mapping[str, Lognormal] = {name: Lognormal(0.0, 0.0) for name in NETWORK}
"""No model at all: the offline director, and nobody who looks at pictures."""


@dataclass(frozen=True, slots=True)
class SaidOfPicture:
    """What the slow model says of a picture."""

    text: str
    usage: Usage


class SlowModel(OfflineDirector):
    """The offline director behind made-up latencies; `turn` names the prompt, so that arms wait alike."""

    def __init__(self, latencies: Mapping[str, Lognormal], seed: int, sleep: Sleep = time.sleep) -> None:
        super().__init__()
        self._latencies = latencies
        self._seed = seed
        self._sleep = sleep
        self.turn = ""

    def decide(self, packet: Packet) -> Decision:
        self._wait("decide", self.turn)
        return super().decide(packet)

    def write(
        self,
        packet: Packet,
        step: EditScene,
        *,
        findings: tuple[Finding, ...] = (),
        on_text: OnText = unheard,
    ) -> Writing:
        self._wait("write", f"{self.turn}:{step.use}")
        return super().write(packet, step, findings=findings, on_text=on_text)

    def describe(self, picture: bytes, media_type: str, question: str) -> SaidOfPicture:  # noqa: ARG002
        """Look at a picture for as long as its size says."""
        self._wait("describe", f"{len(picture)}")
        said = '{"description": "A made picture", "mood": "neutral", "fonts": "", "alt": "A made picture"}'
        return SaidOfPicture(said, Usage.local("slow model"))

    def _wait(self, what: str, key: str) -> None:
        self._sleep(self._latencies[what].drawn(f"{self._seed}:{what}:{key}"))
