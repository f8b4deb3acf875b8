"""Which scene somebody means."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.errors import InputError, NotFound
from workbench.store.values import Scene

_TOO_LONG = 10
"""No scene has a number of so many digits."""


def scene_of(scenes: Sequence[Scene], reference: str | int) -> Scene:
    """Return the scene of that number (from 1), name, id, `first`, `last` or `@name`.

    Names are compared without regard to case. Raises NotFound with the nearest name, and InputError
    when two scenes share the name.
    """
    wanted = str(reference).strip().removeprefix("@").strip()
    places = {"first": 0, "last": len(scenes) - 1}
    counted = wanted.isdecimal() and len(wanted) < _TOO_LONG
    number = places.get(wanted.lower(), int(wanted) - 1 if counted else None)
    if number is not None and 0 <= number < len(scenes):
        return scenes[number]
    for scene in scenes:
        if scene.id == wanted:
            return scene
    named = [scene for scene in scenes if scene.name.casefold() == wanted.casefold()]
    if len(named) > 1:
        places_text = " and ".join(str(scene.position) for scene in named)
        raise InputError(f"Scenes {places_text} are both named {wanted!r}.", remedy="Say its number.")
    if not named:
        raise NotFound.among("scene", wanted, [scene.name for scene in scenes])
    return named[0]
