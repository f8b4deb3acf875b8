"""What views say about text and scenes: typing, saving, adding, ordering, taking back."""

from __future__ import annotations

from typing import Any

from workbench.errors import Conflict
from workbench.studio.actions import SaveScene, read_action
from workbench.widgets.desk import Desk, Said
from workbench.widgets.drafts import Unsaved
from workbench.widgets.looking import film_number, film_soon, look
from workbench.widgets.view_state import checked_state


def select(desk: Desk, said: Said) -> None:
    """Select a scene and tell its text."""
    scene_id = str(said["scene"])
    desk.quick.put("select", lambda _: _select(desk, scene_id))


def _select(desk: Desk, scene_id: str) -> None:
    desk.select(desk.studio.scene(scene_id).id)
    tell_scene(desk, scene_id)


def scene(desk: Desk, said: Said) -> None:
    """Tell a scene's text, as it stands in the editor, and how it turns out."""
    desk.quick.put(f"scene {said.get('scene')}", lambda _: tell_scene(desk, desk.scene(said).id))


def tell_scene(desk: Desk, scene_id: str, **more: Any) -> None:
    """Tell a scene's kept text, its unsaved text, and how that turns out."""
    scene = desk.studio.scene(scene_id)
    held = desk.unsaved(scene)
    desk.tell(
        "scene",
        scene=scene.id,
        name=scene.name,
        revision=scene.revision,
        base=held.base_revision,
        kept=scene.source,
        text=held.source,
        params=dict(held.params),
        dirty=scene.id in desk.drafts,
        checked=checked_state(desk.checked(scene)),
        **more,
    )


def draft(desk: Desk, said: Said) -> None:
    """Keep typed text, and show what it gives without saving."""
    scene_id, text = str(said["scene"]), str(said["text"])
    desk.quick.put(f"draft {scene_id}", lambda _: _draft(desk, scene_id, text, said))


def _draft(desk: Desk, scene_id: str, text: str, said: Said) -> None:
    scene = desk.studio.scene(scene_id)
    held = desk.unsaved(scene)
    _hold(desk, scene_id, Unsaved(text, held.params, int(said.get("base") or held.base_revision)))
    desk.tell("draft", scene=scene_id, text=text, view=said.get("view"), stamp=said.get("stamp"))
    look(desk, scene_id, said)


def params(desk: Desk, said: Said) -> None:
    """Set params without saving, and show what they give."""
    scene_id, values = str(said["scene"]), dict(said["params"])
    desk.quick.put(f"params {scene_id}", lambda _: _params(desk, scene_id, values, said))


def _params(desk: Desk, scene_id: str, values: dict[str, Any], said: Said) -> None:
    held = desk.unsaved(desk.studio.scene(scene_id))
    _hold(desk, scene_id, Unsaved(held.source, values, held.base_revision))
    look(desk, scene_id, said)


def _hold(desk: Desk, scene_id: str, unsaved: Unsaved) -> None:
    scene = desk.studio.scene(scene_id)
    same = unsaved.source == scene.source and dict(unsaved.params) == dict(scene.params)
    changed = desk.drafts.drop(scene_id) if same else desk.drafts.keep(scene_id, unsaved)
    if changed:
        desk.show()


def discard(desk: Desk, said: Said) -> None:
    """Throw unsaved text away and go back to what is kept."""
    desk.quick.queue(lambda _: _discard(desk, str(said["scene"])))


def _discard(desk: Desk, scene_id: str) -> None:
    desk.drafts.drop(scene_id)
    desk.show()
    tell_scene(desk, scene_id, replace=True)


def save(desk: Desk, said: Said) -> None:
    """Save the text in the message as the next revision; a stale one is told as a conflict."""
    desk.quick.cancel(f"draft {said['scene']}")
    desk.quick.queue(lambda _: _save(desk, said))


def _save(desk: Desk, said: Said) -> None:
    scene = desk.studio.scene(str(said["scene"]))
    held = desk.unsaved(scene)
    text, base = str(said.get("text", held.source)), int(said.get("base") or held.base_revision)
    wanted = SaveScene(
        scene=scene.id,
        source=text,
        params=dict(held.params),
        base_revision=base,
        why=str(said.get("why") or "saved in the studio"),
    )
    try:
        done = desk.studio.do(wanted)
    except Conflict as conflict:
        desk.drafts.keep(scene.id, Unsaved(text, held.params, base))
        tell_conflict(desk, scene.id, conflict)
        return
    desk.drafts.drop(scene.id)
    assert done.scene is not None
    tell_scene(desk, scene.id, saved=True, job=film_number(), view=said.get("view"), told=list(done.told))
    look(desk, scene.id, said)
    desk.show()
    film_soon(desk, scene.id)


def keep_typed(desk: Desk, scene_id: str, source: str) -> None:
    """Let go of unsaved text that is what was just saved by somebody else."""
    held = desk.drafts.get(scene_id)
    if held and held.source == source:
        desk.drafts.drop(scene_id)


def tell_conflict(desk: Desk, scene_id: str, conflict: Conflict) -> None:
    """Tell both texts of a scene that was changed elsewhere."""
    desk.show()
    desk.tell(
        "conflict",
        scene=scene_id,
        message=conflict.message,
        yours=conflict.evidence["yours"]["source"],
        theirs=conflict.evidence["theirs"]["source"],
        revision=conflict.evidence["current_revision"],
    )


def act(desk: Desk, said: Said) -> None:
    """Do any action there is; see `workbench.studio.actions`."""
    action = read_action(dict(said["action"]))
    desk.quick.queue(lambda _: _act(desk, action))


def _act(desk: Desk, action: Any) -> None:
    selected = desk.studio.selected
    done = desk.studio.do(action)
    if action.kind in ("move_scene", "set_transition", "save_scene"):
        desk.studio.selected = selected
    desk.show()
    desk.tell("done", action=action.kind, told=list(done.told), scene=done.scene.id if done.scene else None)
    if desk.studio.selected:
        tell_scene(desk, desk.studio.selected)
