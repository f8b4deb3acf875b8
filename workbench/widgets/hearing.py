"""Every word a view can say, and who answers it."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.widgets import editing, language_help, looking
from workbench.widgets.desk import Command, Desk, Said


def mount(desk: Desk, said: Said) -> None:
    """A view has appeared: start the painters and tell it what it needs to draw."""
    desk.views.add(str(said["view"]))
    desk.studio.workspace.renderer.start()
    desk.painter.start()
    desk.refresh()
    if desk.studio.selected:
        editing.scene(desk, said)


def unmount(desk: Desk, said: Said) -> None:
    """A view has gone."""
    desk.views.discard(str(said["view"]))


COMMANDS: Mapping[str, Command] = {
    "mount": mount,
    "unmount": unmount,
    "select": editing.select,
    "scene": editing.scene,
    "draft": editing.draft,
    "params": editing.params,
    "discard": editing.discard,
    "save": editing.save,
    "act": editing.act,
    "still": looking.still,
    "preview": looking.preview,
    "thumbs": looking.thumbs,
    "point": looking.point,
    "complete": language_help.options,
    "explain": language_help.explain,
}
