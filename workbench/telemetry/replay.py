"""Replay: would these rules have fired, and when? The same judging and state machine, over history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from workbench.clock import FrozenClock
from workbench.errors import InputError
from workbench.identity import seeded_ids
from workbench.telemetry.alerts import Alert, advance
from workbench.telemetry.evidence import Evidence
from workbench.telemetry.judging import judge
from workbench.telemetry.rules import Reported, Rule

STEP_SECONDS = 30.0
MOST_STEPS = 500_000


def replay(
    rules: Sequence[Rule],
    evidence: Evidence,
    since: datetime,
    until: datetime,
    *,
    step_seconds: float = STEP_SECONDS,
) -> tuple[Alert, ...]:
    """Return every alert that would have fired, in order; nobody is told and nothing is kept.

    Rules on reported numbers are left out: their past was not kept.
    """
    if until <= since:
        raise InputError("The period ends before it begins.", remedy="Give an earlier start.")
    steps = int((until - since).total_seconds() / step_seconds) + 1
    if steps > MOST_STEPS:
        raise InputError(
            f"That is {steps} moments to judge.",
            remedy=f"Ask for a shorter period, or a longer step than {step_seconds:g} s.",
        )
    found: dict[str, Alert] = {}
    new_id = seeded_ids(FrozenClock(since))
    judged = [rule for rule in rules if not isinstance(rule, Reported)]
    last: dict[str, Alert | None] = {}
    for number in range(steps):
        at = since.timestamp() + number * step_seconds
        now = datetime.fromtimestamp(at, UTC)
        for rule in judged:
            step = advance(last.get(rule.name), rule, judge(rule, evidence, {}, at), now, new_id)
            last[rule.name] = step.alert
            if step.alert is not None and step.alert.fired_at is not None:
                found[step.alert.id] = step.alert
    return tuple(sorted(found.values(), key=lambda alert: alert.since))
