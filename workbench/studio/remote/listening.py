"""Hearing the events of a project at a service: in order, and without gaps when the connection breaks."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any

import httpx

from workbench.errors import WorkbenchError
from workbench.events import Event, EventBus
from workbench.studio.remote.calling import Calling, document, error_of

FIRST_WORD_SECONDS = 20.0
LONGEST_SILENCE_SECONDS = 60.0
PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 10.0
_REFUSED = frozenset({401, 403, 404})


class Listening:
    """One thread that reads a project's stream for every listener; it starts with the first."""

    def __init__(self, calling: Calling, project_id: str) -> None:
        self._calling = calling
        self._project_id = project_id
        self._bus = EventBus()
        self._last: int | None = None
        self._over = threading.Event()
        self._ready = threading.Event()
        self._refused: WorkbenchError | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._open: httpx.Response | None = None

    def on(self, listener: Callable[[Event], None], name: str | None = None) -> Callable[[], None]:
        """Call `listener` for every event (or those of one `name`) from now on; returns the way to stop."""
        stop = self._bus.on(name, listener)
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._read, name="workbench events", daemon=True)
                self._thread.start()
        self._ready.wait(FIRST_WORD_SECONDS)
        if self._refused is not None:
            stop()
            raise self._refused
        return stop

    def close(self) -> None:
        """Stop reading; twice does no harm."""
        self._over.set()
        if self._open is not None:
            with suppress(httpx.HTTPError, RuntimeError):
                self._open.close()

    def _read(self) -> None:
        pause = PAUSE_SECONDS
        while not self._over.is_set():
            with suppress(httpx.HTTPError, httpx.StreamError, RuntimeError, ValueError):
                before = self._last
                self._follow()
                if self._refused is not None:
                    self._ready.set()
                    return
                pause = PAUSE_SECONDS if self._last != before else pause
            self._over.wait(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    def _follow(self) -> None:
        headers = {"Accept": "text/event-stream"}
        if self._last is not None:
            headers["Last-Event-ID"] = str(self._last)
        path = f"/projects/{self._project_id}/events"
        timeout = httpx.Timeout(LONGEST_SILENCE_SECONDS, connect=10.0)
        with self._calling.stream("GET", path, headers=headers, timeout=timeout) as answer:
            if answer.status_code in _REFUSED:
                answer.read()
                told = document(answer)
                if "type" in told:  # else a proxy says so, while the service is started anew
                    self._refused = error_of(answer.status_code, told)
            if not answer.is_success:
                return
            self._open = answer
            for number, name, data in messages(answer.iter_lines()):
                if self._over.is_set():
                    return
                if number is not None:
                    self._last = number
                if name == "ready":
                    self._ready.set()
                else:
                    self._bus.emit(event_of(name, data))


def messages(lines: Iterable[str]) -> Iterator[tuple[int | None, str, Any]]:
    """Yield what a stream of server-sent events says: number, name and data."""
    number: int | None = None
    name, data = "message", ""
    for line in lines:
        field, _, value = line.partition(": ")
        match field:
            case "id" if value.isdecimal():
                number = int(value)
            case "event":
                name = value
            case "data":
                data += value
            case "" if not line and data:
                yield number, name, json.loads(data)
                number, name, data = None, "message", ""


def event_of(name: str, data: Any) -> Event:
    """Return an event that was sent; lists are tuples again, as they were when it happened."""
    inner = {key: tuple(v) if isinstance(v, list) else v for key, v in data.get("data", data).items()}
    return Event(name, data.get("project_id"), data.get("scene_id"), inner)
