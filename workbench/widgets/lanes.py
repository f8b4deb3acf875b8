"""Work beside the kernel: a lane does one thing at a time, and what nobody wants any more is let go.

A callback of a widget must return within milliseconds, so it only puts work into a lane. Work has a key:
putting the same key again replaces what waits under it and cancels what runs under it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

Cancel = Callable[[], bool]
Work = Callable[[Cancel], None]
OnFailure = Callable[[str, Exception], None]


@dataclass
class _Running:
    key: str
    stop: threading.Event = field(default_factory=threading.Event)


class Lane:
    """One thread that works through what is put into it, the oldest first.

    Work gets a `cancel` to ask: it is True once the work was replaced, cancelled, or the lane is closed.
    What work raises goes to `on_failure` with the key. The thread starts with the first work.
    """

    def __init__(self, name: str, on_failure: OnFailure) -> None:
        self.name = name
        self._on_failure = on_failure
        self._waiting: dict[str, Work] = {}
        self._changed = threading.Condition()
        self._running: _Running | None = None
        self._thread: threading.Thread | None = None
        self._closed = False
        self._numbers = count(1)

    def put(self, key: str, work: Work, *, first: bool = False) -> None:
        """Do the work soon, in place of anything else under that key; a closed lane ignores it.

        `first` puts it before everything that waits.
        """
        with self._changed:
            if self._closed:
                return
            self._waiting.pop(key, None)
            self._waiting = {key: work, **self._waiting} if first else {**self._waiting, key: work}
            if self._running and self._running.key == key:
                self._running.stop.set()
            self._start()
            self._changed.notify_all()

    def queue(self, work: Work) -> None:
        """Do the work in its turn; nothing replaces it."""
        self.put(f"#{next(self._numbers)}", work)

    def cancel(self, prefix: str = "") -> bool:
        """Let go of everything whose key begins so; True when there was something."""
        with self._changed:
            gone = [key for key in self._waiting if key.startswith(prefix)]
            for key in gone:
                del self._waiting[key]
            running = self._running
            if running and running.key.startswith(prefix):
                running.stop.set()
                return True
            return bool(gone)

    @property
    def busy(self) -> bool:
        """Whether something is being done or waits."""
        with self._changed:
            return bool(self._waiting or self._running)

    def rest(self, timeout_seconds: float = 30.0) -> bool:
        """Wait until everything is done; False when it takes longer than `timeout_seconds`."""
        with self._changed:
            return self._changed.wait_for(lambda: not (self._waiting or self._running), timeout_seconds)

    def close(self, timeout_seconds: float = 5.0) -> None:
        """Cancel everything and end the thread; twice does no harm."""
        with self._changed:
            self._closed = True
            self._waiting.clear()
            if self._running:
                self._running.stop.set()
            self._changed.notify_all()
        if self._thread and self._thread is not threading.current_thread():
            self._thread.join(timeout_seconds)

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name=f"workbench {self.name}", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closed)
                if self._closed:
                    return
                key = next(iter(self._waiting))
                work = self._waiting.pop(key)
                running = self._running = _Running(key)
            try:
                work(running.stop.is_set)
            except Exception as failure:  # noqa: BLE001 - a lane outlives whatever its work raises
                self._on_failure(key, failure)
            with self._changed:
                self._running = None
                self._changed.notify_all()
