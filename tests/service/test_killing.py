"""The real process, killed with -9 while it works and asked to stop while it works."""

from __future__ import annotations

import random
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.service.forked import Forked, forked
from workbench.store import Database, History, Projects, Scenes
from workbench.store.jobs import Jobs

pytestmark = pytest.mark.slow
SCENES = 30
KILLS = 3
LONG = 'circle(200, x=lambda t: 300 + 200 * sin(t), y=540, fill="teal")\n'


class Place:
    """Where the service is at the moment; it moves when it is started anew."""

    def __init__(self, running: Forked) -> None:
        self.running = running
        self.there = threading.Event()
        self.there.set()

    def add(self, name: str) -> int:
        """Add a scene of that name, sending the same request until it is answered; returns how often."""
        key, tries = str(uuid.uuid4()), 0
        body = {"kind": "add_scene", "name": name, "source": 'text("x", size=96)\n'}
        while True:
            tries += 1
            assert self.there.wait(120)
            client = self.running.client
            try:
                answer = client.post("/projects/Talk/actions", json=body, headers={"Idempotency-Key": key})
            except httpx.TransportError:
                time.sleep(0.01)  # it is being killed
                continue
            if answer.status_code in (409, 503):
                continue
            assert answer.status_code == 200, answer.text
            assert answer.json()["scene"]["name"] == name
            return tries

    def kill(self, data: Path, address: str) -> None:
        """Kill the service and start it again."""
        self.there.clear()
        self.running.kill()
        self.running = Forked(data, address)
        self.there.set()


def test_what_was_acknowledged_is_there_exactly_once(tmp_path: Path, address: str) -> None:
    """Three kill -9 while four clients add scenes: each is there once, in a history without gaps."""
    data, dice = tmp_path / "data", random.Random(3)
    with forked(data, address) as first:
        place = Place(first)
        first.client.post("/projects", json={"name": "Talk", "format": "320x180"}).raise_for_status()
        with ThreadPoolExecutor(4) as clients:
            asked = [clients.submit(place.add, f"scene {number}") for number in range(SCENES)]
            for kill in range(KILLS):
                wanted = (kill + 1) * SCENES // (KILLS + 1)
                while sum(each.done() for each in asked) < wanted:
                    time.sleep(0.001)
                time.sleep(dice.uniform(0, 0.02))
                place.kill(data, address)
            tries = [each.result(timeout=120) for each in asked]
        assert place.running.stop()[0] == 0
    with Database.open(address or data / "workbench.db") as database:
        project = Projects(database).get("Talk")
        names = [each.name for each in Scenes(database).list(project.id)]
        changes = History(database).changes_since(project.id, 0)
    assert sorted(names) == sorted(f"scene {number}" for number in range(SCENES))
    assert [each.sequence for each in changes] == list(range(1, SCENES + 2))
    assert max(tries) > 1


def test_going_down_finishes_requests_and_gives_back_leases(tmp_path: Path, address: str) -> None:
    """At SIGTERM a request under way is answered, streams end, and a film's job is free for the next one."""
    data = tmp_path / "data"
    with forked(data, address) as running:
        client = running.client
        client.post("/projects", json={"name": "Talk", "format": "1920x1080@60"}).raise_for_status()
        scene = {"kind": "add_scene", "source": LONG, "duration_seconds": 60}
        client.post("/projects/Talk/actions", json=scene).raise_for_status()
        asked = client.post("/projects/Talk/exports", json={"quality": "final"}).json()
        with client.stream("GET", "/projects/Talk/events") as events:
            told = events.iter_lines()
            while "render_progress" not in next(told):
                pass
            prompt = {"prompt": 'Add a title that says "Bye"'}
            streamed = {"Accept": "text/event-stream"}
            with client.stream("POST", "/projects/Talk/ask", json=prompt, headers=streamed) as answer:
                answered = answer.iter_lines()
                assert next(answered) == "event: stage"
                running.ask_to_stop()
                assert "event: take" in list(answered)
            list(told)
        code, said = running.stop()
    assert (code, said) == (0, "Stopped.\n")
    with Database.open(address or data / "workbench.db") as database:
        left = Jobs(database).get(asked["id"])
    assert (left.state, left.holder, left.attempts) == ("queued", None, 0)
