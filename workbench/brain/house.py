"""One palette for a film: where a brief names no colour, its scenes share those of its first template.

Every template has a palette of its own, each good alone; five of them in a row look like five films. So the
first scene leads: the others take its accent, and its ground or, where they were made for the other
kind of ground, a light or dark one that belongs to it. Which scenes are light and which dark stays as
their templates have it, so that the film keeps its rhythm.
"""

from __future__ import annotations

import colorsys
import re
from collections.abc import Mapping
from dataclasses import replace

from workbench.brain.colors import is_light, shaded
from workbench.brain.habits import COLOR_ROLES
from workbench.brain.packet import Packet, TemplateCard
from workbench.brain.plan import AddScene, Plan

FEWEST_SCENES = 3
"""Fewer scenes than this are no film yet: each keeps its template's own colours."""
TOLD = "The scenes share one palette, that of the first one; name colours to choose others."
_DARK, _PALE = (0.085, 0.5), (0.955, 0.55)
"""Lightness and saturation (HLS) of the grounds that are made to belong to the first scene."""
_SECOND_DEGREES = 20.0
_ROLES = ("accent", "background")
_TASTES = (*COLOR_ROLES, "palette")
_HEX = re.compile("#[0-9a-f]{6}", re.IGNORECASE)


def with_house_colors(plan: Plan, packet: Packet) -> Plan:
    """Return the plan of a new film with one palette; colours that somebody named or likes are left alone."""
    cards = {card.id: card for card in packet.templates}
    added = [step for step in plan.steps if isinstance(step, AddScene) and step.template in cards]
    liked = any(hint.key in _TASTES for hint in packet.hints)
    if packet.project.scenes or liked or len(added) < FEWEST_SCENES:
        return plan
    palettes = {step.template: _colors(cards[step.template]) for step in added}
    lead = palettes[added[0].template]
    named = any(role in palettes[step.template] for step in added for role in step.params)
    if named or any(role not in lead for role in _ROLES):
        return plan
    steps = tuple(
        replace(step, params={**step.params, **_shared(lead, palettes[step.template])})
        if isinstance(step, AddScene) and step.template in cards and step.template != added[0].template
        else step
        for step in plan.steps
    )
    return replace(plan, steps=steps, assumed=(*plan.assumed, TOLD))


def _colors(card: TemplateCard) -> dict[str, str]:
    colors = ((param.name, str(param.default)) for param in card.params if param.kind == "color")
    return {name: color for name, color in colors if _HEX.fullmatch(color)}


def _shared(lead: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    """Return what a scene with the colours `own` takes from the film's first."""
    light, dark = _grounds(lead)
    found = {
        "accent": lead["accent"],
        "accent_2": shaded(lead["accent"], 1.08, hue_degrees=_SECOND_DEGREES),
        "background": light if is_light(own.get("background", dark)) else dark,
    }
    return {role: color for role, color in found.items() if role in own}


def _grounds(lead: Mapping[str, str]) -> tuple[str, str]:
    """Return the film's light and its dark ground: one is the first scene's own."""
    ground = lead["background"]
    second = lead.get("accent_2", lead["accent"])
    if is_light(ground):
        return ground, _toned(lead["accent"] if is_light(second) else second, *_DARK)
    return _toned(lead["accent"], *_PALE), ground


def _toned(color: str, lightness: float, saturation: float) -> str:
    hue, _, own = colorsys.rgb_to_hls(*(int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)))
    channels = colorsys.hls_to_rgb(hue, lightness, min(own, saturation))
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)
