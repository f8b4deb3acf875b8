"""What was done, in plain words, computed from what the store and the graphs say."""

from __future__ import annotations

from workbench.store.values import Scene

MOST_TOLD = 4
"""How many differences of a picture are told one by one."""

_DEEDS = {
    "add_scene": "the added scene",
    "save_scene": "the last save",
    "restore_scene": "the restored revision",
    "duplicate_scene": "the copied scene",
    "split_scene": "the split",
    "move_scene": "the new order",
    "delete_scene": "the deletion",
    "undelete_scene": "the return of a scene",
    "rename_project": "the project's new name",
    "set_format": "the new format",
    "set_settings": "the new settings",
    "add_asset": "the added picture",
    "rename_asset": "the picture's new name",
    "delete_asset": "the removal of a picture",
}


def added(scene: Scene, template_title: str | None) -> tuple[str, ...]:
    """Say what scene came, from which template and how long it is."""
    origin = f" from {template_title}" if template_title else ""
    return (f"Added scene {scene.position} {scene.name!r}{origin}, {scene.duration_seconds:g} s.",)


def split(first: Scene, second: Scene) -> tuple[str, ...]:
    """Say what became of a scene that was split."""
    lengths = f"{first.duration_seconds:.4g} s and {second.duration_seconds:.4g} s"
    return (f"Split scene {first.position} {first.name!r}: it goes on as {second.name!r}, {lengths}.",)


def pinned(scene: Scene, number: int, *, now: bool) -> tuple[str, ...]:
    """Say that a revision is pinned `now`, or no longer."""
    if now:
        return (f"Pinned revision {number} of {scene.name!r}: it is kept however old it gets.",)
    return (f"Revision {number} of {scene.name!r} is not pinned: it is kept as long as the retention says.",)


def saved(
    before: Scene, after: Scene, moved: tuple[str, ...], *, painted: bool = True, was_painted: bool = True
) -> tuple[str, ...]:
    """Say what differs between two states of a scene; `moved` is what differs in its picture.

    `painted` and `was_painted` tell whether the later and the earlier state can be painted at all.
    """
    if after.revision == before.revision:
        return (f"{after.name!r} was like that already; nothing changed.",)
    told = []
    if before.name != after.name:
        told.append(f"Renamed {before.name!r} to {after.name!r}.")
    if before.duration_seconds != after.duration_seconds:
        told.append(
            f"{after.name!r} lasts {after.duration_seconds:g} s instead of {before.duration_seconds:g}."
        )
    if before.transition != after.transition:
        told.append(f"{after.name!r} comes in by {after.transition.get('kind', 'cut')}.")
    if before.source == after.source:
        moved = _set_values(before, after) or moved
    told += [f"{line}." if line[-1:] not in ".!?" else line for line in moved[:MOST_TOLD]]
    if len(moved) > MOST_TOLD:
        told.append(f"And {len(moved) - MOST_TOLD} more of its parts changed.")
    if not painted:
        told.append(f"Revision {after.revision} of {after.name!r} is saved, but cannot be painted.")
    elif not was_painted:
        told.append(f"{after.name!r} can be painted again, with revision {after.revision}.")
    return tuple(told) or (f"Revision {after.revision} of {after.name!r} is saved; its picture is the same.",)


def _set_values(before: Scene, after: Scene) -> tuple[str, ...]:
    """Say which parameters have other values; what follows from them in the picture needs no words."""
    names = dict.fromkeys([*before.params, *after.params])
    other = [name for name in names if before.params.get(name) != after.params.get(name)]
    return tuple(f"{name} of {after.name!r} is {_quoted(after.params.get(name))} now" for name in other)


def _quoted(value: object) -> str:
    if value is None:
        return "its default"
    return f'"{value}"' if isinstance(value, str) and not value.startswith("#") else str(value)


def reversed_change(kind: str, undone: str) -> str:
    """Say what an undo or redo (`kind`) did to a change of the kind `undone`."""
    deed = _DEEDS.get(undone, undone.replace("_", " "))
    return f"{'Took back' if kind == 'undo' else 'Did again'} {deed}."
