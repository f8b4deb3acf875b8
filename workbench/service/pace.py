"""How often somebody may ask: a bucket of permits for each, refilled evenly; a full one allows a burst."""

from __future__ import annotations

import threading
from collections import OrderedDict
from math import ceil

from workbench.clock import Clock

MOST_KNOWN = 10_000


class Pace:
    """Counts requests by who made them; the longest silent are forgotten, which leaves them a full bucket."""

    def __init__(self, a_minute: float, burst: float, clock: Clock, *, most_known: int = MOST_KNOWN) -> None:
        self._a_second = a_minute / 60
        self._burst = burst
        self._clock = clock
        self._most_known = most_known
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait_seconds(self, who: str) -> int:
        """Take a permit and return 0, or return after how many whole seconds there will be one."""
        now = self._clock.monotonic()
        with self._lock:
            left = self._now(who, now)
            allowed = left >= 1
            self._left[who] = (left - 1 if allowed else left, now)
            self._left.move_to_end(who)
            while len(self._left) > self._most_known:
                self._left.popitem(last=False)
        return 0 if allowed else max(1, ceil((1 - left) / self._a_second))

    def _now(self, who: str, now: float) -> float:
        left, when = self._left.get(who, (self._burst, now))
        return min(self._burst, left + (now - when) * self._a_second)
