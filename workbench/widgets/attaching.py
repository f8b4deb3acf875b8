"""Pictures that go with a prompt: how far each is measured, a retry, and offers of late facts."""

from __future__ import annotations

from typing import Any

from workbench.errors import NotFound
from workbench.studio.studio import Studio
from workbench.widgets.desk import Desk, Said


def pictures(desk: Desk, _: Said) -> None:
    """Tell how far the project's pictures are."""
    desk.quick.put("pictures", lambda _cancel: tell_pictures(desk))


def retry_picture(desk: Desk, said: Said) -> None:
    """Measure a picture again that failed."""
    name = str(said["name"])

    def work(_: object) -> None:
        desk.studio.pictures.retry(name)
        tell_pictures(desk)

    desk.quick.queue(work)


def accept(desk: Desk, said: Said) -> None:
    """Save what a message offers."""
    message = str(said["message"])

    def work(_: object) -> None:
        done = desk.studio.accept(message)
        desk.show()
        desk.tell("done", told=[line for each in done for line in each.told])

    desk.quick.queue(work)


def tell_pictures(desk: Desk) -> None:
    """Tell every view how far each picture of the project is."""
    desk.tell("pictures", pictures=[_state(desk.studio, each.name) for each in desk.studio.pictures])


def _state(studio: Studio, name: str) -> dict[str, Any]:
    try:
        found = studio.pictures[name]
    except NotFound:
        return {"name": name, "state": "failed", "error": "It was taken out of the project.", "alt": ""}
    return {"name": found.name, "state": found.state, "error": found.error, "alt": found.alt}
