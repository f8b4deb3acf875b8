"""The colours a picture lends to a scene, and what goes before them: the user's words and known tastes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workbench.brain.colors import is_light
from workbench.brain.facts import facts_of, palette_of
from workbench.brain.packet import Packet, PictureView
from workbench.brain.quoting import set_aside

_WORDS = {"accent": "accent colour", "background": "background", "ink": "text colour"}
_VIVID = 0.25


@dataclass(frozen=True, slots=True)
class Look:
    """Colours by role (accent, background, ink), and sentences about where the user's word won."""

    colors: Mapping[str, str] = field(default_factory=dict)
    conflicts: tuple[str, ...] = ()


def look_of(picture: PictureView, packet: Packet) -> Look:
    """Return the look a picture gives to a scene; what the user said or is known to like comes first."""
    offered = own_colors(picture)
    if not offered:
        return Look(said_colors(packet))
    wanted = {**remembered(packet), **said_colors(packet)}
    conflicts = []
    for role, color in wanted.items():
        theirs = offered.get(role) if role == "accent" else picture.background if role == "background" else ""
        if theirs and theirs.lower() != color.lower():
            who = "You said" if role in said_colors(packet) else "You usually want"
            conflicts.append(
                f"{who} {color} for the {_WORDS[role]}; {picture.name!r} has {theirs}: yours stays."
            )
    colors = {**offered, **wanted}
    if "background" in wanted and "ink" not in wanted:
        colors["ink"] = _ink(colors["background"])
    return Look(colors, tuple(conflicts))


def own_colors(picture: PictureView) -> dict[str, str]:
    """Return the colours measured in a picture by the role they would play; empty while nothing is known."""
    if not picture.known or not picture.colors:
        return {}
    ground = picture.background or (picture.colors[0][0] if not picture.transparent else "")
    vivid = [color for color, _ in picture.colors if _vividness(color) > _VIVID and color != ground]
    accent = max(vivid, key=_vividness, default="")
    found = {"background": ground or _ground_for(accent)}
    if accent:
        found["accent"] = accent
    return {**found, "ink": _ink(found["background"])}


def said_colors(packet: Packet) -> dict[str, str]:
    """Return the colours that the prompt itself names, by role."""
    quoted = set_aside(packet.prompt)
    facts = facts_of(quoted, quoted.text)
    found = palette_of(facts) if facts.moods else facts.colors
    return {role: color for role, color in found.items() if role in _WORDS}


def remembered(packet: Packet) -> dict[str, str]:
    """Return the colours the user is known to want, by role."""
    return {
        hint.key: hint.value
        for hint in packet.hints
        if hint.key in _WORDS and not hint.avoid and hint.value.startswith("#")
    }


def _ground_for(accent: str) -> str:
    """Return a ground on which a picture without one is seen: light, or dark for light colours."""
    return "#0b1020" if not accent or is_light(accent) else "#f8fafc"


def _ink(ground: str) -> str:
    return "#0f172a" if is_light(ground) else "#f8fafc"


def _vividness(color: str) -> float:
    channels = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    return max(channels) - min(channels)
