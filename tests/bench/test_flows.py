"""The comparison of waiting and not waiting: paired, repeatable, and counting what really arrived."""

from __future__ import annotations

import pytest

from workbench.bench.flow_report import profile_data, report_data
from workbench.bench.flows import ProfileResult, measure_flows, paired_difference, quantile, turns
from workbench.bench.latency import LOCAL, NETWORK, Lognormal, SlowModel
from workbench.brain.packet import Packet


def test_a_seed_gives_the_same_run() -> None:
    """Prompts, pictures and latencies follow from the seed alone, and every prompt waits its own time."""
    assert turns(3, 5) == turns(3, 5)
    assert turns(3, 5) != turns(3, 6)
    draws = [Lognormal(2.0, 0.4).drawn(f"{number}") for number in range(200)]
    assert draws == [Lognormal(2.0, 0.4).drawn(f"{number}") for number in range(200)]
    assert 1.7 < quantile(draws, 0.5) < 2.3


def test_both_arms_wait_alike() -> None:
    """The same turn waits equally long whichever arm asks; without latencies nobody waits."""
    slept: list[float] = []
    for _ in range(2):
        model = SlowModel(NETWORK, 3, slept.append)
        model.turn = "4"
        model.decide(Packet("undo"))
    assert slept[0] == slept[1] > 0
    SlowModel(LOCAL, 3, slept.append).decide(Packet("undo"))
    assert slept[2] == 0


def test_the_difference_is_paired() -> None:
    """The interval is about what each prompt saved, so a spread that both arms share does not widen it."""
    blocking = [10.0, 20.0, 30.0, 40.0, 50.0]
    at_once = [8.0, 18.0, 28.1, 38.0, 47.9]
    middle, low, high = paired_difference(blocking, at_once, 1)
    assert middle == pytest.approx(2.0)
    assert 1.8 < low <= middle <= high < 2.2


def test_what_was_late_is_counted() -> None:
    """Late facts that were offered or failed did not reach the scene; none late is unknown, not all."""
    result = ProfileResult(late={"applied": 3, "offered": 1})
    for arm in result.arms.values():
        arm.answer_seconds, arm.settled_seconds = [1.0, 2.0], [1.0, 2.0]
    data = profile_data("offline", result, 1)
    assert data["late_facts"]["share_reached"] == 0.75
    assert data["faster_at_p50"] == 0
    result.late.clear()
    assert profile_data("offline", result, 1)["late_facts"]["share_reached"] is None


@pytest.mark.slow
def test_a_small_run_is_real() -> None:
    """One prompt through both arms: both answer, and the facts that followed are in the scene."""
    result = measure_flows("offline", turns(2, 1)[:1], 1, lambda _: None)
    data = report_data({}, {"offline": result}, 1, 1, "now")
    assert [len(arm.answer_seconds) for arm in result.arms.values()] == [1, 1]
    share = 1.0 if result.late else None  # on a crowded machine all may be known when the prompt is answered
    assert data["profiles"]["offline"]["late_facts"]["share_reached"] == share
