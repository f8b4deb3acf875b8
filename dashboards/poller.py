"""One poller for a process: it alone asks, and everybody who looks at the same gets the same answer.

Sessions subscribe to a view (a page and a scope) and are called with each new snapshot, in the poller's
thread. A view nobody looks at is not asked about.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter

from dashboards.asking import Ask, Result, Snapshot, Source
from dashboards.scope import Scope
from workbench.clock import Clock, SystemClock

MOST_KEPT = 32
Listener = Callable[[Snapshot], None]


@dataclass(frozen=True, slots=True)
class View:
    """What a session looks at: everything it asks, in a scope."""

    page: str
    scope: Scope
    asks: tuple[Ask, ...]


class Poller:
    """Asks for every view that is looked at, every `refresh_seconds`; a context manager."""

    def __init__(
        self,
        source: Source,
        *,
        refresh_seconds: float = 5.0,
        clock: Clock | None = None,
        before: Sequence[Callable[[], object]] = (),
    ) -> None:
        self._source = source
        self.refresh_seconds = refresh_seconds
        self._clock = clock or SystemClock()
        self._before = tuple(before)
        self._listeners: dict[View, list[Listener]] = {}
        self._last: dict[View, Snapshot] = {}
        self._news = threading.Condition()
        self._fresh: set[View] = set()
        self._closing = False
        self.rounds = 0
        self.round_began: datetime | None = None
        self._thread = threading.Thread(target=self._work, daemon=True, name="dashboard-poller")

    def start(self) -> Poller:
        """Begin to ask."""
        self._thread.start()
        return self

    def subscribe(self, view: View, listener: Listener) -> tuple[Snapshot | None, Callable[[], None]]:
        """Hear of a view from now on; returns what was last seen of it, and the way to stop."""
        with self._news:
            self._listeners.setdefault(view, []).append(listener)
            last = self._last.get(view)
            if last is None:
                self._fresh.add(view)
                self._news.notify_all()

        def stop() -> None:
            with self._news, suppress(KeyError, ValueError):
                self._listeners[view].remove(listener)
                if not self._listeners[view]:
                    del self._listeners[view]

        return last, stop

    def nudge(self) -> None:
        """Ask again now, as after an alert was acknowledged."""
        with self._news:
            self._fresh.update(self._listeners)
            self._news.notify_all()

    def look(self, view: View) -> Snapshot:
        """Ask everything a view asks, now, in this thread."""
        began = perf_counter()
        now = self._clock.now()
        period = view.scope.period(now)
        results: dict[Ask, Result] = {ask: self._source.answer(ask, period) for ask in view.asks}
        return Snapshot(now, results, perf_counter() - began)

    @property
    def watched(self) -> int:
        """How many sessions look at something."""
        with self._news:
            return sum(len(each) for each in self._listeners.values())

    def close(self) -> None:
        """Stop asking."""
        with self._news:
            self._closing = True
            self._news.notify_all()
        if self._thread.is_alive():
            self._thread.join(5)

    def __enter__(self) -> Poller:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    def _work(self) -> None:
        while True:
            with self._news:
                self._news.wait_for(lambda: bool(self._fresh) or self._closing, self.refresh_seconds)
                if self._closing:
                    return
                views = list(self._fresh) or list(self._listeners)
                whole = not self._fresh
                self._fresh.clear()
            if whole:
                self._prepare()
            for view in views:
                self._publish(view)

    def _prepare(self) -> None:
        began = self._clock.now()
        for each in self._before:
            with suppress(Exception):
                each()
        self.round_began, self.rounds = began, self.rounds + 1

    def _publish(self, view: View) -> None:
        snapshot = self.look(view)
        with self._news:
            self._last.pop(view, None)
            self._last[view] = snapshot
            while len(self._last) > MOST_KEPT:
                self._last.pop(next(iter(self._last)))
            listeners = list(self._listeners.get(view, ()))
        for listener in listeners:
            with suppress(Exception):
                listener(snapshot)
