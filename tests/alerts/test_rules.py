"""Rules: one file that is checked as a whole, and verdicts that can be computed by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.alerts.facts import NOON, spans
from workbench.errors import InputError
from workbench.telemetry.evidence import Spans
from workbench.telemetry.judging import Verdict, judge
from workbench.telemetry.rules import Burn, read_rules, rules_of, seconds_of


def verdict(
    rule: dict[str, Any], seen: Spans, at: float = 0.0, reports: dict[str, float] | None = None
) -> Verdict:
    """Judge one rule at `at` seconds after noon."""
    (read,) = rules_of({"mine": rule})
    return judge(read, seen, reports or {}, NOON + at)


def test_the_shipped_rules_hold_the_known_defaults() -> None:
    """Error rate 10 %, answers of 10 s, five errors in a row, five minutes of cooldown."""
    rules = {rule.name: rule for rule in read_rules()}
    assert rules["error_rate"].above == 0.10  # type: ignore[union-attr]
    assert rules["slow"].above == 10.0  # type: ignore[union-attr]
    assert rules["errors_in_a_row"].errors == 5  # type: ignore[union-attr]
    assert {rules[name].cooldown for name in ("error_rate", "slow", "errors_in_a_row")} == {300}
    assert isinstance(rules["budget_burns_fast"], Burn)


def test_a_backup_of_last_week_is_told_and_one_that_never_was_is_not() -> None:
    """The shipped rule fires past eight days; where no backup was made, nothing can be said."""
    (rule,) = (each for each in read_rules() if each.name == "backup_old")
    states = [
        judge(rule, spans([]), {"backup_age_days": days} if days else {}, NOON).found
        for days in (8.5, 7.5, None)
    ]
    assert states == ["bad", "good", "unknown"]


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ({"kind": "threshold", "measure": "error_rate", "over": "5m"}, "above or below"),
        ({"kind": "threshold", "measure": "errors", "over": "5m", "above": 1}, "measure"),
        ({"kind": "threshold", "measure": "error_rate", "over": "5 years", "above": 1}, "no duration"),
        ({"kind": "streak", "errors": 5, "colour": "red"}, "has no 'colour'"),
        ({"kind": "streak", "errors": 5, "cooldwn": "1h"}, "Did you mean 'cooldown'"),
        ({"kind": "burn", "objective": 0.5, "long": "1h", "short": "5m", "factor": 14}, "more than every"),
        ({"kind": "burn", "objective": 0.99, "long": "5m", "short": "1h", "factor": 2}, "shorter"),
        ({"kind": "hunch"}, "kind"),
    ],
)
def test_a_wrong_rule_is_refused_by_name_and_place(rule: dict[str, Any], told: str) -> None:
    """The error names the rule, what is wrong with it, and where to read what is right."""
    with pytest.raises(InputError, match=rf"'mine'.*{told}.*rules\.toml"):
        rules_of({"mine": rule})


def test_a_value_outside_of_any_rule_is_told() -> None:
    """Somebody who forgot the table's heading hears how a rule begins."""
    with pytest.raises(InputError, match=r"'kind' in mine\.toml stands outside.*\[kind\]"):
        rules_of({"kind": "streak"}, "mine.toml")


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    """Broken TOML is told with its path."""
    (tmp_path / "rules.toml").write_text("[oops")
    with pytest.raises(InputError, match=r"rules\.toml cannot be read"):
        read_rules(tmp_path / "rules.toml")


def test_a_rule_can_be_put_aside() -> None:
    """A rule that is not enabled is checked and not asked."""
    assert rules_of({"mine": {"kind": "streak", "errors": 5, "enabled": False}}) == ()


@pytest.mark.parametrize(
    ("text", "seconds"), [("30s", 30), ("5m", 300), ("1.5h", 5400), ("3d", 259_200), (7, 7)]
)
def test_durations_are_read(text: object, seconds: float) -> None:
    """Durations are written as people say them."""
    assert seconds_of(text) == seconds


RATE = {"kind": "threshold", "measure": "error_rate", "over": "5m", "above": 0.1, "at_least": 10}


@pytest.mark.parametrize(("errors", "found"), [(1, "good"), (2, "good"), (3, "bad")])
def test_an_error_rate_is_the_share_of_its_window(errors: int, found: str) -> None:
    """Of twenty spans within five minutes, three failures are above a tenth, two are not."""
    seen = spans(range(-299, 1, 15), outcomes=[1] * errors + [0] * (20 - errors))
    judged = verdict(RATE, seen)
    assert (judged.found, judged.value) == (found, errors / 20)


def test_too_few_spans_tell_nothing() -> None:
    """Nine failures of nine are no verdict when ten are needed, and what is older does not count."""
    seen = spans([-400] * 20 + list(range(-9, 0)), outcomes=[0] * 20 + [1] * 9)
    assert verdict(RATE, seen).found == "unknown"


