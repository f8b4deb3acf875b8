"""Events of a project as a stream (Server-Sent Events), in order and without gaps where it matters.

Every change of a project has a number in the store, and the stream sends each exactly once in that order:
whoever made it, in this process or another, and also those since the `Last-Event-ID` of a reader that was
away. The other events (jobs, memory, progress) are live only: they carry no id, and a reader that is too slow
loses the oldest and is told how many.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from anyio import to_thread

from workbench.events import Event, EventBus
from workbench.store.values import Change
from workbench.studio.studio import Studio

LOOK_SECONDS = 1.0
"""How soon changes of other processes are noticed."""
KEEP_ALIVE_SECONDS = 15.0
MOST_WAITING = 500
CHANGED = "project_changed"
ANNOUNCED_AFTER = timedelta(seconds=0.5)
"""How old a change may get until it is sent without what was told about it in this process."""
_NAP_SECONDS = 0.02
_CHANGES_AT_ONCE = 200


class Ear:
    """What one reader has not been sent yet."""

    def __init__(self, project_id: str, loop: asyncio.AbstractEventLoop) -> None:
        self.project_id = project_id
        self._loop = loop
        self._news = asyncio.Event()
        self._waiting: deque[Event] = deque()
        self._told: dict[int, Event] = {}
        self._lost = 0
        self._lock = threading.Lock()

    def hear(self, event: Event) -> None:
        """Take an event, from any thread."""
        with self._lock:
            if event.name == CHANGED:
                self._told[int(event.data.get("sequence", 0))] = event
                while len(self._told) > MOST_WAITING:
                    del self._told[next(iter(self._told))]
            else:
                self._waiting.append(event)
                if len(self._waiting) > MOST_WAITING:
                    self._waiting.popleft()
                    self._lost += 1
        self.wake()

    def wake(self) -> None:
        """Make the reader look, from any thread."""
        with suppress(RuntimeError):  # its loop is closed
            self._loop.call_soon_threadsafe(self._news.set)

    def take(self) -> tuple[list[Event], int]:
        """Return the live events that wait, and how many were lost before them."""
        with self._lock:
            found, lost = list(self._waiting), self._lost
            self._waiting.clear()
            self._lost = 0
        return found, lost

    async def told(self, change: Change) -> Event:
        """Return a change as an event: as it was announced here, else as the store has it.

        A change is in the store a moment before it is announced, so one that is not half a second old is
        waited for.
        """
        while change.sequence not in self._told and datetime.now(UTC) - change.created_at < ANNOUNCED_AFTER:
            await asyncio.sleep(_NAP_SECONDS)
        with self._lock:
            for sequence in [each for each in self._told if each < change.sequence]:
                del self._told[sequence]
            known = self._told.pop(change.sequence, None)
        return known or change_event(change)

    async def wait(self) -> None:
        """Return when there is news, or when it is time to look for changes of other processes."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), LOOK_SECONDS)
        self._news.clear()


class Feed:
    """Hears every event of this process and passes each on to the readers of its project."""

    def __init__(self, bus: EventBus) -> None:
        self._ears: set[Ear] = set()
        self._lock = threading.RLock()  # a signal's handler wakes, maybe while its thread is in here
        self._bus = bus
        self._stop: Callable[[], None] | None = None

    def start(self) -> None:
        """Hear every event from now on; twice does no harm."""
        if self._stop is None:
            self._stop = self._bus.on(None, self._hear)

    @contextmanager
    def listening(self, project_id: str) -> Iterator[Ear]:
        """Give an ear for a project's events, inside a running loop."""
        ear = Ear(project_id, asyncio.get_running_loop())
        with self._lock:
            self._ears.add(ear)
        try:
            yield ear
        finally:
            with self._lock:
                self._ears.discard(ear)

    def wake(self) -> None:
        """Make every reader look."""
        with self._lock:
            ears = tuple(self._ears)
        for ear in ears:
            ear.wake()

    def close(self) -> None:
        """Hear nothing any more."""
        if self._stop is not None:
            self._stop()
            self._stop = None
        self.wake()

    def _hear(self, event: Event) -> None:
        with self._lock:
            ears = [ear for ear in self._ears if ear.project_id == event.project_id]
        for ear in ears:
            ear.hear(event)


async def stream(
    feed: Feed, studio: Studio, after: int | None, *, over: Callable[[], bool], allowed: Callable[[], bool]
) -> AsyncIterator[bytes]:
    """Yield the project's events from the change `after` on (None: from now); ends when it is `over`.

    Now and then it is asked whether the reader is still `allowed`.
    """
    history = studio.workspace.history
    with feed.listening(studio.project_id) as ear:
        last = studio.project.sequence if after is None else after
        clock = asyncio.get_running_loop().time
        looked = clock()
        yield sent("ready", {"sequence": last}, last)
        while not over():
            live, lost = ear.take()
            changes = await to_thread.run_sync(
                partial(history.changes_since, studio.project_id, last, most=_CHANGES_AT_ONCE)
            )
            for change in changes:
                last = change.sequence
                yield event_sent(await ear.told(change), last)
            if lost:
                yield sent("events_lost", {"count": lost})
            for event in live:
                yield event_sent(event)
            if clock() - looked >= KEEP_ALIVE_SECONDS:
                looked = clock()
                if not await to_thread.run_sync(allowed):
                    return
                yield b": here\n\n"
            if len(changes) < _CHANGES_AT_ONCE:
                await ear.wait()


def change_event(change: Change) -> Event:
    """Return the event of a change that another process made, or that is long past."""
    scenes = [*change.after.get("scenes", {})]
    scene_id = scenes[0] if len(scenes) == 1 else None
    data = {"action": change.kind, "sequence": change.sequence, "told": ()}
    return Event(CHANGED, change.project_id, scene_id, data)


def event_sent(event: Event, number: int | None = None) -> bytes:
    """Return an event as it travels."""
    data = {"project_id": event.project_id, "scene_id": event.scene_id, "data": dict(event.data)}
    return sent(event.name, data, number)


def sent(name: str, data: Mapping[str, Any], number: int | None = None) -> bytes:
    """Return one message of the stream; it is ASCII, so that no reader takes a letter for a line break."""
    written = json.dumps(data, default=str)
    head = f"id: {number}\n" if number is not None else ""
    return f"{head}event: {name}\ndata: {written}\n\n".encode()
