"""What takes offered: good results that changed more than was asked, saved when the user says so."""

from __future__ import annotations

from workbench.errors import NotFound
from workbench.store.values import Message
from workbench.studio.actions import AnyAction, SaveScene, read_action
from workbench.studio.take import Take


def offers_of(take: Take | str, message: Message | None) -> tuple[SaveScene | AnyAction, ...]:
    """Return the saves that a take offers; one that is named by its message is read from there."""
    if isinstance(take, Take):
        return tuple(step.offer for step in take.steps if step.offer is not None)
    if message is None or not message.take:
        raise NotFound("There is no take of that id.", remedy="Give the id of an answer in the conversation.")
    kept = [step["offer"] for step in message.take.get("steps", ()) if step.get("offer")]
    return tuple(read_action({"kind": "save_scene", **offer}) for offer in kept)
