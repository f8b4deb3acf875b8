"""What rules look at is the same whether DuckDB sums it or every span is held in memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from workbench.clock import FrozenClock
from workbench.telemetry.asked import Asked
from workbench.telemetry.judging import judge
from workbench.telemetry.reading import Reading
from workbench.telemetry.rules import read_rules, rules_of
from workbench.telemetry.sample_home import SampleHome
from workbench.telemetry.witness import read_spans

NOW = datetime(2026, 6, 17, 15, 30, tzinfo=UTC)
OWN = rules_of(
    {
        "calls": {"kind": "threshold", "measure": "p95_seconds", "over": "3d", "above": 1.0,
                  "operations": ["model.*", "render.film"]},
        "takes": {"kind": "threshold", "measure": "p99_seconds", "over": "1d", "above": 1.0},
        "paid": {"kind": "threshold", "measure": "cost_usd", "over": "3d", "above": 0.01},
        "paid_for_calls": {"kind": "threshold", "measure": "cost_usd", "over": "2d", "above": 0.01,
                           "operations": ["model.call"]},
        "slow": {"kind": "burn", "objective": 0.9, "long": "3d", "short": "6h", "factor": 2.0,
                 "slow_seconds": 6.0},
        "streak": {"kind": "streak", "errors": 2, "within": "3d"},
        "none": {"kind": "threshold", "measure": "average_seconds", "over": "3d", "above": 1.0,
                 "operations": ["no.such.*"]},
    }
)  # fmt: skip


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reading]:
    """Give five days of a team that asks a little."""
    folder = tmp_path_factory.mktemp("asked")
    with SampleHome(folder, clock=FrozenClock(NOW), days=5, takes_a_day=150) as home:
        yield home.reading


@pytest.mark.slow
@pytest.mark.parametrize("hours", [0, 7, 19, 30])
def test_every_rule_finds_the_same_either_way(sample: Reading, hours: int) -> None:
    """The shipped rules and one of each kind: found, value and words are equal at several moments."""
    at = (NOW - timedelta(hours=hours)).timestamp()
    held = read_spans(sample, at - 3 * 86_400, at, every=True)
    asked = Asked(sample)
    for rule in (*read_rules(), *OWN):
        by_rows, by_sums = judge(rule, held, {}, at), judge(rule, asked, {}, at)
        assert by_sums.value == (None if by_rows.value is None else pytest.approx(by_rows.value)), rule.name
        assert (by_sums.found, by_sums.told) == (by_rows.found, by_rows.told), rule.name


@pytest.mark.slow
def test_a_window_is_asked_about_once(sample: Reading) -> None:
    """Two rules that look at the same window share its answer."""
    asked = Asked(sample)
    since, until = NOW.timestamp() - 3600, NOW.timestamp()
    assert asked.window((), since, until) is asked.window((), since, until)
    assert asked.window(("studio.ask",), since, until) is not asked.window((), since, until)


@pytest.mark.slow
def test_patterns_are_text_and_nothing_else(sample: Reading) -> None:
    """A pattern that looks like SQL names no operation."""
    window = Asked(sample).window(("') OR true --",), NOW.timestamp() - 86_400, NOW.timestamp())
    assert (window.total, window.cost_usd, window.error_rate, window.slow_or_wrong(1.0)) == (0, 0.0, 0.0, 0.0)
