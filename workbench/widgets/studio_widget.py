"""The studio in a cell: a thin widget between a desk and the views in the browser."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import anywidget
import traitlets

from workbench.studio.studio import Studio
from workbench.widgets.bundle import bundle
from workbench.widgets.desk import Desk
from workbench.widgets.following import Follower
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
        self._follower = Follower(self.desk)
        self._shut = False
        super().__init__(part="studio", state=project_state(studio, self.desk.drafts))

    def hear(self, said: dict[str, Any]) -> None:
        if said.get("do") == "close":
            self.shut()
            return
        self.desk.hear(said)
        if self.desk.views:
            self._follower.somebody_looks()

    def shut(self) -> None:
        """Close the studio from the studio: views say so, and what it holds is given back."""
        self._shut = True
        self.state = {**self.state, "closed": True}
        threading.Thread(target=self._give_back, name="workbench closing", daemon=True).start()

    def _give_back(self) -> None:
        self._follower.close()
        self.desk.close()
        self.desk.studio.close()

    def show(self, state: dict[str, Any]) -> None:
        """Let every view draw that state."""
        if not self._shut:
            self.state = state

    def tell(self, content: dict[str, Any], buffers: Sequence[bytes] = ()) -> None:
        """Send a message to every view."""
        self.send(content, list(buffers))

    def close(self) -> None:
        """Give back everything the studio holds; twice does no harm."""
        self._follower.close()
        self.desk.close()
        super().close()
