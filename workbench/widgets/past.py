"""A scene's revisions: who, why, how they looked, what moved, and going back to one."""

from __future__ import annotations

from workbench.errors import NotFound
from workbench.scene.diff import diff
from workbench.store.values import Revision, Scene
from workbench.studio.actions import PinRevision, RestoreScene, SaveScene
from workbench.studio.evaluator import Checked
from workbench.widgets.desk import Desk, Said
from workbench.widgets.editing import tell_scene
from workbench.widgets.looking import film_soon, source_for
from workbench.widgets.view_state import revision_state

_DEFAULT_HEIGHT = 320


def revisions(desk: Desk, said: Said) -> None:
    """Tell a scene's revisions, the newest first."""
    desk.quick.put("revisions", lambda _: _revisions(desk, desk.scene(said)))


def _revisions(desk: Desk, scene: Scene) -> None:
    kept = desk.studio.revisions(scene.id)
    desk.tell("revisions", scene=scene.id, revisions=[revision_state(each) for each in kept])


def compare(desk: Desk, said: Said) -> None:
    """Tell how a revision looked beside the scene as it is: one frame each, and what differs in words."""
    desk.quick.put("compare", lambda _: _compare(desk, desk.scene(said), said))


def _compare(desk: Desk, scene: Scene, said: Said) -> None:
    revision = _revision(desk, scene, int(said["revision"]))
    then = desk.studio.preview(
        scene.id,
        source=revision.source,
        params=dict(revision.params),
        duration_seconds=revision.duration_seconds,
        excerpt=revision.excerpt,
    )
    now = desk.studio.check(scene.id)
    frame, height = int(said.get("frame") or 0), int(said.get("height") or _DEFAULT_HEIGHT)
    pictures = [_picture(desk, each, frame, height) for each in (then, now)]
    desk.tell(
        "compared",
        *[picture or b"" for picture in pictures],
        scene=scene.id,
        revision=revision.number,
        now=scene.revision,
        frame=frame,
        before=revision.source,
        after=scene.source,
        told=diff(then.graph, now.graph).describe() if then.graph and now.graph else [],
        shown=[picture is not None for picture in pictures],
    )


def _revision(desk: Desk, scene: Scene, number: int) -> Revision:
    kept = {each.number: each for each in desk.studio.revisions(scene.id)}
    if number not in kept:
        raise NotFound.among("revision", str(number), map(str, kept))
    return kept[number]


def _picture(desk: Desk, checked: Checked, frame: int, height: int) -> bytes | None:
    source = source_for(checked, "")
    if source is None:
        return None
    return desk.studio.workspace.renderer.still(source, min(frame, source.frames - 1), min(height, 720))


def restore(desk: Desk, said: Said) -> None:
    """Go back to a revision; unsaved text is kept as a revision of its own first."""
    desk.quick.queue(lambda _: _restore(desk, desk.scene(said), int(said["revision"])))


def _restore(desk: Desk, scene: Scene, number: int) -> None:
    held = desk.drafts.get(scene.id)
    if held:
        why = f"kept before restoring revision {number}"
        desk.studio.do(SaveScene(scene=scene.id, source=held.source, params=dict(held.params), why=why))
        desk.drafts.drop(scene.id)
    done = desk.studio.do(RestoreScene(scene=scene.id, revision=number))
    desk.show()
    tell_scene(desk, scene.id, replace=True, told=list(done.told))
    desk.tell("done", action="restore_scene", told=list(done.told), scene=scene.id)
    _revisions(desk, desk.studio.scene(scene.id))
    film_soon(desk, scene.id)


def pin(desk: Desk, said: Said) -> None:
    """Keep a revision however old it gets, or no longer."""
    wanted = PinRevision(
        scene=str(said["scene"]), revision=int(said["revision"]), pinned=bool(said["pinned"])
    )
    desk.quick.queue(lambda _: _pin(desk, wanted))


def _pin(desk: Desk, wanted: PinRevision) -> None:
    selected = desk.studio.selected
    done = desk.studio.do(wanted)
    desk.studio.selected = selected
    desk.tell("pinned", scene=wanted.scene, revision=wanted.revision, pinned=wanted.pinned)
    desk.tell("done", action=wanted.kind, told=list(done.told), scene=wanted.scene)
