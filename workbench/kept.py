"""The latest values by key, bounded by what they weigh and by how long nobody asked for them.

A bound by number alone says nothing about memory: two thousand titles are a few megabytes, two thousand
pages of text hundreds. Entries stand in the order of their last use, so what is too much or too old is
always in front.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from math import inf
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


@dataclass(slots=True)
class _Entry(Generic[Value]):
    value: Value
    weight: float
    used: float


class Kept(Generic[Key, Value]):
    """Keeps the values used last, up to a total `weight` and a number of `entries`; safe between threads.

    `weigh` gives a value's weight (default: 1 each). What nobody asked for in `idle_seconds` goes with the
    next `put` or `sweep`. The latest `least` are kept whatever they weigh, so that one heavy value is not
    made again and again. `on_gone` hears of each that left, outside the lock.
    """

    def __init__(
        self,
        weight: float = inf,
        *,
        weigh: Callable[[Key, Value], float] = lambda _key, _value: 1,
        entries: float = inf,
        least: int = 1,
        idle_seconds: float = inf,
        on_gone: Callable[[Value], object] | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most, self._entries, self._least, self._idle = weight, entries, least, idle_seconds
        self._weigh, self._on_gone, self._now = weigh, on_gone, now
        self._held: OrderedDict[Key, _Entry[Value]] = OrderedDict()
        self._weight = 0.0
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._held)

    @property
    def weight(self) -> float:
        """Return what everything kept weighs together."""
        return self._weight

    def get(self, key: Key) -> Value | None:
        """Return the value of `key`, which is now the one used last; None when it is not kept."""
        with self._lock:
            found = self._held.get(key)
            if found is None:
                return None
            found.used = self._now()
            self._held.move_to_end(key)
            return found.value

    def put(self, key: Key, value: Value) -> Value:
        """Keep a value; returns what is kept under `key`: this, or what somebody else put there meanwhile."""
        weight = self._weigh(key, value)
        with self._lock:
            found = self._held.get(key)
            if found is None:
                found = self._held[key] = _Entry(value, weight, 0.0)
                self._weight += weight
            found.used = self._now()
            self._held.move_to_end(key)
            gone = self._too_much()
        self._tell(gone)
        return found.value

    def pop(self, key: Key) -> Value | None:
        """Forget a value and return it, without telling `on_gone`; None when it is not kept."""
        with self._lock:
            return self._removed(key) if key in self._held else None

    def sweep(self) -> int:
        """Let go of what nobody asked for in `idle_seconds`; returns how many."""
        with self._lock:
            gone = self._idle_ones()
        self._tell(gone)
        return len(gone)

    def clear(self) -> None:
        """Let go of everything."""
        with self._lock:
            gone = [self._removed(key) for key in tuple(self._held)]
        self._tell(gone)

    def _too_much(self) -> list[Value]:
        gone = self._idle_ones()
        while len(self._held) > self._least and (
            self._weight > self._most or len(self._held) > self._entries
        ):
            gone.append(self._removed(next(iter(self._held))))
        return gone

    def _idle_ones(self) -> list[Value]:
        since = self._now() - self._idle
        gone = []
        while self._held and next(iter(self._held.values())).used < since:
            gone.append(self._removed(next(iter(self._held))))
        return gone

    def _removed(self, key: Key) -> Value:
        entry = self._held.pop(key)
        self._weight -= entry.weight
        return entry.value

    def _tell(self, gone: list[Value]) -> None:
        if self._on_gone is not None:
            for value in gone:
                self._on_gone(value)
