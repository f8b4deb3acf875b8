"""What the routes stand on: the open workspace, its studios by user, and whether the service is closing."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from workbench.errors import WorkbenchError
from workbench.store.tokens import Tokens
from workbench.store.values import Project, User
from workbench.studio.of_user import workspace_of
from workbench.studio.service_settings import ServiceSettings
from workbench.studio.studio import Studio
from workbench.studio.workspace import Workspace

STUDIOS_KEPT = 256


class Studios:
    """The studios of projects that are asked for, the latest kept open; each is its owner's own."""

    def __init__(self, workspace: Workspace, kept: int = STUDIOS_KEPT) -> None:
        self._workspace = workspace
        self._kept = kept
        self._lock = threading.Lock()
        self._of_user: dict[str, Workspace] = {}
        self._open: OrderedDict[str, Studio] = OrderedDict()

    def workspace(self, user: User) -> Workspace:
        """Return the workspace as a user sees it."""
        with self._lock:
            if user.id not in self._of_user:
                self._of_user[user.id] = workspace_of(self._workspace, user)
            return self._of_user[user.id]

    def studio(self, user: User, name_or_id: str) -> Studio:
        """Return the studio of a user's project; another's is NotFound, as if it were not there."""
        own = self.workspace(user)
        project = own.projects.get(name_or_id)
        with self._lock:
            if project.id not in self._open:
                self._open[project.id] = Studio(own, project)
                while len(self._open) > self._kept:
                    self._open.popitem(last=False)[1].close()
            self._open.move_to_end(project.id)
            return self._open[project.id]

    def forget(self, project: Project) -> None:
        """Close the studio of a project that was deleted."""
        with self._lock:
            gone = self._open.pop(project.id, None)
        if gone is not None:
            gone.close()

    def close(self) -> None:
        """Close every studio; twice does no harm."""
        with self._lock:
            while self._open:
                with suppress(WorkbenchError):
                    self._open.popitem()[1].close()


@dataclass(slots=True)
class Service:
    """One running service; routes find it with the dependency `access.service`."""

    workspace: Workspace
    settings: ServiceSettings
    studios: Studios
    tokens: Tokens
    closing: threading.Event = field(default_factory=threading.Event)
    when_closing: list[Callable[[], None]] = field(default_factory=list)

    def begin_closing(self) -> None:
        """Say that the service is going down: it is not ready any more, and event streams end."""
        if not self.closing.is_set():
            self.closing.set()
            for tell in tuple(self.when_closing):
                tell()
