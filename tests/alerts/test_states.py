"""The life of an alert: laws that hold for any history, and the stories people care about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.clock import FrozenClock
from workbench.errors import InputError
from workbench.identity import seeded_ids
from workbench.telemetry.alerts import Alert, Step, acknowledge, advance
from workbench.telemetry.judging import Found, Verdict
from workbench.telemetry.rules import Rule, rules_of

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
(RULE,) = rules_of({"mine": {"kind": "streak", "errors": 5, "hold": "1m", "quiet": "2m", "cooldown": "10m"}})
(AT_ONCE,) = rules_of({"mine": {"kind": "streak", "errors": 5, "quiet": 0}})
histories = st.lists(
    st.tuples(st.sampled_from(["bad", "good", "unknown", "seen"]), st.integers(1, 400)), max_size=60
)


def told(found: Found, value: float = 7.0) -> Verdict:
    """Return what a rule found."""
    return Verdict(found, None if found == "unknown" else value, 5.0, found)


def live(history: list[tuple[str, int]], rule: Rule = RULE) -> list[tuple[datetime, Step]]:
    """Live through a history of verdicts, each some seconds after the last; "seen" acknowledges."""
    now, last, lived = NOON, None, []
    new_id = seeded_ids(FrozenClock(NOON))
    for what, seconds in history:
        now += timedelta(seconds=seconds)
        if what == "seen":
            if last is not None and last.state == "firing":
                last = acknowledge(last, "ada", now)
                lived.append((now, Step(last)))
            continue
        step = advance(last, rule, told(what), now, new_id)  # type: ignore[arg-type]
        last = step.alert
        lived.append((now, step))
    return lived


def states(history: list[tuple[str, int]], rule: Rule = RULE) -> list[str]:
    return [step.alert.state if step.alert else "-" for _, step in live(history, rule)]


def test_an_alert_pends_fires_and_is_resolved() -> None:
    """The whole life of an incident, with one notice when it fires and one when it is over."""
    history = [("good", 30), ("bad", 30), ("bad", 30), ("bad", 30), ("good", 30), ("good", 130), ("good", 30)]
    assert states(history) == ["-", "pending", "pending", "firing", "firing", "resolved", "resolved"]
    assert [step.notice for _, step in live(history) if step.notice] == ["firing", "resolved"]


def test_a_short_spell_tells_nobody() -> None:
    """What is over before `hold` has passed leaves nothing behind."""
    assert states([("bad", 1), ("bad", 30), ("good", 10)]) == ["pending", "pending", "-"]


def test_without_hold_it_fires_at_once() -> None:
    """A rule may fire at its first look."""
    assert states([("bad", 1), ("good", 1)], AT_ONCE) == ["firing", "resolved"]


def test_too_little_to_tell_resolves_nothing() -> None:
    """Silence after an outage is not recovery."""
    assert states([("bad", 1), ("bad", 60), ("unknown", 4000), ("unknown", 9000)])[-1] == "firing"


def test_flapping_tells_once_within_the_cooldown() -> None:
    """An incident that comes back within the cooldown is the same one, and nobody is told again."""
    history = [("bad", 1), ("good", 1), ("bad", 60), ("good", 1), ("bad", 60)]
    lived = live(history, AT_ONCE)
    assert [step.notice for _, step in lived].count("firing") == 1
    assert len({step.alert.id for _, step in lived if step.alert}) == 1
    later = live([*history, ("good", 1), ("bad", 400)], AT_ONCE)
    assert [step.notice for _, step in later].count("firing") == 2


def test_what_stays_broken_is_told_when_the_cooldown_is_over() -> None:
    """Broken again, it is pending without a word; told anew, it asks for somebody to see it anew."""
    history = [("bad", 1), ("seen", 1), ("good", 1), ("bad", 60), ("bad", 200), ("bad", 60), ("bad", 60)]
    lived = live(history, AT_ONCE)
    assert states(history, AT_ONCE) == [
        "firing", "acknowledged", "resolved", "pending", "pending", "firing", "firing"
    ]  # fmt: skip
    assert [step.notice for _, step in lived] == ["firing", None, "resolved", None, None, "firing", None]
    first, last = lived[0][1].alert, lived[-1][1].alert
    assert first
    assert last
    assert (last.id, last.fired_at, last.acknowledged_by) == (first.id, first.fired_at, "")


def test_what_was_acknowledged_stays_so_until_it_is_over() -> None:
    """An alert somebody has seen does not fire again while it lasts, and is resolved when it is good."""
    history = [("bad", 1), ("bad", 60), ("seen", 5), ("bad", 60), ("good", 10), ("good", 130)]
    assert states(history)[2:] == ["acknowledged", "acknowledged", "acknowledged", "resolved"]


def test_only_what_fires_can_be_acknowledged() -> None:
    """A pending alert cannot be waved through; acknowledging twice is once."""
    (_, pending), (_, firing) = live([("bad", 1), ("bad", 60)])
    assert pending.alert
    assert firing.alert
    with pytest.raises(InputError, match="pending"):
        acknowledge(pending.alert, "ada", NOON)
    seen = acknowledge(firing.alert, "ada", NOON)
    assert acknowledge(seen, "grace", NOON) == seen


def test_the_worst_value_is_kept() -> None:
    """The farthest from the limit stands, whatever came later."""
    last: Alert | None = None
    for seconds, value in enumerate([6.0, 19.0, 8.0]):
        step = advance(last, RULE, told("bad", value), NOON + timedelta(seconds=seconds), lambda: "a")
        last = step.alert
    assert last
    assert (last.value, last.worst) == (8.0, 19.0)


ALLOWED = {
    ("-", "pending"), ("-", "firing"), ("pending", "-"), ("pending", "firing"), ("firing", "acknowledged"),
    ("firing", "resolved"), ("acknowledged", "resolved"), ("resolved", "pending"), ("resolved", "firing"),
    ("resolved", "acknowledged"),
}  # fmt: skip


@given(histories)
def test_only_known_steps_are_taken(history: list[tuple[str, int]]) -> None:
    """Whatever happens, a state follows from the one before by an arrow of the picture."""
    before = "-"
    for after in states(history):
        assert before == after or (before, after) in ALLOWED
        before = after


@given(histories)
def test_notices_are_apart_and_in_turn(history: list[tuple[str, int]]) -> None:
    """Two notices that a rule fires are a cooldown apart, and each tells of an alert in that state."""
    fired = []
    for now, step in live(history):
        if step.notice:
            assert step.alert
            assert step.alert.state == step.notice
        if step.notice == "firing":
            fired.append(now)
    assert all(later - earlier >= timedelta(seconds=600) for earlier, later in pairwise(fired))


@given(histories)
def test_whoever_is_told_that_it_fires_is_told_that_it_is_over(history: list[tuple[str, int]]) -> None:
    """Notices take turns: firing, resolved, firing; what nobody heard of ends without a word too."""
    told_of = [step.notice for _, step in live(history) if step.notice]
    assert told_of == ["firing", "resolved"] * (len(told_of) // 2) + ["firing"] * (len(told_of) % 2)


@given(histories)
def test_it_fires_only_after_being_bad_all_the_while(history: list[tuple[str, int]]) -> None:
    """Whoever is told can see that the rule was broken for its whole `hold`."""
    for _, step in live(history):
        if step.alert and step.notice == "firing":
            assert step.alert.noticed_at
            assert (step.alert.noticed_at - step.alert.since).total_seconds() >= RULE.hold


@given(histories)
def test_a_resolved_alert_was_good_for_its_whole_quiet(history: list[tuple[str, int]]) -> None:
    """Nothing is called over before it was good for `quiet`."""
    for _, step in live(history):
        if step.alert and step.notice == "resolved":
            assert step.alert.resolved_at
            assert step.alert.good_since
            assert (step.alert.resolved_at - step.alert.good_since).total_seconds() >= RULE.quiet
