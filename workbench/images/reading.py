"""Whoever reads the text of a picture: the seam, and a reader for tests and examples."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from workbench.images.values import TextLine


class Reader(Protocol):
    """Reads text from pixels."""

    @property
    def name(self) -> str:
        """What the facts say the text was read by."""
        ...

    def read(self, rgb: NDArray[np.uint8]) -> tuple[TextLine, ...]:
        """Return the lines of an upright picture from top to bottom; shape (height, width, 3)."""
        ...


class ScriptedReader:
    """A reader that returns the lines it was given."""

    name = "a script"

    def __init__(self, *lines: TextLine) -> None:
        self.lines = lines

    def read(self, rgb: NDArray[np.uint8]) -> tuple[TextLine, ...]:  # noqa: ARG002
        return self.lines
