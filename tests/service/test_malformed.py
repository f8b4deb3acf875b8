"""What is malformed is the caller's mistake and told so: a 422, no fault of the service's."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from workbench.errors import InputError
from workbench.scene.format import Format
from workbench.store import limits


def nested(depth: int) -> Any:
    value: Any = 1
    for number in range(depth):
        value = [value] if number % 2 else {"a": value}
    return value


@pytest.mark.parametrize("rate", ["²", "٣", "1" * 5000, "0030", "-1", "3.0"])
def test_a_frame_rate_is_a_number_of_three_digits(client: TestClient, rate: str) -> None:
    """Digits of other kinds, and thousands of them, are no frame rate."""
    with pytest.raises(InputError, match="frame rate"):
        Format.parse(f"16:9@{rate}")
    answer = client.post("/projects", json={"name": "Talk", "format": f"16:9@{rate}"})
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:workbench:problem:wrong-input"


def test_settings_lie_only_so_deep_in_each_other(client: TestClient) -> None:
    """Lists and tables nested without end are refused at a depth, before the interpreter gives up."""
    for depth in (31, 32):
        assert limits.plain({"a": nested(depth)}, "params") == {"a": nested(depth)}
    for depth in (33, 900, 100_000):
        with pytest.raises(InputError, match="more than 32 deep"):
            limits.plain({"a": nested(depth)}, "params")
    client.post("/projects", json={"name": "Talk"}).raise_for_status()
    for field in ("examples", "extra_rules", "seed", "brief"):
        asked = {"name": "deep", "prompting": {field: nested(900)}}
        assert client.post("/projects/Talk/prompts", json=asked).status_code == 422, field


@pytest.mark.parametrize("number", ["9" * 20, str(2**31)])
def test_the_number_of_an_event_is_one_of_ours(client: TestClient, app: FastAPI, number: str) -> None:
    """A number that no database holds is refused before the stream begins."""
    client.post("/projects", json={"name": "Talk"}).raise_for_status()
    app.state.service.closing.set()  # a stream that begins all the same ends at once
    answer = client.get("/projects/Talk/events", headers={"Last-Event-ID": number})
    assert answer.status_code == 422
    assert number in answer.json()["detail"]
