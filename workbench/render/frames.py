"""A film as a function of the frame: shots side by side, transitions blended, nothing remembered.

Blending is integer arithmetic on bytes, so that it is the same everywhere.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

Buffer = NDArray[np.uint8]
"""One frame, shape (height, width, 4), BGRA, opaque."""

PaintFrame = Callable[[int, Buffer], None]
"""Paint frame n of a scene; every pixel of the buffer is written."""


@dataclass(frozen=True, slots=True)
class Lead:
    """A transition of `frames` frames from one still frame of another scene."""

    kind: str
    paint: PaintFrame
    frame: int
    frames: int


@dataclass(frozen=True, slots=True)
class Part:
    """Frames `first` .. of one scene, as a shot has them."""

    paint: PaintFrame
    first: int
    frames: int
    lead: Lead | None = None


class FilmFrames:
    """Paints frame n of a sequence of parts. Keeps one held frame and one scratch frame for blending."""

    def __init__(self, parts: Sequence[Part], width: int, height: int) -> None:
        self._parts = parts
        self._starts = [0, *accumulate(part.frames for part in parts)]
        self._shape = (height, width, 4)
        self._held: tuple[int, Buffer] | None = None
        self._scratch: Buffer | None = None

    def __len__(self) -> int:
        return self._starts[-1]

    def paint(self, number: int, out: Buffer) -> None:
        """Paint frame `number`, 0 .. len - 1."""
        index = bisect_right(self._starts, number) - 1
        part = self._parts[index]
        frame = part.first + number - self._starts[index]
        if part.lead and frame < part.lead.frames:
            self._blend(index, part, part.lead, frame, out)
        else:
            part.paint(frame, out)

    def _blend(self, index: int, part: Part, lead: Lead, frame: int, out: Buffer) -> None:
        if self._held is None or self._held[0] != index:
            held = np.empty(self._shape, np.uint8)
            lead.paint(lead.frame, held)
            self._held = (index, held)
        if self._scratch is None:
            self._scratch = np.empty(self._shape, np.uint8)
        part.paint(frame, self._scratch)
        share = (frame + 1) / (lead.frames + 1)
        BLENDS[lead.kind](self._held[1], self._scratch, share, out)


def _eased(share: float) -> float:
    return share * share * (3 - 2 * share)


def fade(before: Buffer, after: Buffer, share: float, out: Buffer) -> None:
    """Mix: 0 is all `before`, 1 all `after`."""
    weight = np.uint16(round(_eased(share) * 256))
    mixed = before * (np.uint16(256) - weight)
    mixed += after * weight
    mixed += np.uint16(127)
    np.right_shift(mixed, 8, out=mixed)
    out[:] = mixed


def slide(before: Buffer, after: Buffer, share: float, out: Buffer) -> None:
    """Push `before` out to the left; `after` follows from the right."""
    width = out.shape[1]
    edge = width - round(_eased(share) * width)
    out[:, :edge] = before[:, width - edge :]
    out[:, edge:] = after[:, : width - edge]


def wipe(before: Buffer, after: Buffer, share: float, out: Buffer) -> None:
    """Uncover `after` from the left."""
    edge = round(_eased(share) * out.shape[1])
    out[:, :edge] = after[:, :edge]
    out[:, edge:] = before[:, edge:]


BLENDS: dict[str, Callable[[Buffer, Buffer, float, Buffer], None]] = {
    "fade": fade,
    "slide": slide,
    "wipe": wipe,
}
