"""How many requests are under way: counted here, apart from what telemetry records of each of them.

Little's law (`workbench.telemetry.little`) holds the two against each other, so nothing here comes of a span
or a duration. A request adds one when it comes and takes one away when it has gone; a thread with a clock of
its own looks at that number five times a second, at a random moment of each fifth, so that what comes in
step with a clock is not seen too often or never. A look that comes late, because the process was kept from
running, stands for the fifths that it missed as well: left out would be the busy ones.

Event streams are held open on purpose, for as long as somebody listens. They count until they begin to tell.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random

from workbench.spans import count

LOOK_SECONDS = 0.2
TOLD_SECONDS = 60.0
IDLE_SECONDS = 3600.0
"""How long nothing may come before what was seen is told all the same; an idle service writes little."""


class InFlight:
    """The requests under way; safe for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._now = self._came = 0

    @property
    def now(self) -> int:
        """How many are under way."""
        return self._now

    @property
    def came(self) -> int:
        """How many came so far."""
        return self._came

    def enter(self) -> Callable[[], None]:
        """Count one more; returns what takes it away again, once, however often it is called."""
        with self._lock:
            self._now += 1
            self._came += 1
        here = True

        def leave() -> None:
            nonlocal here
            with self._lock:
                self._now -= here
                here = False

        return leave


class Looks:
    """What was seen since it was told last; `now` is in seconds, of a clock that never goes back."""

    def __init__(self, in_flight: InFlight, now: float) -> None:
        self._in_flight = in_flight
        self._last: int | None = None
        self._begin(now)

    def _begin(self, now: float) -> None:
        self._since, self._came = now, self._in_flight.came
        self._looks = self._seen = self._steps = 0

    def look(self, times: int = 1) -> None:
        """Look once; the look stands for so many."""
        number = self._in_flight.now
        self._looks += times
        self._seen += number * times
        if self._last is not None:
            self._steps += (number - self._last) ** 2
        self._last = number

    def due(self, now: float) -> bool:
        """Return whether it is time to tell: after a minute, or after an hour in which nothing came."""
        length = now - self._since
        busy = self._seen > 0 or self._in_flight.came > self._came
        return length >= (TOLD_SECONDS if busy else IDLE_SECONDS)

    def tell(self, now: float) -> None:
        """Count the mean as `http.in_flight` and begin anew.

        `seconds` is the time up to now that it is of, `looks` how many it rests on; `steps`, the sum of the
        squared differences of neighbouring looks, tells how far the mean may be off.
        """
        if self._looks:
            seconds = round(now - self._since, 3)
            count(
                "http.in_flight",
                self._seen / self._looks,
                looks=self._looks,
                seconds=seconds,
                steps=self._steps,
            )
        self._begin(now)


@contextmanager
def looked_at(in_flight: InFlight, chance: Random | None = None) -> Iterator[None]:
    """Look on in a thread while the block runs; what was not told by then is told at its end."""
    stop = threading.Event()
    looks = Looks(in_flight, time.perf_counter())
    asked = (looks, stop, chance or Random())
    thread = threading.Thread(target=_look_on, args=asked, name="in_flight", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        looks.tell(time.perf_counter())


def _look_on(looks: Looks, stop: threading.Event, chance: Random) -> None:
    begun, fifth = time.perf_counter(), 0
    while not stop.wait(begun + (fifth + chance.random()) * LOOK_SECONDS - time.perf_counter()):
        now = time.perf_counter()
        reached = max(fifth, int((now - begun) / LOOK_SECONDS))
        looks.look(reached - fifth + 1)
        fifth = reached + 1
        if looks.due(now):
            looks.tell(now)
