"""Everything that shows one studio in a notebook: its desk, and one widget a part."""

from __future__ import annotations

from typing import Any

from workbench.studio.studio import Studio
from workbench.widgets.desk import Desk
from workbench.widgets.following import LOOK_SECONDS, Follower
from workbench.widgets.hearing import COMMANDS
from workbench.widgets.part_widget import PartWidget

_VIEW = "application/vnd.jupyter.widget-view+json"


class Shown:
    """A studio's desk and widgets; asking for a part again gives the same widget."""

    def __init__(self, studio: Studio, look_seconds: float = LOOK_SECONDS) -> None:
        self.desk = Desk(studio, COMMANDS)
        self._follower = Follower(self.desk, look_seconds)
        self._widgets: dict[tuple[str, str], PartWidget] = {}

    def part(self, part: str, scene: str = "") -> PartWidget:
        """Return the widget of a part: `studio`, `player`, `history` or `gallery`."""
        if (part, scene) not in self._widgets:
            self._widgets[part, scene] = PartWidget(part, self.desk, self._follower, scene)
        return self._widgets[part, scene]

    def close(self) -> None:
        """Say that the studio is closed, and give back what shows it; twice does no harm."""
        if not self.desk.closed:
            self._follower.close()
            self.desk.shut()
            self.desk.close()

    def whole(self) -> dict[str, Any]:
        """Return the mimebundle part of the whole studio."""
        view = {"version_major": 2, "version_minor": 0, "model_id": self.part("studio").model_id}
        return {_VIEW: view}
