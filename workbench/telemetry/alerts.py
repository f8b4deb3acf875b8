"""The life of an alert, as a pure function of what was, what is seen, and when.

         bad                bad for `hold`           somebody saw it
    ·  ──────>  pending  ──────────────>  firing  ───────────────>  acknowledged
       <──────             good for `quiet` │                            │ good for `quiet`
         good                               └────────>  resolved  <──────┘

Too little to tell is no sign of health: it lets a pending alert go, and changes nothing else. A rule that
breaks again within its cooldown is the same incident: it is pending until the cooldown is over, and fires
anew if it is still broken then; otherwise it is resolved again, and nobody hears of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from workbench.errors import InputError
from workbench.identity import NewId
from workbench.telemetry.judging import Verdict
from workbench.telemetry.rules import Rule, Severity

State = Literal["pending", "firing", "acknowledged", "resolved"]
OPEN: tuple[State, ...] = ("pending", "firing", "acknowledged")
Notice = Literal["firing", "resolved"]


@dataclass(frozen=True, slots=True)
class Alert:
    """One incident of one rule; `good_since` is set while it looks healthy but is not yet resolved.

    `since` is when the rule was last broken anew, `fired_at` when the incident first fired, `noticed_at`
    when somebody was last told that it fires.
    """

    id: str
    rule: str
    severity: Severity
    state: State
    since: datetime
    value: float | None
    worst: float | None
    limit: float
    told: str
    fired_at: datetime | None = None
    noticed_at: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""
    good_since: datetime | None = None
    resolved_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether it still stands."""
        return self.state in OPEN


@dataclass(frozen=True, slots=True)
class Step:
    """What became of an alert: None when there is none (any more), and whom to tell what."""

    alert: Alert | None
    notice: Notice | None = None


def advance(last: Alert | None, rule: Rule, verdict: Verdict, now: datetime, new_id: NewId) -> Step:
    """Return the next state of a rule whose last incident was `last`."""
    if last is None or last.state == "resolved":
        return _begin(last, rule, verdict, now, new_id) if verdict.found == "bad" else Step(last)
    if verdict.found == "bad":
        return _worse(last, rule, verdict, now)
    if last.state == "pending":
        return Step(replace(last, state="resolved", resolved_at=now) if last.fired_at else None)
    if verdict.found == "unknown":
        return Step(last)
    return _better(last, rule, verdict, now)


def acknowledge(alert: Alert, who: str, now: datetime) -> Alert:
    """Return the alert as seen by somebody; twice is once, and only what fires can be acknowledged."""
    if alert.state == "acknowledged":
        return alert
    if alert.state != "firing":
        raise InputError(
            f"The alert {alert.rule} is {alert.state}.",
            remedy="Only an alert that fires can be acknowledged.",
        )
    return replace(alert, state="acknowledged", acknowledged_at=now, acknowledged_by=who)


def _begin(last: Alert | None, rule: Rule, verdict: Verdict, now: datetime, new_id: NewId) -> Step:
    if last is not None and not _cooled(last, rule, now):
        again = replace(last, state="pending", since=now, resolved_at=None, good_since=None)
        return Step(_seen(again, verdict))
    fresh = Alert(
        id=new_id(), rule=rule.name, severity=rule.severity, state="pending", since=now,
        value=verdict.value, worst=verdict.value, limit=verdict.limit, told=verdict.told,
    )  # fmt: skip
    return _worse(fresh, rule, verdict, now)


def _worse(alert: Alert, rule: Rule, verdict: Verdict, now: datetime) -> Step:
    seen = replace(_seen(alert, verdict), good_since=None)
    held = (now - alert.since).total_seconds() >= rule.hold
    if alert.state == "pending" and held and _cooled(alert, rule, now):
        first = alert.fired_at or now
        fires = replace(seen, state="firing", fired_at=first, noticed_at=now)
        return Step(replace(fires, acknowledged_at=None, acknowledged_by=""), "firing")
    return Step(seen)


def _cooled(alert: Alert, rule: Rule, now: datetime) -> bool:
    """Whether the last notice that it fires is long enough ago for another one."""
    return alert.noticed_at is None or (now - alert.noticed_at).total_seconds() >= rule.cooldown


def _better(alert: Alert, rule: Rule, verdict: Verdict, now: datetime) -> Step:
    good_since = alert.good_since or now
    calm = replace(alert, value=verdict.value, good_since=good_since)
    if (now - good_since).total_seconds() < rule.quiet:
        return Step(calm)
    return Step(replace(calm, state="resolved", resolved_at=now), "resolved")


def _seen(alert: Alert, verdict: Verdict) -> Alert:
    known = [abs(each - alert.limit) for each in (alert.worst, verdict.value) if each is not None]
    far = verdict.value is not None and abs(verdict.value - alert.limit) >= max(known)
    worst = verdict.value if far else alert.worst
    return replace(alert, value=verdict.value, worst=worst, told=verdict.told)
