"""Completion and hover for the editor, from the one description of the language."""

from __future__ import annotations

from typing import Any

from workbench.scene.completion import complete
from workbench.scene.reference import reference
from workbench.widgets.desk import Desk, Said

_MOST_OPTIONS = 80


def options(desk: Desk, said: Said) -> None:
    """Tell what may be written at the cursor."""
    found = complete(str(said["text"]), int(said["line"]), int(said["column"]))
    desk.tell("options", n=said.get("n"), options=[_option(label) for label in found[:_MOST_OPTIONS]])


def explain(desk: Desk, said: Said) -> None:
    """Tell what a name of the language means; a name of one's own has no signature."""
    entry = reference().get(str(said["name"]))
    signatures = list(entry.signatures) if entry else []
    desk.tell("meaning", n=said.get("n"), signatures=signatures, doc=entry.doc if entry else "")


def _option(label: str) -> dict[str, Any]:
    if label.endswith("="):
        return {"label": label, "kind": "argument"}
    entry = reference().get(label)
    if entry is None:
        return {"label": label, "kind": "word" if label.startswith('"') else "own"}
    return {"label": label, "kind": entry.kind, "doc": entry.doc, "detail": entry.section}
