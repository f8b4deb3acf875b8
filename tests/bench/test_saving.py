"""Saving is measured as a person sees it: still first, then pieces, then the whole preview."""

import pytest

from workbench.bench.budgets import measure_thinking
from workbench.bench.saving import STEPS, Spread, cases, measure_saving


def test_every_save_of_a_case_is_another_picture() -> None:
    """The words of both scenes change with the number, so that nothing can come from a cache."""
    for case in cases():
        assert len({case.edited(number) for number in range(5)} | {case.source}) == 6


def test_a_spread_of_few_rounds_shows_its_extremes() -> None:
    """Quartiles need four rounds; below that the spread says lowest and highest."""
    assert Spread([3.0, 1.0, 2.0]).quartiles == (1.0, 3.0)
    assert Spread([3.0, 1.0, 2.0]).median == 2.0


@pytest.mark.slow
def test_the_steps_of_saving_come_in_order() -> None:
    """What is seen first is measured first: saved, still, first piece, whole preview."""
    for steps in measure_saving(1).values():
        moments = [steps[step].median for step in STEPS]
        assert moments == sorted(moments)
        assert len(steps["preview"].milliseconds) == 1


@pytest.mark.slow
def test_thinking_is_measured_on_sixty_nodes_without_findings() -> None:
    """The scene that is evaluated has sixty nodes, and every step of it is counted."""
    thinking = measure_thinking(rounds=1)
    assert thinking.nodes >= 60
    assert min(thinking.evaluate, thinking.stage, thinking.check) > 0
