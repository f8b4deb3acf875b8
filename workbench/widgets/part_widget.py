"""Widgets: thin things between a desk and its views in the browser."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import anywidget
import traitlets

from workbench.widgets.bundle import bundle
from workbench.widgets.desk import Desk
from workbench.widgets.following import Follower
from workbench.widgets.static_card import part_card
from workbench.widgets.view_state import project_state


class Widget(anywidget.AnyWidget):
    """A widget whose script is fetched once per page; `part` names what it shows."""

    part = traitlets.Unicode("").tag(sync=True)
    script = "workbench"

    def __init__(self, **traits: Any) -> None:
        self._esm = bundle(self.script).loader
        super().__init__(**traits)
        self.on_msg(self._hear)

    def _hear(self, _: Any, said: Any, buffers: Any) -> None:
        if not isinstance(said, dict):
            return
        if said.get("do") == "bundle":
            self.send({"tell": "bundle"}, [bundle(self.script).content])
        else:
            self.hear({**said, "buffers": buffers})

    def hear(self, said: dict[str, Any]) -> None:
        """Do what a view says."""
        raise NotImplementedError


class PartWidget(Widget):
    """A part of the studio, in any number of views: the whole (`studio`), or `player`, `history`, `gallery`.

    `scene` is the scene that a part alone is about; empty: the one that is selected.
    """

    state = traitlets.Dict().tag(sync=True)
    scene = traitlets.Unicode("").tag(sync=True)

    def __init__(self, part: str, desk: Desk, follower: Follower, scene: str = "") -> None:
        self.desk = desk
        self._follower = follower
        super().__init__(part=part, scene=scene, state=project_state(desk.studio, desk.drafts))
        desk.join(self)

    def hear(self, said: dict[str, Any]) -> None:
        if said.get("do") == "close":
            shut(self.desk, self._follower)
            return
        self.desk.hear(said)
        if self.desk.views:
            self._follower.somebody_looks()

    def show(self, state: dict[str, Any]) -> None:
        """Let every view draw that state."""
        self.state = state

    def tell(self, content: dict[str, Any], buffers: Sequence[bytes] = ()) -> None:
        """Send a message to every view."""
        self.send(content, list(buffers))

    def close(self) -> None:
        """Let go of the desk; twice does no harm."""
        self.desk.leave(self)
        super().close()

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:  # type: ignore[override]
        live = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        return {
            "text/plain": repr(self),
            "text/html": part_card(self.desk.studio, self.scene),
            "application/vnd.jupyter.widget-view+json": live,
        }

    def __repr__(self) -> str:
        return f"{self.part.capitalize()} of {self.desk.studio.name!r}"


def shut(desk: Desk, follower: Follower) -> None:
    """Close a studio from one of its views: all views say so, and what it holds is given back."""
    desk.shut()
    threading.Thread(target=_give_back, args=(desk, follower), name="workbench closing", daemon=True).start()


def _give_back(desk: Desk, follower: Follower) -> None:
    follower.close()
    desk.close()
    desk.studio.close()
