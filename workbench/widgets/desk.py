"""A studio as its views see it: what they say comes in, what they show goes out; no browser in here.

Whatever a view says is answered within milliseconds, by putting work into a lane: `quick` (changes,
checks, stills), `film` (previews, thumbnails), `talk` (prompts), `ready` (what they need), `export`.
Answers are messages to all views; the small state that a new view needs to draw itself is shown whole.
"""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from workbench.errors import Cancelled, NotFound, WorkbenchError
from workbench.events import Event
from workbench.render.warm import WarmRenderer
from workbench.store.values import Scene
from workbench.studio.evaluator import Checked
from workbench.studio.studio import Studio
from workbench.widgets.clips import Clips
from workbench.widgets.drafts import Drafts, Unsaved
from workbench.widgets.lanes import Lane
from workbench.widgets.shown_pictures import ShownPictures
from workbench.widgets.view_state import project_state

Said = Mapping[str, Any]
Command = Callable[["Desk", Said], None]


class Outlet(Protocol):
    """Where a desk's words go: the widget, or a list in a test."""

    def show(self, state: dict[str, Any]) -> None:
        """Take the state that views draw themselves from."""

    def tell(self, content: dict[str, Any], buffers: Sequence[bytes] = ()) -> None:
        """Send one message to every view."""


class Desk:
    """Everything the views of one open project share; `close` gives back what it holds."""

    def __init__(self, studio: Studio, commands: Mapping[str, Command]) -> None:
        self.studio = studio
        self._outlets: list[Outlet] = []
        self._state: dict[str, Any] = {}
        self.drafts = Drafts(drafts_folder(studio))
        self.studio.selected = studio.selected or self.drafts.selected
        self.painter = WarmRenderer()
        self.clips = Clips()
        self.pictures = ShownPictures()
        self.views: set[str] = set()
        self.uploads: dict[str, list[bytes]] = {}
        self.refused_uploads: set[str] = set()
        self.closed = False
        self.asking = ""
        self.to_play = ""
        self.last_message = 0
        self._commands = commands
        self._lanes = {
            name: Lane(name, self._failed) for name in ("quick", "film", "talk", "ready", "export")
        }
        self._showing = threading.Lock()
        self._stops = (
            studio.on(self._changed, "project_changed"),
            studio.on(self._learned, "memory_changed"),
        )

    @property
    def quick(self) -> Lane:
        """Changes, checks and stills."""
        return self._lanes["quick"]

    @property
    def film(self) -> Lane:
        """Previews and thumbnails."""
        return self._lanes["film"]

    @property
    def talk(self) -> Lane:
        """Prompts."""
        return self._lanes["talk"]

    @property
    def ready(self) -> Lane:
        """What a prompt will need, loaded while it is written."""
        return self._lanes["ready"]

    @property
    def export(self) -> Lane:
        """Files."""
        return self._lanes["export"]

    def join(self, outlet: Outlet) -> None:
        """Let an outlet hear everything from now on, beginning with the project as it is."""
        self._outlets.append(outlet)
        self.show()

    def leave(self, outlet: Outlet) -> None:
        """Let an outlet go."""
        self._outlets = [each for each in self._outlets if each is not outlet]

    def hear(self, said: Said) -> None:
        """Do what a view says; whatever goes wrong is told to the views."""
        try:
            self._command(str(said.get("do")))(self, said)
        except Exception as failure:  # noqa: BLE001 - nobody else would see it
            self.fail(failure, str(said.get("do")), said)

    def tell(self, what: str, *buffers: bytes, **content: Any) -> None:
        """Send a message of that kind to every view."""
        if not self.closed:
            for outlet in tuple(self._outlets):
                outlet.tell({"tell": what, **content}, buffers)

    def show(self) -> None:
        """Show the project as it is kept now."""
        with self._showing:
            if not self.closed:
                state = self._state = project_state(self.studio, self.drafts)
                self.drafts.select(self.studio.selected)
                for outlet in tuple(self._outlets):
                    outlet.show(state)

    def refresh(self) -> None:
        """Show the project soon; called often, done once."""
        self.quick.put("refresh", lambda _: self.show())

    def fail(self, failure: Exception, where: str, said: Said | None = None) -> None:
        """Tell the views what went wrong."""
        if isinstance(failure, Cancelled):
            self.tell("cancelled", where=where)
            return
        expected = isinstance(failure, WorkbenchError)
        self.tell(
            "error",
            where=where,
            view=(said or {}).get("view"),
            message=failure.message
            if isinstance(failure, WorkbenchError)
            else f"{type(failure).__name__}: {failure}",
            remedy=failure.remedy if isinstance(failure, WorkbenchError) else "This is a fault of ours.",
            trace="" if expected else "".join(traceback.format_exception(failure)),
        )

    def scene(self, said: Said) -> Scene:
        """Return the scene a view speaks of, else the selected one."""
        return self.studio.scene(str(said.get("scene") or self.studio.selected or "first"))

    def unsaved(self, scene: Scene) -> Unsaved:
        """Return the scene as it stands in the editor."""
        return self.drafts.get(scene.id) or Unsaved(scene.source, dict(scene.params), scene.revision)

    def checked(self, scene: Scene) -> Checked:
        """Return how the scene would turn out as it stands in the editor."""
        held = self.unsaved(scene)
        return self.studio.preview(scene.id, source=held.source, params=dict(held.params))

    def select(self, scene_id: str | None) -> None:
        """Make a scene the selected one, in every view."""
        self.studio.selected = scene_id
        self.show()

    def rest(self, timeout_seconds: float = 60.0) -> bool:
        """Wait until every lane is idle."""
        return all(lane.rest(timeout_seconds) for lane in self._lanes.values())

    def shut(self) -> None:
        """Show, as the last thing, that the studio is closed."""
        with self._showing:
            self.closed = self.studio.closed = True
            for outlet in tuple(self._outlets):
                outlet.show({**self._state, "closed": True})

    def close(self) -> None:
        """Stop listening and give back threads and the painter; the unsaved texts stay on disk."""
        self.closed = True
        for stop in self._stops:
            stop()
        for lane in self._lanes.values():
            lane.close()
        self.painter.close()

    def _command(self, name: str) -> Command:
        if name not in self._commands:
            raise NotFound.among("command", name, self._commands)
        return self._commands[name]

    def _changed(self, _: Event) -> None:
        self.refresh()

    def _learned(self, _: Event) -> None:
        self.quick.put("memory changed", lambda _: self.tell("memory_changed"))

    def _failed(self, key: str, failure: Exception) -> None:
        self.fail(failure, key)


def drafts_folder(studio: Studio) -> Path:
    """Return where the unsaved texts of a project lie."""
    return studio.workspace.settings.data / "drafts" / studio.project_id
