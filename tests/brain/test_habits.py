"""Remembered tastes fill what a prompt leaves open, are told with their reason, and never overrule it."""

from dataclasses import dataclass

import pytest

from tests.brain.cards import CARDS
from workbench.brain.offline import OfflineDirector
from workbench.brain.packet import Packet
from workbench.brain.plan import AddScene, Plan
from workbench.templates.registry import templates

TITLE = 'A title card saying "Hello"'


@dataclass(frozen=True, slots=True)
class Told:
    key: str
    value: str
    avoid: bool = False
    because: str = "because you asked for it on 3 March 2026"


@pytest.fixture(scope="module")
def director() -> OfflineDirector:
    return OfflineDirector()


def planned(director: OfflineDirector, prompt: str, *hints: Told) -> Plan:
    return director.decide(Packet(prompt, templates=templates(), hints=hints)).plan


def scene(plan: Plan) -> AddScene:
    return next(step for step in plan.steps if isinstance(step, AddScene))


def test_a_remembered_accent_is_used(director: OfflineDirector) -> None:
    """Where the prompt names no accent the remembered one is used, and the user is told why."""
    plan = planned(director, TITLE, Told("accent", "teal"))
    assert scene(plan).params["accent"] == "#14b8a6"
    assert "The accent colour is teal, because you asked for it on 3 March 2026." in plan.assumed


def test_the_prompt_wins(director: OfflineDirector) -> None:
    """A colour that the prompt names is used, whatever is remembered."""
    plan = planned(director, f"{TITLE} with an orange accent", Told("accent", "teal"))
    assert scene(plan).params["accent"] == "#f97316"
    assert not any("teal" in line for line in plan.assumed)


def test_an_avoided_accent_gives_way(director: OfflineDirector) -> None:
    """A template whose own accent is avoided gets another one."""
    plan = planned(director, TITLE, Told("accent", "#7c8cff", avoid=True))
    assert scene(plan).params["accent"] == "#14b8a6"
    assert any("not #7c8cff" in line for line in plan.assumed)


def test_a_pace_changes_lengths_that_nobody_named(director: OfflineDirector) -> None:
    """Somebody who likes it fast gets shorter scenes, unless the prompt says how long."""
    plain, quick = planned(director, TITLE), planned(director, TITLE, Told("pace", "fast"))
    assert (scene(quick).duration_seconds or 0) < (scene(plain).duration_seconds or 0)
    timed = planned(director, f"{TITLE}, 7 seconds", Told("pace", "fast"))
    assert scene(timed).duration_seconds == 7


def test_a_palette_fills_only_silence(director: OfflineDirector) -> None:
    """A remembered palette is used when the prompt names no colour at all."""
    silent = planned(director, TITLE, Told("palette", "warm"))
    named = planned(director, f"{TITLE} on a black background", Told("palette", "warm"))
    assert scene(silent).params["background"] == "#2a120c"
    assert scene(named).params["background"] == "#000000"


def test_a_remembered_background_keeps_text_readable(director: OfflineDirector) -> None:
    """A light background brings dark text where the template has a text colour of its own."""
    packet = Packet(TITLE, templates=CARDS, hints=(Told("background", "white"),))
    params = scene(director.decide(packet).plan).params
    assert (params["background"], params["ink"]) == ("#ffffff", "#0f172a")
