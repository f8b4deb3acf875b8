"""What people ask is what the service has: no scenario asks for a path that is not there."""

from __future__ import annotations

import re
from random import Random

import pytest

from workbench.service.app import ROUTERS
from workbench.stress.presets import PRESETS
from workbench.stress.scenarios import RUN, Answer, Ask, Person, Scenario, begin

DONE = Answer(200, {"id": "J", "state": "done", "ok": True})


def asks(scenario: Scenario) -> list[Ask]:
    """Play a scenario whose every request is answered well at once."""
    found: list[Ask] = []
    try:
        found.append(next(scenario))
        while True:
            found.append(scenario.send(DONE))
    except StopIteration:
        return [each for each in found if each.path]


def routes() -> list[tuple[str, re.Pattern[str]]]:
    return [
        (method, route.path_regex)
        for router in ROUTERS
        for route in router.routes
        for method in getattr(route, "methods", ())
    ]


@pytest.mark.parametrize("name", [*RUN, "begin"])
def test_every_request_has_a_route(name: str) -> None:
    """By method and path; a route that is renamed fails here and not as 404 in somebody's load."""
    known = routes()
    for seed in range(8):
        person = Person(Random(seed), "p", project="work-p-1")
        scenario = begin(person) if name == "begin" else RUN[name](person, PRESETS["image"])
        asked = asks(scenario)
        assert asked
        for each in asked:
            path = each.path.partition("?")[0]
            assert [1 for method, regex in known if method == each.method and regex.match(path)], each


def test_a_shorter_run_still_has_everybody() -> None:
    """The ramp keeps its share of the time."""
    short = PRESETS["high"].changed(seconds=25)
    assert (short.users, short.seconds, short.ramp_seconds) == (50, 25, 5)
    assert PRESETS["high"].changed(seconds=25, ramp_seconds=10).ramp_seconds == 10
