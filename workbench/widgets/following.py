"""What other processes change, noticed within half a second while somebody looks."""

from __future__ import annotations

import threading

from workbench.errors import NotFound
from workbench.widgets.desk import Desk
from workbench.widgets.talking import tell_messages

LOOK_SECONDS = 0.5
GONE_AFTER_LOOKS = 180


class Follower:
    """Looks at the store for changes of other processes, as long as a view is alive.

    A view says `here` now and then; after a minute and a half without a word from any, looking stops.
    """

    def __init__(self, desk: Desk, look_seconds: float = LOOK_SECONDS) -> None:
        self._desk = desk
        self._look_seconds = look_seconds
        self._over = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._looks_left = 0
        self._sequence = desk.studio.project.sequence

    def somebody_looks(self) -> None:
        """Look for the next minute and a half, at least."""
        with self._lock:
            self._looks_left = GONE_AFTER_LOOKS
            if self._thread is None and not self._over.is_set():
                self._thread = threading.Thread(target=self._follow, name="workbench follower", daemon=True)
                self._thread.start()

    def look(self) -> bool:
        """Show what is new; True when there was something."""
        desk = self._desk
        sequence = desk.studio.project.sequence
        told = desk.studio.workspace.messages.list(
            desk.studio.project_id, after=desk.last_message or 0, most=1
        )
        moved, self._sequence = sequence != self._sequence, sequence
        if moved:
            desk.refresh()
        if told:
            desk.quick.put("messages", lambda _: tell_messages(desk))
        return moved or bool(told)

    def close(self) -> None:
        """Stop looking; twice does no harm."""
        self._over.set()
        if self._thread and self._thread is not threading.current_thread():
            self._thread.join(5)

    def _follow(self) -> None:
        while not self._over.wait(self._look_seconds):
            with self._lock:
                self._looks_left -= 1
                if self._looks_left <= 0:
                    self._thread = None
                    return
            if self._desk.studio.closed:
                self._desk.shut()
                self._desk.close()
                return
            try:
                self.look()
            except NotFound as gone:
                self._desk.fail(gone, "following")
                return
            except Exception as failure:  # noqa: BLE001 - a busy database is asked again
                self._desk.fail(failure, "following")
