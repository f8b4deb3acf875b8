"""Remembered tastes, put into what a prompt leaves open; a prompt that says otherwise wins.

New scenes get the remembered accent, background and text colour where the prompt names none, the remembered
palette where it names no colour at all, another accent where the template's own is one the user avoids, and
shorter or longer scenes where it names no length. Each is said in the plan's `assumed`, with its reason.
"""

from __future__ import annotations

import colorsys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from workbench.brain.colors import MOODS, colors_in, is_light
from workbench.brain.packet import Hint, Packet, TemplateCard
from workbench.brain.plan import AddScene, ParamValue, Plan
from workbench.brain.spoken import spans
from workbench.errors import InputError
from workbench.scene.color import parse_color

COLOR_ROLES = ("accent", "background", "ink")
PACE = {"fast": 0.8, "slow": 1.25}
"""What the remembered pace makes of a template's own length."""
_OTHER_ACCENTS = ("#14b8a6", "#f59e0b", "#8b5cf6", "#ef4444", "#3b82f6", "#22c55e")
_SAME_HUE_DEGREES = 28.0
_GRAY_SATURATION = 0.15
_WORDS = {"accent": "accent colour", "background": "background", "ink": "text colour"}


@dataclass(slots=True)
class _Habits:
    use: dict[str, Hint] = field(default_factory=dict)
    avoid: dict[str, list[Hint]] = field(default_factory=dict)
    told: dict[str, None] = field(default_factory=dict)


def with_habits(plan: Plan, packet: Packet) -> Plan:
    """Return the plan with the packet's hints applied to the scenes it adds."""
    habits = _sorted_out(packet.hints)
    if plan.outcome != "steps" or not (habits.use or habits.avoid):
        return plan
    cards = {card.id: card for card in packet.templates}
    timed = bool(spans(packet.prompt, packet.project.format.fps))
    steps = tuple(
        _scene(step, cards[step.template], habits, timed)
        if isinstance(step, AddScene) and step.template in cards
        else step
        for step in plan.steps
    )
    return replace(plan, steps=steps, assumed=(*plan.assumed, *habits.told))


def _sorted_out(hints: tuple[Hint, ...]) -> _Habits:
    habits = _Habits()
    for hint in hints:
        if hint.avoid:
            habits.avoid.setdefault(hint.key, []).append(hint)
        else:
            habits.use.setdefault(hint.key, hint)
    return habits


def _scene(step: AddScene, card: TemplateCard, habits: _Habits, timed: bool) -> AddScene:
    declared = {param.name: str(param.default) for param in card.params if param.kind == "color"}
    fresh = dict(_colors(step.params, declared, habits))
    seconds = step.duration_seconds
    pace = habits.use.get("pace")
    if pace and pace.value in PACE and not timed:
        seconds = round((seconds or card.seconds) * PACE[pace.value], 1)
        change = "shorter" if pace.value == "fast" else "longer"
        habits.told[f"The scenes are {change} than usual, {pace.because}."] = None
    return replace(step, params={**step.params, **fresh}, duration_seconds=seconds)


def _colors(
    params: Mapping[str, ParamValue], declared: Mapping[str, str], habits: _Habits
) -> Iterator[tuple[str, str]]:
    open_roles = [role for role in declared if role not in params]
    silent = len(open_roles) == len(declared)
    found: dict[str, str] = {}
    mood = habits.use.get("palette")
    if silent and mood and mood.value in MOODS and "background" not in habits.use:
        found |= {role: color for role, color in MOODS[mood.value].items() if role in declared}
        habits.told[f"The palette is {mood.value}, {mood.because}."] = None
    for role in COLOR_ROLES:
        hint = habits.use.get(role)
        if hint and role in open_roles and (color := _hex(hint.value)):
            found[role] = color
            habits.told[f"The {_WORDS[role]} is {hint.value}, {hint.because}."] = None
    if "background" in found and "ink" in open_roles and "ink" not in habits.use:
        found["ink"] = "#0f172a" if is_light(found["background"]) else "#f8fafc"
    if "accent" in open_roles and "accent" not in habits.use:
        found |= _instead(found.get("accent", declared["accent"]), habits)
    yield from found.items()


def _instead(accent: str, habits: _Habits) -> dict[str, str]:
    """Return another accent when `accent` is like one that the user avoids."""
    if not _is_color(accent):
        return {}
    avoided = [(hint, color) for hint in habits.avoid.get("accent", ()) if (color := _hex(hint.value))]
    reason = next((hint for hint, color in avoided if _alike(accent, color)), None)
    if reason is None:
        return {}
    for other in _OTHER_ACCENTS:
        if not any(_alike(other, color) for _, color in avoided):
            habits.told[f"The accent colour is {other}, not {reason.value}, {reason.because}."] = None
            return {"accent": other}
    return {}


def _hex(value: str) -> str:
    said = colors_in(f"{value} accent")
    return said[0].hex if said else ""


def _alike(one: str, other: str) -> bool:
    (hue, light, saturation), (its_hue, its_light, its_saturation) = _hls(one), _hls(other)
    if min(saturation, its_saturation) < _GRAY_SATURATION:
        return max(saturation, its_saturation) < _GRAY_SATURATION and abs(light - its_light) < 0.25
    apart = abs(hue - its_hue) * 360
    return min(apart, 360 - apart) < _SAME_HUE_DEGREES


def _is_color(text: str) -> bool:
    try:
        parse_color(text)
    except InputError:
        return False
    return True


def _hls(color: str) -> tuple[float, float, float]:
    return colorsys.rgb_to_hls(*parse_color(color)[:3])
