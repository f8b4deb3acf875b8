"""Which line drew what somebody clicked on, in the text as it stands by now.

A picture on the screen can be older than the text: somebody types, and clicks before the next one is there.
So a click names the picture it hit and brings the text that stands beside it. What was hit is looked up in
the scene that the picture was painted from, and its line is followed into the text; when it is gone from
there, the newest text is asked what it draws at that place.
"""

from __future__ import annotations

from workbench.scene.line_diff import parts
from workbench.scene.pointing import box_at, item_at
from workbench.scene.staged import Item
from workbench.store.values import Scene
from workbench.studio.evaluator import Checked
from workbench.widgets.desk import Desk, Said


def point(desk: Desk, said: Said) -> None:
    """Tell which node drew what is at a point, given as shares of the picture's width and height."""
    desk.quick.put("point", lambda _: _point(desk, said), first=True)


def _point(desk: Desk, said: Said) -> None:
    scene = desk.scene(said)
    held = desk.unsaved(scene)
    text = str(said.get("text", held.source))
    shown = desk.pictures.get(str(said.get("picture"))) or desk.checked(scene)
    old = shown.draft.source != text
    item = _hit(shown, said)
    line = item.node.line if item else None
    if item and old:
        line = line_now(shown.draft.source, text, line) if line else None
        if line is None:
            shown = desk.studio.preview(scene.id, source=text, params=dict(held.params))
            item, old = _hit(shown, said), False
            line = item.node.line if item else None
    _tell(desk, scene, said, shown, item, line, old=old)


def _tell(
    desk: Desk, scene: Scene, said: Said, shown: Checked, item: Item | None, line: int | None, *, old: bool
) -> None:
    where = {"scene": scene.id, "view": said.get("view")}
    if item is None or shown.staged is None:
        desk.tell("pointed", **where)
        return
    left, top, right, bottom = box_at(item, _frame(shown, said))
    width, height = shown.staged.width, shown.staged.height
    box = [left / width, top / height, right / width, bottom / height]
    desk.tell("pointed", **where, node=item.node.id, line=line, box=box, old=old)


def _hit(checked: Checked, said: Said) -> Item | None:
    staged = checked.staged
    if staged is None:
        return None
    x, y = float(said["x"]) * staged.width, float(said["y"]) * staged.height
    return item_at(staged, _frame(checked, said), x, y)


def _frame(checked: Checked, said: Said) -> int:
    assert checked.staged is not None
    return max(0, min(int(said["frame"]), checked.staged.frames - 1))


def line_now(before: str, after: str, line: int) -> int | None:
    """Return where a line of one text stands in a later one, both from 1; None when it is gone from there.

    A line that was changed in place is still that line.
    """
    for part in parts(before.splitlines(), after.splitlines()):
        if part.begin <= line - 1 < part.end:
            in_place = part.end - part.begin == part.new_end - part.new_begin
            stays = part.kind == "equal" or (part.kind == "replace" and in_place)
            return part.new_begin + line - part.begin if stays else None
    return None
