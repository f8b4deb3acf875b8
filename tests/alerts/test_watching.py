"""The watch: incidents that survive, notices that arrive once, and a signature that can be checked."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import psycopg
import pytest
from sqlalchemy import Connection

from tests.alerts.facts import spans
from workbench.clock import FrozenClock
from workbench.errors import InputError, NotFound, WorkbenchError
from workbench.store import Database
from workbench.store.database import accompanied
from workbench.store.jobs import Jobs
from workbench.telemetry.alert_book import NOTICE, AlertBook
from workbench.telemetry.alerts import Alert
from workbench.telemetry.rules import Rule, rules_of
from workbench.telemetry.sinks import Sink, WebhookSink, deliver, signature
from workbench.telemetry.watch import Watch

RULES = rules_of(
    {
        "lost": {
            "kind": "reported",
            "report": "rows_lost_share",
            "above": 0.05,
            "hold": "1m",
            "severity": "page",
        }
    }
)
SECRET = "a secret of many letters"


class Ear:
    """A sink that remembers what it was told, and fails as often as it is told to."""

    def __init__(self, failures: int = 0) -> None:
        self.heard: list[tuple[str, str]] = []
        self.failures = failures

    def tell(self, notice: Mapping[str, Any], key: str) -> None:
        if self.failures:
            self.failures -= 1
            raise WorkbenchError("nobody is in")
        self.heard.append((notice["notice"], notice["alert"]["rule"]))


class Reports(dict[str, float]):
    """Numbers that a test changes."""

    def __call__(self) -> Mapping[str, float]:
        return self


def watching(
    database: Database, reports: Reports, sinks: Mapping[str, Sink], rules: tuple[Rule, ...] = RULES
) -> Watch:
    """Return a watch with nothing to see but the reports."""
    return Watch(database, rules, lambda: spans([]), reports, sinks)


def test_an_incident_is_kept_told_and_resolved(database: Database, clock: FrozenClock) -> None:
    """Pending, firing, resolved: each is in the book, and two notices went out."""
    ear, reports = Ear(), Reports(rows_lost_share=0.3)
    watch = watching(database, reports, {"ear": ear})
    assert [each.state for each in watch.look()] == ["pending"]
    clock.advance(60)
    assert [each.state for each in watch.look()] == ["firing"]
    assert watch.look() == ()
    reports["rows_lost_share"] = 0.0
    watch.look()
    clock.advance(60)
    assert [each.state for each in watch.look()] == ["resolved"]
    assert ear.heard == [("firing", "lost"), ("resolved", "lost")]
    (kept,) = watch.book.list()
    assert (kept.state, kept.worst, kept.severity) == ("resolved", 0.3, "page")
    assert watch.book.open() == ()


def test_what_breaks_again_is_told_when_its_cooldown_is_over(database: Database, clock: FrozenClock) -> None:
    """Broken again within five minutes nobody hears of it; still broken then, it is told anew."""
    ear, reports = Ear(), Reports(rows_lost_share=0.3)
    watch = watching(database, reports, {"ear": ear})
    for broken in (0.3, 0.3, 0.0, 0.0, 0.3, 0.3, 0.3, 0.3):
        reports["rows_lost_share"] = broken
        watch.look()
        clock.advance(61)
    assert ear.heard == [("firing", "lost"), ("resolved", "lost"), ("firing", "lost")]
    (kept,) = watch.book.list()
    assert kept.state == "firing"


def test_another_process_goes_on_where_one_stopped(database: Database, clock: FrozenClock) -> None:
    """A watch that starts anew finds the incident pending and tells of it once."""
    reports = Reports(rows_lost_share=0.3)
    watching(database, reports, {"ear": Ear()}).look()
    clock.advance(61)
    first, second = Ear(), Ear()
    watching(database, reports, {"ear": first}).look()
    watching(database, reports, {"ear": second}).look()
    assert (first.heard, second.heard) == ([("firing", "lost")], [])


def test_a_pending_alert_that_was_nothing_leaves_no_row(database: Database, clock: FrozenClock) -> None:
    """The book holds incidents, not every blink."""
    reports = Reports(rows_lost_share=0.3)
    watch = watching(database, reports, {})
    watch.look()
    reports["rows_lost_share"] = 0.0
    watch.look()
    assert watch.book.list() == ()


def test_an_alert_is_acknowledged_by_its_rule_or_its_id(database: Database, clock: FrozenClock) -> None:
    """Who saw it and when is kept; a wrong name is told with what there is."""
    watch = watching(database, Reports(rows_lost_share=0.3), {})
    watch.look()
    clock.advance(60)
    watch.look()
    with pytest.raises(NotFound, match=r"'lots'.*'lost'"):
        watch.book.acknowledge("lots", "ada")
    seen = watch.book.acknowledge("lost", "ada")
    assert (seen.state, seen.acknowledged_by) == ("acknowledged", "ada")
    assert watch.book.acknowledge(seen.id, "grace") == seen
    assert watch.look() == ()


def test_a_notice_that_failed_is_sent_later_and_once(database: Database, clock: FrozenClock) -> None:
    """A sink that is down is tried again after a pause; a killed sender's notice is not lost."""
    ear = Ear(failures=2)
    watch = watching(database, Reports(rows_lost_share=0.3), {"ear": ear})
    watch.look()
    clock.advance(60)
    watch.look()
    assert ear.heard == []
    for _ in range(4):
        clock.advance(30)
        watch.look()
    assert ear.heard == [("firing", "lost")]


