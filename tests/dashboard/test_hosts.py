"""The dashboard answers to its own machine's names and to listed ones, so that no other site can read it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from dashboards.hosts import Names
from tests.dashboard.served import served

EVERY_DOOR = (
    "/", "/now", "/answers/usage.csv?time=24h", "/health", "/assets/ops.css", "/static/js/bokeh.min.js",
    "/no",
)  # fmt: skip
UPGRADE = {
    "connection": "Upgrade",
    "upgrade": "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
}


@pytest.mark.parametrize(
    "host",
    ["localhost", "LocalHost:5006", "127.0.0.1:5006", "127.8.8.8", "[::1]:5006", "a.localhost", "localhost."],
)
def test_this_machine_s_own_names_are_answered(host: str) -> None:
    """Whatever leads to this machine alone, with a port or without."""
    assert Names([]).admit(host)


@pytest.mark.parametrize(
    "host",
    ["evil.example:5006", "localhost.evil.example", "127.0.0.1.evil.example", "127.0.0.1@evil.example",
     "192.168.0.7:5006", "[::2]", "[", "", "x" * 9000],
)  # fmt: skip
def test_other_names_are_not(host: str) -> None:
    """A name that only looks like this machine's, another address, and what is no name at all."""
    assert not Names([]).admit(host)
    assert not Names(["ops.example:8443"]).admit(host)


def test_listed_names_are_answered() -> None:
    """With and without a port, whole domains by a star, and everything by a star alone."""
    names = Names(["Ops.example:8443", "*.inside.example"])
    for listed in ("ops.example", "ops.example:80", "a.inside.example"):
        assert names.admit(listed)
    assert not names.admit("b.example")
    assert Names(["*"]).admit("any.example")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve an empty workbench that also answers to one listed name."""
    listed = {"WORKBENCH_DASHBOARD_ORIGINS": '["ops.example"]'}
    with served(tmp_path_factory.mktemp("named"), "real", **listed) as where:
        yield where


@pytest.mark.slow
def test_nothing_is_read_under_another_name(address: str) -> None:
    """Pages, answers, files, unknown paths and the websocket: plain words, and nothing of what they hold."""
    told = [httpx.get(f"{address}{path}", headers={"host": "evil.example:5006"}) for path in EVERY_DOOR]
    told.append(httpx.get(f"{address}/now/ws", headers={"host": "evil.example:5006", **UPGRADE}))
    told.append(httpx.post(f"{address}/point", headers={"host": "evil.example:5006"}))
    for answer in told:
        assert answer.status_code == 403, answer.url
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert answer.text.startswith("This dashboard does not answer to that name.")


@pytest.mark.slow
def test_its_own_and_listed_names_are_served(address: str) -> None:
    """By the address, by localhost and by the listed name the page comes."""
    for host in (httpx.URL(address).netloc.decode(), "localhost:5006", "ops.example"):
        assert httpx.get(f"{address}/health", headers={"host": host}).status_code == 200, host
        assert "<h1>Now</h1>" in httpx.get(f"{address}/now", headers={"host": host}).text
