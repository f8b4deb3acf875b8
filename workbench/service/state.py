"""What the routes stand on: the open workspace, its studios by user, and whether the service is closing."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from anyio import CapacityLimiter

from workbench.errors import WorkbenchError
from workbench.kept import Kept
from workbench.service.feed import Feed
from workbench.service.in_flight import InFlight
from workbench.service.pace import Pace
from workbench.service.problems import Refusal
from workbench.service.talk import Talk
from workbench.store.kept_answers import KeptAnswers
from workbench.store.tokens import Token, Tokens
from workbench.store.values import Project, User
from workbench.studio.of_user import workspace_of
from workbench.studio.service_settings import ServiceSettings
from workbench.studio.studio import Studio
from workbench.studio.workspace import Workspace
from workbench.telemetry.metrics import Metrics

STUDIOS_KEPT = 256
STUDIO_IDLE_SECONDS = 3600.0
"""An open studio takes 2 KB, and knows which scene "it" means; so it is closed late."""
USERS_KEPT = 1024
PAINTS_AT_ONCE = 8
GATE_THREADS = 8
"""Threads that look for tokens, of their own: slow routes may hold all the others."""


class Studios:
    """The studios of projects that are asked for; each is its owner's own.

    The latest `kept` stay open, and of those the ones that somebody asked for in the last `idle_seconds`.
    """

    def __init__(
        self, workspace: Workspace, kept: int = STUDIOS_KEPT, idle_seconds: float = STUDIO_IDLE_SECONDS
    ) -> None:
        now = workspace.clock.monotonic
        self._workspace = workspace
        self._lock = threading.Lock()
        self._of_user: Kept[str, Workspace] = Kept(entries=USERS_KEPT, idle_seconds=idle_seconds, now=now)
        self._open: Kept[str, Studio] = Kept(
            entries=kept, idle_seconds=idle_seconds, on_gone=_closed, now=now
        )

    def __len__(self) -> int:
        return len(self._open)

    def workspace(self, user: User) -> Workspace:
        """Return the workspace as a user sees it."""
        known = self._of_user.get(user.id)
        return known or self._of_user.put(user.id, workspace_of(self._workspace, user))

    def studio(self, user: User, name_or_id: str) -> Studio:
        """Return the studio of a user's project; another's is NotFound, as if it were not there."""
        own = self.workspace(user)
        project = own.projects.get(name_or_id)
        with self._lock:
            return self._open.get(project.id) or self._open.put(project.id, Studio(own, project))

    def forget(self, project: Project) -> None:
        """Close the studio of a project that was deleted."""
        gone = self._open.pop(project.id)
        if gone is not None:
            gone.close()

    def sweep(self) -> int:
        """Close the studios that nobody asked for lately; returns how many."""
        self._of_user.sweep()
        return self._open.sweep()

    def close(self) -> None:
        """Close every studio; twice does no harm."""
        self._open.clear()


def _closed(studio: Studio) -> None:
    with suppress(WorkbenchError):
        studio.close()


class Service:
    """One running service; routes find it with the dependency `access.service`."""

    def __init__(self, workspace: Workspace, settings: ServiceSettings) -> None:
        clock = workspace.clock
        self.workspace = workspace
        self.settings = settings
        self.studios = Studios(workspace)
        self.tokens = Tokens(workspace.database)
        self.answers = KeptAnswers(workspace.database)
        self.feed = Feed(workspace.bus)
        self.requests = Pace(settings.requests_a_minute, settings.burst, clock)
        self.prompts = Pace(settings.prompts_a_minute, settings.prompts_a_minute, clock)
        self.strangers = Pace(settings.strangers_a_minute, settings.strangers_a_minute, clock)
        self.in_flight = InFlight()
        self.talk = Talk(settings.prompts_at_once)
        self.metrics = Metrics(workspace.telemetry, clock.now())
        self.paints = CapacityLimiter(PAINTS_AT_ONCE)
        self.gate_threads = CapacityLimiter(GATE_THREADS)
        self.closing = threading.Event()
        self.when_closing: list[Callable[[], None]] = [self.feed.wake]
        self._tasks: set[asyncio.Task[None]] = set()
        self._streams: Counter[str] = Counter()
        self._under_way: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    @contextmanager
    def one_more_stream(self, caller: Token) -> Iterator[None]:
        """Count a stream among those its token holds open; Refusal when these are as many as they may be.

        Called in the service's loop, so that nothing comes between looking and counting.
        """
        most = self.settings.streams_a_token
        if self._streams[caller.id] >= most:
            raise Refusal(429, f"This token holds {most} streams open.", remedy="Close one.", Retry_After="5")
        self._streams[caller.id] += 1
        try:
            yield
        finally:
            self._streams[caller.id] -= 1
            if not self._streams[caller.id]:
                del self._streams[caller.id]

    def keep_going(self, task: asyncio.Task[None]) -> None:
        """Hold on to work that goes on when its caller has gone."""
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def begin_once(self, place: tuple[str, str]) -> bool:
        """Take a user's idempotency key; False while a request under it is being done here."""
        with self._lock:
            if place in self._under_way:
                return False
            self._under_way.add(place)
            return True

    def end_once(self, place: tuple[str, str]) -> None:
        """Give a user's idempotency key back."""
        with self._lock:
            self._under_way.discard(place)

    def begin(self) -> None:
        """Take requests, also again after a close."""
        self.closing.clear()
        self.feed.start()

    def begin_closing(self) -> None:
        """Say that the service is going down: it is not ready any more, and event streams end."""
        if not self.closing.is_set():
            self.closing.set()
            for tell in tuple(self.when_closing):
                tell()

    def close(self) -> None:
        """Stop listening and close the studios; twice does no harm."""
        self.begin_closing()
        self.feed.close()
        self.studios.close()