def test_a_notice_to_nobody_dies_with_its_reason(database: Database, clock: FrozenClock) -> None:
    """A sink that was taken away does not hold up the others."""
    watch = watching(database, Reports(rows_lost_share=0.3), {"gone": Ear(9), "ear": (ear := Ear())})
    watch.look()
    clock.advance(60)
    watch.book.enter(watch.verdicts())
    assert deliver(Jobs(database), {"ear": ear}) == 1
    (dead,) = Jobs(database).list(kind=NOTICE, state=("dead",))
    assert "no sink 'gone'" in dead.error


def hook(clock: FrozenClock, answers: list[int]) -> tuple[WebhookSink, list[httpx.Request]]:
    """Return a webhook whose receiver gives these answers, and what it received."""
    received: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        received.append(request)
        return httpx.Response(answers.pop(0))

    client = httpx.Client(transport=httpx.MockTransport(answer))
    return WebhookSink("https://hooks.example/alerts", SECRET, clock=clock, client=client), received


def test_a_webhook_is_signed_and_its_key_stays_the_same() -> None:
    """The receiver can check who sent it, when, and whether it had it before."""
    clock = FrozenClock()
    sink, received = hook(clock, [503, 200])
    notice = {"notice": "firing", "alert": {"rule": "lost"}}
    with pytest.raises(WorkbenchError, match="answered 503"):
        sink.tell(notice, "the key")
    clock.advance(30)
    sink.tell(notice, "the key")
    first, second = received
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
    assert json.loads(second.content) == notice
    expected = signature(SECRET.encode(), second.headers["x-workbench-time"], second.content)
    assert second.headers["x-workbench-signature"] == expected != first.headers["x-workbench-signature"]


def test_a_webhook_that_refuses_is_not_asked_again() -> None:
    """A wrong secret stays wrong: 401 is final, 429 is not."""
    sink, _ = hook(FrozenClock(), [401, 429])
    with pytest.raises(InputError):
        sink.tell({}, "a")
    with pytest.raises(WorkbenchError) as again:
        sink.tell({}, "a")
    assert not isinstance(again.value, InputError)


def test_a_short_secret_is_refused() -> None:
    """A secret that can be guessed signs nothing."""
    with pytest.raises(InputError, match="WORKBENCH_ALERT_WEBHOOK_SECRET"):
        WebhookSink("https://hooks.example", "short")


def test_two_looks_at_once_open_one_incident(database: Database, clock: FrozenClock) -> None:
    """Judging twice from the same moment, as two processes do, keeps one row and one notice."""
    watch = watching(database, Reports(rows_lost_share=0.3), {"ear": Ear()}, rules_of(
        {"lost": {"kind": "reported", "report": "rows_lost_share", "above": 0.05}}
    ))  # fmt: skip
    verdicts = watch.verdicts()
    AlertBook(database, ("ear",)).enter(verdicts)
    AlertBook(database, ("ear",)).enter(verdicts)
    assert len(watch.book.list()) == 1
    assert len(Jobs(database).list(kind=NOTICE)) == 1


def test_what_stands_is_listed_however_much_came_after(database: Database, clock: FrozenClock) -> None:
    """An old alert that stands comes before newer ones that are over; asked by rule, these do not count."""
    book, begun = AlertBook(database), clock.now()
    stands = Alert("", "lost", "page", "firing", begun, 1.0, 1.0, 0.0, "", fired_at=begun)
    over = [
        replace(stands, rule="slow", state="resolved", since=begun + minute, resolved_at=begun + 2 * minute)
        for minute in (timedelta(minutes=number) for number in range(1, 6))
    ]
    book.remember([stands, *over])
    found = [(each.rule, each.since) for each in book.list(since=begun, most=3)]
    assert found == [("lost", begun), ("slow", over[4].since), ("slow", over[3].since)]
    late = replace(over[0], rule="late")
    book.remember([late])
    assert [each.rule for each in book.list(rules={"late"}, most=1)] == ["late"]
    assert book.list(rules=()) == ()


@pytest.mark.slow
def test_an_alert_that_ends_while_it_is_acknowledged_stays_over(blank_postgresql: str) -> None:
    """Who comes while the alert is judged waits for that, and is told that it is over."""
    refused: list[str] = []
    with Database.open(blank_postgresql) as database, psycopg.connect(blank_postgresql) as onlooker:
        database.clock = clock = FrozenClock()
        reports = Reports(rows_lost_share=0.3)
        watch = watching(database, reports, {})
        for share in (0.3, 0.3, 0.0):
            reports["rows_lost_share"] = share
            watch.look()
            clock.advance(60)
        (alert,) = watch.book.open()

        def acknowledges() -> None:
            try:
                watch.book.acknowledge(alert.id, "ada")
            except InputError as error:
                refused.append(str(error))

        somebody = threading.Thread(target=acknowledges)

        def meanwhile(connection: Connection) -> None:
            somebody.start()
            while not onlooker.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchone():
                assert somebody.is_alive()

        with accompanied(meanwhile):
            assert [each.state for each in watch.book.enter(watch.verdicts())] == ["resolved"]
        somebody.join()
        (kept,) = watch.book.list()
    assert (kept.state, kept.acknowledged_by) == ("resolved", "")
    assert "is resolved" in refused[0]
