"""What a scene shows, in words: its colours and its texts."""

from __future__ import annotations

import re

from workbench.brain.edits.draft import Draft
from workbench.brain.edits.parts import Ask

_KEYS = ("color", "fill", "stroke", "colors")
MOST_TOLD = 8


def colors_told(draft: Draft, ask: Ask) -> str:
    """Return the colours of the parts that are named, or of the background and the colour parameters."""
    told = []
    for element in (
        []
        if re.search(r"\baccent|background\b", ask.text, re.IGNORECASE)
        else ask.named(draft, outright=True)
    ):
        codes = [(key, given) for key in _KEYS if (given := element.argument(key)) is not None]
        told += [
            f"{element.name or element.kind} {draft.value_of(code) or draft.code_of(code)}"
            for _, code in codes
        ]
    if told:
        return ", ".join(told[:MOST_TOLD])
    ground = draft.background()
    if ground is not None:
        told.append(f"background {draft.value_of(ground.args[0]) or draft.code_of(ground.args[0])}")
    for param in draft.params().values():
        if param.kind == "color":
            told.append(f"{param.name} {draft.values.get(param.name, param.default)}")
    return ", ".join(told[:MOST_TOLD])


def words_told(draft: Draft) -> str:
    """Return the texts of the scene in the order of its source, in quotes."""
    said = [f'"{element.text}"' for element in draft.elements() if element.text]
    return ", ".join(said[:MOST_TOLD])