def test_cancelled_work_is_neither_good_nor_bad() -> None:
    """People who stop their own work do not spend the budget."""
    seen = spans(range(-30, 0), outcomes=[2] * 18 + [1] * 2 + [0] * 10)
    assert verdict(RATE, seen).value == pytest.approx(2 / 12)


def test_latency_is_that_of_answers() -> None:
    """Failures that came at once do not make the average look good."""
    rule = {"kind": "threshold", "measure": "average_seconds", "over": "5m", "above": 10.0, "at_least": 5}
    seen = spans(range(-30, 0), outcomes=[1] * 20 + [0] * 10, seconds=[0.01] * 20 + [12.0] * 10)
    assert verdict(rule, seen) == Verdict(
        "bad", 12.0, 10.0, "average seconds 12 over 5 min (told when above 10)"
    )


def test_percentiles_are_exact() -> None:
    """The 95th percentile of one to a hundred seconds is 95.05."""
    rule = {"kind": "threshold", "measure": "p95_seconds", "over": "1h", "above": 95.0}
    assert verdict(rule, spans(range(-100, 0), seconds=list(range(1, 101)))).value == pytest.approx(95.05)


def test_five_errors_in_a_row_are_counted_from_the_last_success() -> None:
    """Four are not enough, five are, and a success starts anew."""
    rule = {"kind": "streak", "errors": 5}
    assert verdict(rule, spans(range(-6, 0), outcomes=[1, 0, 1, 1, 1, 1])).value == 4
    assert verdict(rule, spans(range(-6, 0), outcomes=[0, 1, 1, 1, 1, 1])).found == "bad"
    assert verdict(rule, spans(range(-6, 0), outcomes=[1, 1, 1, 1, 1, 0])).value == 0
    assert verdict(rule, spans([])).found == "unknown"


BURN = {"kind": "burn", "objective": 0.99, "long": "1h", "short": "5m", "factor": 14.4, "at_least": 50}


def test_a_budget_burns_when_both_windows_say_so() -> None:
    """A fifth failing is 20 times the budget; once it is over, the short window says so."""
    hour = list(range(-3599, 1, 18))
    every_fifth = [1 if n % 5 == 0 else 0 for n in range(len(hour))]
    assert verdict(BURN, spans(hour, outcomes=every_fifth)).value == pytest.approx(20)
    assert verdict(BURN, spans(hour, outcomes=every_fifth)).found == "bad"
    healed = [bad if end < -300 else 0 for bad, end in zip(every_fifth, hour, strict=True)]
    assert verdict(BURN, spans(hour, outcomes=healed)).found == "good"
    assert verdict(BURN, spans(hour[::8], outcomes=1)).found == "unknown"


def test_slow_answers_can_spend_the_budget() -> None:
    """With `slow_seconds`, answers that take longer count as errors."""
    seen = spans(range(-99, 1), seconds=[30.0 if n % 4 == 0 else 1.0 for n in range(100)])
    assert verdict(BURN, seen).found == "good"
    assert verdict(BURN | {"slow_seconds": 10}, seen).value == pytest.approx(25)


def test_cost_counts_known_prices_of_any_span() -> None:
    """Unknown prices add nothing and are not read as zero spans; old costs are outside the window."""
    rule = {"kind": "threshold", "measure": "cost_usd", "over": "1h", "above": 5.0}
    seen = spans([-4000, -10, -9, -8], costs=[9.0, 2.0, float("nan"), 3.5], roots=False)
    assert verdict(rule, seen).value == pytest.approx(5.5)


def test_a_rule_looks_at_the_operations_it_names() -> None:
    """A pattern chooses spans by name, whether or not another began them."""
    seen = spans(
        range(-20, 0),
        outcomes=[1] * 10 + [0] * 10,
        names=["model.chat"] * 10 + ["render.film"] * 10,
        roots=False,
    )
    assert verdict(RATE | {"operations": ["model.*"]}, seen).value == 1.0
    assert verdict(RATE | {"operations": ["render.film"]}, seen).value == 0.0
    assert verdict(RATE, seen).found == "unknown"


def test_reported_numbers_are_judged_and_missing_ones_are_not_health() -> None:
    """A table that lost rows is bad; when nobody reports, nothing is claimed."""
    rule = {"kind": "reported", "report": "rows_lost_share", "above": 0.05}
    assert verdict(rule, spans([]), reports={"rows_lost_share": 0.2}).found == "bad"
    assert verdict(rule, spans([]), reports={"rows_lost_share": 0.0}).found == "good"
    assert verdict(rule, spans([])).found == "unknown"
