"""The real process: it starts, serves, and stops when it is asked to."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.service.server import served
from workbench.service.serving import bound

pytestmark = pytest.mark.slow


def test_it_serves_and_stops(tmp_path: Path, address: str) -> None:
    """A token made beside the running service opens it; SIGTERM ends it cleanly."""
    with served(tmp_path / "data", WORKBENCH_DATABASE=address) as running:
        client = running.client(running.token("--user", "ada"))
        assert client.get("/health/ready").json()["status"] == "ready"
        made = client.post("/projects", json={"name": "Talk", "format": "1280x720"})
        assert made.status_code == 201
        assert client.get("/projects").json() == [made.json()]
        client.close()
        code, said, complained = running.stop()
    assert code == 0
    assert said.endswith("Stopped.\n")
    assert complained == "Nobody has a token yet. Make one: workbench token create NAME\n"


def test_a_port_in_use_is_said_in_one_line(tmp_path: Path) -> None:
    """A second service on the same port says so and what to do."""
    with served(tmp_path / "one") as running:
        port = running.url.rpartition(":")[2]
        with (
            pytest.raises(
                AssertionError,
                match=f"Nothing can listen at 127.0.0.1:{port}: Address already.*choose another --port",
            ),
            served(tmp_path / "two", "--port", port),
        ):
            pass


def test_answers_are_not_held_back() -> None:
    """The socket is one for which asyncio turns Nagle's algorithm off; else each answer waits 40 ms."""
    with bound("127.0.0.1", 0) as listening:
        assert listening.proto == socket.IPPROTO_TCP
