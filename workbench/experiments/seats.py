"""Where one cell is answered: which cell, which prompt and which model are at work in this thread.

One workspace and one set of models serve all threads. The seat a thread sits in decides how the packet is
told, which model answers, and in whose name calls are kept and paid.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from workbench.brain.model import Decision, Model, OnText, Writing, unheard
from workbench.brain.packet import Packet
from workbench.brain.plan import EditScene
from workbench.errors import Cancelled, ModelFailed
from workbench.experiments.pace import Stopped, never
from workbench.experiments.sending import letters_of
from workbench.experiments.values import Variant
from workbench.scene.finding import Finding
from workbench.store.trial_values import Cell

MOST_ATTEMPTS = 3
PROJECT = "Experiment"
"""What models are told the project is called."""


@dataclass(slots=True)
class Seat:
    """One cell at work, or one that a judge looks at. `sent` is what it has told its model, role and text."""

    cell: Cell
    variant: Variant
    model: Model
    stopped: Stopped = never
    sent: list[tuple[str, str]] = field(default_factory=list)
    numbers: Counter[str] = field(default_factory=Counter)
    trouble: ModelFailed | None = None
    judges: bool = False

    def check(self, stage: str = "") -> None:  # noqa: ARG002 - hears stages
        """Raise Cancelled when the experiment was stopped."""
        if self.stopped():
            raise Cancelled("The experiment was cancelled.")


class Seats:
    """The seats of all threads; `mine` is this thread's."""

    def __init__(self) -> None:
        self._local = threading.local()

    @property
    def mine(self) -> Seat:
        """The seat this thread sits in."""
        seat: Seat = self._local.seat
        return seat

    @property
    def may_try_again(self) -> bool:
        """Whether a cell is at work in this thread that has another attempt."""
        seat: Seat | None = getattr(self._local, "seat", None)
        return seat is not None and seat.cell.attempts < MOST_ATTEMPTS

    @contextmanager
    def taken(self, seat: Seat) -> Iterator[Seat]:
        """Sit down for one cell."""
        self._local.seat = seat
        try:
            yield seat
        finally:
            del self._local.seat


class Seated:
    """The model of a workspace that many cells share: the one of this thread's seat, told in its way."""

    name = "experiment"

    def __init__(self, seats: Seats) -> None:
        self._seats = seats

    def decide(self, packet: Packet) -> Decision:
        seat = self._seats.mine
        seat.check()
        told = _told(packet, seat.variant)
        seat.sent += letters_of(told, seat.model)
        return seat.model.decide(told)

    def write(
        self,
        packet: Packet,
        step: EditScene,
        *,
        findings: tuple[Finding, ...] = (),
        on_text: OnText = unheard,
    ) -> Writing:
        seat = self._seats.mine
        told = _told(packet, seat.variant)

        def hears(piece: str) -> None:
            seat.check()
            on_text(piece)

        return seat.model.write(told, step, findings=findings, on_text=hears)


def _told(packet: Packet, variant: Variant) -> Packet:
    """Tell the packet in the variant's way, without the scratch project's name, which differs by cell."""
    prompting = variant.prompting
    project = replace(packet.project, name=PROJECT)
    return replace(packet, prompt=prompting.asked(packet.prompt), project=project, prompting=prompting)
