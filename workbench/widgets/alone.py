"""The studio's parts by themselves: a player, a scene's history, the templates.

Of a studio at a service too; what is shown is then painted here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.errors import InputError
from workbench.store.values import Scene
from workbench.studio.remote.studio import RemoteStudio
from workbench.studio.studio import Studio
from workbench.widgets.opening import shown, studio_of

if TYPE_CHECKING:
    from workbench.widgets.part_widget import PartWidget


def player(what: Studio | RemoteStudio | Scene, scene: str | int | None = None) -> PartWidget:
    """Show a scene as a player: play, scrub, frame step, loop, safe area; no editor.

    Give a scene, such as `studio.scene(1)`, or a studio and which scene of it (default: the selected one).
    """
    return _of_scene("player", what, scene)


def history(what: Studio | RemoteStudio | Scene, scene: str | int | None = None) -> PartWidget:
    """Show a scene's revisions: who and why, frames side by side, what moved, restore."""
    return _of_scene("history", what, scene)


def gallery(studio: Studio | RemoteStudio | None = None) -> PartWidget:
    """Show every template, moving under the mouse; a click adds it to the project (default: opened last)."""
    return shown(studio or studio_of()).part("gallery")


def _of_scene(part: str, what: Studio | RemoteStudio | Scene, scene: str | int | None) -> PartWidget:
    if isinstance(what, Scene):
        return shown(studio_of(what.project_id)).part(part, what.id)
    if not isinstance(what, Studio | RemoteStudio):
        raise InputError(
            f"A {type(what).__name__} is no scene.",
            remedy="Give a studio, or a scene of one: studio.scene(1).",
        )
    return shown(what).part(part, what.scene(scene or what.selected or "first").id)
