"""How far a render is, how fast it goes and how long it still takes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from workbench.clock import Clock


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` frames; `fps` so far; `eta_seconds` None until the first frame was painted."""

    done: int
    total: int
    elapsed_seconds: float
    fps: float
    eta_seconds: float | None

    @property
    def share(self) -> float:
        """Return 0..1."""
        return self.done / self.total if self.total else 1.0


OnProgress = Callable[[Progress], None]


class ProgressMeter:
    """Counts frames against a clock, from any thread; tells one at a time.

    Frames taken from a cache do not make the rest look fast.
    """

    def __init__(self, total: int, clock: Clock, on_progress: OnProgress | None = None) -> None:
        self._total = total
        self._clock = clock
        self._tell = on_progress
        self._began = clock.monotonic()
        self.painted_frames = 0
        self.cached_frames = 0
        self._lock = threading.RLock()

    def painted(self, frames: int) -> None:
        """Count frames that were painted; a negative number takes back those of a failed attempt."""
        with self._lock:
            self.painted_frames += frames
            self._report()

    def cached(self, frames: int) -> None:
        """Count frames that came for nothing."""
        with self._lock:
            self.cached_frames += frames
            self._report()

    def now(self) -> Progress:
        """Return how far it is at this moment."""
        elapsed = self._clock.monotonic() - self._began
        fps = self.painted_frames / elapsed if elapsed > 0 else 0.0
        done = self.painted_frames + self.cached_frames
        eta = (self._total - done) / fps if fps > 0 else (0.0 if done == self._total else None)
        return Progress(done, self._total, elapsed, fps, eta)

    def _report(self) -> None:
        if self._tell:
            self._tell(self.now())
