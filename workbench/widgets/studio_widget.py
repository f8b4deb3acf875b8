"""The studio in a cell: a thin widget between a desk and the views in the browser."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import anywidget
import traitlets

from workbench.studio.studio import Studio
from workbench.widgets.bundle import bundle
from workbench.widgets.desk import Desk
from workbench.widgets.hearing import COMMANDS
from workbench.widgets.view_state import project_state


class Widget(anywidget.AnyWidget):
    """A widget whose script is fetched once per page; `part` names what it shows."""

    part = traitlets.Unicode("").tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        self._esm = bundle().loader
        super().__init__(**traits)
        self.on_msg(self._hear)

    def _hear(self, _: Any, said: Any, _buffers: Any) -> None:
        if not isinstance(said, dict):
            return
        if said.get("do") == "bundle":
            self.send({"tell": "bundle"}, [bundle().content])
        else:
            self.hear(said)

    def hear(self, said: dict[str, Any]) -> None:
        """Do what a view says."""
        raise NotImplementedError


class StudioWidget(Widget):
    """One project, open in any number of views."""

    state = traitlets.Dict().tag(sync=True)

    def __init__(self, studio: Studio) -> None:
        self.desk = Desk(studio, self, COMMANDS)
        super().__init__(part="studio", state=project_state(studio, self.desk.drafts))

    def hear(self, said: dict[str, Any]) -> None:
        self.desk.hear(said)

    def show(self, state: dict[str, Any]) -> None:
        """Let every view draw that state."""
        self.state = state

    def tell(self, content: dict[str, Any], buffers: Sequence[bytes] = ()) -> None:
        """Send a message to every view."""
        self.send(content, list(buffers))

    def close(self) -> None:
        """Give back everything the studio holds; twice does no harm."""
        self.desk.close()
        super().close()
