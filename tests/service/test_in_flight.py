"""How many requests are under way is counted apart from their spans, and both come out alike."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.service.conftest import bearer
from workbench.service.in_flight import IDLE_SECONDS, TOLD_SECONDS, InFlight, Looks, looked_at
from workbench.service.watching import Watch
from workbench.spans import Record, attach
from workbench.studio.workspace import Workspace
from workbench.telemetry.question import Period


class Noticed(InFlight):
    """Notes that somebody looked."""

    def __init__(self) -> None:
        super().__init__()
        self.looked = threading.Event()

    @property
    def now(self) -> int:
        number = super().now
        self.looked.set()
        return number


@pytest.fixture
def told() -> Iterator[list[Record]]:
    """Collect what is recorded while the test runs."""
    records: list[Record] = []
    stop = attach(records.append)
    yield records
    stop()


def counts(records: list[Record]) -> list[tuple[float | None, dict[str, Any]]]:
    return [(each.value, each.attributes) for each in records if each.name == "http.in_flight"]


def test_who_left_is_gone_once() -> None:
    """Two came, one of them left twice: one is there."""
    in_flight = InFlight()
    leave = in_flight.enter()
    in_flight.enter()
    leave()
    leave()
    assert (in_flight.now, in_flight.came) == (1, 2)


def test_looks_are_told_as_their_mean(told: list[Record]) -> None:
    """Of nobody, one, and two that stand for three missed looks as well; then it begins anew."""
    in_flight = InFlight()
    looks = Looks(in_flight, 100.0)
    looks.look()
    in_flight.enter()
    looks.look()
    in_flight.enter()
    looks.look(4)
    looks.tell(160.0)
    looks.tell(161.0)
    assert counts(told) == [(9 / 6, {"looks": 6, "seconds": 60.0, "steps": 2})]


def test_an_idle_service_tells_once_an_hour() -> None:
    """A minute in which somebody came is told, also when no look met him; one in which nobody did waits."""
    in_flight = InFlight()
    looks = Looks(in_flight, 0.0)
    looks.look()
    assert not looks.due(IDLE_SECONDS - 1)
    assert looks.due(IDLE_SECONDS)
    in_flight.enter()()
    assert looks.due(TOLD_SECONDS)
    assert not looks.due(TOLD_SECONDS - 1)


def test_somebody_looks_while_the_service_runs(told: list[Record]) -> None:
    """What was seen by the end is told there, and nobody looks on after it."""
    in_flight = Noticed()
    in_flight.enter()
    with looked_at(in_flight, Random(1)):
        assert in_flight.looked.wait(60)
    assert "in_flight" not in {each.name for each in threading.enumerate()}
    ((mean, about),) = counts(told)
    assert mean == 1.0
    assert about["looks"] >= 1
    assert about["seconds"] > 0


@pytest.mark.parametrize(
    ("kind", "under_way", "says"), [("application/json", 1, None), ("text/event-stream", 0, True)]
)
def test_a_stream_counts_until_it_begins_to_tell(
    told: list[Record], kind: str, under_way: int, says: bool | None
) -> None:
    """An event stream is held open on purpose: from its first words on it is on neither side."""
    in_flight, seen = InFlight(), []

    async def app(scope: Any, receive: Any, send: Callable[[Any], Any]) -> None:
        seen.append(in_flight.now)
        start = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", kind.encode())]}
        await send(start)
        seen.append(in_flight.now)

    async def sent(message: Any) -> None:
        pass

    scope = {"type": "http", "method": "GET", "headers": []}
    asyncio.run(Watch(app, in_flight)(scope, None, sent))  # type: ignore[arg-type]
    assert (seen, in_flight.now) == ([1, under_way], 0)
    (request,) = [each for each in told if each.name == "http.request"]
    assert request.attributes.get("stream") is says


def test_a_request_that_breaks_is_gone_too() -> None:
    """Whatever is raised, nobody is left behind."""
    in_flight = InFlight()

    async def app(*_: Any) -> None:
        raise ValueError("broken")

    scope = {"type": "http", "method": "GET", "headers": []}
    with pytest.raises(ValueError, match="broken"):
        asyncio.run(Watch(app, in_flight)(scope, None, None))  # type: ignore[arg-type]
    assert (in_flight.now, in_flight.came) == (0, 1)


def test_both_sides_come_into_telemetry(app: FastAPI, workspace: Workspace) -> None:
    """The service looks on while it is up, and the question finds its looks and its requests."""
    app.state.service.in_flight = noticed = Noticed()
    with TestClient(app, headers=bearer(workspace)) as client:
        for _ in range(3):
            assert client.get("/projects").status_code == 200
        assert noticed.looked.wait(60)
    now = datetime.now(UTC)
    period = Period(now - timedelta(hours=1), now + timedelta(hours=1))
    (row,) = workspace.telemetry.ask("in_flight", period).dicts()
    assert (row["requests"], noticed.came) == (3, 3)
    assert row["looks"] >= 1
    assert 0 < row["inside_seconds"] < row["watched_seconds"]
