"""How many requests may be with one server at once: one more after a good round, fewer after "too many".

A refusal cuts once: those that were under way when it came say the same thing again and cut no further. When
the server names a time to wait, nobody asks before it is over.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from workbench.clock import Clock, SystemClock
from workbench.errors import Cancelled

_LOOK_SECONDS = 0.05

Stopped = Callable[[], bool]


def never() -> bool:
    """Never stop."""
    return False


class Pace:
    """A gate of a width that follows the server; safe to share between threads."""

    def __init__(self, start: int = 2, most: int = 16, clock: Clock | None = None, cut: float = 0.5) -> None:
        self._width = float(start)
        self._most = most
        self._cut = cut
        self._clock = clock or SystemClock()
        self._inside = 0
        self._round = 0
        self._not_before = 0.0
        self._changed = threading.Condition()
        self.cuts = 0
        self.widest = start

    @property
    def width(self) -> int:
        """How many may be inside now; at least one."""
        return max(1, int(self._width))

    @contextmanager
    def turn(self, stopped: Stopped = never) -> Iterator[int]:
        """Wait for a place and hold it; gives the round, for `cut`. Raises Cancelled when `stopped`."""
        with self._changed:
            while self._inside >= self.width or self._clock.monotonic() < self._not_before:
                if stopped():
                    raise Cancelled("The experiment was stopped before this request was sent.")
                self._changed.wait(_LOOK_SECONDS)
            self._inside += 1
            began = self._round
        try:
            yield began
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    def well(self) -> None:
        """Open by one place for every full round of good answers."""
        with self._changed:
            self._width = min(float(self._most), self._width + 1 / self.width)
            self.widest = max(self.widest, self.width)
            self._changed.notify_all()

    def cut(self, began: int, wait_seconds: float | None = None) -> None:
        """Narrow the gate once for a round, and let nobody in before the time the server named."""
        with self._changed:
            if wait_seconds:
                self._not_before = max(self._not_before, self._clock.monotonic() + wait_seconds)
            if began != self._round:
                return
            self._round += 1
            self.cuts += 1
            self._width = max(1.0, self._width * self._cut)
