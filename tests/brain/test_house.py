"""A brief that names no colour gets one palette for its film, and every other brief what it says."""

from __future__ import annotations

import pytest

from tests.brain.test_habits import Told
from workbench.brain import AddScene, Packet, Plan
from workbench.brain.colors import is_light
from workbench.brain.house import TOLD, with_house_colors
from workbench.scene.evaluate import evaluate
from workbench.scene.format import Format
from workbench.templates import templates

FILM = ("hero", "feature-list", "growth-graph", "quote", "call-to-action")
PACKET = Packet("a film", templates=templates())
DEFAULTS = {
    one.id: {param.name: str(param.default) for param in one.params if param.kind == "color"}
    for one in templates()
}


def planned(*names: str, **params: str) -> Plan:
    return Plan("steps", tuple(AddScene(name, dict(params), name) for name in names))


def colors(plan: Plan) -> list[dict[str, str]]:
    return [
        {role: str(color) for role, color in step.params.items()}
        for step in plan.steps
        if isinstance(step, AddScene)
    ]


def test_a_film_has_the_accent_of_its_first_scene_on_two_grounds() -> None:
    """The first scene keeps its colours; the others take its accent, and a ground of their own kind."""
    plan = with_house_colors(planned(*FILM), PACKET)
    first, *others = colors(plan)
    assert first == {}
    assert {each["accent"] for each in others} == {DEFAULTS["hero"]["accent"]}
    grounds = {each["background"] for each in others}
    assert DEFAULTS["hero"]["background"] in grounds
    assert len(grounds) == 2
    for name, each in zip(FILM[1:], others, strict=True):
        assert is_light(each["background"]) == is_light(DEFAULTS[name]["background"])
    assert TOLD in plan.assumed


@pytest.mark.parametrize("lead", ["hero", "title", "bubble-zoom", "gradient-text", "knows-code"])
def test_what_the_palette_colours_is_still_whole(lead: str) -> None:
    """Every scene in the shared colours evaluates."""
    plan = with_house_colors(planned(lead, *FILM[1:]), PACKET)
    sources = {one.id: one for one in templates()}
    for step in plan.steps:
        assert isinstance(step, AddScene)
        assert step.template is not None
        one = sources[step.template]
        graph = evaluate(one.source, Format(640, 360), duration_seconds=one.seconds, params=step.params).graph
        assert graph is not None


@pytest.mark.parametrize(
    ("plan", "packet"),
    [
        pytest.param(planned(*FILM, accent="#ff00aa"), PACKET, id="colours are named"),
        pytest.param(planned(*FILM[:2]), PACKET, id="too few scenes for a film"),
        pytest.param(planned("unknown", "odd", "strange"), PACKET, id="templates nobody knows"),
        pytest.param(
            planned(*FILM),
            Packet("a film", templates=templates(), hints=(Told("accent", "teal"),)),
            id="a taste is remembered",
        ),
    ],
)
def test_everything_else_is_left_alone(plan: Plan, packet: Packet) -> None:
    """Named colours, remembered tastes and single scenes keep what they have."""
    assert with_house_colors(plan, packet) is plan
