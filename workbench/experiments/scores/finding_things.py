"""Which things in a scene somebody means."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workbench.scene.checks.view import Flags, Subject, View
from workbench.scene.staged import Floats

SEEN = 0.1
"""Share of a thing that must be visible for it to count as there."""


def things(view: View, what: str) -> tuple[Subject, ...]:
    """Return what is called `what`: by name, else by its words, else by kind; all, for an empty text."""
    wanted = what.strip().casefold()
    if not wanted:
        return view.subjects
    for matches in (_is_named, _says, _is_kind):
        if found := tuple(subject for subject in view.subjects if matches(subject, wanted)):
            return found
    return ()


def words(subject: Subject) -> str:
    """Return all words a thing shows."""
    blocks = subject.item.blocks
    return " ".join(" ".join(block.spec.content.split()) for block in blocks).casefold()


def seen(subjects: Sequence[Subject]) -> Flags:
    """Say at which frames any of them can be seen."""
    shares = np.stack([subject.shown for subject in subjects])
    return np.asarray(shares.max(axis=0) >= SEEN)


def centre(subject: Subject) -> Floats:
    """Return where the middle of a thing is, shape (2, frames), design pixels."""
    left, top, right, bottom = subject.item.world
    return np.stack([(left + right) / 2, (top + bottom) / 2])


def none_called(view: View, what: str) -> str:
    """Say that nothing is called that, and what there is."""
    names = ", ".join(list(dict.fromkeys(subject.node.id for subject in view.subjects))[:6])
    return f"nothing is called {what!r}; there is {names or 'nothing'}"


def _is_named(subject: Subject, wanted: str) -> bool:
    return subject.node.id.casefold() == wanted


def _says(subject: Subject, wanted: str) -> bool:
    return wanted in words(subject)


def _is_kind(subject: Subject, wanted: str) -> bool:
    return subject.node.kind == wanted
