"""Every word a view can say, and who answers it."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.widgets import (
    attaching,
    cutting,
    delivering,
    editing,
    language_help,
    looking,
    past,
    pointing,
    remembered,
    shelf,
    talking,
    uploading,
)
from workbench.widgets.desk import Command, Desk, Said


def mount(desk: Desk, said: Said) -> None:
    """A view has appeared: start the painters and tell it what it needs to draw."""
    desk.views.add(str(said["view"]))
    desk.studio.workspace.renderer.start()
    desk.painter.start()
    desk.refresh()
    if desk.studio.selected:
        editing.scene(desk, said)
    talking.messages(desk, said)


def here(desk: Desk, said: Said) -> None:
    """A view is still alive."""
    desk.views.add(str(said["view"]))


def unmount(desk: Desk, said: Said) -> None:
    """A view has gone."""
    desk.views.discard(str(said["view"]))


COMMANDS: Mapping[str, Command] = {
    "mount": mount,
    "here": here,
    "unmount": unmount,
    "select": editing.select,
    "scene": editing.scene,
    "draft": editing.draft,
    "params": editing.params,
    "discard": editing.discard,
    "save": editing.save,
    "act": editing.act,
    "split": cutting.split,
    "still": looking.still,
    "preview": looking.preview,
    "whole": looking.whole,
    "thumbs": looking.thumbs,
    "point": pointing.point,
    "complete": language_help.options,
    "explain": language_help.explain,
    "begun": talking.begun,
    "ask": talking.ask,
    "messages": talking.messages,
    "cancel": talking.cancel,
    "revisions": past.revisions,
    "compare": past.compare,
    "restore": past.restore,
    "pin": past.pin,
    "memory": remembered.memory,
    "forget": remembered.forget,
    "unforget": remembered.unforget,
    "templates": shelf.templates,
    "template_stills": shelf.template_stills,
    "template_clip": shelf.template_clip,
    "save_template": shelf.save_template,
    "upload": uploading.upload,
    "pictures": attaching.pictures,
    "retry_picture": attaching.retry_picture,
    "accept": attaching.accept,
    "export": delivering.export,
    "download": delivering.download,
}
"""What views may say; `close` is answered by the widget itself."""
