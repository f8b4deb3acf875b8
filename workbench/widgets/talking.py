"""The prompt box: ask, hear how far it is, cancel, read the conversation again."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from workbench.errors import Cancelled, InputError, WorkbenchError
from workbench.widgets.desk import Desk, Said
from workbench.widgets.editing import keep_typed, tell_scene
from workbench.widgets.lanes import Cancel
from workbench.widgets.looking import film_soon
from workbench.widgets.view_state import message_state

MESSAGES_SHOWN = 100


def begun(desk: Desk, _: Said) -> None:
    """Somebody begins to write a prompt: what the first one would wait for is loaded meanwhile."""

    def work(_: Cancel) -> None:
        with suppress(WorkbenchError):  # asking tells it where the user looks
            desk.studio.workspace.get_ready()

    desk.ready.put("ready", work)


def ask(desk: Desk, said: Said) -> None:
    """Do what a prompt asks for; stages and the answer are told as they come."""
    if desk.talk.busy:
        raise InputError("Another prompt is being answered.", remedy="Wait for it, or cancel it.")
    prompt, images = str(said["prompt"]), [str(each) for each in said.get("images", ())]
    desk.talk.put("ask", lambda cancel: _ask(desk, prompt, images, cancel))


def _ask(desk: Desk, prompt: str, images: Sequence[str], cancel: Cancel) -> None:
    desk.quick.rest()
    desk.asking = "reading"

    def on_stage(stage: str) -> None:
        if cancel() and stage != "done":
            raise Cancelled("The prompt was cancelled.", remedy="What was done before stays done.")
        if stage == "deciding":
            tell_messages(desk)
        if stage != "done":
            _tell_stage(desk, stage)

    try:
        take = desk.studio.ask(prompt, images, on_stage=on_stage)
        if take.shots and take.shots[-1].checked.ok:
            _tell_stage(desk, "painting")
        for shot in take.shots:
            keep_typed(desk, shot.scene_id, shot.checked.draft.source)
    except Cancelled:
        desk.studio.workspace.messages.add(desk.studio.project_id, "note", "Cancelled.")
        desk.tell("cancelled", where="ask")
    finally:
        desk.asking = ""
        tell_messages(desk)
        desk.show()
        _tell_stage(desk, "")
    if desk.studio.selected:
        tell_scene(desk, desk.studio.selected)
        film_soon(desk, desk.studio.selected, play=True)


def _tell_stage(desk: Desk, stage: str) -> None:
    desk.asking = stage
    desk.tell("stage", stage=stage)


def messages(desk: Desk, _: Said) -> None:
    """Tell the conversation."""
    desk.quick.put("messages", lambda _cancel: tell_messages(desk))


def tell_messages(desk: Desk) -> None:
    """Tell the last messages, oldest first, and how far a running prompt is."""
    held = desk.studio.workspace.messages.list(desk.studio.project_id, most=MESSAGES_SHOWN)
    with suppress(IndexError):
        desk.last_message = held[-1].number
    desk.tell("messages", messages=[message_state(each) for each in held], stage=desk.asking)


def cancel(desk: Desk, said: Said) -> None:
    """Stop what is being asked or exported."""
    lane = desk.talk if said.get("what") == "ask" else desk.export
    lane.cancel()
