"""A path that goes roundabout leads past no gate: sent letter by letter to a real server."""

from __future__ import annotations

import os
import socket
import sys
import threading
from base64 import b64encode
from collections.abc import Iterator
from http.client import HTTPConnection

import pytest
import uvicorn
from fastapi import FastAPI
from yarl import URL

from tests.service.conftest import bearer
from workbench.service.access import CRON_PATH, roundabout
from workbench.service.app import create_app
from workbench.service.keeping import keeping
from workbench.service.ops import Pages, _address, ops_plug
from workbench.service.serving import bound
from workbench.studio.lifecycle_settings import LifecycleSettings
from workbench.studio.workspace import Workspace

_DASHBOARD = """
import os, socketserver, sys, threading
class Told(socketserver.StreamRequestHandler):
    def handle(self):
        asked = self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        self.wfile.write(b"HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\n\\r\\n%b" % (len(asked), asked))
def until_left():
    sys.stdin.read()
    os._exit(0)
threading.Thread(target=until_left, daemon=True).start()
where = sys.argv[sys.argv.index("--socket") + 1]
socketserver.UnixStreamServer(where, Told).serve_forever()
"""
"""Answers with the line it was asked by."""
ROUNDABOUT = (
    "/ops/cron/../now",
    "/ops/cron/%2e%2e/now",
    "/ops/cron/%252e%252e/now",
    "/ops/cron/.%2E/now",
    "/ops/cron/lifecycle/../../now",
    "/ops/cron/lifecycle%2f..%2f..%2fnow",
    "/ops/./now",
    "/signed/../ops/now",
    "/health/live/../../ops/now",
    "/health/../ops/now",
)
CLOSED = (
    "/ops/cron",
    "/ops/cron/",
    "/ops/cron/now",
    "/ops/cron/lifecycle/",
    "/signed",
    "/signed/x",
    "/ops//now",
)


@pytest.fixture
def pages(workspace: Workspace) -> tuple[FastAPI, Pages]:
    """Give the whole service, as it is served, with a dashboard that repeats what it was asked."""
    chores = keeping(LifecycleSettings(scheduled=False))
    app = create_app(workspace, plugs=[chores, ops_plug((sys.executable, "-c", _DASHBOARD))])
    found = next(route.app for route in app.routes if getattr(route, "path", "") == "/ops")
    assert isinstance(found, Pages)
    return app, found


@pytest.fixture
def port(pages: tuple[FastAPI, Pages]) -> Iterator[int]:
    """Give the port of a real server."""
    config = uvicorn.Config(pages[0], lifespan="on", log_level="warning", access_log=False)
    server = uvicorn.Server(config)
    with bound("127.0.0.1", 0) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


def asked(port: int, path: str, method: str = "GET", **headers: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.putrequest(method, path, skip_accept_encoding=True)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    told = answer.status, answer.read().decode()
    connection.close()
    return told


def opened(port: int, path: str) -> int:
    """Return the status with which a websocket at the path is answered; 101 lets it in."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as visitor:
        key = b64encode(os.urandom(16)).decode()
        visitor.sendall(
            f"GET {path} HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        return int(visitor.recv(64).split()[1])


@pytest.mark.slow
def test_nothing_leads_round_the_gate(port: int, pages: tuple[FastAPI, Pages]) -> None:
    """No spelling of a path reaches the dashboard without a token; it is not so much as started."""
    for path in ROUNDABOUT:
        assert asked(port, path)[0] == 400, path
        assert opened(port, f"{path}/ws") == 403, path
    for path in CLOSED:
        assert asked(port, path)[0] == 401, path
        assert opened(port, path) == 403, path
    assert asked(port, CRON_PATH)[0] == 401
    assert opened(port, CRON_PATH) == 403
    assert asked(port, CRON_PATH, "POST")[0] == 404  # no key is configured
    assert asked(port, "/health/live")[0] == 200
    assert pages[1].running == (None, None)


@pytest.mark.slow
def test_an_operator_s_path_arrives_letter_by_letter(port: int, workspace: Workspace) -> None:
    """What the gate judged is what the dashboard is asked; roundabout is refused to operators, too."""
    shown = bearer(workspace, scope="operator")
    for path in ("/ops/now", "/ops/a%2Fb%25c/%7e?d=%2e%2e/%20e", "/ops//now"):
        status, line = asked(port, path, **shown)
        assert (status, line) == (200, f"GET {path} HTTP/1.1\r\n")
    for path in ROUNDABOUT:
        assert asked(port, path, **shown)[0] == 400, path
    assert asked(port, "/ops/now", **bearer(workspace))[0] == 403


@pytest.mark.parametrize(
    "path", ["/a/.%2525252e", "/..", ".", "/a/%2e", "/a\\..\\b", "/%25" + "25" * 40 + "2e"]
)
def test_a_roundabout_path(path: str) -> None:
    """However it is encoded, it is known; one that is encoded without end counts as one."""
    assert roundabout(path)


@pytest.mark.parametrize("path", ["/", "/projects/100%25/scenes/...", "/a.b/.c/d..", "/%", "/%2541", "//a"])
def test_a_path_that_goes_straight(path: str) -> None:
    """Dots in names, and percent signs, are names."""
    assert not roundabout(path)


@pytest.mark.parametrize("sent", [b"/ops/x/../now", b"/ops/x/%2e%2e/now", b"/ops/%2Fnow", b"/ops/\xc3\xa4"])
def test_the_way_on_resolves_nothing(sent: bytes) -> None:
    """The address at the dashboard keeps what was sent, also what the gate would not let through."""
    way = _address("http", {"path": "/ops", "raw_path": sent, "query_string": b"a=%2e"})
    assert way.raw_path == sent.decode("latin-1")
    assert way.raw_query_string == "a=%2e"
    assert _address("ws", {"path": "/ops/ä b"}) == URL("ws://dashboard/ops/%C3%A4%20b", encoded=True)
