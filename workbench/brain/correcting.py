"""A request that goes on from the one before: "no, smaller", "a bit more", "actually from the right".

Such words name neither part nor scene. They are about what the request before was about, in the scene that
was touched last, and are read as that request said anew.
"""

from __future__ import annotations

from dataclasses import replace

from workbench.brain.edits import Draft
from workbench.brain.edits.parts import Ask
from workbench.brain.packet import Packet, SceneView
from workbench.brain.quoting import Quoted, set_aside
from workbench.brain.vocabulary import compiled

_HOW = (
    r"(?:bigger|larger|smaller|darker|lighter|brighter|paler|bolder|thinner|thicker|higher|lower|wider|narrower|rounder|faster|slower|quicker"
    r"|warmer|cooler|earlier|later|longer|shorter)"
)
_LEAD = (
    r"^\W*(?:(?:no|nope|nah|hm+|ok(?:ay)?|and|but|now|"
    r"actually|sorry|well|please|make\s+it|i\s+meant|rather|better)\W+)*"
)
_END = r"(?:\W+(?:please|thanks|pls))*\W*$"
_COMPARED = compiled(
    _LEAD, rf"(?P<much>(?:(?:a\s+(?:bit|little|tad|lot)|slightly|much|even|still)\s+)*)(?P<how>{_HOW})", _END
)
_AGAIN = compiled(
    _LEAD,
    r"(?:(?:a\s+(?:bit|little|tad|lot)|slightly|much|even|still|some)\s+)*(?:more|further)(?:\s+(?:of\s+that|like\s+that))?",
    _END,
)
_FROM = compiled(_LEAD, r"from\s+(?:the\s+)?(?P<side>left|right|top|bottom|above|below)", _END)
_SIDE = compiled(r"\bfrom\s+(?:the\s+)?(?:left|right|top|bottom|above|below)\b")
_SAID_HOW = compiled(rf"\b(?P<how>{_HOW})\b")
_LOOKED_BACK = 6
"""How many requests back the one with the part is looked for, over other short follow-ups."""


def followed_up(quoted: Quoted, packet: Packet) -> Quoted:
    """Return a short follow-up as the request it stands for; anything else as it is."""
    compared, again, side = (words.match(quoted.text) for words in (_COMPARED, _AGAIN, _FROM))
    if not (compared or again or side) or not packet.conversation:
        return quoted
    before = [one.text for one in packet.conversation if one.role == "user"][-_LOOKED_BACK:]
    if before and before[-1].strip() == packet.prompt.strip() and len(before) > 1:
        before = before[:-1]
    scene = next((one for one in packet.project.scenes if one.id == packet.project.last_touched), None)
    if scene is None or not before:
        return quoted
    if side:
        last = before[-1]
        return set_aside(_SIDE.sub(f"from the {side['side']}", last)) if _SIDE.search(last) else quoted
    how = _how_again(before) if again else compared["how"] if compared else ""
    part = _part(_begun(before), scene)
    if not how or not part:
        return quoted
    much = compared["much"] if compared else ""
    place = 1 + [one.id for one in packet.project.scenes].index(scene.id)
    return replace(quoted, text=f"make the {part} {much}{how} in scene {place}")


def _begun(before: list[str]) -> str:
    """Return the last request that is no follow-up itself: the one that all later ones go on from."""
    follow_ups = (_COMPARED, _AGAIN, _FROM)
    return next((text for text in reversed(before) if not any(words.match(text) for words in follow_ups)), "")


def _how_again(before: list[str]) -> str:
    said = _SAID_HOW.search(before[-1])
    return said["how"] if said else ""


def _part(text: str, scene: SceneView) -> str:
    """Return the words that a request has for one part of the scene; empty when it names none, or several."""
    ask = Ask.of(text)
    draft = Draft(scene.source, dict(scene.params))
    if len(ask.named(draft, outright=True)) != 1 or not ask.subjects:
        return ""
    return ask.quoted.original(ask.text[slice(*ask.subjects[0])])
