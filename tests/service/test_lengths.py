"""How long a body is: read right or refused, never a fault of the service's; one without end is cut off."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from select import select

import pytest
import uvicorn
from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.service.conftest import bearer
from workbench.service.serving import bound
from workbench.studio.workspace import Workspace

LENGTHS = {
    "+5": 400,
    "-1": 400,
    "five": 400,
    "": 400,
    "1_0": 400,
    "5, 5": 400,
    "²": 400,
    "٣": 400,
    "9" * 5000: 400,
    "9" * 20: 413,
    " 2\t": 422,
    "02": 422,
}
"""What a request of two bytes says of them, and the answer; 422 is that they are no project."""


@pytest.fixture
def port(app: FastAPI) -> Iterator[int]:
    """Give the port of a real server."""
    server = uvicorn.Server(uvicorn.Config(app, lifespan="on", log_level="critical", access_log=False))
    with bound("127.0.0.1", 0) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


def head(workspace: Workspace, more: str) -> bytes:
    lines = ("POST /projects HTTP/1.1", "Host: here", "Content-Type: application/json", more)
    shown = f"Authorization: {bearer(workspace)['Authorization']}"
    return "\r\n".join((*lines, shown, "", "")).encode()


@pytest.mark.parametrize("length", LENGTHS, ids=lambda each: ascii(each[:20]))
def test_a_length_is_read_or_refused(client: TestClient, length: str) -> None:
    """What is no length is the caller's mistake, and one of twenty digits is too large."""
    answer = client.post("/projects", content=b"{}", headers={"content-length": length.encode()})
    assert answer.status_code == LENGTHS[length]
    assert answer.headers["content-type"] == "application/problem+json"


def test_two_lengths_are_none(client: TestClient) -> None:
    """Nobody chooses between them."""
    told = [(b"content-length", b"2"), (b"content-length", b"3")]
    assert client.post("/projects", content=b"{}", headers=told).status_code == 400


@pytest.mark.slow
def test_lengths_at_a_real_server(port: int, workspace: Workspace) -> None:
    """Whether the server or the gate sees it first: the caller is told that it is his mistake."""
    answers = {}
    for length in LENGTHS:  # h11 reads "5, 5" as 5, as RFC 9110 (8.6) allows, and waits for as many
        body = b"{}   " if length == "5, 5" else b"{}"
        with socket.create_connection(("127.0.0.1", port), timeout=60) as visitor:
            visitor.sendall(head(workspace, f"Content-Length: {length}") + body)
            answers[length[:20]] = int(visitor.recv(64).split()[1])
    assert {length: status for length, status in answers.items() if not 400 <= status < 500} == {}
    assert (answers[" 2\t"], answers["02"], answers["5, 5"]) == (422, 422, 422)


@pytest.mark.slow
def test_a_body_without_end_is_cut_off(port: int, workspace: Workspace) -> None:
    """One that comes in chunks and announces no length is read as far as a body may go, and hung up on."""
    sent, most = 0, 2**26
    piece = b"10000\r\n" + b" " * 2**16 + b"\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=60) as visitor:
        visitor.sendall(head(workspace, "Transfer-Encoding: chunked"))
        with suppress(ConnectionError):  # it hung up, and what it had said may be lost with that
            while sent < most and not select([visitor], [], [], 0)[0]:
                visitor.sendall(piece)
                sent += len(piece)
            assert int(visitor.recv(64).split()[1]) == 413
    assert sent < most
