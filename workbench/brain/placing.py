"""Where new scenes go: before or after a scene that is there, at the front, at the end, at a number."""

from __future__ import annotations

import re

from workbench.brain.situation import Clause, Situation
from workbench.brain.spoken import whole
from workbench.brain.targets import Mention, position_of
from workbench.brain.vocabulary import compiled

_BESIDE = compiled(
    r"\b(?P<side>before|after|in\s+front\s+of|following|right\s+after|right\s+before|between)\s+(?:the\s+)?$"
)
AT_FRONT = compiled(
    r"\b(?:at|to|in)\s+the\s+(?:very\s+)?(?:beginning|start|front)\b|\b(?:open|start|begin)\s+with\b|\bas\s+the\s+first\s+scene\b"
)
_BETWEEN = compiled(r"\bbetween\s+(?:scenes?\s+)?(?P<place>\d+)\s+and\s+(?:scene\s+)?\d+\b")
AT_BACK = compiled(r"\b(?:at|to|in)\s+the\s+(?:very\s+)?end\b")
_AT = compiled(r"\b(?:at|as|in)\s+(?:position|place|scene|number|slot)\s+(?P<place>\d+)\b")


def position_and_rest(clause: Clause, situation: Situation) -> tuple[int | None, str]:
    """Return where new scenes go, and the request without the words that said so."""
    text = clause.text
    for mention in situation.named(clause).found:
        side = _BESIDE.search(text[: mention.start])
        if side and not mention.weak:
            place = _beside(situation, mention, side["side"].lower())
            return place, text[: side.start()] + text[mention.end :]
    fixed: tuple[tuple[re.Pattern[str], int | None], ...] = ((AT_FRONT, 1), (AT_BACK, None))
    for pattern, end in fixed:
        match = pattern.search(text)
        if match:
            opening = re.match(r"(?:open|start|begin)", match[0], re.IGNORECASE)
            return end, text if opening else text[: match.start()] + text[match.end() :]
    match = _BETWEEN.search(text)
    if match and whole(match["place"]) <= len(situation.project.scenes):
        return whole(match["place"]) + 1, text[: match.start()] + text[match.end() :]
    match = _AT.search(text)
    if match:
        place = min(whole(match["place"]), len(situation.project.scenes) + 1)
        return max(1, place), text[: match.start()] + text[match.end() :]
    return None, text


def _beside(situation: Situation, mention: Mention, side: str) -> int:
    there = position_of(situation.project, mention.scene)
    return there if "before" in side or "front" in side else there + 1
