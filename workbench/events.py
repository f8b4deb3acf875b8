"""What happened, said once, to whoever listens.

Engines take an `Emit` and call it; they never know who listens. A listener that fails is isolated
and reported through `on_failure`; the others still hear the event, in the order it was emitted.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: a dotted or snake_case name, its project and scene, and plain data."""

    name: str
    project_id: str | None = None
    scene_id: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


Emit = Callable[[Event], None]
Listener = Callable[[Event], None]


def silence(event: Event) -> None:
    """Emit to nobody."""


class EventBus:
    """Delivers each event to every listener, one event at a time, to all in the order it was emitted.

    What a listener emits itself follows once everybody has heard the event it listens to.
    """

    def __init__(self, on_failure: Callable[[Event, Exception], None] | None = None) -> None:
        self._listeners: dict[int, tuple[str | None, Listener]] = {}
        self._on_failure = on_failure
        self._lock = threading.RLock()
        self._next = 0
        self._waiting: deque[Event] = deque()
        self._telling = False

    def on(self, name: str | None, listener: Listener) -> Callable[[], None]:
        """Call `listener` for every event of that name (None: every event); returns the way to stop."""
        with self._lock:
            key, self._next = self._next, self._next + 1
            self._listeners[key] = (name, listener)

        def stop() -> None:
            with self._lock:
                self._listeners.pop(key, None)

        return stop

    def emit(self, event: Event) -> None:
        """Tell every listener, in the order they subscribed."""
        with self._lock:
            self._waiting.append(event)
            if self._telling:
                return
            self._telling = True
            try:
                while self._waiting:
                    self._deliver(self._waiting.popleft())
            finally:
                self._telling = False

    def _deliver(self, event: Event) -> None:
        for name, listener in list(self._listeners.values()):
            if name in (None, event.name):
                self._tell(listener, event)

    def _tell(self, listener: Listener, event: Event) -> None:
        try:
            listener(event)
        except Exception as failure:  # noqa: BLE001 - a listener may raise anything
            if self._on_failure:
                self._on_failure(event, failure)
