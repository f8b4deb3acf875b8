"""Splitting a scene where the picture stands."""

from __future__ import annotations

from workbench.store.values import Scene
from workbench.studio.actions import SaveScene, SplitScene
from workbench.widgets.desk import Desk, Said
from workbench.widgets.editing import tell_scene


def split(desk: Desk, said: Said) -> None:
    """Split a scene at a frame of it; unsaved text is saved first, so that both sides have it."""
    desk.quick.cancel(f"draft {said['scene']}")
    desk.quick.queue(lambda _: _split(desk, desk.scene(said), said))


def _split(desk: Desk, scene: Scene, said: Said) -> None:
    held = desk.drafts.get(scene.id)
    if held is not None:
        text = str(said.get("text", held.source))
        base = held.base_revision
        why = "kept before the split"
        save = SaveScene(scene=scene.id, source=text, params=dict(held.params), base_revision=base, why=why)
        desk.studio.do(save)
        desk.drafts.drop(scene.id)
    seconds = int(said["frame"]) / desk.studio.format.fps
    done = desk.studio.do(SplitScene(scene=scene.id, at_seconds=seconds))
    assert done.scene is not None
    desk.show()
    desk.tell("done", action="split_scene", told=list(done.told), scene=done.scene.id)
    tell_scene(desk, done.scene.id)
