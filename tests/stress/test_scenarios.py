"""What people ask is what the service has: no scenario asks for a path that is not there."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from random import Random

import pytest

from workbench.service.app import ROUTERS
from workbench.stress.doors import run_id
from workbench.stress.presets import PRESETS
from workbench.stress.scenarios import RUN, Answer, Ask, Person, Scenario, begin


def well(ask: Ask) -> Answer:
    """Answer as a service does that has everything done at once."""
    state = "ready" if ask.path.endswith("/facts") else "done"
    return Answer(200, {"id": "J", "state": state, "ok": True, "scenes": [{"number": 1}]})


def asks(scenario: Scenario) -> list[Ask]:
    """Play a scenario whose every request is answered well at once."""
    found: list[Ask] = []
    try:
        found.append(next(scenario))
        while True:
            found.append(scenario.send(well(found[-1])))
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


def test_every_preset_plays_what_there_is() -> None:
    """By name; the one about pictures brings in one, three, and two that a scene shows."""
    assert {name for preset in PRESETS.values() for name in preset.mix} <= set(RUN)

    def brought(name: str) -> int:
        scenario = RUN[name](Person(Random(1), "p", project="work-p-1"), PRESETS["image"])
        return [each.name for each in asks(scenario)].count("bring in a picture")

    assert {name: (weight, brought(name)) for name, weight in PRESETS["image"].mix.items()} == {
        "one_picture": (40, 1), "three_pictures": (40, 3), "workflow": (20, 2)
    }  # fmt: skip
    scenario = RUN["workflow"](Person(Random(1), "p", project="w"), PRESETS["image"])
    (shown,) = [each.json for each in asks(scenario) if each.json and "images" in each.json]
    assert all(name in shown["prompt"] for name in shown["images"])


def test_no_two_runs_make_the_same_names() -> None:
    """With the same seed, second for second: a service that is loaded again keeps what it has."""
    now = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
    one, other = (
        {each.json["name"] for each in asks(begin(person)) if each.json and "name" in each.json}
        for person in (Person(Random(1), run_id(now)), Person(Random(1), run_id(now)))
    )
    assert one
    assert not one & other
