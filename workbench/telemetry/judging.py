"""Whether a rule is broken at a moment: bad, good, or not enough to tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from workbench.telemetry.evidence import Evidence, Window
from workbench.telemetry.rules import Burn, Reported, Rule, Streak, Threshold

Found = Literal["bad", "good", "unknown"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule found: the value it saw, its limit, and both in words."""

    found: Found
    value: float | None
    limit: float
    told: str


def judge(rule: Rule, evidence: Evidence, reports: Mapping[str, float], at: float) -> Verdict:
    """Look at what a rule looks at, as of the moment `at` (seconds since 1970)."""
    if isinstance(rule, Threshold):
        return _threshold(rule, evidence.window(rule.operations, at - rule.over, at))
    if isinstance(rule, Streak):
        return _streak(rule, evidence.window(rule.operations, at - rule.within, at))
    if isinstance(rule, Burn):
        windows = (evidence.window(rule.operations, at - each, at) for each in (rule.long, rule.short))
        return _burn(rule, *windows)
    return _reported(rule, reports.get(rule.report))


def in_words(seconds: float) -> str:
    """Return a duration as people say it: 5 min, 1 h, 3 d."""
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g} {unit}"
    return f"{seconds:g} s"


_MEASURES: Mapping[str, Callable[[Window, float], float]] = {
    "error_rate": lambda window, _: window.error_rate,
    "average_seconds": lambda window, _: window.average_seconds,
    "p50_seconds": lambda window, _: window.percentile_seconds(0.5),
    "p95_seconds": lambda window, _: window.percentile_seconds(0.95),
    "p99_seconds": lambda window, _: window.percentile_seconds(0.99),
    "a_minute": lambda window, over: window.total / (over / 60),
    "cost_usd": lambda window, _: window.cost_usd,
}
_WHERE_TO_LOOK = {
    "rows_lost_share": "which table: workbench doctor",
    "lifecycle_lag_days": "which rule: workbench lifecycle status",
    "orphan_rows": "which rows: workbench lifecycle status",
    "telemetry_export_lost": "how many: workbench telemetry state",
    "backup_age_days": "why: workbench db backup --list",
}
_MEASURED_WITHOUT_SPANS = {"a_minute", "cost_usd"}


def _threshold(rule: Threshold, window: Window) -> Verdict:
    timed = rule.measure.endswith("_seconds")
    enough = window.good if timed else window.total
    if enough < rule.at_least and rule.measure not in _MEASURED_WITHOUT_SPANS:
        return Verdict("unknown", None, rule.limit, f"{enough} spans in {in_words(rule.over)}: too few")
    value = _MEASURES[rule.measure](window, rule.over)
    return _bounded(rule, value, f"over {in_words(rule.over)}", rule.measure)


def _streak(rule: Streak, window: Window) -> Verdict:
    if not window.total:
        return Verdict("unknown", None, rule.errors, f"nothing ended in {in_words(rule.within)}")
    found: Found = "bad" if window.last_errors >= rule.errors else "good"
    told = f"{window.last_errors} errors in a row (limit {rule.errors})"
    return Verdict(found, window.last_errors, rule.errors, told)


def _burn(rule: Burn, long: Window, short: Window) -> Verdict:
    if long.total < rule.at_least or not short.total:
        return Verdict("unknown", None, rule.factor, f"{long.total} spans in {in_words(rule.long)}: too few")
    rates = [_bad_share(rule, window) / (1 - rule.objective) for window in (long, short)]
    found: Found = "bad" if min(rates) > rule.factor else "good"
    told = (
        f"the budget of {rule.objective:.2%} is used {rates[0]:.1f}x too fast over {in_words(rule.long)}, "
        f"{rates[1]:.1f}x over {in_words(rule.short)} (limit {rule.factor:g}x)"
    )
    return Verdict(found, rates[0], rule.factor, told)


def _bad_share(rule: Burn, window: Window) -> float:
    return window.error_rate if rule.slow_seconds is None else window.slow_or_wrong(rule.slow_seconds)


def _reported(rule: Reported, value: float | None) -> Verdict:
    if value is None:
        return Verdict("unknown", None, rule.limit, f"nobody reports {rule.report}")
    verdict = _bounded(rule, value, "reported", rule.report)
    where = _WHERE_TO_LOOK.get(rule.report)
    return replace(verdict, told=f"{verdict.told}; {where}") if where else verdict


def _bounded(rule: Threshold | Reported, value: float, how: str, measure: str) -> Verdict:
    found: Found = "bad" if rule.broken_by(value) else "good"
    side = "above" if rule.above is not None else "below"
    share = measure in {"error_rate", "rows_lost_share"}
    shown = f"{value:.1%}" if share else f"{value:.4g}"
    limit = f"{rule.limit:.0%}" if share else f"{rule.limit:g}"
    told = f"{measure.replace('_', ' ')} {shown} {how} (told when {side} {limit})"
    return Verdict(found, value, rule.limit, told)
