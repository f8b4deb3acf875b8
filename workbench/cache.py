"""A bounded cache whose entries grow old, where whoever asks first works for all who ask meanwhile."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from workbench.clock import Clock, SystemClock
from workbench.errors import WorkbenchError

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class CacheStatistics:
    """How often a value was there, had to be made, or was waited for; why entries left; what is held now."""

    hits: int = 0
    misses: int = 0
    joined: int = 0
    failures: int = 0
    expired: int = 0
    evicted: int = 0
    entries: int = 0
    weight: int = 0


@dataclass(frozen=True, slots=True)
class _Entry(Generic[Value]):
    value: Value
    weight: int
    until: float


class _Flight(Generic[Value]):
    """One making of a value, and those who wait for it."""

    def __init__(self) -> None:
        self.owner = threading.get_ident()
        self.done = threading.Event()
        self.wanted = True
        self.made: list[Value] = []
        self.failure: BaseException | None = None

    @property
    def interrupted(self) -> bool:
        """Whether its maker's own end came in between, as by Ctrl-C, which is nobody else's."""
        return self.failure is not None and not isinstance(self.failure, Exception)

    def landed(self) -> Value:
        if self.failure is not None:
            raise self.failure
        return self.made[0]


class TtlCache(Generic[Key, Value]):
    """Keeps values for `seconds`, the most recently used first, up to a total weight of `most`.

    Without `weigh` every value weighs 1, so `most` is a number of entries; weigh by bytes to bound memory.
    """

    def __init__(
        self,
        most: int,
        seconds: float,
        *,
        weigh: Callable[[Value], int] = lambda _value: 1,
        clock: Clock | None = None,
    ) -> None:
        self._most = most
        self._seconds = seconds
        self._weigh = weigh
        self._clock = clock or SystemClock()
        self._entries: OrderedDict[Key, _Entry[Value]] = OrderedDict()
        self._flights: dict[Key, _Flight[Value]] = {}
        self._seen = CacheStatistics()
        self._weight = 0
        self._lock = threading.Lock()

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        """Return the value of `key`, made by one caller when it is not there; the others wait for it.

        What `make` raises reaches everybody who waited, and nothing is kept. When the maker was interrupted,
        one of those who waited makes it.
        """
        with self._lock:
            held = self._fresh(key)
            if held is not None:
                self._count(hits=1)
                return held.value
            flight = self._flights.get(key)
            ours = flight is None
            if flight is None:
                flight = self._flights[key] = _Flight()
            elif flight.owner == threading.get_ident():
                raise WorkbenchError(f"Making {key!r} asked for itself.", remedy="Break the circle.")
            self._count(**{"misses" if ours else "joined": 1})
        if ours:
            self._fly(key, flight, make)
        else:
            flight.done.wait()
            if flight.interrupted:
                return self.get(key, make)
        return flight.landed()

    def peek(self, key: Key) -> Value | None:
        """Return the value when it is there and fresh, without counting or making."""
        with self._lock:
            held = self._fresh(key)
            return None if held is None else held.value

    def drop(self, key: Key) -> None:
        """Forget a value; one that is being made right now will be given to its askers and not kept."""
        with self._lock:
            self._remove(key)
            flight = self._flights.pop(key, None)
            if flight is not None:
                flight.wanted = False

    def clear(self) -> None:
        """Forget everything, as `drop` does."""
        for key in {*self._entries, *self._flights}:
            self.drop(key)

    def sweep(self) -> int:
        """Remove what has grown old; returns how many."""
        with self._lock:
            now = self._clock.monotonic()
            old = [key for key, entry in self._entries.items() if entry.until <= now]
            for key in old:
                self._remove(key)
            self._count(expired=len(old))
            return len(old)

    def statistics(self) -> CacheStatistics:
        """Return the counts since the beginning, and what is held now."""
        with self._lock:
            return replace(self._seen, entries=len(self._entries), weight=self._weight)

    def _fly(self, key: Key, flight: _Flight[Value], make: Callable[[], Value]) -> None:
        weight = 0
        try:
            flight.made.append(make())
            weight = self._weigh(flight.made[0])
        except BaseException as failure:  # noqa: BLE001 - those who wait must hear of it, whatever it is
            flight.failure = failure
        with self._lock:
            if flight.wanted:
                self._flights.pop(key, None)
            if flight.failure is not None:
                self._count(failures=1)
            elif flight.wanted:
                self._keep(key, flight.made[0], weight)
        flight.done.set()

    def _fresh(self, key: Key) -> _Entry[Value] | None:
        held = self._entries.get(key)
        if held is None:
            return None
        if held.until <= self._clock.monotonic():
            self._remove(key)
            self._count(expired=1)
            return None
        self._entries.move_to_end(key)
        return held

    def _keep(self, key: Key, value: Value, weight: int) -> None:
        if weight > self._most:
            self._count(evicted=1)
            return
        self._remove(key)
        self._entries[key] = _Entry(value, weight, self._clock.monotonic() + self._seconds)
        self._weight += weight
        while self._weight > self._most:
            self._remove(next(iter(self._entries)))
            self._count(evicted=1)

    def _remove(self, key: Key) -> None:
        gone = self._entries.pop(key, None)
        self._weight -= gone.weight if gone else 0

    def _count(self, **more: int) -> None:
        self._seen = replace(self._seen, **{name: getattr(self._seen, name) + n for name, n in more.items()})
