"""What the user is told, computed from what was really done.

No sentence comes from a model: the lines of an edit are those of the difference between the scene before
and after, and a change that left no difference is told as such.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

What = Literal[
    "added", "edited", "deleted", "copied", "moved", "renamed", "timed", "restyled", "undone", "other"
]
MOST_LINES = 6
_VERBS = {"added": "Added", "deleted": "Deleted", "copied": "Copied", "restyled": "Changed the template of"}


@dataclass(frozen=True, slots=True)
class Done:
    """One thing that happened: to which scene, and the lines that describe the difference it made."""

    what: What
    scene: str = ""
    lines: tuple[str, ...] = ()


def told(done: Sequence[Done], assumed: Sequence[str] = (), ignored: Sequence[str] = ()) -> str:
    """Return sentences for the user, at most a few lines for each scene."""
    parts = [*_gathered(done), *(_one(item) for item in done if item.what not in _VERBS)]
    if not parts:
        parts = ["Nothing changed."]
    if assumed:
        parts.append(f"Assumed: {_joined(assumed)}")
    if ignored:
        parts.append(f"Not done: {_joined(ignored)}")
    return "\n".join(parts)


def _gathered(done: Sequence[Done]) -> list[str]:
    found = []
    for what, verb in _VERBS.items():
        names = [item.scene for item in done if item.what == what]
        if names:
            found.append(f"{verb} {_counted(names)}.")
    return found


def _one(item: Done) -> str:
    where = f"{item.scene}: " if item.scene else ""
    if not item.lines:
        return f"{where}nothing changed." if item.what == "edited" else f"{where}{item.what}."
    shown = "; ".join(line.rstrip(".") for line in item.lines[:MOST_LINES])
    rest = len(item.lines) - MOST_LINES
    return f"{where}{shown}{f'; and {rest} more' if rest > 0 else ''}."


def _counted(names: list[str]) -> str:
    if len(names) == 1:
        return names[0]
    return f"{len(names)} scenes: {', '.join(names[:-1])} and {names[-1]}"


def _joined(lines: Sequence[str]) -> str:
    return " ".join(line if line.endswith((".", "!", "?", "…")) else f"{line}." for line in lines)
