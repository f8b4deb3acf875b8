"""A node on its way to the picture: its times, its size, its place, while they are being found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from workbench.errors import InputError, SceneBroken
from workbench.scene.finding import Finding
from workbench.scene.format import SAFE_MARGIN
from workbench.scene.graph import Node
from workbench.scene.measure import Measure
from workbench.scene.staged import Floats, PerFrame
from workbench.scene.texts import Setting
from workbench.scene.tracks import Times, number

GROUPS = frozenset({"group", "mask"})
"""Containers whose children keep the picture's coordinates."""


@contextmanager
def blaming(node: Node) -> Iterator[None]:
    """Turn an unreadable value into SceneBroken with a finding at the node it belongs to."""
    try:
        yield
    except InputError as error:
        message = f"{node.kind}(): {error.message}"
        finding = Finding("argument", "error", message, error.remedy, node.line, node=node.id)
        raise SceneBroken(message, remedy=error.remedy, findings=(finding,)) from error


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every piece may ask about: the picture's size, its time, and the measure of texts."""

    width: float
    height: float
    seconds: Floats
    """The time of every frame of the scene."""
    measure: Measure

    @property
    def frames(self) -> int:
        return len(self.seconds)

    @property
    def safe_width(self) -> float:
        return self.width - 2 * SAFE_MARGIN * min(self.width, self.height)


@dataclass(slots=True, eq=False)
class Piece:
    """A node being laid out: seconds of the scene, size and centre in its parent's space so far."""

    node: Node
    start_seconds: float
    end_seconds: float
    times: Times
    in_layout: bool
    children: list[Piece]
    width: PerFrame = 0.0
    height: PerFrame = 0.0
    x: PerFrame = 0.0
    y: PerFrame = 0.0
    natural_width: float | None = None
    """How wide it would be if lines never broke, once that was asked for."""
    setting: Setting | None = None
    framed: tuple[float, float] | None = None
    """For a group: the point of the picture that is the origin of its space."""
    middle: tuple[float, float] = (0.0, 0.0)
    """For a line: the centre of its points."""
    block_offset: tuple[float, float] = (0.0, 0.0)
    """Where the text begins, from the box's top left corner."""
    extra: dict[str, Any] = field(default_factory=dict)
    """What was found out while sizing and will be painted: segments, gutters, the part of a picture."""

    @property
    def kind(self) -> str:
        return self.node.kind

    @property
    def props(self) -> Mapping[str, Any]:
        return self.node.props

    @property
    def moves(self) -> bool:
        """Whether a preset plays on this node."""
        return bool(self.node.enter or self.node.exit or self.node.emphasis)

    def given(self, *names: str) -> bool:
        """Whether the source gave any of these properties."""
        return any(self.props.get(name) is not None for name in names)

    def number(self, name: str, usual: PerFrame) -> PerFrame:
        """Return a number property at every frame."""
        value = self.props.get(name)
        return usual if value is None else number(value, self.times)

    def text(self, name: str, usual: str) -> str:
        """Return a property that is a word."""
        value = self.props.get(name)
        return usual if value is None else str(value)
